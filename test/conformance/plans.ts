import { readFileSync } from 'node:fs';
import { completePlan } from '../../src/plan/build.js';
import type { KernelPlan, PlanDraft } from '../../src/plan/plan.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';

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

/** Plans that together use everything that a plan can say. */
export const PLANS: Readonly<Record<string, () => KernelPlan>> = {
  'odd, tail as a row': () => planOf({ function: 'tanh', format: 'Q8.8', range: [-4, 4], ulp: 2 }),
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
      reduce: { kind: 'even' },
      steps: plan.steps.map((step, i) => ({ ...step, clamp: 500 + 40 * i })),
    })),
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
    planOf({ function: 'tanh', format: 'Q8.24', guard: 12, order: 2, error: 2 ** -14 }),
  'products beyond a double, floor': () =>
    altered({ function: 'tanh', format: 'Q8.24', guard: 16, error: 2 ** -14, order: 2 }, (plan) => ({
      steps: plan.steps.map((step) => ({ ...step, rounding: 'floor' })),
    })),
  'tanh Q8.24': () => committed('tanh_q8_24'),
  'sigmoid Q8.24': () => committed('sigmoid_q8_24'),
  'rsqrt Q8.24': () => committed('rsqrt_q8_24'),
  'tanh Q8.24 as in the artifact': () => committed('tanh_q8_24_original'),
  'sigmoid Q8.24 as in the artifact': () => committed('sigmoid_q8_24_original'),
  'rsqrt Q8.24 as in the artifact': () => committed('rsqrt_q8_24_original'),
  'exp Q8.24': () => planOf({ function: 'exp', format: 'Q8.24', ulp: 2 }),
  'exp Q8.24 over a wide range': () =>
    planOf({ function: 'exp', format: 'Q8.24', order: 1, error: 2 ** -8, range: [-8, 4] }),
  'one comparison with nothing': () =>
    altered({ function: 'sigmoid', format: 'UQ0.8', order: 4 }, () => ({
      select: { kind: 'compare', bounds: [] },
    })),
  'log2 UQ16.16': () => planOf({ function: 'log2', input: 'UQ16.16', output: 'Q6.26', ulp: 2 }),
  'tanh UQ0.32': () => planOf({ function: 'tanh', format: 'UQ0.32', ulp: 8 }),
};

/** An increasing function of signed arguments, without any symmetry: four equal segments from the least on. */
function signedArguments(bits: number): KernelPlan {
  const least = -(2 ** (bits - 1));
  const quarter = 2 ** (bits - 2);
  const starts = [0, 1, 2, 3].map((i) => least + i * quarter);
  return completePlan({
    ...planOf({ function: 'tanh', format: 'Q3.5', order: 1, ulp: 20 }),
    input: { signed: true, bits, fracBits: 8 },
    output: { signed: true, bits: 12, fracBits: 8 },
    range: { lo: least, hi: -least - 1 },
    reduce: { kind: 'none' },
    tails: {},
    select: { kind: 'uniform', lo: least, shift: bits - 2 },
    segments: starts.map((lo, i) => ({
      lo,
      hi: lo + quarter,
      origin: lo,
      coefficients: [3 + i, 1000 * i - 1500],
    })),
    argumentFracBits: 8,
    coefficientFracBits: [2 + (bits - 8), 10],
    guardBits: 2,
    steps: [{ shift: bits - 8, rounding: 'half-up' }],
  });
}
