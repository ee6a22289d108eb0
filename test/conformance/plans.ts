import { readFileSync } from 'node:fs';
import { toInteger } from '../../src/fixedpoint/integer.js';
import { OVERFLOW_MODES } from '../../src/fixedpoint/overflow.js';
import { ROUNDING_MODES, type RoundingMode } from '../../src/fixedpoint/rounding.js';
import { completePlan } from '../../src/plan/build.js';
import type { KernelPlan, PlanDraft } from '../../src/plan/plan.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { fittedPlan, type Fitted } from './fitted.js';

const planOf = (spec: KernelSpec): KernelPlan => propose(resolveSpec(spec)).plan;

/** A plan made from another one, its bounds derived anew. */
function altered(spec: KernelSpec, change: (plan: KernelPlan) => Partial<PlanDraft>): KernelPlan {
  const plan = planOf(spec);
  return completePlan({ ...plan, ...change(plan) });
}

function committed(name: string): KernelPlan {
  const url = new URL(`../../generated/plan/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { plan: KernelPlan }).plan;
}

/** A fitted plan, changed, its bounds derived anew. */
function refitted(spec: Fitted, change: (plan: KernelPlan) => Partial<PlanDraft>): KernelPlan {
  const plan = fittedPlan(spec);
  return completePlan({ ...plan, ...change(plan) });
}

/** Plans that together use everything that a plan can say. */
export const PLANS: Readonly<Record<string, () => KernelPlan>> = {
  'odd, tail as a row': () =>
    planOf({ function: 'tanh', format: 'Q8.8', range: [-4, 4], ulp: 2, segmentation: 'dyadic' }),
  'odd, tail apart': () => planOf({ function: 'tanh', format: 'Q6.6', range: [-3.7, 3.7], ulp: 2 }),
  'odd, output saturates': () => planOf({ function: 'tanh', input: 'Q4.6', output: 'Q1.15', ulp: 40 }),
  'odd, −32768 kept out': () =>
    planOf({ function: 'tanh', input: 'Q4.6', output: 'Q1.15', ulp: 40, overflow: 'saturate-symmetric' }),
  'point symmetric': () => planOf({ function: 'sigmoid', format: 'Q4.12', order: 2 }),
  'point symmetric, sum not representable': () =>
    planOf({ function: 'sigmoid', input: 'Q5.6', output: 'UQ0.8' }),
  'point symmetric, wrapping': () =>
    planOf({ function: 'sigmoid', input: 'Q6.5', output: 'Q1.15', ulp: 4, overflow: 'wrap' }),
  'even, clamped steps': () =>
    altered({ function: 'tanh', format: 'Q4.8', guard: 2 }, (plan) => ({
      fold: { sign: 1, sum: 0, slope: 0 },
      steps: plan.steps.map((step, i) => ({ ...step, clamp: 500 + 40 * i })),
    })),
  'listed exceptions': () =>
    altered({ function: 'tanh', format: 'Q4.8', ulp: 2 }, () => ({
      exceptions: { inputs: [-2048, -3, 0, 7, 300], outputs: [-200, 5, 1, -6, 255] },
    })),
  'listed exceptions, unsigned words': () =>
    altered({ function: 'sigmoid', input: 'UQ4.28', output: 'UQ0.32', ulp: 4000 }, () => ({
      exceptions: { inputs: [0, 2 ** 31 + 5, 2 ** 32 - 1], outputs: [2 ** 32 - 1, 0, 2 ** 31] },
    })),
  'scaled, a folded line longer than a word': () =>
    completePlan({
      ...planOf({ function: 'tanh', format: 'Q4.8' }),
      input: { signed: true, bits: 64, fracBits: 0 },
      output: { signed: false, bits: 8, fracBits: 1 },
      fold: { sign: 1, sum: 0, slope: 1 },
      undefined: [{ lo: '-9223372036854775808', hi: '-9223372036854775808', output: 0 }],
      range: { lo: '-9223372036854775808', hi: '9223372036854775807' },
      reduce: {
        kind: 'split',
        multiplier: 0,
        shift: 0,
        exponent: { effect: 'scale', slope: 0, offset: 0 },
      },
      tails: {},
      select: { kind: 'uniform', lo: 0, shift: 3 },
      segments: [{ lo: 0, hi: 8, origin: 0, coefficients: [0] }],
      argumentFracBits: 3,
      coefficientFracBits: [1],
      guardBits: 0,
      steps: [],
      finish: { rounding: 'floor', overflow: 'saturate' },
    }),
  'comparisons, order 0': () => planOf({ function: 'tanh', format: 'Q4.7', order: 0, ulp: 1.5 }),
  'comparisons with a tail': () =>
    altered({ function: 'tanh', format: 'Q8.8', range: [-4, 4], ulp: 2 }, (plan) => ({
      select: { kind: 'compare', bounds: plan.segments.slice(1).map(({ lo }) => lo) },
    })),
  'unsigned, low tail': () =>
    altered({ function: 'tanh', format: 'UQ4.8', order: 2 }, (plan) => ({
      range: { lo: 3, hi: plan.range.hi },
      segments: [{ ...plan.segments[0], lo: 3 }, ...plan.segments.slice(1)],
      select: { kind: 'compare', bounds: plan.segments.slice(1).map(({ lo }) => lo) },
      tails: { ...plan.tails, low: { bound: 3, output: 1 } },
    })),
  'uniform, one segment': () => planOf({ function: 'sigmoid', format: 'UQ0.8', order: 4 }),
  'uniform, many': () =>
    planOf({ function: 'tanh', format: 'Q3.9', segments: 16, segmentation: 'dyadic', order: 2, ulp: 2 }),
  'signed arguments from below zero': () => signedArguments(12),
  'signed arguments of 32 bits': () => signedArguments(32),
  'floor everywhere': () =>
    planOf({ function: 'tanh', format: 'Q4.8', rounding: 'floor', stepRounding: 'floor', ulp: 2 }),
  'floor in doubles': () =>
    planOf({ function: 'tanh', format: 'Q4.16', rounding: 'floor', stepRounding: 'floor', ulp: 2 }),
  'half-even everywhere': () =>
    planOf({ function: 'tanh', format: 'Q4.8', rounding: 'half-even', stepRounding: 'half-even', ulp: 2 }),
  'half-away everywhere': () =>
    planOf({ function: 'tanh', format: 'Q4.8', rounding: 'half-away', stepRounding: 'half-away', ulp: 2 }),
  'pseudo-stochastic everywhere': () =>
    planOf({
      function: 'tanh',
      format: 'Q4.8',
      rounding: 'pseudo-stochastic',
      stepRounding: 'pseudo-stochastic',
      ulp: 3,
    }),
  '8 bits, 32-bit products': () => planOf({ function: 'tanh', format: 'Q3.5', ulp: 1 }),
  'a floor by more bits than a double has': () =>
    altered({ function: 'tanh', format: 'Q4.8', order: 1, guard: 0, ulp: 60 }, (plan) => ({
      coefficientFracBits: [plan.coefficientFracBits[1] + 44, plan.coefficientFracBits[1]],
      steps: [{ shift: 52, rounding: 'floor' }],
    })),
  'normalised, scaled': () => planOf({ function: 'rsqrt', format: 'Q4.12' }),
  'normalised, unsigned, odd fraction': () => planOf({ function: 'rsqrt', input: 'UQ5.7', output: 'UQ4.8' }),
  'normalised, half-even': () =>
    planOf({ function: 'rsqrt', format: 'Q4.8', rounding: 'half-even', overflow: 'wrap' }),
  'normalised, floor': () => planOf({ function: 'rsqrt', format: 'Q4.8', rounding: 'floor', ulp: 2 }),
  'normalised, added': () => planOf({ function: 'log2', format: 'Q5.7' }),
  'normalised, added, no fraction': () => planOf({ function: 'log2', input: 'UQ12.0', output: 'Q5.7' }),
  split: () => planOf({ function: 'exp', format: 'Q4.8' }),
  'split, unsigned': () => planOf({ function: 'exp', input: 'UQ3.8', output: 'UQ12.4', range: [0, 7] }),
  'split, wide output': () =>
    planOf({ function: 'exp', input: 'Q4.10', output: 'UQ12.20', ulp: 2, range: [0, 3] }),
  'unsigned 32-bit output': () =>
    planOf({ function: 'sigmoid', input: 'Q4.10', output: 'UQ0.32', ulp: 40, order: 5 }),
  'unsigned 32-bit output, scaled': () =>
    planOf({ function: 'rsqrt', input: 'UQ4.8', output: 'UQ2.30', ulp: 4, order: 5 }),
  'products beyond a double': () =>
    planOf({ function: 'tanh', format: 'Q8.24', guard: 16, order: 2, error: 2 ** -14 }),
  'products beyond a double, floor': () =>
    altered({ function: 'tanh', format: 'Q8.24', guard: 16, error: 2 ** -14, order: 2 }, (plan) => ({
      steps: plan.steps.map((step) => ({ ...step, rounding: 'floor' })),
    })),
  'a tail beyond more cells than a table has': () =>
    planOf({ function: 'tanh', format: 'Q8.24', range: [-8, 8], order: 2, ulp: 16, segmentation: 'uniform' }),
  'tanh Q8.24': () => committed('tanh_q8_24'),
  'sigmoid Q8.24': () => committed('sigmoid_q8_24'),
  'rsqrt Q8.24': () => committed('rsqrt_q8_24'),
  'tanh Q8.24 as in the artifact': () => committed('tanh_q8_24_original'),
  'sigmoid Q8.24 as in the artifact': () => committed('sigmoid_q8_24_original'),
  'rsqrt Q8.24 as in the artifact': () => committed('rsqrt_q8_24_original'),
  'exp Q8.24': () => planOf({ function: 'exp', format: 'Q8.24', ulp: 2, range: [0, Math.LN2] }),
  'exp Q8.24 over a wide range': () =>
    planOf({ function: 'exp', format: 'Q8.24', order: 1, error: 2 ** -8, range: [-8, 4] }),
  'one comparison with nothing': () =>
    altered({ function: 'sigmoid', format: 'UQ0.8', order: 4 }, () => ({
      select: { kind: 'compare', bounds: [] },
    })),
  'log2 UQ16.16': () => planOf({ function: 'log2', input: 'UQ16.16', output: 'Q6.26', ulp: 2 }),
  'tanh UQ0.32': () => planOf({ function: 'tanh', format: 'UQ0.32', ulp: 8 }),

  // Periods
  'sin Q8.8': () => fittedPlan({ function: 'sin', input: 'Q8.8', output: 'Q1.15' }),
  'sin Q4.8, all inputs': () => fittedPlan({ function: 'sin', input: 'Q4.8', output: 'Q2.10' }),
  'sin Q8.24': () => fittedPlan({ function: 'sin', input: 'Q8.24', output: 'Q2.24' }),
  'sin Q32.0: every input has a count of its own': () =>
    fittedPlan({ function: 'sin', input: 'Q32.0', output: 'Q1.15', overflow: 'saturate-symmetric' }),
  'cos Q5.7 by sines': () => fittedPlan({ function: 'cos', input: 'Q5.7', output: 'Q1.15' }),
  'cos UQ8.8': () => fittedPlan({ function: 'cos', input: 'UQ8.8', output: 'Q2.14', overflow: 'wrap' }),
  'sin unfolded, counts below zero': () =>
    fittedPlan({ function: 'sin, whole', input: 'Q6.6', output: 'Q2.14', rounding: 'half-even' }),
  'sin, negated −32768 wraps': () =>
    refitted({ function: 'sin', input: 'Q4.8', output: 'Q1.11', guard: 2, overflow: 'wrap' }, (plan) => ({
      finish: { ...plan.finish, offset: -2048 },
    })),
  'sin with tails inside its period': () =>
    refitted({ function: 'sin', input: 'Q5.7', output: 'Q2.12' }, ({ segments }) => ({
      segments: segments.slice(1, -2),
      select: { kind: 'compare', bounds: segments.slice(2, -2).map(({ lo }) => lo) },
      tails: {
        low: { bound: segments[1].lo, output: 3, slope: { multiplier: 7, shift: 9, rounding: 'half-up' } },
        high: { bound: segments[segments.length - 2].lo, output: 4090 },
      },
    })),
  'counts that inputs skip': skippedCounts,
  'one quadrant, always mirrored and negated': () =>
    refitted({ function: 'sin', input: 'Q5.7', output: 'Q2.12' }, ({ reduce }) => ({
      reduce: { ...reduce, kind: 'periodic', quadrants: [{ mirror: true, negate: true }] } as never,
    })),

  // Folds before reductions
  'reciprocal Q4.8': () => fittedPlan({ function: 'reciprocal', input: 'Q4.8', output: 'Q8.8' }),
  'reciprocal Q16.16': () => fittedPlan({ function: 'reciprocal', input: 'Q16.16', output: 'Q8.24' }),
  'reciprocal, half-away': () =>
    fittedPlan({ function: 'reciprocal', input: 'Q4.6', output: 'Q8.8', rounding: 'half-away' }),
  'reciprocal, pseudo-stochastic': () =>
    fittedPlan({ function: 'reciprocal', input: 'Q4.6', output: 'Q8.8', rounding: 'pseudo-stochastic' }),
  'reciprocal UQ0.8': () => fittedPlan({ function: 'reciprocal', input: 'UQ0.8', output: 'UQ8.4' }),
  'cbrt Q5.7': () => fittedPlan({ function: 'cbrt', input: 'Q5.7', output: 'Q5.11' }),
  'ln Q4.8': () => fittedPlan({ function: 'ln', input: 'Q4.8', output: 'Q5.11' }),
  'ln UQ16.16': () => fittedPlan({ function: 'ln', input: 'UQ16.16', output: 'Q6.20' }),
  'expm1 Q4.8': () => fittedPlan({ function: 'expm1', input: 'Q4.8', output: 'Q6.8', range: [-8, 3] }),
  'expm1, half-even': () =>
    fittedPlan({
      function: 'expm1',
      input: 'Q4.8',
      output: 'Q4.8',
      range: [-8, 2],
      rounding: 'half-even',
      overflow: 'wrap',
    }),
  'expm1 Q8.16': () => fittedPlan({ function: 'expm1', input: 'Q8.16', output: 'Q8.16', range: [-8, 4] }),

  // Slopes and holes
  'silu Q4.8': () => fittedPlan({ function: 'silu', input: 'Q4.8', output: 'Q4.8', segments: 32 }),
  'silu, finer output, affine tail': () =>
    fittedPlan({
      function: 'silu',
      input: 'Q5.6',
      output: 'Q6.8',
      range: [-8, 8],
      tails: { high: { bound: 512, output: 0, slope: { multiplier: 4, shift: 0, rounding: 'floor' } } },
    }),
  'silu to a coarser output is not folded': () =>
    fittedPlan({ function: 'silu', input: 'Q4.10', output: 'Q4.6', segments: 64 }),
  'softplus, both tails': () =>
    fittedPlan({
      function: 'softplus',
      input: 'Q6.6',
      output: 'Q4.8',
      range: [-8, 8],
      tails: {
        low: { bound: -512, output: 0 },
        high: { bound: 512, output: 0, slope: { multiplier: 4, shift: 0, rounding: 'floor' } },
      },
    }),
  'softplus, wrapping slopes': () =>
    fittedPlan({
      function: 'softplus',
      input: 'Q6.6',
      output: 'Q2.6',
      range: [-8, 8],
      overflow: 'wrap',
      tails: {
        low: { bound: -512, output: 9, slope: { multiplier: -13, shift: 7, rounding: 'half-away' } },
        high: { bound: 512, output: -5, slope: { multiplier: 13, shift: 5, rounding: 'half-even' } },
      },
    }),
  'asin Q3.9': () => fittedPlan({ function: 'asin', input: 'Q3.9', output: 'Q2.10', segments: 64 }),
  'asin unsigned': () => fittedPlan({ function: 'asin', input: 'UQ1.7', output: 'UQ1.7', segments: 32 }),
  'hard-sigmoid Q4.4': () =>
    fittedPlan({ function: 'hard-sigmoid', input: 'Q4.4', output: 'Q2.6', order: 1 }),
  'sigmoid, affine tail': () =>
    fittedPlan({
      function: 'sigmoid',
      input: 'Q5.6',
      output: 'Q1.11',
      range: [-4, 4],
      tails: {
        high: { bound: 256, output: 1960, slope: { multiplier: 1, shift: 3, rounding: 'half-even' } },
      },
    }),

  'an odd offset after ties to even': () =>
    altered(
      { function: 'tanh', format: 'Q4.8', guard: 1, ulp: 2, rounding: 'half-even' },
      ({ finish, fold: _fold, ...plan }) => ({
        finish: { ...finish, offset: 7 },
        fold: { sign: 1, sum: 0, slope: 0 },
        tails: plan.tails,
      }),
    ),

  // 64 bits
  'tanh-like Q40.24': () => fittedPlan({ ...WIDE_SIGMOID, input: 'Q40.24', output: 'Q40.24' }),
  'sigmoid Q32.32': () => fittedPlan({ ...WIDE_SIGMOID, input: 'Q32.32', output: 'Q32.32' }),
  'sigmoid UQ0.64 out': () => fittedPlan({ ...WIDE_SIGMOID, input: 'Q8.24', output: 'UQ0.64' }),
  'sigmoid Q1.63 out': () =>
    fittedPlan({ ...WIDE_SIGMOID, input: 'Q4.36', output: 'Q1.63', overflow: 'wrap' }),
  'sigmoid of 64 bits to 16': () => fittedPlan({ ...WIDE_SIGMOID, input: 'Q20.44', output: 'Q1.15' }),
  'silu Q32.32': () =>
    fittedPlan({
      function: 'silu',
      input: 'Q32.32',
      output: 'Q32.32',
      range: [-32, 32],
      tails: {
        high: { bound: 32 * 2 ** 32, output: 0, slope: { multiplier: 1, shift: 0, rounding: 'floor' } },
      },
    }),
  'sin Q32.32': () => fittedPlan({ function: 'sin', input: 'Q32.32', output: 'Q32.32' }),
  'sin Q62.2 to Q2.30': () => fittedPlan({ function: 'sin', input: 'Q62.2', output: 'Q2.30' }),
  'cos UQ40.24': () => fittedPlan({ function: 'cos', input: 'UQ40.24', output: 'Q2.62' }),
  'reciprocal Q32.32': () => fittedPlan({ function: 'reciprocal', input: 'Q32.32', output: 'Q32.32' }),
  'reciprocal UQ64.0': () =>
    fittedPlan({ function: 'reciprocal', input: 'UQ64.0', output: 'UQ0.64', rounding: 'half-even' }),
  'ln UQ32.32': () => fittedPlan({ function: 'ln', input: 'UQ32.32', output: 'Q8.56' }),
  'expm1 Q32.32': () =>
    fittedPlan({ function: 'expm1', input: 'Q32.32', output: 'Q32.32', range: [-20, 20] }),
  'expm1 Q64.0': () => fittedPlan({ function: 'expm1', input: 'Q64.0', output: 'Q16.48', range: [-20, 10] }),
  'softplus Q32.32': () =>
    fittedPlan({
      function: 'softplus',
      input: 'Q32.32',
      output: 'Q31.33',
      range: [-32, 32],
      overflow: 'saturate-symmetric',
      tails: {
        low: { bound: -32 * 2 ** 32, output: 0 },
        high: { bound: 32 * 2 ** 32, output: 0, slope: { multiplier: 2, shift: 0, rounding: 'floor' } },
      },
    }),
  'asin Q2.62': () =>
    fittedPlan({ function: 'asin', input: 'Q2.62', output: 'Q2.40', order: 1, segments: 64 }),
  'signed arguments of 64 bits': () => signedArguments(64),

  // 16-bit formats whose arithmetic doubles can't do
  'half-even products of 60 bits': () =>
    fittedPlan({ ...WIDE_SIGMOID, input: 'Q4.12', output: 'Q1.15', guard: 36, stepRounding: 'half-even' }),
  'comparisons of 32-bit arguments, accumulators of 70 bits': () =>
    refitted({ ...WIDE_SIGMOID, input: 'Q4.28', output: 'Q1.31', guard: 36 }, ({ segments }) => ({
      select: { kind: 'compare', bounds: segments.slice(1).map(({ lo }) => lo) },
    })),
  ...Object.fromEntries(
    ROUNDING_MODES.flatMap((rounding) => [
      [`sigmoid Q20.44, ${rounding}`, () => roundedWide(rounding, 'Q20.44', 'Q2.40', 2)],
      [`sigmoid Q4.60, ${rounding}`, () => roundedWide(rounding, 'Q4.60', 'Q1.63', 24)],
      [`reciprocal Q16.48, ${rounding}`, () => scaledWide(rounding)],
      [`ties of products in two words, ${rounding}`, () => ties(rounding, 44, 44n, 45)],
      [`ties of products in two words, by more than one, ${rounding}`, () => ties(rounding, 44, 59n, 66)],
      [`ties of products of 256 bits, ${rounding}`, () => ties(rounding, 64, 62n, 63)],
    ]),
  ),
  ...Object.fromEntries(
    OVERFLOW_MODES.filter((overflow) => overflow !== 'error').flatMap((overflow) => [
      [`cos, ${overflow}`, () => fittedPlan({ function: 'cos', input: 'Q5.7', output: 'Q1.11', overflow })],
      [`silu, ${overflow}`, () => fittedPlan({ function: 'silu', input: 'Q4.8', output: 'Q2.8', overflow })],
      [
        `silu Q24.40, ${overflow}`,
        () => fittedPlan({ function: 'silu', input: 'Q24.16', output: 'Q24.40', overflow, segments: 1024 }),
      ],
      [
        `reciprocal UQ8.56, ${overflow}`,
        () => fittedPlan({ function: 'reciprocal', input: 'UQ8.56', output: 'UQ8.56', overflow }),
      ],
    ]),
  ),
};

const WIDE_SIGMOID = {
  function: 'sigmoid',
  input: 'Q40.24',
  output: 'Q40.24',
  range: [-4, 4],
} as const satisfies Fitted;

function roundedWide(rounding: RoundingMode, input: string, output: string, guard: number): KernelPlan {
  return fittedPlan({ ...WIDE_SIGMOID, input, output, guard, rounding, stepRounding: rounding });
}

function scaledWide(rounding: RoundingMode): KernelPlan {
  return fittedPlan({ function: 'reciprocal', input: 'Q16.48', output: 'Q24.40', rounding });
}

/** y = −3 · 2^exponent · x · 2^-shift + 5: where x has the right power of two, every product is a tie. */
function ties(rounding: RoundingMode, bits: number, exponent: bigint, shift: number): KernelPlan {
  const [lo, hi] = [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1)];
  const format = { signed: true, bits, fracBits: bits - 1 };
  return completePlan({
    name: 'ties',
    function: 'ties',
    input: format,
    output: format,
    range: { lo: toInteger(lo), hi: toInteger(hi - 1n) },
    target: { ulp: 1 },
    reduce: { kind: 'none' },
    tails: {},
    select: { kind: 'uniform', lo: toInteger(lo), shift: bits },
    segments: [
      { lo: toInteger(lo), hi: toInteger(hi), origin: 0, coefficients: [toInteger(-3n << exponent), 5] },
    ],
    argumentFracBits: format.fracBits,
    coefficientFracBits: [shift + 1, format.fracBits + 1],
    guardBits: 1,
    steps: [{ shift, rounding }],
    finish: { rounding, overflow: 'wrap' },
  });
}

/** A period of which every input is several: z is 16 inputs, a count 8. */
function skippedCounts(): KernelPlan {
  return completePlan({
    name: 'skipped',
    function: 'skipped',
    input: { signed: false, bits: 13, fracBits: 13 },
    output: { signed: true, bits: 17, fracBits: 2 },
    range: { lo: 0, hi: 8191 },
    target: { ulp: 1 },
    reduce: {
      kind: 'periodic',
      multiplier: 1,
      shift: -4,
      quadrants: [
        { mirror: false, negate: true },
        { mirror: true, negate: false },
      ],
    },
    tails: {},
    select: { kind: 'uniform', lo: 0, shift: 4 },
    segments: [{ lo: 0, hi: 9, origin: 4, coefficients: [1966, -144] }],
    argumentFracBits: 3,
    coefficientFracBits: [12, 9],
    guardBits: 7,
    steps: [{ shift: 6, rounding: 'half-up' }],
    finish: { rounding: 'half-up', overflow: 'saturate' },
  });
}

/** An increasing function of signed arguments, without any symmetry: four equal segments from the least on. */
function signedArguments(bits: number): KernelPlan {
  const least = -(2 ** (bits - 1));
  const quarter = 2 ** (bits - 2);
  const starts = [0, 1, 2, 3].map((i) => least + i * quarter);
  const { fold: _fold, ...plan } = planOf({ function: 'tanh', format: 'Q3.5', order: 1, ulp: 20 });
  return completePlan({
    ...plan,
    input: { signed: true, bits, fracBits: 8 },
    output: { signed: true, bits: 12, fracBits: 8 },
    range: { lo: toInteger(BigInt(least)), hi: toInteger(-BigInt(least) - 1n) },
    reduce: { kind: 'none' },
    tails: {},
    select: { kind: 'uniform', lo: toInteger(BigInt(least)), shift: bits - 2 },
    segments: starts.map((lo, i) => ({
      lo: toInteger(BigInt(lo)),
      hi: toInteger(BigInt(lo + quarter)),
      origin: toInteger(BigInt(lo)),
      coefficients: [3 + i, 1000 * i - 1500],
    })),
    argumentFracBits: 8,
    coefficientFracBits: [2 + (bits - 8), 10],
    guardBits: 2,
    steps: [{ shift: bits - 8, rounding: 'half-up' }],
  });
}
