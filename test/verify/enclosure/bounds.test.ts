import { describe, expect, it } from 'vitest';
import { findFunction } from '../../../src/function/catalogue.js';
import { completePlan } from '../../../src/plan/build.js';
import type { KernelPlan } from '../../../src/plan/plan.js';
import { propose } from '../../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../../src/spec.js';
import { provenBounds } from '../../../src/verify/enclosure/bounds.js';
import { verify } from '../../../src/verify/verify.js';

/** Every reduction, fold, tail, rounding and overflow mode, small enough to be run on every input as well. */
const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q4.12', order: 2, ulp: 2 },
  { function: 'tanh', format: 'Q1.15', ulp: 1 },
  { function: 'tanh', input: 'Q4.12', output: 'UQ0.8' },
  { function: 'tanh', format: 'UQ4.12', range: [0, 6], stepRounding: 'floor', ulp: 3 },
  { function: 'sigmoid', format: 'Q5.11', rounding: 'floor', ulp: 2 },
  {
    function: 'sigmoid',
    format: 'Q4.8',
    stepRounding: 'pseudo-stochastic',
    rounding: 'pseudo-stochastic',
    ulp: 3,
  },
  { function: 'sigmoid', format: 'Q1.11', overflow: 'saturate-symmetric', rounding: 'half-even' },
  { function: 'rsqrt', format: 'Q4.12', range: [0.25, 7], ulp: 2 },
  { function: 'rsqrt', format: 'UQ5.11', rounding: 'half-away' },
  { function: 'reciprocal', format: 'Q4.8' },
  { function: 'log2', input: 'UQ4.8', output: 'Q5.11' },
  { function: 'log', input: 'UQ6.10', output: 'Q5.11', range: [0.01, 60], ulp: 2 },
  { function: 'exp', format: 'Q4.8', range: [-7, 2], ulp: 2 },
  { function: 'exp', format: 'Q4.12', range: [-8, 2], ulp: 2 },
  { function: 'exp2', input: 'Q5.7', output: 'UQ8.8', range: [-16, 8], ulp: 2 },
  { function: 'expm1', format: 'Q5.7', range: [-4, 2], ulp: 2 },
  { function: 'sin', format: 'Q6.10' },
  { function: 'cos', input: 'Q4.8', output: 'Q1.11' },
  { function: 'silu', format: 'Q4.12' },
  { function: 'gaussian', format: 'Q4.8' },
  { function: 'cosh', format: 'Q8.8', ulp: 2 },
  { function: 'asin', format: 'Q2.12', ulp: 2 },
  { function: 'log1p', input: 'UQ4.8', output: 'Q4.8', ulp: 2 },
];

/** Bounds are at most this far above the errors, in ulps: they take all roundings to be at their worst together. */
const LOOSENESS = 1;

const planOf = (spec: KernelSpec): KernelPlan => propose(resolveSpec(spec)).plan;

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('the bounds of %s', (_, spec) => {
  const plan = planOf(spec);
  const definition = findFunction(plan.function);

  it('are not below what running every input shows, nor far above', async () => {
    const { certificate } = await verify(plan);
    const bounds = provenBounds(plan, definition);
    expect(bounds.claim).toBeGreaterThanOrEqual(certificate.claim.maxUlp - 1e-6);
    expect(bounds.format).toBeGreaterThanOrEqual(certificate.format.maxUlp - 1e-6);
    expect(bounds.claim).toBeLessThan(certificate.claim.maxUlp + LOOSENESS);
    if (certificate.tails) {
      expect(bounds.tails).toBeGreaterThanOrEqual(certificate.tails.maxUlp - 1e-6);
      expect(bounds.tails).toBeLessThan(certificate.tails.maxUlp + LOOSENESS);
    }
  });

  it('hold for kernels that are wrong', async () => {
    for (const wrong of wrongPlans(plan)) {
      const { certificate } = await verify(wrong);
      const bounds = provenBounds(wrong, definition);
      expect(bounds.claim).toBeGreaterThanOrEqual(certificate.claim.maxUlp - 1e-6);
      expect(bounds.format).toBeGreaterThanOrEqual(certificate.format.maxUlp - 1e-6);
    }
  });
});

/** Kernels of the same shape that err more. */
function wrongPlans(plan: KernelPlan): readonly KernelPlan[] {
  const middle = Math.floor(plan.segments.length / 2);
  const changed = (change: (segment: KernelPlan['segments'][number]) => KernelPlan['segments'][number]) =>
    completePlan({
      ...plan,
      segments: plan.segments.map((segment, i) => (i === middle ? change(segment) : segment)),
    });
  const { tails } = plan;
  return [
    changed((segment) => ({ ...segment, origin: Number(segment.origin) + 2 })),
    changed(({ coefficients, ...segment }) => ({
      ...segment,
      coefficients: coefficients.map((c, i) => Number(c) + (i === coefficients.length - 1 ? 9 : -3)),
    })),
    ...(tails.high
      ? [
          completePlan({
            ...plan,
            tails: { ...tails, high: { ...tails.high, output: Number(tails.high.output) - 3 } },
          }),
        ]
      : []),
  ];
}

describe('nothing is proven of', () => {
  const proven = (plan: KernelPlan): boolean =>
    provenBounds(plan, findFunction(plan.function)).claim < 2 ** plan.output.bits;
  const tanh = planOf({ function: 'tanh', format: 'Q4.8' });
  const exp = planOf({ function: 'exp', format: 'Q4.8' });
  const sin = planOf({ function: 'sin', format: 'Q6.10' });
  const log2 = planOf({ function: 'log2', input: 'UQ4.8', output: 'Q5.11' });

  it('the plans themselves is not so', () => {
    expect([tanh, exp, sin, log2].map(proven)).toEqual([true, true, true, true]);
  });

  it.each([
    ['another fold than the function’s', { ...tanh, fold: { sign: 1, sum: 0, slope: 0 } }],
    [
      'a stretch without values where the function has one',
      { ...tanh, undefined: [{ lo: 1, hi: 5, output: 0 }] },
    ],
    ['steps that clamp', { ...tanh, steps: tanh.steps.map((step) => ({ ...step, clamp: 1000 })) }],
    ['another offset', { ...exp, finish: { ...exp.finish, offset: 1 } }],
    [
      'another scale',
      { ...exp, reduce: { ...exp.reduce, exponent: { effect: 'scale', slope: 1, offset: 1 } } },
    ],
    ['another function’s reduction', { ...exp, reduce: sin.reduce }],
    ['quadrants in another order', { ...sin, reduce: { ...sin.reduce, quadrants: [] } }],
    ['another step', { ...log2, reduce: { ...log2.reduce, step: 2 } }],
    ['another width', { ...log2, argumentFracBits: log2.argumentFracBits + 1 }],
  ])('%s', (_, plan) => {
    expect(proven(plan as KernelPlan)).toBe(false);
  });
});
