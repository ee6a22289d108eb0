import type { Integer } from './integer.js';
import { multiplyShift } from './product.js';
import { roundShift, type RoundingMode } from './rounding.js';

/** One step of Horner's scheme in integers: accumulator ← round(accumulator · t · 2^-shift) + coefficient. */
export interface HornerStep<I extends Integer | bigint = number> {
  readonly shift: number;
  readonly rounding: RoundingMode;
  /** Magnitude that the product and the sum are clamped to, for programs that saturate after every step. */
  readonly clamp?: I;
}

/**
 * The value of an integer polynomial. This is the meaning; `hornerFast` is the same on doubles.
 *
 * @param coefficients highest degree first, one more than there are steps
 * @param t the argument relative to the segment's origin
 */
export function horner(
  coefficients: readonly bigint[],
  steps: readonly HornerStep<Integer | bigint>[],
  t: bigint,
): bigint {
  return steps.reduce((accumulator, step, i) => {
    const product = clampTo(roundShift(accumulator * t, step.shift, step.rounding), step.clamp);
    return clampTo(product + coefficients[i + 1], step.clamp);
  }, coefficients[0]);
}

function clampTo(value: bigint, magnitude: Integer | bigint | undefined): bigint {
  if (magnitude === undefined) return value;
  const limit = BigInt(magnitude);
  return value > limit ? limit : value < -limit ? -limit : value;
}

/** Whether a polynomial is a constant: only its last coefficient counts. */
export function isConstantPolynomial(coefficients: readonly (Integer | bigint)[]): boolean {
  return coefficients.slice(0, -1).every((coefficient) => Number(coefficient) === 0);
}

/** `horner` on integers held in doubles; exact while coefficients and accumulator stay below 2^53. */
export function hornerFast(coefficients: readonly number[], steps: readonly HornerStep[], t: number): number {
  let accumulator = coefficients[0];
  for (let i = 0; i < steps.length; i++) {
    const { shift, rounding, clamp } = steps[i];
    accumulator = multiplyShift(accumulator, t, shift, rounding);
    if (clamp !== undefined) accumulator = Math.min(Math.max(accumulator, -clamp), clamp);
    accumulator += coefficients[i + 1];
    if (clamp !== undefined) accumulator = Math.min(Math.max(accumulator, -clamp), clamp);
  }
  return accumulator;
}
