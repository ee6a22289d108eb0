import { absoluteUlp } from '../../segment/target.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { isInfinite, type Enclosure } from '../../function/enclosure.js';
import { joinIntervals, type Interval } from '../../fixedpoint/interval.js';
import { maxRawBigint, minRawBigint } from '../../fixedpoint/format.js';
import { representableBigint } from '../../fixedpoint/overflow.js';
import { undefinedInputs } from '../../plan/domain.js';
import { definedInputs, definedMagnitudes, magnitudes } from '../../plan/inputs.js';
import { finishShift, interpret, reduce } from '../../plan/interpret.js';
import { canonicalJson } from '../../plan/canonical.js';
import type { KernelPlan, Tail } from '../../plan/plan.js';
import { usableFold } from '../../plan/reduction.js';
import { boundDifference, EXTRA_BITS, type Difference, type DifferenceSetting } from './difference.js';
import { exactUlp } from './observe.js';
import { boundOutput } from './output-error.js';
import { reductionError, type ReducingPlan, type ReductionError } from './reduction-error.js';
import { hornerError, roundingSpan } from './rounding-error.js';
import { addSpans, magnitudeOf, scaleSpan, type Span } from './span.js';

/** Bounds of |result − f(x) · 2^n| in ulps, f clamped to the output, that hold for every input of a set. */
export interface ProvenBounds {
  /** Over the range and the tails. */
  readonly claim: number;
  /** Over the inputs that tails serve, where there are any. */
  readonly tails?: number;
  /** Over every input of the format on which f is defined. */
  readonly format: number;
}

/** Bounds may lie this part of the target above what is attained. */
const TOLERANCE = 2 ** -9;
/** What the few hundred roundings of doubles in a bound can be: relative, and in ulps. */
const SLACK = 2 ** -36;
/** Powers of two below an ulp at which a result is as good as zero. */
const VANISHING_BITS = 64;

/** A segment or tail: how far its polynomial is from f, and what its roundings add. */
interface Served {
  /** In units of 2^-ulpBits. */
  readonly difference: Difference;
  /** In units of the accumulator. */
  readonly accumulated: Span;
}

/**
 * Bounds that hold for every input, from the plan and the function's definition alone: per segment the distance
 * of the polynomial from f, what each rounding adds, and what the reduction adds.
 *
 * @throws RangeError where the plan forbids overflow and it can't be excluded
 */
export function provenBounds(plan: KernelPlan, definition: FunctionDefinition): ProvenBounds {
  const nothing = 2 ** plan.output.bits;
  const reduction = reductionError(plan, definition);
  if (!reduction || !isOfFunction(plan, definition)) return { claim: nothing, format: nothing };
  const [all, asked] = [definedMagnitudes(plan), askedMagnitudes(plan)].map((set) => withoutLast(plan, set));
  const counts = { claim: countsOf(plan, asked), format: countsOf(plan, all) };
  const setting = differenceSetting(plan, reduction, counts.claim);
  const segments = servedSegments(plan, setting, all);
  const boundOver = (set: keyof typeof counts, inputs: readonly Interval[]): number =>
    segments.reduce(
      (most, served) => Math.max(most, boundOfSegment(plan, reduction, setting, served, counts[set], inputs)),
      0,
    );
  const tails = tailBounds(plan, setting, all);
  const last = errorOfLast(plan, definition);
  const limit = (bound: number): number => Math.max(last, Math.min(bound * (1 + SLACK) + SLACK, nothing));
  // Without a reduction, segments serve what was asked for and tails the rest.
  const claim = Math.max(boundOver('claim', asked), tails ?? 0);
  const format = plan.reduce.kind === 'none' ? claim : Math.max(claim, boundOver('format', all));
  return {
    claim: limit(claim),
    ...(tails === undefined ? {} : { tails: limit(tails) }),
    format: limit(format),
  };
}

/**
 * Whether the plan folds as the function does and leaves out no input at which it has a value; and no step clamps,
 * of which the bounds know nothing.
 */
