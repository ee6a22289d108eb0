import { completePlan } from '../../src/plan/build.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { fittedPlan } from './fitted.js';
import { withExceptions } from './jobs.js';
import { PLANS } from './plans.js';

/** Kernels of 16-bit inputs that together reduce, select, round, overflow and end in every way. */
export const PLANS_OF_16_BITS: Readonly<Record<string, () => KernelPlan>> = {
  'odd, a map of cells': PLANS['odd, tail as a row'],
  'point symmetric, comparisons': PLANS['point symmetric'],
  'normalised, scaled, with exceptions': () =>
    withExceptions(PLANS['normalised, scaled'](), [1n, 2n, 5n, 4095n, 4096n, 32767n]),
  'periodic, affine tail, half-even': () =>
    fittedPlan({ function: 'sin', input: 'Q8.8', output: 'Q1.15', rounding: 'half-even', overflow: 'wrap' }),
  'split, unsigned output': () =>
    fittedPlan({
      function: 'expm1',
      input: 'Q6.10',
      output: 'Q4.12',
      range: [-8, 2],
      overflow: 'saturate-symmetric',
    }),
  'normalised, added, unsigned': () =>
    fittedPlan({ function: 'ln', input: 'UQ4.12', output: 'Q5.11', stepRounding: 'half-away' }),
  'both tails affine': () =>
    fittedPlan({
      function: 'softplus',
      input: 'Q6.10',
      output: 'Q2.14',
      range: [-8, 8],
      stepRounding: 'pseudo-stochastic',
      tails: {
        low: { bound: -8192, output: 9, slope: { multiplier: -13, shift: 7, rounding: 'half-away' } },
        high: { bound: 8192, output: -5, slope: { multiplier: 13, shift: 5, rounding: 'pseudo-stochastic' } },
      },
    }),
  'folded with a slope, holes': () =>
    completePlan({
      ...fittedPlan({
        function: 'silu',
        input: 'Q4.12',
        output: 'Q4.12',
        segments: 32,
        stepRounding: 'floor',
      }),
      undefined: [
        { lo: -32768, hi: -32000, output: 7 },
        { lo: 100, hi: 100, output: -8 },
      ],
    }),
};
