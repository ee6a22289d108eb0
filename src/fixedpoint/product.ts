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

/** Cuts of the factors of `floorProduct`: four partial products of at most 44 bits each. */
const LOW_X = 2 ** 16;
const LOW_M = 2 ** 26;
const LOW_XM = 42;

/**
 * floor(x · m · 2^-shift), exactly, with doubles alone: both factors are cut in two, and what each partial
 * sum carries is floored on its own (floor(floor(p) / n) = floor(p / n) for whole n).
 *
 * @param x integer, |x| ≤ 2^32
 * @param m integer, 0 ≤ m < 2^53
 * @param shift at least 0; the result must be below 2^53
 */
export function floorProduct(x: number, m: number, shift: number): number {
  const xHigh = Math.floor(x / LOW_X);
  const xLow = x - xHigh * LOW_X;
  const mHigh = Math.floor(m / LOW_M);
  const mLow = m - mHigh * LOW_M;
  const p = xLow * mLow;
  const p16 = Math.floor(p / LOW_X);
  const q = p16 + xHigh * mLow;
  const q10 = Math.floor(q / 2 ** 10);
  const r = q10 + xLow * mHigh;
  const r16 = Math.floor(r / 2 ** 16);
  const high = r16 + xHigh * mHigh; // floor(x · m · 2^-42)
  if (shift >= LOW_XM) return Math.floor(high / 2 ** (shift - LOW_XM));
  const low = ((r - r16 * 2 ** 16) * 2 ** 10 + (q - q10 * 2 ** 10)) * LOW_X + (p - p16 * LOW_X);
  return high * 2 ** (LOW_XM - shift) + Math.floor(low / 2 ** shift);
}
