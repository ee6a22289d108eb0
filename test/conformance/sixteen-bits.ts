import { completePlan } from '../../src/plan/build.js';
import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { crc32Of } from '../../src/verify/crc32.js';
import type { HardwareJob } from '../emit/hardware-run.js';
import { fittedPlan } from './fitted.js';
import { inputsOf, thinned } from './inputs.js';
import { conformingJobs, withExceptions } from './jobs.js';
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

/** Every input of a plan's format. */
export function everyInput({ input }: Pick<KernelPlan, 'input'>): readonly bigint[] {
  const least = minRawBigint(input);
  return Array.from({ length: Number(maxRawBigint(input) - least) + 1 }, (_, i) => least + BigInt(i));
}

/** The CRC-32 of outputs as a certificate states it: of 32-bit little-endian words. */
export function crcOf(outputs: readonly bigint[]): number {
  return crc32Of(new Uint8Array(Int32Array.from(outputs, (y) => Number(BigInt.asIntN(32, y))).buffer));
}

const LATENCIES = [0, 1, 3, undefined] as const;

/** Every form of plan, and plans that no search would propose, in turn with no stage, one, three or as chosen. */
export function jobsOfEveryForm(samples: number, most: number, random: number): readonly HardwareJob[] {
  const plans = [
    ...conformingJobs(0, random).map(({ plan }) => plan),
    ...Object.values(PLANS_OF_16_BITS).map((make) => make()),
  ];
  return plans.map((plan, i) => {
    const inputs = thinned(inputsOf(plan, samples), most);
    return { plan, pipeline: LATENCIES[i % LATENCIES.length], inputs };
  });
}
