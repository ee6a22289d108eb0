import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What yosys makes of a module. */
export interface Synthesis {
  /** Cells of each type: gates (`$_AND_`), flip-flops (`$_DFF_P_`), or those of a device (`SB_LUT4`). */
  readonly cells: Readonly<Record<string, number>>;
  readonly total: number;
  /** The longest path from flip-flop to flip-flop, in gates; 0 for a device, whose flip-flops end no path there. */
  readonly depth: number;
}

/** Gates of one or two inputs, multiplexers and flip-flops; or the cells of a Lattice iCE40 with multipliers. */
export type Flow = 'synth' | 'synth_ice40 -dsp';

export const hasYosys = spawnSync('yosys', ['-V']).status === 0;

/**
 * Synthesizes a Verilog module.
 *
 * @throws with what yosys said where it fails, or warns of latches or loops
 */
export function synthesize(verilog: string, top: string, flow: Flow): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-yosys-'));
  try {
    writeFileSync(join(folder, 'module.v'), verilog);
    const script = `read_verilog module.v; ${flow} -top ${top}; check -assert; tee -q -o stat.json stat -json; tee -q -o ltp.txt ltp -noff`;
    const { status, stderr } = spawnSync('yosys', ['-q', '-p', script], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`yosys: ${stderr}`);
    const depth = flow === 'synth' ? pathLength(readFileSync(join(folder, 'ltp.txt'), 'utf8')) : 0;
    return { ...cellCounts(readFileSync(join(folder, 'stat.json'), 'utf8')), depth };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From what `stat -json` writes. @throws where it holds no design */
export function cellCounts(json: string): Pick<Synthesis, 'cells' | 'total'> {
  const { design } = JSON.parse(json) as {
    readonly design?: {
      readonly num_cells: number;
      readonly num_cells_by_type: Readonly<Record<string, number>>;
    };
  };
  if (!design) throw new Error('yosys says nothing of a design');
  return { cells: design.num_cells_by_type, total: design.num_cells };
}

/** From what `ltp` writes; 0 where there is no path. */
export function pathLength(text: string): number {
  return Number(/length=(\d+)/.exec(text)?.[1] ?? 0);
}

/** Flip-flops among the cells, whatever their kind. */
export function flipFlops({ cells }: Pick<Synthesis, 'cells'>): number {
  return Object.entries(cells).reduce((sum, [type, count]) => sum + (/DFF/.test(type) ? count : 0), 0);
}

/** Latches among the cells: there should be none. */
export function latches({ cells }: Pick<Synthesis, 'cells'>): number {
  return Object.entries(cells).reduce((sum, [type, count]) => sum + (/LATCH|_SR_/.test(type) ? count : 0), 0);
}
