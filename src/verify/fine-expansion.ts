import { dyadic } from '../function/dyadic.js';
import type { ReferenceBlock, ReferenceSetting } from './reference.js';

/**
 * f · 2^n on a block as a polynomial in multiple precision, for blocks of which many inputs need it: a hundred times
 * faster than f itself. Its values are rounded as those of f are, to multiples of 2^-48 ulp, or not given.
 */
export type FineExpansion = (x: number) => { readonly floor: bigint; readonly fraction: number } | undefined;

/** Blocks are a few terms of a double's polynomial wide: with these, what is left out is far below 2^-48 ulp. */
const TERMS = 18;
/** Fraction bits of results beyond an ulp, as `exactScaled` has them. */
const RESULT_BITS = 48;
/** Fraction bits of coefficients beyond an ulp. */
const EXTRA_BITS = 96;
const DROPPED = BigInt(EXTRA_BITS - RESULT_BITS);
const QUANTUM = 1n << DROPPED;
/** Farther than that from a multiple, multiple precision may round to the next one: it may itself be a quarter off. */
const NEAR = QUANTUM / 4n;

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
  if (margin >= NEAR) return undefined;
  const slack = NEAR - margin;
  const bits = BigInt(Math.log2(size));
  const highest = coefficients.length - 1;
  return (x) => {
    // s = offset / size, in [−1, 1].
    const offset = BigInt(2 * (x - first) - size);
    let value = coefficients[highest];
    for (let k = highest - 1; k >= 0; k--) value = coefficients[k] + ((value * offset) >> bits);
    const rounded = (value + QUANTUM / 2n) >> DROPPED;
    const rest = value - (rounded << DROPPED);
    if (rest >= slack || rest <= -slack) return undefined;
    const floor = rounded >> BigInt(RESULT_BITS);
    return { floor, fraction: Number(rounded - (floor << BigInt(RESULT_BITS))) * 2 ** -RESULT_BITS };
  };
}
