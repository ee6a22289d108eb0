import { dyadic } from '../function/dyadic.js';
import type { ReferenceBlock, ReferenceSetting } from './reference.js';

/**
 * f · 2^n on a block as a polynomial in multiple precision, for blocks of which many inputs need it: a hundred times
 * faster than f itself.
 */
export interface FineExpansion {
  /** In units of 2^-FINE_BITS ulp, within the margin. */
  readonly valueAt: (x: number) => bigint;
  readonly margin: bigint;
}

/** Blocks are a few terms of a double's polynomial wide: with these, what is left out is far below 2^-48 ulp. */
const TERMS = 18;
/** Fraction bits of results beyond an ulp, as `exactScaled` has them. */
const RESULT_BITS = 48;
/** Fraction bits of coefficients and values beyond an ulp. */
export const FINE_BITS = 96;
const DROPPED = BigInt(FINE_BITS - RESULT_BITS);
const QUANTUM = 1n << DROPPED;
/** Farther than that from a multiple, multiple precision may round to the next one: it may itself be an eighth off. */
const NEAR = (3n * QUANTUM) / 8n;
/** Expansions are to be that good, in the same units: 2^-64 ulp. */
const WIDEST = 1n << 32n;

/** The expansion of f on a block, or undefined where it can't be had that well. */
export function fineExpansion(
  { definition, inputFracBits, outputFracBits }: ReferenceSetting,
  { first, size }: ReferenceBlock,
): FineExpansion | undefined {
  const center = dyadic(2 * first + size, inputFracBits + 1);
  const halfWidth = dyadic(size, inputFracBits + 1);
  const expanded = definition.expand(center, halfWidth, TERMS, outputFracBits + FINE_BITS);
  if (!expanded) return undefined;
  const remainder = expanded[TERMS];
  const coefficients = expanded.slice(0, TERMS).map(({ lo, hi }) => (lo + hi) >> 1n);
  while (coefficients.length > 1 && coefficients[coefficients.length - 1] === 0n) coefficients.pop();
  // Enclosures, and a unit for every product that is floored.
  const widths = expanded.slice(0, TERMS).reduce((sum, { lo, hi }) => sum + (hi - lo) + 2n, 0n);
  const margin = widths + (-remainder.lo > remainder.hi ? -remainder.lo : remainder.hi);
  if (margin > WIDEST) return undefined;
  const bits = BigInt(Math.log2(size));
  const highest = coefficients.length - 1;
  const valueAt = (x: number): bigint => {
    // s = offset / size, in [−1, 1].
    const offset = BigInt(2 * (x - first) - size);
    let value = coefficients[highest];
    for (let k = highest - 1; k >= 0; k--) value = coefficients[k] + ((value * offset) >> bits);
    return value;
  };
  return { valueAt, margin };
}

/** A value as `exactScaled` gives it, rounded to a multiple of 2^-48 ulp; undefined where that may be the next one. */
export function roundedValue(
  { valueAt, margin }: FineExpansion,
  x: number,
): { readonly floor: bigint; readonly fraction: number } | undefined {
  const value = valueAt(x);
  const rounded = (value + QUANTUM / 2n) >> DROPPED;
  const rest = value - (rounded << DROPPED);
  if (rest >= NEAR - margin || rest <= margin - NEAR) return undefined;
  const floor = rounded >> BigInt(RESULT_BITS);
  return { floor, fraction: Number(rounded - (floor << BigInt(RESULT_BITS))) * 2 ** -RESULT_BITS };
}
