import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { planBounds } from '../../src/plan/bounds.js';
import type { NarrowPlan } from '../../src/plan/narrow.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { checkWellFormed, WELL_FORMED } from '../../src/plan/wellformed.js';
import type { KernelSpec } from '../../src/spec.js';
import { planOf } from './plans.js';

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Draft = Mutable<NarrowPlan>;

const specs = {
  lookup: { function: 'tanh', format: 'Q4.12', order: 2, range: [-3, 3], ulp: 12, segmentation: 'dyadic' },
  uniform: { function: 'log2', format: 'Q4.12', segments: 8, segmentation: 'dyadic' },
  compare: { function: 'tanh', range: [-7.3, 7.3], segments: 5, segmentation: 'dyadic', ulp: 9, order: 4 },
  normalise: { function: 'rsqrt', format: 'Q4.4' },
  split: { function: 'exp', format: 'Q4.12', range: [-8, 2] },
} as const satisfies Record<string, KernelSpec>;

/** A change that breaks one rule, and whether the bounds follow it so that no other rule is broken first. */
interface Mutation {
  readonly code: string;
  readonly what: string;
  readonly of: keyof typeof specs;
  readonly change: (plan: Draft) => void;
  readonly keepBounds?: boolean;
}

const select = <K extends Draft['select']['kind']>(plan: Draft, kind: K) => {
  if (plan.select.kind !== kind) throw new TypeError(`${plan.name} has no ${kind} selection`);
  return plan.select as Extract<Draft['select'], { kind: K }>;
};
const normalisation = (plan: Draft) => {
  if (plan.reduce.kind !== 'normalise') throw new TypeError(`${plan.name} does not normalise`);
  return plan.reduce;
};
const last = <T>(values: readonly T[]): T => values[values.length - 1];

