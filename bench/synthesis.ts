import { planLowerBound } from '../src/plan/lower-bound.js';
import { resolveSpec, type KernelSpec } from '../src/spec.js';
import { propose } from '../src/propose/propose.js';
import type { Progress } from './progress.js';
import { interleaved, measured, type Timing } from './statistics.js';
import type { Table } from './table.js';

export interface SynthesisFigure {
  readonly name: string;
  readonly milliseconds: Timing;
  readonly segments: number;
  /** The fewest segments that any piecewise polynomial of this degree needs. */
  readonly lowerBound: number | null;
}

const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', range: [-8, 8], ulp: 2 },
  { function: 'sigmoid', range: [-16, 16], ulp: 2 },
  { function: 'rsqrt', range: [1, 4], ulp: 2 },
  { function: 'exp', range: [0, Math.LN2], ulp: 2 },
  { function: 'log2', range: [1, 2], ulp: 2 },
];

/** Fit and segments, without the proof. */
export async function benchSynthesis(
  rounds: number,
  progress: Progress,
): Promise<readonly SynthesisFigure[]> {
  progress('synthesis');
  const specs = SPECS.map((spec) => resolveSpec(spec));
  const timings = await interleaved(
    specs.map((spec) => measured(() => void propose(spec))),
    rounds,
    1,
  );
  return specs.map((spec, i) => {
    const { plan } = propose(spec);
    const { median, minimum } = timings[i];
    return {
      name: plan.name,
      milliseconds: { median: median * 1000, minimum: minimum * 1000 },
      segments: plan.segments.length,
      lowerBound: planLowerBound(plan).segments,
    };
  });
}

export function synthesisTable(figures: readonly SynthesisFigure[]): Table {
  return {
    title: 'Synthesis: milliseconds a kernel',
    notes: [
      'Fit and segments, without the proof. Bound: no piecewise polynomial of this degree has fewer segments.',
    ],
    columns: ['kernel', 'median ms', 'least ms', 'segments', 'bound'],
    rows: figures.map(({ name, milliseconds: { median, minimum }, segments, lowerBound }) => [
      name,
      median,
      minimum,
      String(segments),
      lowerBound === null ? undefined : String(lowerBound),
    ]),
  };
}
