import { afterAll, describe, expect, it } from 'vitest';
import { completePlan } from '../../src/plan/build.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan, PlanDraft } from '../../src/plan/plan.js';
import type { KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { judgeMutants, newTally, report } from '../verify/judge-mutants.js';

const planOf = async (spec: KernelSpec): Promise<KernelPlan> => (await synthesize(spec)).plan;

/** A plan made from another one, its bounds derived anew. */
async function altered(
  spec: KernelSpec,
  change: (plan: KernelPlan) => Partial<PlanDraft>,
): Promise<KernelPlan> {
  const plan = await planOf(spec);
  return completePlan({ ...plan, ...change(plan) });
}

/** Every reduction, selection, tail, fold, rounding and overflow, mostly of 8 to 12 bits. */
const PLANS: Readonly<Record<string, () => Promise<KernelPlan>>> = {
  'odd, a constant tail': () => planOf({ function: 'tanh', format: 'Q4.6' }),
  'half-even after floors': () =>
    planOf({
      function: 'tanh',
      format: 'Q5.4',
      range: [-4, 4],
      rounding: 'half-even',
      stepRounding: 'floor',
      ulp: 2,
    }),
  constants: () => planOf({ function: 'tanh', input: 'Q4.4', output: 'Q1.7', order: 0, ulp: 4 }),
  'equal segments': () => planOf({ function: 'tanh', format: 'Q3.6', segmentation: 'uniform', order: 1 }),
  'half-away': () =>
    planOf({
      function: 'tanh',
      format: 'Q3.6',
      segmentation: 'dyadic',
      order: 2,
      rounding: 'half-away',
      stepRounding: 'half-away',
    }),
  'point symmetric, symmetric saturation': () =>
    planOf({
      function: 'sigmoid',
      input: 'Q4.5',
      output: 'Q1.9',
      order: 2,
      overflow: 'saturate-symmetric',
    }),
  'unsigned, pseudo-stochastic': () =>
    planOf({
      function: 'sigmoid',
      input: 'UQ3.6',
      output: 'UQ0.10',
      rounding: 'pseudo-stochastic',
      stepRounding: 'pseudo-stochastic',
      ulp: 2,
    }),
  even: () => planOf({ function: 'gaussian', format: 'Q4.6', order: 2 }),
  slanted: () => planOf({ function: 'silu', input: 'Q4.5', output: 'Q5.6' }),
  'slanted, an affine tail': () =>
    planOf({ function: 'softplus', input: 'Q5.5', output: 'Q6.5', range: [-8, 8] }),
  'a constant and an affine tail': () => planOf({ function: 'elu', format: 'Q4.6' }),
  'two constant tails': () => planOf({ function: 'relu6', format: 'Q5.4' }),
  comparisons: () =>
    altered({ function: 'tanh', format: 'Q3.6', order: 2 }, ({ segments }) => ({
      select: { kind: 'compare', bounds: segments.slice(1).map(({ lo }) => lo) },
    })),
  'clamped steps': () =>
    altered({ function: 'tanh', format: 'Q4.6' }, ({ steps, guardBits }) => ({
      // Results stay four ulps below one.
      steps: steps.map((step, i) => ({ ...step, clamp: i < 2 ? 1e6 : 60 * 2 ** guardBits })),
      target: { ulp: 8 },
    })),
  exceptions: () =>
    altered({ function: 'tanh', format: 'Q4.6' }, (plan) => {
      // Every tenth output that is not the nearest, put right.
      const inputs = Array.from({ length: 1024 }, (_, i) => i - 512)
        .filter((x) => Math.round(Math.tanh(x / 64) * 64) !== Number(interpret(plan, x)))
        .filter((_, i) => i % 10 === 0);
      return { exceptions: { inputs, outputs: inputs.map((x) => Math.round(Math.tanh(x / 64) * 64)) } };
    }),
  'normalised, scaled': () => planOf({ function: 'rsqrt', format: 'Q4.6', order: 2 }),
  'normalised, scaled, wrapping': () => planOf({ function: 'rsqrt', format: 'Q4.6', overflow: 'wrap' }),
  'normalised, unsigned': () => planOf({ function: 'sqrt', input: 'UQ4.6', output: 'UQ3.8' }),
  'normalised by eights, folded': () => planOf({ function: 'cbrt', format: 'Q4.6' }),
  'normalised, folded': () => planOf({ function: 'reciprocal', format: 'Q4.6' }),
  'normalised, added': () => planOf({ function: 'log2', input: 'UQ4.6', output: 'Q5.7' }),
  'normalised, an irrational added': () => planOf({ function: 'log', format: 'Q5.5' }),
  split: () => planOf({ function: 'exp', format: 'Q4.6' }),
  'split, unsigned output': () =>
    planOf({ function: 'exp2', input: 'Q4.6', output: 'UQ8.4', range: [-4, 7] }),
  'split, an offset at the end': () => planOf({ function: 'expm1', format: 'Q4.6' }),
  'periodic, folded': () => planOf({ function: 'sin', input: 'Q5.5', output: 'Q2.8', ulp: 2 }),
  'periodic, unsigned': () => planOf({ function: 'cos', input: 'UQ5.5', output: 'Q1.9', ulp: 2 }),
  'no value on two sides': () => planOf({ function: 'asin', format: 'Q2.7' }),
  'no value on two sides of nothing symmetric': () => planOf({ function: 'logit', format: 'Q4.6' }),
  '16 bits': () => planOf({ function: 'tanh', input: 'Q4.12', output: 'Q1.15', order: 4 }),
};

/** What the plans above must have between them. */
function featuresOf(plan: KernelPlan): readonly string[] {
  const { reduce, select, fold, tails, finish, steps } = plan;
  return [
    'exponent' in reduce ? `${reduce.kind}, ${reduce.exponent.effect}` : reduce.kind,
    select.kind,
    ...(fold ? [`fold ${fold.sign} ${Math.sign(Number(fold.sum))} ${fold.slope}`] : []),
    ...Object.entries(tails).map(([side, tail]) => `${side} tail, ${tail?.slope ? 'affine' : 'constant'}`),
    ...(plan.undefined ? ['undefined'] : []),
    ...(plan.exceptions ? ['exceptions'] : []),
    ...(finish.offset === undefined ? [] : ['offset']),
    finish.rounding,
    finish.overflow,
    ...steps.flatMap((step) => [`step ${step.rounding}`, ...(step.clamp === undefined ? [] : ['clamp'])]),
  ];
}

const FEATURES = [
  ...['none', 'normalise, scale', 'normalise, add', 'split, scale', 'periodic'],
  ...['uniform', 'lookup', 'compare'],
  ...['fold -1 0 0', 'fold -1 1 0', 'fold 1 0 0', 'fold 1 0 1'],
  ...['low tail, constant', 'high tail, constant', 'high tail, affine'],
  ...['undefined', 'exceptions', 'offset', 'clamp'],
  ...['half-up', 'half-even', 'half-away', 'pseudo-stochastic'],
  ...['step half-up', 'step floor', 'step half-away', 'step pseudo-stochastic'],
  ...['saturate', 'saturate-symmetric', 'wrap'],
];

const tally = newTally();

describe('every one-unit change, and every other word, of a plan is noticed', () => {
  it('in plans that have all that a plan can have', async () => {
    const plans = await Promise.all(Object.values(PLANS).map((make) => make()));
    const found = new Set(plans.flatMap(featuresOf));
    expect(FEATURES.filter((feature) => !found.has(feature))).toEqual([]);
  });

  it.each(Object.keys(PLANS))('%s', async (name) => judgeMutants(await PLANS[name](), tally));

  afterAll(() => console.log(report(tally)));
});