const mutations: readonly Mutation[] = [
  {
    code: 'form',
    what: 'an older schema',
    of: 'lookup',
    change: (plan) => Object.assign(plan, { schema: 'approxgen-plan/0' }),
  },
  {
    code: 'form',
    what: 'a coefficient of −0',
    of: 'lookup',
    change: (plan) => (plan.segments[0].coefficients[0] = -0),
  },
  {
    code: 'form',
    what: 'a fraction as coefficient',
    of: 'uniform',
    change: (plan) => (plan.segments[1].coefficients[1] += 0.5),
  },
  {
    code: 'form',
    what: 'a coefficient of 2^53',
    of: 'compare',
    change: (plan) => (plan.segments[0].coefficients[0] = 2 ** 53),
  },
  { code: 'form', what: 'NaN for an origin', of: 'lookup', change: (p) => (p.segments[0].origin = NaN) },
  { code: 'form', what: 'half a shift', of: 'lookup', change: (p) => (p.steps[0].shift += 0.5) },
  { code: 'form', what: 'a tail of −0', of: 'lookup', change: (p) => (p.tails.high!.output = -0) },
  { code: 'form', what: 'half a guard bit', of: 'lookup', change: (p) => (p.guardBits += 0.5) },
  {
    code: 'form',
    what: 'an exponent offset of −0',
    of: 'normalise',
    change: (plan) => Object.assign(normalisation(plan).exponent, { offset: -0 }),
  },
  {
    code: 'form',
    what: 'a fraction where there is no value',
    of: 'normalise',
    change: (plan) => (plan.undefined![0].output = 0.5),
  },
  {
    code: 'sizes',
    what: 'more fraction bits than bits',
    of: 'lookup',
    change: (p) => (p.input.fracBits = 40),
  },
  { code: 'form', what: 'a field of nobody’s', of: 'lookup', change: (p) => Object.assign(p, { evil: 1 }) },
  { code: 'form', what: 'a name with a path', of: 'lookup', change: (p) => (p.name = '../x') },
  { code: 'form', what: 'a name of two lines', of: 'lookup', change: (p) => (p.name = 'a\nb') },
  { code: 'form', what: 'a target of nothing', of: 'lookup', change: (p) => (p.target = {}) },
  {
    code: 'form',
    what: 'a target that is a text',
    of: 'lookup',
    change: (p) => Object.assign(p, { target: 'x' }),
  },
  {
    code: 'form',
    what: 'no provenance',
    of: 'lookup',
    change: (p) => Object.assign(p, { provenance: undefined }),
  },
  {
    code: 'form',
    what: 'a command of two lines',
    of: 'lookup',
    change: (p) => (p.provenance.command = 'approxgen\nrm'),
  },
  {
    code: 'form',
    what: 'an overflow mode that is none',
    of: 'lookup',
    change: (p) => Object.assign(p.finish, { overflow: 'bogus' }),
  },
  {
    code: 'form',
    what: 'a sign that is a text',
    of: 'lookup',
    change: (p) => Object.assign(p.input, { signed: 'no' }),
  },
  { code: 'range', what: 'a reversed range', of: 'lookup', change: (p) => (p.range.lo = p.range.hi + 1) },
  { code: 'range', what: 'a range below the format', of: 'lookup', change: (p) => (p.range.lo = -32769) },
  { code: 'range', what: 'a range above the format', of: 'lookup', change: (p) => (p.range.hi = 32768) },
  {
    code: 'form',
    what: 'a shape that asks for nothing',
    of: 'lookup',
    change: (plan) => (plan.shape = {}),
  },
  {
    code: 'form',
    what: 'a distance below 0',
    of: 'lookup',
    change: (plan) => (plan.shape = { continuous: -1 }),
  },
  {
    code: 'form',
    what: 'monotone: false',
    of: 'lookup',
    change: (plan) => Object.assign(plan, { shape: { monotone: false, continuous: 1 } }),
  },
  { code: 'segments', what: 'no segments', of: 'lookup', change: (plan) => (plan.segments = []) },
  { code: 'segments', what: 'a gap', of: 'lookup', change: (plan) => plan.segments[1].lo++ },
  { code: 'segments', what: 'an overlap', of: 'lookup', change: (plan) => plan.segments[0].hi++ },
  {
    code: 'segments',
    what: 'an empty segment',
    of: 'uniform',
    change: (plan) => (last(plan.segments).hi = last(plan.segments).lo),
  },
  {
    code: 'segments',
    what: 'a coefficient too few',
    of: 'lookup',
    change: (plan) => plan.segments[1].coefficients.pop(),
  },
  {
    code: 'segments',
    what: 'a coefficient too many',
    of: 'lookup',
    change: (plan) => plan.segments[1].coefficients.push(0),
  },
  {
    code: 'segments',
    what: 'segments in reverse',
    of: 'lookup',
    change: (plan) => (plan.segments = plan.segments.toReversed()),
  },
  { code: 'steps', what: 'a shift that is one off', of: 'lookup', change: (plan) => plan.steps[1].shift++ },
  {
    code: 'steps',
    what: 'another fraction for one degree',
    of: 'lookup',
    change: (plan) => plan.coefficientFracBits[1]--,
  },
  {
    code: 'steps',
    what: 'a fraction too few',
    of: 'lookup',
    change: (plan) => plan.coefficientFracBits.pop(),
  },
  { code: 'steps', what: 'a guard bit more', of: 'lookup', change: (plan) => plan.guardBits++ },
  { code: 'steps', what: 'another argument', of: 'lookup', change: (plan) => plan.argumentFracBits++ },
  {
    code: 'selection',
    what: 'an entry of the map that is one off',
    of: 'lookup',
    change: (plan) => select(plan, 'lookup').map[Math.floor(select(plan, 'lookup').map.length / 2)]++,
  },
  {
    code: 'selection',
    what: 'the last entry of the map missing',
    of: 'lookup',
    change: (plan) => select(plan, 'lookup').map.pop(),
  },
  {
    code: 'selection',
    what: 'a map that begins one argument later',
    of: 'lookup',
    change: (plan) => select(plan, 'lookup').lo++,
  },
  {
    code: 'selection',
    what: 'narrower cells',
    of: 'uniform',
    change: (plan) => select(plan, 'uniform').shift--,
  },
  {
    code: 'selection',
    what: 'wider cells',
    of: 'uniform',
    change: (plan) => select(plan, 'uniform').shift++,
  },
  {
    code: 'selection',
    what: 'a bound that is one late',
    of: 'compare',
    change: (plan) => select(plan, 'compare').bounds[3]++,
  },
  {
    code: 'selection',
    what: 'a bound that is one early',
    of: 'compare',
    change: (plan) => select(plan, 'compare').bounds[3]--,
  },
  {
    code: 'selection',
    what: 'a bound too few',
    of: 'compare',
    change: (plan) => select(plan, 'compare').bounds.pop(),
  },
  {
    code: 'offset',
    what: 'more added to a result than saturates it',
    of: 'normalise',
    change: (plan) => (plan.finish.offset = 2 ** 9 + 1),
  },
  { code: 'tails', what: 'a tail that begins late', of: 'lookup', change: (p) => p.tails.high!.bound++ },
  { code: 'tails', what: 'a tail that begins early', of: 'lookup', change: (p) => p.tails.high!.bound-- },
  {
    code: 'tails',
    what: 'a tail beyond the format',
    of: 'lookup',
    change: (plan) => (plan.tails.high!.output = 32768),
  },
  {
    code: 'tails',
    what: 'a tail that symmetric saturation never gives',
    of: 'lookup',
    change: (plan) => {
      plan.finish.overflow = 'saturate-symmetric';
      plan.tails.high!.output = -32768;
    },
  },
  {
    code: 'tails',
    what: 'a low tail away from the segments',
    of: 'lookup',
    change: (plan) => (plan.tails.low = { bound: plan.segments[0].lo + 1, output: 0 }),
  },
  {
    code: 'undefined',
    what: 'a constant beyond the format where there is no value',
    of: 'normalise',
    change: (plan) => (plan.undefined![0].output = 128),
  },
  { code: 'coverage', what: 'no tail', of: 'lookup', change: (plan) => delete plan.tails.high },
  {
    code: 'coverage',
    what: 'segments that begin late',
    of: 'compare',
    change: (plan) => plan.segments[0].lo++,
  },
  {
    code: 'coverage',
    what: 'a segment that ends before the greatest argument',
    of: 'split',
    change: (plan) => last(plan.segments).hi--,
  },
  {
    code: 'coverage',
    what: 'a normalisation to longer numbers than the segments serve',
    of: 'normalise',
    change: (plan) => normalisation(plan).width++,
  },
  {
    code: 'coverage',
    what: 'a normalisation of zero',
    of: 'normalise',
    change: (plan) => (plan.undefined![0].hi = -1),
  },
  {
    code: 'bounds',
    what: 'a bound that promises one less',
    of: 'lookup',
    change: (plan) => (plan.bounds.offset.hi = String(Number(plan.bounds.offset.hi) - 1)),
    keepBounds: true,
  },
  {
    code: 'bounds',
    what: 'a narrower word',
    of: 'normalise',
    change: (plan) => plan.bounds.steps[0].product.bits--,
    keepBounds: true,
  },
  {
    code: 'bounds',
    what: 'bounds of another plan’s coefficients',
    of: 'uniform',
    change: (plan) => (plan.segments[0].coefficients[0] += 2 ** 20),
    keepBounds: true,
  },
  {
    code: 'bounds',
    what: 'results that are promised to be less',
    of: 'normalise',
    change: (plan) => (plan.bounds.result.hi = '127'),
    keepBounds: true,
  },
  {
    code: 'bounds',
    what: 'negative inputs that are promised to give less',
    of: 'lookup',
    change: (plan) => (plan.bounds.folded!.lo = '-1'),
    keepBounds: true,
  },
  {
    code: 'widths',
    what: 'a coefficient of 130 bits',
    of: 'lookup',
    change: (plan) => Object.assign(last(plan.segments).coefficients, { 2: String(2n ** 129n) }),
  },
  {
    code: 'widths',
    what: 'a multiplier of 200 bits',
    of: 'split',
    change: (plan) => Object.assign(plan.reduce, { multiplier: String(2n ** 199n), shift: 256 }),
  },
  {
    code: 'widths',
    what: 'a tail as steep as that',
    of: 'lookup',
    change: (plan) => {
      const slope = { multiplier: String(2n ** 199n), shift: 200, rounding: 'floor' };
      Object.assign(plan.tails.high!, { slope });
    },
  },
  {
    code: 'form',
    what: 'a text for an integer that a number holds',
    of: 'lookup',
    change: (plan) => Object.assign(plan.segments[0], { origin: '7' }),
  },
  {
    code: 'form',
    what: 'a text of digits with a zero before them',
    of: 'lookup',
    change: (plan) => Object.assign(plan.segments[0], { origin: '010000000000000000000' }),
  },
  {
    code: 'form',
    what: 'an offset that is no integer',
    of: 'lookup',
    change: (plan) => (plan.finish.offset = 0.5),
  },
  {
    code: 'form',
    what: 'a clamp that is no integer',
    of: 'lookup',
    change: (plan) => Object.assign(plan.steps[0], { clamp: 2 ** 53 }),
  },
  { code: 'form', what: 'a format of 65 bits', of: 'lookup', change: (plan) => (plan.input.bits = 65) },
  { code: 'form', what: 'a shift beyond reason', of: 'lookup', change: (plan) => (plan.guardBits = 257) },
  {
    code: 'form',
    what: 'an exponent that moves further than that with every count',
    of: 'normalise',
    change: (plan) => Object.assign(normalisation(plan).exponent, { slope: 300 }),
  },
  {
    code: 'undefined',
    what: 'a reversed stretch without values',
    of: 'normalise',
    change: (plan) => plan.undefined!.push({ lo: 20, hi: 19, output: 1 }),
  },
  {
    code: 'undefined',
    what: 'two stretches without values that touch in an input',
    of: 'normalise',
    change: (plan) => plan.undefined!.push({ lo: 0, hi: 3, output: 1 }),
  },
  {
    code: 'undefined',
    what: 'a stretch without values beyond the format',
    of: 'normalise',
    change: (plan) => (plan.undefined![0].lo = -129),
  },
  {
    code: 'exceptions',
    what: 'an exception that is listed twice',
    of: 'normalise',
    change: (plan) => (plan.exceptions = { inputs: [5, 5], outputs: [1, 1] }),
  },
  {
    code: 'exceptions',
    what: 'an exception without an output',
    of: 'normalise',
    change: (plan) => (plan.exceptions = { inputs: [5, 6], outputs: [1] }),
  },
  {
    code: 'exceptions',
    what: 'an exception at an input without a value',
    of: 'normalise',
    change: (plan) => (plan.exceptions = { inputs: [-1], outputs: [1] }),
  },
  {
    code: 'exceptions',
    what: 'an exception with an output beyond the format',
    of: 'normalise',
    change: (plan) => (plan.exceptions = { inputs: [5], outputs: [128] }),
  },
  {
    code: 'fold',
    what: 'a fold of unsigned inputs',
    of: 'lookup',
    change: (plan) => {
      plan.input.signed = false;
      plan.range.lo = 0;
    },
  },
  {
    code: 'form',
    what: 'a fold by 2',
    of: 'lookup',
    change: (plan) => Object.assign(plan.fold!, { sign: 2 }),
  },
  {
    code: 'fold',
    what: 'a slope that drops bits of the input',
    of: 'lookup',
    change: (plan) => {
      plan.fold!.slope = 1;
      plan.input.fracBits++;
    },
  },
  {
    code: 'form',
    what: 'a normalisation by no bits',
    of: 'normalise',
    change: (plan) => (normalisation(plan).step = 0),
  },
  {
    code: 'reduction',
    what: 'a multiplier below zero',
    of: 'split',
    change: (plan) => Object.assign(plan.reduce, { multiplier: -1 }),
  },
  {
    code: 'reduction',
    what: 'three quadrants',
    of: 'split',
    change: (plan) => {
      const quadrant = { mirror: false, negate: false };
      plan.reduce = { kind: 'periodic', multiplier: 3, shift: 0, quadrants: [quadrant, quadrant, quadrant] };
    },
  },
  {
    code: 'coverage',
    what: 'a mirrored period without its last argument',
    of: 'split',
    change: (plan) => {
      const quadrants = [{ mirror: true, negate: false }];
      plan.reduce = { kind: 'periodic', multiplier: 1000, shift: 0, quadrants };
    },
  },
];

