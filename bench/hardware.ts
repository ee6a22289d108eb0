import { textOf } from '../src/emit/target.js';
import { verilogTarget } from '../src/emit/verilog.js';
import { synthesize as makeKernel } from '../src/synthesize.js';
import type { KernelSpec } from '../src/spec.js';
import type { Progress } from './progress.js';
import type { Table } from './table.js';
import { flipFlops, hasYosys, synthesize } from './yosys.js';

/** What a kernel takes in hardware. */
export interface HardwareFigure {
  readonly name: string;
  readonly stages: number;
  readonly maxUlp: number;
  /** Gates of one or two inputs, multiplexers and flip-flops. */
  readonly cells: number;
  readonly flipFlops: number;
  /** Gates from flip-flop to flip-flop. */
  readonly path: number;
  /** The same on a Lattice iCE40 with its multipliers: look-up tables of four inputs, and 16-bit multipliers. */
  readonly luts: number;
  readonly multipliers: number;
}

const FORMAT = { input: 'Q4.12', output: 'Q1.15', ulp: 1, order: 2, cost: 'hardware' } as const;
const SPECS: readonly KernelSpec[] = [
  { ...FORMAT, function: 'tanh' },
  { ...FORMAT, function: 'sigmoid' },
  { ...FORMAT, function: 'rsqrt', output: 'Q4.12', range: [1, 4] },
  { ...FORMAT, function: 'exp', output: 'Q4.12', range: [-8, 2] },
];
/** No registers, three stages, and as many as are chosen. */
const STAGES = [0, 3, undefined] as const;

/** Kernels of 16 bits through yosys, as gates and on a device; nothing without yosys. */
export async function benchHardware(progress: Progress): Promise<readonly HardwareFigure[]> {
  if (!hasYosys) return [];
  const figures: HardwareFigure[] = [];
  for (const spec of SPECS) {
    const { plan, certificate } = await makeKernel(spec);
    for (const pipeline of STAGES) {
      progress(`hardware: ${plan.name}`);
      const text = textOf((await verilogTarget.emit(plan, certificate, { pipeline }))[0]);
      const gates = synthesize(text, plan.name, 'synth');
      const device = synthesize(text, plan.name, 'synth_ice40 -dsp');
      figures.push({
        name: plan.name,
        stages: Number(/LATENCY = (\d+)/.exec(text)?.[1]),
        maxUlp: certificate.claim.maxUlp,
        cells: gates.total,
        flipFlops: flipFlops(gates),
        path: gates.depth,
        luts: device.cells.SB_LUT4 ?? 0,
        multipliers: device.cells.SB_MAC16 ?? 0,
      });
    }
  }
  return figures;
}

export function hardwareTable(figures: readonly HardwareFigure[]): Table {
  return {
    title: 'Hardware: kernels of 16 bits at 1 ulp, synthesized by yosys',
    notes: [
      figures.length === 0
        ? 'yosys is not installed.'
        : 'Gates have one or two inputs; path: gates from flip-flop to flip-flop. LUTs and multipliers: Lattice iCE40.',
    ],
    columns: ['kernel', 'stages', 'max ulp', 'cells', 'flip-flops', 'path', 'LUTs', 'multipliers'],
    rows: figures.map((figure) => [
      figure.name,
      String(figure.stages),
      figure.maxUlp,
      String(figure.cells),
      String(figure.flipFlops),
      String(figure.path),
      String(figure.luts),
      String(figure.multipliers),
    ]),
  };
}
