import { planLowerBound } from '../src/plan/lower-bound.js';
import { resolveSpec, type KernelSpec } from '../src/spec.js';
import { propose } from '../src/synthesize.js';
import { median } from './statistics.js';

export interface SynthesisFigure {
  readonly name: string;
  readonly milliseconds: number;
  readonly segments: number;
  readonly lowerBound: number | null;
}

const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', range: [-8, 8], ulp: 2 },
  { function: 'sigmoid', range: [-16, 16], ulp: 2 },
  { function: 'rsqrt', ulp: 2 },
  { function: 'exp', ulp: 2 },
  { function: 'log2', ulp: 2 },
];

/** Fit and segments, without the proof. */
export function benchSynthesis(rounds = 3): readonly SynthesisFigure[] {
  return SPECS.map((spec) => {
    const resolved = resolveSpec(spec);
    const times = Array.from({ length: rounds }, () => {
      const start = performance.now();
      propose(resolved);
      return performance.now() - start;
    });
    const { plan } = propose(resolved);
    return {
      name: plan.name,
      milliseconds: median(times),
      segments: plan.segments.length,
      lowerBound: planLowerBound(plan),
    };
  });
}
