import { widthBits } from '../fixedpoint/interval.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { representable } from '../fixedpoint/overflow.js';
import type { SegmentBounds } from './bounds.js';
import type { FramedPlan } from './narrow.js';
import type { PlanSegment, Tail } from './plan.js';

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
  /**
   * STEP_NUMBERS per step: scale, offset, coefficient, cut, 1 / cut. Where the cut is 0, y · t is exact in a double:
   * y ← nearest(y · t · scale + offset) + coefficient. Otherwise y = high · cut + low, and
   * y ← floor((high · t + floor(low · t / cut + offset)) · scale) + coefficient, in which every sum is exact.
   */
  readonly steps: Float64Array;
}

/** Numbers of a step in `QuickPolynomial`. */
export const STEP_NUMBERS = 5;

/** From accumulators to outputs: nearest((y + addend) · scale + offset) + after, then clamped. */
export interface QuickFinish {
  readonly addend: number;
  readonly scale: number;
  readonly offset: number;
  readonly after: number;
  readonly min: number;
  readonly max: number;
}

/** The bits of y that a product of so many bits has to do without, so that it and a rounding bit are exact. */
function cutBits(productBits: number): number {
  return productBits <= EXACT_BITS ? 0 : productBits - (EXACT_BITS - 1);
}

function isQuickRounding(rounding: RoundingMode): boolean {
  return rounding === 'half-up' || rounding === 'floor' || rounding === 'half-even';
}

/** A segment's polynomial, whose accumulators doubles hold, unless it has steps that they can't do. */
export function quickPolynomial(
  { steps }: FramedPlan,
  { origin, coefficients }: PlanSegment,
  { offset, products }: SegmentBounds,
): QuickPolynomial | undefined {
  const quick = steps.map((step, i) => quickStep(step, widthBits(products[i]), widthBits(offset)));
  const numbers = quick.map((step, i) => step && stepNumbers(step, Number(coefficients[i + 1])));
  return numbers.every((step) => step !== undefined)
    ? { origin: Number(origin), leading: Number(coefficients[0]), steps: Float64Array.from(numbers.flat()) }
    : undefined;
}

/** A tail with a slope for such a loop: the slope's multiplier times the argument, and the output. */
export function quickTail(
  { bounds }: FramedPlan,
  { output, slope }: Tail<number>,
): QuickPolynomial | undefined {
  if (!slope) return undefined;
  const { multiplier, shift, rounding } = slope;
  const bits = bounds.argument.bits;
  // A shift of 0 is one of 1, of the double.
  const [factor, drop] = shift === 0 ? [2 * multiplier, 1] : [multiplier, shift];
  const step = quickStep({ shift: drop, rounding }, bits + BigInt(factor).toString(2).length, bits);
  return step && { origin: 0, leading: factor, steps: Float64Array.from(stepNumbers(step, output)) };
}

interface QuickStep {
  readonly scale: number;
  readonly offset: number;
  /** Bits that are cut off y; 0 for none. */
  readonly cut: number;
}

type Step = Pick<FramedPlan['steps'][number], 'shift' | 'rounding' | 'clamp'>;

/**
 * Where doubles hold the product, in two parts if it is wide, and the rounding is an addition away.
 *
 * @param offsetBits the bits of t
 */
function quickStep(step: Step, productBits: number, offsetBits: number): QuickStep | undefined {
  const { shift, rounding, clamp } = step;
  if (clamp !== undefined || shift < 1 || shift > WIDEST_SHIFT || !isQuickRounding(rounding))
    return undefined;
  const cut = cutBits(productBits);
  if (cut === 0) return { scale: 2 ** -shift, offset: quickOffset(rounding, shift), cut };
  if (rounding === 'half-even' || cut > shift || cut + offsetBits > EXACT_BITS) return undefined;
  return cutStep(step, cut);
}

function stepNumbers({ scale, offset, cut }: QuickStep, coefficient: number): readonly number[] {
  return [scale, offset, coefficient, cut && 2 ** cut, cut && 2 ** -cut];
}

/** floor(floor(p / 2^cut) / 2^(shift − cut)) is floor(p / 2^shift); half an ulp is added to p for half-up. */
function cutStep({ shift, rounding }: Step, cut: number): QuickStep {
  return { scale: 2 ** (cut - shift), offset: rounding === 'half-up' ? 2 ** (shift - 1 - cut) : 0, cut };
}

/**
 * The quick way to finish for an exponent, where there is one.
 *
 * @param bits of accumulators, with and without the addend
 */
export function quickFinish(
  plan: FramedPlan,
  bits: number,
  shift: number,
  addend: number,
): QuickFinish | undefined {
  const { rounding, overflow, offset: after = 0 } = plan.finish;
  const saturates = overflow === 'saturate' || overflow === 'saturate-symmetric';
  if (!saturates || bits > EXACT_BITS || !isQuickRounding(rounding)) return undefined;
  // The widest shift leaves nothing of an accumulator but, of a floor, its sign: as all wider ones do.
  if (shift > WIDEST_SHIFT && bits >= WIDEST_SHIFT) return undefined;
  const drop = Math.min(shift, WIDEST_SHIFT);
  const offset = drop > 0 ? quickOffset(rounding, drop) : 0;
  return { addend, scale: 2 ** -drop, offset, after, ...representable(plan.output, overflow) };
}

/**
 * What to add to a value with `shift` fraction bits so that rounding it to the nearest even integer does
 * what the mode asks: half a unit of its last place moves ties up, half an integer less makes a floor.
 */
function quickOffset(rounding: RoundingMode, shift: number): number {
  const tie = 2 ** -(shift + 1);
  return rounding === 'half-even' ? 0 : rounding === 'half-up' ? tie : tie - 0.5;
}