function isOfFunction(plan: KernelPlan, definition: FunctionDefinition): boolean {
  const holes = undefinedInputs(definition, { ...plan, overflow: plan.finish.overflow });
  const fold = usableFold(definition, plan.input, plan.output);
  return (
    canonicalJson(plan.undefined ?? []) === canonicalJson(holes) &&
    (!plan.fold || canonicalJson(plan.fold) === canonicalJson(fold ?? null)) &&
    plan.steps.every(({ clamp }) => clamp === undefined)
  );
}

/** Where a plan folds, only the most negative input has a magnitude that no positive one has: it is run. */
function withoutLast({ fold, input }: KernelPlan, set: readonly Interval[]): readonly Interval[] {
  return fold ? intersections(set, { lo: 0n, hi: maxRawBigint(input) }) : set;
}

/** The error at that input, where f has a value at it. */
function errorOfLast(plan: KernelPlan, definition: FunctionDefinition): number {
  const x = minRawBigint(plan.input);
  const isDefined = definedInputs(plan).some(({ lo, hi }) => lo <= x && x <= hi);
  if (!plan.fold || !isDefined) return 0;
  return exactUlp(plan, definition, x, interpret(plan, x)) ?? Infinity;
}

/** What enters the reduction from the inputs of the range. */
export function askedMagnitudes(
  plan: Pick<KernelPlan, 'input' | 'undefined' | 'fold' | 'range'>,
): readonly Interval[] {
  const [lo, hi] = [BigInt(plan.range.lo), BigInt(plan.range.hi)];
  const inputs = definedInputs(plan)
    .map((each) => ({ lo: each.lo > lo ? each.lo : lo, hi: each.hi < hi ? each.hi : hi }))
    .filter((each) => each.lo <= each.hi);
  return plan.fold ? inputs.map(magnitudes) : inputs;
}

/** The least and greatest count of the reduction; it is monotone. */
export function countsOf(
  { reduce: reduction, argumentFracBits }: Pick<KernelPlan, 'reduce' | 'argumentFracBits'>,
  inputs: readonly Interval[],
): Interval {
  if (reduction.kind === 'none' || inputs.length === 0) return { lo: 0n, hi: 0n };
  return inputs
    .flatMap(({ lo, hi }) => [lo, hi])
    .map((a) => reduce({ reduce: reduction, argumentFracBits }, a).count)
    .map((count) => ({ lo: count, hi: count }))
    .reduce(joinIntervals);
}

function differenceSetting(plan: KernelPlan, reduction: ReductionError, counts: Interval): DifferenceSetting {
  const { output, finish, target, argumentFracBits } = plan;
  const { min, max } = representableBigint(output, finish.overflow);
  const exponents = [counts.lo, counts.hi].map(reduction.exponentOf);
  const most = Math.min(Math.max(0, ...exponents), greatestExponent(plan));
  const allowed = absoluteUlp(target, output.fracBits);
  return {
    approximated: reduction.approximated,
    argumentFracBits,
    ulpBits: output.fracBits + most,
    tolerance: TOLERANCE * (Number.isFinite(allowed) ? allowed : 1),
    ...(plan.reduce.kind === 'none' ? { limits: { min, max } } : {}),
  };
}

function servedSegments(
  plan: KernelPlan,
  setting: DifferenceSetting,
  all: readonly Interval[],
): readonly Served[] {
  const { segments, coefficientFracBits, reduce: reduction } = plan;
  return segments.flatMap((segment) => {
    const whole = { lo: BigInt(segment.lo), hi: BigInt(segment.hi) - 1n };
    const polynomial = {
      origin: BigInt(segment.origin),
      coefficients: segment.coefficients.map(BigInt),
      fracBits: coefficientFracBits,
    };
    // Unreduced arguments are inputs, some of which may have no value; reduced ones all occur.
    const parts = reduction.kind === 'none' ? intersections(all, whole) : [whole];
    const accumulated = hornerError(plan, segment);
    return parts.map(({ lo, hi }) => ({
      difference: boundDifference(setting, polynomial, lo, hi),
      accumulated,
    }));
  });
}

