import * as fc from 'fast-check';
import { ApproxgenError } from '../../src/diagnostic.js';
import { maxRawBigint, minRawBigint, type QFormat } from '../../src/fixedpoint/format.js';
import { toInteger } from '../../src/fixedpoint/integer.js';
import { joinIntervals, type Interval } from '../../src/fixedpoint/interval.js';
import { OVERFLOW_MODES, representableBigint, type OverflowMode } from '../../src/fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../../src/fixedpoint/rounding.js';
import { completePlan } from '../../src/plan/build.js';
import { definedMagnitudes } from '../../src/plan/inputs.js';
import type {
  Exponent,
  Fold,
  KernelPlan,
  PlanSegment,
  Reduction,
  UndefinedInputs,
} from '../../src/plan/plan.js';
import { chooseSelection } from '../../src/plan/selection.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';

const integer = (min: number, max: number) => fc.integer({ min, max });
/** An integer of at most this many magnitude bits, every length alike. */
const ofBits = (bits: number) =>
  integer(0, bits).chain((length) => fc.bigInt(-(2n ** BigInt(length)) + 1n, 2n ** BigInt(length) - 1n));
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const rounding = fc.constantFrom(...ROUNDING_MODES);

const formats: fc.Arbitrary<QFormat> = fc
  .record({
    signed: fc.boolean(),
    bits: fc.oneof(integer(8, 16), fc.constantFrom(32, 64), integer(8, 64)),
  })
  .chain(({ signed, bits }) =>
    integer(0, signed ? bits - 1 : bits).map((fracBits) => ({ signed, bits, fracBits })),
  );

const exponents: fc.Arbitrary<Exponent> = fc.oneof(
  fc.record({
    effect: fc.constant('scale' as const),
    slope: integer(-2, 2),
    offset: integer(-20, 20),
  }),
  fc.record({
    effect: fc.constant('add' as const),
    perStep: ofBits(24).map(toInteger),
    offset: ofBits(30).map(toInteger),
  }),
);

const tails = fc.record({
  output: fraction,
  slope: fc.option(fc.record({ multiplier: ofBits(20).map(toInteger), shift: integer(-3, 30), rounding }), {
    nil: undefined,
  }),
});

const parts = fc.record({
  input: formats,
  output: formats,
  fold: fc.option(
    fc.record({ sign: fc.constantFrom(1 as const, -1 as const), sum: integer(-1, 2), slope: integer(-2, 2) }),
    {
      nil: undefined,
    },
  ),
  kind: fc.constantFrom('none', 'none', 'normalise', 'split', 'periodic'),
  holes: fc.array(fc.tuple(fraction, fraction, fraction), { maxLength: 2 }),
  step: integer(1, 3),
  extraWidth: integer(0, 2),
  argumentFracBits: integer(3, 40),
  multiplier: integer(1, 50).chain((bits) => fc.bigInt(0n, 2n ** BigInt(bits))),
  reduceShift: integer(-4, 60),
  exponent: exponents,
  quadrants: integer(0, 3).chain((log) =>
    fc.array(fc.record({ mirror: fc.boolean(), negate: fc.boolean() }), {
      minLength: 2 ** log,
      maxLength: 2 ** log,
    }),
  ),
  lowTail: fc.option(tails, { nil: undefined }),
  highTail: fc.option(tails, { nil: undefined }),
  fractions: fc.array(fraction, { maxLength: 6 }),
  /** Cuts are multiples of 2^alignment above the first. */
  alignment: integer(0, 20),
  order: integer(0, 4),
  guardBits: integer(0, 10),
  finishOffset: fc.option(fraction, { nil: undefined, freq: 3 }),
  extraFracBits: fc.array(integer(-12, 12), { minLength: 5, maxLength: 5 }),
  coefficients: integer(1, 50).chain((bits) => fc.array(ofBits(bits), { minLength: 40, maxLength: 40 })),
  centred: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  roundings: fc.array(rounding, { minLength: 6, maxLength: 6 }),
  sameRounding: fc.boolean(),
  overflow: fc.constantFrom(...OVERFLOW_MODES.filter((mode) => mode !== 'error')),
  clampBits: fc.option(integer(4, 40), { nil: undefined, freq: 4 }),
});

