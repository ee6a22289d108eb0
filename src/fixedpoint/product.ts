import { roundShift, type RoundingMode } from './rounding.js';

/** Below this magnitude a double product of integers, and half an ulp added to it, is exact. */
export const EXACT_PRODUCT = 2 ** 52;

/** 2^-shift, exact for every shift that occurs here. */
export function scaleOf(shift: number): number {
  return 2 ** -shift;
}

/**
 * round(p · 2^-shift) for an integer p held exactly in a double. Never −0.
 *
 * @param p integer, |p| < 2^52
 * @param shift bits to drop, at most 52; zero or negative scales up exactly
 */
export function roundDouble(p: number, shift: number, mode: RoundingMode): number {
  const value = p * scaleOf(shift) + 0; // never −0
  if (shift <= 0) return value;
  const floor = Math.floor(value);
  if (mode === 'floor') return floor;
  if (mode === 'pseudo-stochastic') return pseudoStochastic(p, shift);
  const rest = value - floor;
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor;
  switch (mode) {
    case 'half-up':
      return floor + 1;
    case 'half-away':
      return floor < 0 ? floor : floor + 1;
    case 'half-even':
      return floor % 2 === 0 ? floor : floor + 1;
  }
}

function pseudoStochastic(p: number, shift: number): number {
  const magnitude = Math.abs(p);
  const floor = Math.floor(magnitude * scaleOf(shift));
  const dropped = magnitude - floor * 2 ** shift;
  const lowerCount = shift >> 1;
  const upper = Math.floor(dropped * scaleOf(lowerCount));
  const lower = dropped - upper * 2 ** lowerCount;
  const rounded = upper > lower ? floor + 1 : floor;
  return p < 0 ? 0 - rounded : rounded;
}

/**
 * round(a · b · 2^-shift), exactly, for integers held in doubles (each below 2^53). One double product
 * where that is exact; otherwise bigint, so that the result never depends on a guess.
 */
export function multiplyShift(a: number, b: number, shift: number, mode: RoundingMode): number {
  const product = a * b;
  if (product > -EXACT_PRODUCT && product < EXACT_PRODUCT && shift <= 52) {
    return roundDouble(product, shift, mode);
  }
  return Number(roundShift(BigInt(a) * BigInt(b), shift, mode));
}