function intersections(intervals: readonly Interval[], { lo, hi }: Interval): readonly Interval[] {
  return intervals
    .map((each) => ({ lo: each.lo > lo ? each.lo : lo, hi: each.hi < hi ? each.hi : hi }))
    .filter((each) => each.lo <= each.hi);
}

/** Beyond this power of two the finish shifts no further: whatever is not zero overflows. */
function greatestExponent({ output, guardBits }: KernelPlan): number {
  return output.bits + 2 + guardBits;
}

/** The greatest error of a segment over the counts of a set. */
function boundOfSegment(
  plan: KernelPlan,
  reduction: ReductionError,
  setting: DifferenceSetting,
  served: Served,
  counts: Interval,
  inputs: readonly Interval[],
): number {
  if (inputs.length === 0) return 0;
  const farthest = inputs.reduce((most, { lo, hi }) => maximum(most, maximum(-lo, hi)), 0n);
  const [least, greatest] = [
    0 - plan.output.fracBits - plan.guardBits - VANISHING_BITS,
    greatestExponent(plan),
  ];
  let bound = 0;
  for (const count of relevantCounts(reduction, counts, least, greatest)) {
    const exponent = reduction.exponentOf(count);
    if (exponent > greatest) {
      if (!overflowsSurely(plan, setting, served)) return Infinity;
      continue;
    }
    const shift = finishShift(plan, count);
    const bits = exponent + plan.output.fracBits - setting.ulpBits;
    const scaled = shiftEnclosure(served.difference.values, bits);
    const reach = magnitudeReach(plan, count, farthest);
    const reduced = reduction.errorOf(count, reach, toSpan(scaled));
    if (!Number.isFinite(magnitudeOf(reduced))) return Infinity;
    const others = [
      reduced,
      scaleSpan(served.accumulated, 2 ** -shift),
      roundingSpan(plan.finish.rounding, shift),
    ].reduce(addSpans);
    const added = reduction.addedOf(count) << BigInt(EXTRA_BITS);
    // What is approximated is f but for what the reduction errs.
    const margin = BigInt(Math.ceil(magnitudeOf(reduced) * 2 ** EXTRA_BITS));
    const values = {
      lo: scaled.lo + (added >> BigInt(plan.guardBits)) - margin,
      hi: scaled.hi - (-added >> BigInt(plan.guardBits)) + margin,
    };
    const { error, unclamped } = served.difference;
    bound = Math.max(
      bound,
      boundOutput(plan, {
        values,
        error: addSpans(scaleSpan(error, 2 ** bits), others),
        unclamped: addSpans(scaleSpan(unclamped, 2 ** bits), others),
      }),
    );
  }
  return bound;
}

/** times 2^bits, rounded outward; what stands for infinity stays as great. */
function shiftEnclosure({ lo, hi }: Enclosure, bits: number): Enclosure {
  if (bits >= 0) return { lo: lo << BigInt(bits), hi: hi << BigInt(bits) };
  return { lo: isInfinite(lo) ? lo : lo >> BigInt(-bits), hi: isInfinite(hi) ? hi : -(-hi >> BigInt(-bits)) };
}

/** From units of 2^-EXTRA_BITS ulp. */
const toSpan = ({ lo, hi }: Enclosure): Span => ({
  lo: Number(lo) * 2 ** -EXTRA_BITS,
  hi: Number(hi) * 2 ** -EXTRA_BITS,
});

const maximum = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/**
 * The counts between the given ones whose exponents lie in an interval, and the nearest beyond each of its ends:
 * below, everything is as good as zero; above, everything overflows alike.
 */
function relevantCounts(
  { exponentOf, dependsOnCount }: ReductionError,
  { lo, hi }: Interval,
  least: number,
  greatest: number,
): readonly bigint[] {
  if (!dependsOnCount) return [lo];
  const slope = exponentOf(1n) - exponentOf(0n);
  const near = (exponent: number): bigint =>
    slope === 0 ? lo : BigInt(Math.floor((exponent - exponentOf(0n)) / slope));
  const [a, b] = [near(least), near(greatest)];
  const first = maximum(lo, (a < b ? a : b) - 2n);
  const last = (a > b ? a : b) + 2n;
  const end = slope === 0 ? hi : last < hi ? last : hi;
  // Where what is asked for lies wholly beyond an end, its nearest count stands for all.
  const from = first > hi ? hi : first;
  const to = end < lo ? lo : end;
  return Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i));
}

