import type { RoundingMode } from '../fixedpoint/rounding.js';
import { representable } from '../fixedpoint/overflow.js';
import type { NarrowPlan } from './narrow.js';

/** Products and sums of at most this many bits are exact in a double, with room for a rounding bit. */
export const EXACT_BITS = 53;
/** Beyond this shift an offset of half an integer would not be exact any more. */
const WIDEST_SHIFT = 51;
/** Adding and subtracting this rounds a double below 2^50 to the nearest integer, ties to even. */
export const ROUND_TO_EVEN = 1.5 * 2 ** 52;

/** A segment's polynomial as a loop over doubles runs it. */
export interface QuickPolynomial {
  readonly origin: number;
  readonly leading: number;
  /** Per step: scale, offset, coefficient. y ← nearest(y · t · scale + offset) + coefficient. */
  readonly steps: Float64Array;
}

/** From accumulators to outputs: nearest((y + addend) · scale + offset), then clamped. */
export interface QuickFinish {
  readonly addend: number;
  readonly scale: number;
  readonly offset: number;
  readonly min: number;
  readonly max: number;
}

/** Whether every product is exact in a double and every rounding is an addition away from half-even. */
export function isQuick({ steps, bounds }: NarrowPlan): boolean {
  return steps.every(
    ({ shift, rounding, clamp }, i) =>
      bounds.steps[i].product.bits <= EXACT_BITS &&
      clamp === undefined &&
      shift >= 1 &&
      shift <= WIDEST_SHIFT &&
      isQuickRounding(rounding),
  );
}

function isQuickRounding(rounding: RoundingMode): boolean {
  return rounding === 'half-up' || rounding === 'floor' || rounding === 'half-even';
}

export function quickPolynomials({ segments, steps }: NarrowPlan): readonly QuickPolynomial[] {
  return segments.map(({ origin, coefficients }) => ({
    origin,
    leading: coefficients[0],
    steps: Float64Array.from(
      steps.flatMap(({ shift, rounding }, i) => [
        2 ** -shift,
        quickOffset(rounding, shift),
        coefficients[i + 1],
      ]),
    ),
  }));
}

/** The quick way to finish for an exponent, where there is one. */
export function quickFinish(plan: NarrowPlan, shift: number, addend: number): QuickFinish | undefined {
  const { rounding, overflow } = plan.finish;
  const saturates = overflow === 'saturate' || overflow === 'saturate-symmetric';
  if (!saturates || plan.bounds.accumulator.bits > EXACT_BITS || shift > WIDEST_SHIFT) return undefined;
  if (!isQuickRounding(rounding)) return undefined;
  const offset = shift > 0 ? quickOffset(rounding, shift) : 0;
  const before = addend + resultOffset(plan, shift);
  if (Math.abs(before - addend) > MOST_ADDED || !Number.isInteger(before)) return undefined;
  return { addend: before, scale: 2 ** -shift, offset, ...representable(plan.output, overflow) };
}

/** With that much added, an accumulator of 52 bits still is an exact double. */
const MOST_ADDED = 2 ** 51;

/**
 * What adds the offset of the rounded result to the accumulator instead; NaN where ties to even would then go
 * to the other neighbour, or where an accumulator has no bits left for it.
 */
function resultOffset({ finish, bounds }: NarrowPlan, shift: number): number {
  const { offset = 0, rounding } = finish;
  if (offset === 0) return 0;
  const wide = bounds.accumulator.bits > EXACT_BITS - 1 || shift < 0;
  return wide || (rounding === 'half-even' && offset % 2 !== 0) ? NaN : offset * 2 ** shift;
}

/**
 * What to add to a value with `shift` fraction bits so that rounding it to the nearest even integer does
 * what the mode asks: half a unit of its last place moves ties up, half an integer less makes a floor.
 */
function quickOffset(rounding: RoundingMode, shift: number): number {
  const tie = 2 ** -(shift + 1);
  return rounding === 'half-even' ? 0 : rounding === 'half-up' ? tie : tie - 0.5;
}