function mutate({ of, change, keepBounds = false }: Mutation): KernelPlan {
  const plan = structuredClone(planOf(specs[of])) as Draft;
  change(plan);
  try {
    if (!keepBounds) plan.bounds = planBounds(plan as KernelPlan) as Draft['bounds'];
  } catch {
    // Some changes leave nothing that interval arithmetic could work with; the rules come first then.
  }
  return plan as KernelPlan;
}

describe('a well-formed plan', () => {
  it.each(mutations)('has no $what', (mutation) => {
    const plan = mutate(mutation);
    expect(() => checkWellFormed(plan, 'plan.json')).toThrow(ApproxgenError);
    try {
      checkWellFormed(plan, 'plan.json');
    } catch (error) {
      const { diagnostic, exitStatus } = error as ApproxgenError;
      expect(exitStatus).toBe(2);
      expect(diagnostic).toMatchObject({ code: 'malformed-plan', path: 'plan.json' });
      expect(diagnostic.message).toContain(`(${mutation.code})`);
    }
  });

  it('is what every spec leads to', () => {
    for (const spec of Object.values(specs)) {
      expect(() => checkWellFormed(planOf(spec))).not.toThrow();
    }
  });

  it('stays so when it is written as JSON and read back', () => {
    for (const spec of Object.values(specs)) {
      const plan = JSON.parse(JSON.stringify(planOf(spec))) as KernelPlan;
      expect(() => checkWellFormed(plan)).not.toThrow();
    }
  });

  it('has every rule broken above', () => {
    expect(new Set(mutations.map(({ code }) => code))).toEqual(new Set(WELL_FORMED.map(({ code }) => code)));
  });
});