/** Whether every accumulator is at least 1 in magnitude, of one sign, so that a great shift saturates it as f is. */
function overflowsSurely(
  plan: KernelPlan,
  setting: DifferenceSetting,
  { difference, accumulated }: Served,
): boolean {
  if (plan.finish.overflow !== 'saturate' && plan.finish.overflow !== 'saturate-symmetric') return false;
  const unit = 2 ** (plan.output.fracBits + plan.guardBits - setting.ulpBits);
  const error = addSpans(scaleSpan(difference.error, unit), accumulated);
  const values = scaleSpan(toSpan(difference.values), unit);
  const [low, high] = [values.lo + Math.min(error.lo, 0), values.hi + Math.max(error.hi, 0)];
  return low >= 2 || high <= -2;
}

/** How far from zero inputs of a count can be. */
function magnitudeReach(
  { reduce: reduction, argumentFracBits }: ReducingPlan,
  count: bigint,
  farthest: bigint,
): bigint {
  if (reduction.kind !== 'split' || BigInt(reduction.multiplier) === 0n) return farthest;
  const steps = maximum(-count, count + 1n);
  const shift = BigInt(argumentFracBits + Math.max(0, reduction.shift));
  const reach = (steps << shift) / BigInt(reduction.multiplier) + 1n;
  return reach < farthest ? reach : farthest;
}

/** The greatest error of the tails; undefined where there are none. */
function tailBounds(
  plan: KernelPlan,
  setting: DifferenceSetting,
  all: readonly Interval[],
): number | undefined {
  const { low, high } = plan.tails;
  if (!low && !high) return undefined;
  if (plan.reduce.kind !== 'none') return Infinity;
  const hull = all.reduce(joinIntervals);
  const parts = [
    ...(low
      ? intersections(all, { lo: hull.lo, hi: BigInt(low.bound) - 1n }).map((part) => ({ tail: low, part }))
      : []),
    ...(high
      ? intersections(all, { lo: BigInt(high.bound), hi: hull.hi }).map((part) => ({ tail: high, part }))
      : []),
  ];
  return parts.reduce((most, { tail, part }) => {
    const found = boundDifference(setting, tailPolynomial(plan, tail), part.lo, part.hi);
    const rounding = tail.slope ? roundingSpan(tail.slope.rounding, tail.slope.shift) : { lo: 0, hi: 0 };
    const results = {
      values: found.values,
      error: addSpans(found.error, rounding),
      unclamped: addSpans(found.unclamped, rounding),
    };
    return Math.max(most, boundOutput(plan, results));
  }, 0);
}

function tailPolynomial({ output, argumentFracBits }: KernelPlan, { output: constant, slope }: Tail) {
  if (!slope) return { origin: 0n, coefficients: [BigInt(constant)], fracBits: [output.fracBits] };
  return {
    origin: 0n,
    coefficients: [BigInt(slope.multiplier), BigInt(constant)],
    fracBits: [output.fracBits + slope.shift - argumentFracBits, output.fracBits],
  };
}

/**
 * What the reduction of a plan alone may cost results of the range, in ulps, as far as the ends of the range and
 * of the core's values show it: a search leaves that much of its target.
 *
 * @param values of what is approximated, in ulps of the worst exponent
 */
export function reductionSlack(
  plan: ReducingPlan & Pick<KernelPlan, 'undefined' | 'fold' | 'range'>,
  definition: FunctionDefinition,
  values: Span,
): number {
  const reduction = reductionError(plan, definition);
  if (!reduction) return 0;
  const asked = askedMagnitudes(plan);
  const farthest = asked.reduce((most, { lo, hi }) => maximum(most, maximum(-lo, hi)), 0n);
  const { lo, hi } = countsOf(plan, asked);
  const errors = [lo, hi].map((count) =>
    magnitudeOf(reduction.errorOf(count, magnitudeReach(plan, count, farthest), values)),
  );
  return Math.max(...errors);
}
