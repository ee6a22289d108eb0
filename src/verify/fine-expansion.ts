import { dyadic } from '../function/dyadic.js';
import type { ReferenceBlock, ReferenceSetting } from './reference.js';

/**
 * |result − f(x) · 2^n| by a polynomial in multiple precision, for blocks of which many inputs need it: a hundred
 * times faster than f itself. Within FINE_MARGIN ulps where the error is below FINE_LIMIT. f is not clamped.
 */
export type FineExpansion = (x: number, result: number) => number;

export const FINE_MARGIN = 2 ** -50;
export const FINE_LIMIT = 2;

/** Blocks are a few terms of a double's polynomial wide: with these, what is left out is far below the margin. */
const TERMS = 18;
/** Fraction bits of coefficients beyond an ulp. */
const EXTRA_BITS = 96;
/** Expansions are to be that good, in the same units: 2^-64 ulp. */
const WIDEST = 1n << 32n;

/** The expansion of f on a block, or undefined where it can't be had that well. */
export function fineExpansion(
  { definition, inputFracBits, outputFracBits }: ReferenceSetting,
  { first, size }: ReferenceBlock,
): FineExpansion | undefined {
  const center = dyadic(2 * first + size, inputFracBits + 1);
  const halfWidth = dyadic(size, inputFracBits + 1);
  const expanded = definition.expand(center, halfWidth, TERMS, outputFracBits + EXTRA_BITS);
  if (!expanded) return undefined;
  const remainder = expanded[TERMS];
  const coefficients = expanded.slice(0, TERMS).map(({ lo, hi }) => (lo + hi) >> 1n);
  while (coefficients.length > 1 && coefficients[coefficients.length - 1] === 0n) coefficients.pop();
  // Enclosures, and a unit for every product that is floored.
  const widths = expanded.slice(0, TERMS).reduce((sum, { lo, hi }) => sum + (hi - lo) + 2n, 0n);
  const margin = widths + (-remainder.lo > remainder.hi ? -remainder.lo : remainder.hi);
  if (margin > WIDEST) return undefined;
  const [value, rise = 0n] = coefficients;
  return coefficients.length <= 2
    ? errorFromLine(value, rise, first, size)
    : errorFromPolynomial(coefficients, first, size);
}

function errorFromPolynomial(coefficients: readonly bigint[], first: number, size: number): FineExpansion {
  const bits = BigInt(Math.log2(size));
  const highest = coefficients.length - 1;
  return (x, result) => {
    // s = offset / size, in [−1, 1].
    const offset = BigInt(2 * (x - first) - size);
    let value = coefficients[highest];
    for (let k = highest - 1; k >= 0; k--) value = coefficients[k] + ((value * offset) >> bits);
    return Math.abs(Number((BigInt(result) << BigInt(EXTRA_BITS)) - value)) * 2 ** -EXTRA_BITS;
  };
}

/** Numbers of `errorFromLine` are cut after so many fraction bits: with those of a result, they are exact in doubles. */
const LINE_BITS = 20;

/**
 * The same of a line, in doubles: what is cut to LINE_BITS is taken away exactly, and what that leaves is so small
 * that its rounding does not matter. Where functions are pieces of lines, a third of all inputs may be ties.
 */
function errorFromLine(value: bigint, rise: bigint, first: number, size: number): FineExpansion {
  const [level, levelRest] = cut(value, EXTRA_BITS);
  const [slope, slopeRest] = cut(rise, EXTRA_BITS + Math.log2(size));
  return (x, result) => {
    const offset = 2 * (x - first) - size;
    return Math.abs(result - level - slope * offset - (levelRest + slopeRest * offset));
  };
}

/** A number with so many fraction bits as one with LINE_BITS, to nearest, and the rest. */
function cut(value: bigint, bits: number): readonly [number, number] {
  const drop = BigInt(bits - LINE_BITS);
  const nearest = (value + (1n << (drop - 1n))) >> drop;
  const rest = value - (nearest << drop);
  return [Number(nearest) * 2 ** -LINE_BITS, Number(rest) * 2 ** -bits];
}
