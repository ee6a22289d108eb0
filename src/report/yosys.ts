import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageError } from '../diagnostic.js';

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

/** A kernel takes seconds; what takes longer than this, in milliseconds, is given up. */
const PATIENCE = 300_000;

/**
 * Synthesizes a Verilog module.
 *
 * @throws usage error where yosys is not installed, or fails: with what it said
 */
export function synthesize(verilog: string, top: string, flow: Flow): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-yosys-'));
  try {
    writeFileSync(join(folder, 'module.v'), verilog);
    const script = `read_verilog module.v; ${flow} -top ${top}; check -assert; tee -q -o stat.json stat -json; tee -q -o ltp.txt ltp -noff`;
    const { error, status, stderr } = spawnSync('yosys', ['-q', '-p', script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: PATIENCE,
    });
    if (error || status !== 0) throw failure(error as NodeJS.ErrnoException | undefined, stderr);
    const depth = flow === 'synth' ? pathLength(readFileSync(join(folder, 'ltp.txt'), 'utf8')) : 0;
    return { ...cellCounts(readFileSync(join(folder, 'stat.json'), 'utf8')), depth };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failure(error: NodeJS.ErrnoException | undefined, stderr: string): Error {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'it can not be started',
    ETIMEDOUT: `it takes longer than ${PATIENCE / 60_000} minutes`,
  };
  const reason = reasons[error?.code ?? ''] ?? (error?.message ?? stderr).trim();
  return usageError(
    'tool-failed',
    `gates and LUTs are counted by yosys: ${reason}`,
    'install yosys',
    '--costs',
  );
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
