import type { Interval } from '../../fixedpoint/interval.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { isInfinite, type Enclosure } from '../../function/enclosure.js';
import { finishShift } from '../../plan/interpret.js';
import type { KernelPlan } from '../../plan/plan.js';
import { EXTRA_BITS, type Difference, type DifferenceSetting } from './difference.js';
import { boundOutput, needsValues } from './output-error.js';
import { askedMagnitudes, countsOf } from './plan-inputs.js';
import { reductionError, type ReducingPlan, type ReductionError } from './reduction-error.js';
import { roundingSpan } from './rounding-error.js';
import { addSpans, magnitudeOf, scaleSpan, type Span } from './span.js';

/** Powers of two below an ulp at which a result is as good as zero. */
const VANISHING_BITS = 64;

/** A segment or tail: how far its polynomial is from f, and what its roundings add. */
export interface Served {
  /** In units of 2^-ulpBits. */
  readonly difference: Difference;
  /** In units of the accumulator. */
  readonly accumulated: Span;
}

/** Beyond this power of two the finish shifts no further: whatever is not zero overflows. */
export function greatestExponent({ output, guardBits }: KernelPlan): number {
  return output.bits + 2 + guardBits;
}

/** A set of inputs: what of them enters the reduction, and the counts that it gives. */
export interface InputSet {
  readonly magnitudes: readonly Interval[];
  readonly counts: Interval;
}

/** What all segments of a plan are judged with. */
export interface SegmentSetting {
  readonly plan: KernelPlan;
  readonly reduction: ReductionError;
  readonly difference: DifferenceSetting;
  /** Of a period, where its core lies, in units of 2^-EXTRA_BITS ulp. */
  readonly values: Enclosure;
}

/**
 * The greatest error of a segment over the counts of a set of inputs, or `known` where that is greater.
 *
 * @throws RangeError where overflow is forbidden and can't be excluded
 */
export function boundOfSegment(
  setting: SegmentSetting,
  { difference, accumulated }: Served,
  { magnitudes, counts }: InputSet,
  known: number,
): number {
  if (magnitudes.length === 0) return known;
  const { plan, reduction } = setting;
  const farthest = magnitudes.reduce((most, { lo, hi }) => maximum(most, maximum(-lo, hi)), 0n);
  const [least, greatest] = [
    0 - plan.output.fracBits - plan.guardBits - VANISHING_BITS,
    greatestExponent(plan),
  ];
  const values = toSpan(difference.values);
  let bound = known;
  for (const count of relevantCounts(reduction, counts, least, greatest)) {
    const exponent = reduction.exponentOf(count);
    if (exponent > greatest) {
      if (!overflowsSurely(setting, difference, accumulated)) return Infinity;
      continue;
    }
    const shift = finishShift(plan, count);
    const bits = exponent + plan.output.fracBits - setting.difference.ulpBits;
    const reach = magnitudeReach(plan, count, farthest);
    const reduced = reduction.errorOf(count, reach, scaleSpan(values, 2 ** bits));
    if (!Number.isFinite(magnitudeOf(reduced))) return Infinity;
    const others = [
      reduced,
      scaleSpan(accumulated, 2 ** -shift),
      roundingSpan(plan.finish.rounding, shift),
    ].reduce(addSpans);
    const error = inflated(addSpans(scaleSpan(difference.error, 2 ** bits), others));
    // Clamping only takes away, where it is all that happens: most counts are known to be no worse.
    if (!needsValues(plan) && magnitudeOf(error) <= bound) continue;
    const unclamped = inflated(addSpans(scaleSpan(difference.unclamped, 2 ** bits), others));
    const results = { values: valuesOf(setting, difference, count, bits, reduced), error, unclamped };
    bound = Math.max(bound, boundOutput(plan, results));
  }
  return bound;
}

/** What the roundings of doubles in sums like these can be: relative, and in ulps. */
const SLACK = 2 ** -40;

function inflated({ lo, hi }: Span): Span {
  return { lo: lo - SLACK * (1 + Math.abs(lo)), hi: hi + SLACK * (1 + Math.abs(hi)) };
}

/** Where f lies, in units of 2^-EXTRA_BITS ulp of the output: what is approximated is f but for what the reduction errs. */
function valuesOf(
  { plan, reduction, values: all }: SegmentSetting,
  difference: Difference,
  count: bigint,
  bits: number,
  reduced: Span,
): Enclosure {
  const scaled = shiftEnclosure(difference.values, bits);
  const added = reduction.addedOf(count) << BigInt(EXTRA_BITS);
  const guard = BigInt(plan.guardBits);
  const margin = BigInt(Math.ceil(magnitudeOf(reduced) * 2 ** EXTRA_BITS));
  const values = { lo: scaled.lo + (added >> guard) - margin, hi: scaled.hi - (-added >> guard) + margin };
  if (plan.reduce.kind !== 'periodic') return values;
  // Whatever the reduction errs, f is the core at another argument.
  return { lo: maximum(values.lo, all.lo), hi: values.hi < all.hi ? values.hi : all.hi };
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
  { plan, difference: { ulpBits } }: SegmentSetting,
  difference: Difference,
  accumulated: Span,
): boolean {
  if (plan.finish.overflow !== 'saturate' && plan.finish.overflow !== 'saturate-symmetric') return false;
  const unit = 2 ** (plan.output.fracBits + plan.guardBits - ulpBits);
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