type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;

/** A number between two others, by a fraction. */
function between(lo: bigint, hi: bigint, part: number): bigint {
  return lo + ((hi - lo) * BigInt(Math.floor(part * 2 ** 30))) / 2n ** 30n;
}

/** From one end of what may be added to a result to the other; half of them are among the outputs. */
function offsetOf(part: number | undefined, outputBits: number): number | string | undefined {
  if (part === undefined) return undefined;
  const most = (2n << BigInt(outputBits)) >> (part < 0.5 ? 2n : 0n);
  return toInteger(between(-most, most, part < 0.5 ? 2 * part : 2 * part - 1));
}

function holesOf(
  { holes, input, output, overflow }: Parts,
  positive: boolean,
  folded: boolean,
): UndefinedInputs[] {
  const { min, max } = representableBigint(output, overflow);
  const [least, most] = [minRawBigint(input), maxRawBigint(input)];
  // A normalisation has nothing to say of zero, nor of what is below it unless that is folded.
  const first = positive ? [{ lo: folded ? 0n : least, hi: 0n, output: between(min, max, 0.5) }] : [];
  const others = holes.map(([from, length, value]) => {
    const lo = between(least, most, from);
    return { lo, hi: between(lo, most, length / 4), output: between(min, max, value) };
  });
  const apart: { lo: bigint; hi: bigint; output: bigint }[] = [];
  for (const hole of [...first, ...others].toSorted((a, b) => (a.lo < b.lo ? -1 : 1))) {
    if (apart.length === 0 || hole.lo > apart[apart.length - 1].hi) apart.push(hole);
  }
  // The one that a normalisation needs must not be among those left out.
  const kept = positive && !apart.includes(first[0]) ? first : apart;
  return kept.map((hole) => ({
    lo: toInteger(hole.lo),
    hi: toInteger(hole.hi),
    output: toInteger(hole.output),
  }));
}

function reductionOf(
  random: Parts,
  magnitudes: Interval,
): { reduce: Reduction; ends: Interval; fracBits: number } {
  const { kind, step, extraWidth, exponent, multiplier, reduceShift, quadrants, input } = random;
  const fracBits = random.argumentFracBits;
  const one = 1n << BigInt(fracBits);
  switch (kind) {
    case 'normalise': {
      const width = Math.max(step, magnitudes.hi.toString(2).length - 1 + extraWidth);
      const longest = (1n << BigInt(width)) - 1n;
      const hi = longest > magnitudes.hi ? longest : magnitudes.hi;
      return {
        reduce: { kind, width, step, exponent },
        ends: { lo: 1n << BigInt(width - step), hi },
        fracBits,
      };
    }
    case 'split':
      return {
        reduce: { kind, multiplier: toInteger(multiplier), shift: reduceShift, exponent },
        ends: { lo: 0n, hi: one - 1n },
        fracBits,
      };
    case 'periodic':
      return {
        reduce: { kind, multiplier: toInteger(multiplier), shift: reduceShift, quadrants },
        ends: { lo: 0n, hi: one },
        fracBits,
      };
    default:
      return { reduce: { kind: 'none' }, ends: magnitudes, fracBits: input.fracBits };
  }
}

/** The segments' bounds: all of the arguments, or less where tails take the outermost pieces. */
function cut({ fractions, alignment, lowTail, highTail }: Parts, ends: Interval): readonly bigint[] {
  const size = 1n << BigInt(alignment);
  const places = fractions
    .map((part) => ends.lo + ((between(ends.lo, ends.hi, part) - ends.lo) / size) * size)
    .filter((place) => place > ends.lo && place <= ends.hi);
  const sorted = [...new Set([ends.lo, ...places, ends.hi + 1n])].toSorted((a, b) => (a < b ? -1 : 1));
  const first = lowTail && sorted.length > 2 ? 1 : 0;
  const last = highTail && sorted.length - first > 2 ? sorted.length - 1 : sorted.length;
  return sorted.slice(first, last);
}

