import { interval, type Interval } from '../fixedpoint/interval.js';
import type { KernelPlan, Quadrant, Reduction } from '../plan/plan.js';
import { intervalOf } from './fits.js';
import type { ProgramBuilder } from './program-builder.js';
import { rounded } from './program-rounding.js';
import type { Value } from './program.js';

/** What a reduction makes of a magnitude with a value. */
export interface ReducedValue {
  readonly argument: Value;
  /** k; the constant 0 where there is none. */
  readonly count: Value;
  /** Whether the quadrant negates the output: a condition. */
  readonly negate: Value;
}

export function reduced(build: ProgramBuilder, plan: KernelPlan, magnitude: Value): ReducedValue {
  const { reduce } = plan;
  const nothing = { count: build.constant(0), negate: build.constant(0) };
  switch (reduce.kind) {
    case 'none':
      return { ...nothing, argument: magnitude };
    case 'normalise':
      return { ...nothing, ...normalised(build, plan, reduce, magnitude) };
    case 'split': {
      const { count, rest } = divided(build, plan, reduce, magnitude);
      const argument = build.named(
        'a',
        'the reduced argument: the fraction of z',
        rest,
        intervalOf(plan.bounds.argument),
      );
      return { ...nothing, count, argument };
    }
    case 'periodic':
      return periodic(build, plan, reduce, magnitude);
  }
}

type Kind<K extends Reduction['kind']> = Extract<Reduction, { kind: K }>;

function countsOf({ bounds }: KernelPlan): Interval {
  return interval(BigInt(bounds.counts?.lo ?? 0), BigInt(bounds.counts?.hi ?? 0));
}

function normalised(
  build: ProgramBuilder,
  plan: KernelPlan,
  { width, step }: Kind<'normalise'>,
  magnitude: Value,
): Pick<ReducedValue, 'argument' | 'count'> {
  const { bitLength, constant, max, multiply, named, shiftLeftBy, subtract } = build;
  const zeros = max(subtract(constant(width), bitLength(magnitude)), constant(0));
  const about = step === 1 ? 'leading zeros' : `leading zeros, by ${step}`;
  const count = named('k', about, dividedBy(build, zeros, step), countsOf(plan));
  const amount = multiply(count, constant(step));
  const argument = shiftLeftBy(magnitude, amount);
  return { count, argument: named('a', 'the reduced argument', argument, intervalOf(plan.bounds.argument)) };
}

/** floor(value / divisor) for few values, none negative: by a product that is right for each of them. */
function dividedBy({ constant, multiply, shiftRight }: ProgramBuilder, value: Value, divisor: number): Value {
  if (divisor === 1) return value;
  const most = Number(value.interval.hi);
  for (let by = 1; ; by++) {
    const factor = Math.ceil(2 ** by / divisor);
    const right = Array.from({ length: most + 1 }, (_, v) => v).every(
      (v) => Math.floor((v * factor) / 2 ** by) === Math.floor(v / divisor),
    );
    if (right) return shiftRight(multiply(value, constant(factor)), by);
  }
}

/** z = floor(a · multiplier · 2^-shift), its whole part and its rest. */
function divided(
  build: ProgramBuilder,
  { bounds, argumentFracBits }: KernelPlan,
  { multiplier, shift }: Kind<'split'> | Kind<'periodic'>,
  magnitude: Value,
): { readonly count: Value; readonly rest: Value } {
  const { constant, lowBits, multiply, named, shiftRight, within } = build;
  const product = multiply(magnitude, constant(BigInt(multiplier)));
  const proven = bounds.reduction ? intervalOf(bounds.reduction.shifted) : undefined;
  const z = named(
    'z',
    'the input in units of the reduction',
    rounded(build, product, shift, 'floor'),
    proven,
  );
  const counts = bounds.counts ? interval(BigInt(bounds.counts.lo), BigInt(bounds.counts.hi)) : undefined;
  const whole = shiftRight(z, argumentFracBits);
  const count = named('k', 'the whole part of z', counts ? within(whole, counts) : whole);
  return { count, rest: lowBits(z, argumentFracBits) };
}

function periodic(
  build: ProgramBuilder,
  plan: KernelPlan,
  reduce: Kind<'periodic'>,
  magnitude: Value,
): ReducedValue {
  const { constant, lowBits, named, select, subtract } = build;
  const { quadrants } = reduce;
  const { count, rest } = divided(build, plan, reduce, magnitude);
  const quadrant = named('q', 'the quadrant', lowBits(count, Math.log2(quadrants.length)));
  const r = named('r', 'the fraction of z', rest);
  const condition = (holds: (quadrant: Quadrant) => boolean) => bitOf(build, quadrant, quadrants.map(holds));
  const mirror = condition((each) => each.mirror);
  const mirrored = subtract(constant(1n << BigInt(plan.argumentFracBits)), r);
  const argument = select(mirror, mirrored, r);
  return {
    count,
    negate: condition((each) => each.negate),
    argument: named('a', 'the reduced argument', argument, intervalOf(plan.bounds.argument)),
  };
}

/** 1 for the quadrants for which something holds: a bit of the quadrant, or the quadrant's bit of a mask. */
function bitOf(
  { compare, constant, lowBits, shiftRight, shiftRightBy }: ProgramBuilder,
  quadrant: Value,
  holds: readonly boolean[],
): Value {
  if (holds.every((each) => each === holds[0])) return constant(holds[0] ? 1 : 0);
  for (let bit = 0; 1 << bit < holds.length; bit++) {
    const one = (i: number) => ((i >> bit) & 1) === 1;
    const value = () => lowBits(shiftRight(quadrant, bit), 1);
    if (holds.every((each, i) => each === one(i))) return value();
    if (holds.every((each, i) => each !== one(i))) return compare(value(), '==', constant(0));
  }
  const mask = holds.reduce((bits, each, i) => bits + (each ? 1 << i : 0), 0);
  return lowBits(shiftRightBy(constant(mask), quadrant), 1);
}