function tailsOf(random: Parts, bounds: readonly bigint[], ends: Interval): KernelPlan['tails'] {
  const { min, max } = representableBigint(random.output, random.overflow);
  const tail = (bound: bigint, { output, slope }: NonNullable<Parts['lowTail']>) => ({
    bound: toInteger(bound),
    output: toInteger(between(min, max, output)),
    ...(slope ? { slope } : {}),
  });
  const [first, last] = [bounds[0], bounds[bounds.length - 1]];
  return {
    ...(random.lowTail && first > ends.lo ? { low: tail(first, random.lowTail) } : {}),
    ...(random.highTail && last <= ends.hi ? { high: tail(last, random.highTail) } : {}),
  };
}

function foldOf({ fold, input, output }: Parts): Fold | undefined {
  if (!fold || !input.signed) return undefined;
  const slope = output.fracBits >= input.fracBits ? fold.slope : 0;
  return { sign: fold.sign, sum: toInteger(BigInt(fold.sum) << BigInt(output.fracBits)), slope };
}

function assemble(random: Parts): KernelPlan | undefined {
  const { input, output, order, guardBits, overflow, kind } = random;
  const fold = foldOf(random);
  const holes = holesOf(random, kind === 'normalise', fold !== undefined);
  const inputs = { input, ...(fold ? { fold } : {}), ...(holes.length > 0 ? { undefined: holes } : {}) };
  const magnitudes = definedMagnitudes(inputs);
  if (magnitudes.length === 0) return undefined;
  const { reduce, ends, fracBits } = reductionOf(random, magnitudes.reduce(joinIntervals));
  const bounds = cut(random, ends);
  const segments: PlanSegment[] = bounds.slice(1).map((hi, i) => ({
    lo: toInteger(bounds[i]),
    hi: toInteger(hi),
    origin: toInteger(random.centred[i] ? between(bounds[i], hi, 0.5) : bounds[i]),
    coefficients: Array.from({ length: order + 1 }, (_, k) =>
      toInteger(random.coefficients[(i * 5 + k) % 40]),
    ),
  }));
  const last = output.fracBits + guardBits;
  const coefficientFracBits = Array.from({ length: order + 1 }, (_, i) =>
    i === order ? last : last + random.extraFracBits[i],
  );
  const roundingOf = (i: number) => random.roundings[random.sameRounding ? 0 : i];
  const { clampBits } = random;
  const finishOffset = offsetOf(random.finishOffset, output.bits);
  return completePlan({
    name: 'random_plan',
    function: 'tanh',
    output,
    ...inputs,
    range: { lo: toInteger(minRawBigint(input)), hi: toInteger(maxRawBigint(input)) },
    target: { ulp: 1 },
    reduce,
    tails: tailsOf(random, bounds, ends),
    select: chooseSelection(segments),
    segments,
    argumentFracBits: fracBits,
    coefficientFracBits,
    guardBits,
    steps: Array.from({ length: order }, (_, i) => ({
      shift: coefficientFracBits[i] + fracBits - coefficientFracBits[i + 1],
      rounding: roundingOf(i),
      ...(clampBits === undefined ? {} : { clamp: 2 ** clampBits - 1 }),
    })),
    finish: {
      rounding: roundingOf(5),
      overflow: overflow as OverflowMode,
      ...(finishOffset === undefined || finishOffset === 0 ? {} : { offset: finishOffset }),
    },
  });
}

function isWellFormed(plan: KernelPlan): boolean {
  try {
    checkWellFormed(plan);
    return true;
  } catch (error) {
    if (error instanceof ApproxgenError) return false;
    throw error;
  }
}

/**
 * Well-formed plans that no search would propose: every rounding, overflow, reduction, fold, selection, width
 * and shift, with coefficients that approximate nothing.
 */
export const randomPlans: fc.Arbitrary<KernelPlan> = parts
  .map(assemble)
  .filter((plan): plan is KernelPlan => plan !== undefined && isWellFormed(plan));
