import type { FunctionDefinition } from '../function/definition.js';
import { dyadic } from '../function/dyadic.js';
import type { Enclosure } from '../function/enclosure.js';

/**
 * f · 2^n on a large block of inputs as a polynomial of degree TERMS − 1 in doubles: base + Σ a[k] · s^k,
 * s = (x − center) / halfWidth in [−1, 1], within `margin` ulps of the truth.
 */
export interface LocalExpansion {
  readonly center: number;
  readonly halfWidth: number;
  readonly base: number;
  readonly coefficients: Float64Array;
  readonly margin: number;
  /** Whether f is a line there whose values, and their distances from integers, are exact in doubles. */
  readonly exact: boolean;
}

/** What an expansion needs to know; a part of `ReferenceSetting`. */
export interface ExpansionSetting {
  readonly definition: FunctionDefinition;
  readonly inputFracBits: number;
  readonly outputFracBits: number;
}

/** Heuristic: more terms make blocks larger but dearer; the cost per input is nearly flat around here. */
const TERMS = 12;
/** The degree that a block's polynomial keeps. */
const KEPT = 5;
/** Fraction bits of coefficients beyond an ulp. */
const EXTRA_BITS = 48;
/** Expansions worse than this, in ulps, are of no use to blocks of at most 2^-24. */
const WIDEST = 2 ** -26;

/**
 * Rounding in doubles, in units of 2^-53 of |a[k]|. A part of a block has |offset| + scale ≤ 1, so that what
 * a[k] adds to all the b[j] together is at most |a[k]|, along paths of at most 3k + 1 operations of the
 * shift and 2k + 1 of Horner's rule; conversion and Chebyshev's corrections are four more.
 */
const rounding = (k: number): number => 2 ** -53 * (5 * k + 6);
/** The comparison of a result with the reference, near an error of one ulp. */
const COMPARISON = 2 ** -50;

/** The expansion of f on the inputs first … first + size, or undefined where it can't be had that well. */
export function localExpansion(
  { definition, inputFracBits, outputFracBits }: ExpansionSetting,
  first: number,
  size: number,
): LocalExpansion | undefined {
  const center = dyadic(2 * first + size, inputFracBits + 1);
  const halfWidth = dyadic(size, inputFracBits + 1);
  const expanded = definition.expand(center, halfWidth, TERMS, outputFracBits + EXTRA_BITS);
  if (!expanded) return undefined;
  const remainder = expanded[TERMS];
  let margin = Math.max(ulps(-remainder.lo), ulps(remainder.hi));
  // What is far too wide is seen before anything is computed with it.
  if (!(margin <= WIDEST)) return undefined;
  const middles = expanded.slice(0, TERMS).map(({ lo, hi }) => (lo + hi) >> 1n);
  for (const { lo, hi } of expanded.slice(0, TERMS)) margin += ulps(hi - lo + 1n);
  const base = middles[0] >> BigInt(EXTRA_BITS);
  const coefficients = Float64Array.from(middles, (middle, k) =>
    ulps(k === 0 ? middle - (base << BigInt(EXTRA_BITS)) : middle),
  );
  margin += coefficients.reduce((sum, a, k) => sum + Math.abs(a) * rounding(k), COMPARISON);
  if (!(margin <= WIDEST)) return undefined;
  const exact = isExactLine(expanded, base, coefficients, size / 2);
  return { center: first + size / 2, halfWidth: size / 2, base: Number(base), coefficients, margin, exact };
}

/** Of exact lines, values are multiples of this many ulps, and no greater than the limit. */
const LINE_UNIT = 2 ** -20;
const LINE_LIMIT = 2 ** 31;

/**
 * Lines whose enclosures are single numbers, as those of relu. A slope per input and a value that are such multiples
 * make every product and sum of a block's polynomial one as well, of at most 53 bits: nothing is ever rounded.
 */
function isExactLine(
  expanded: readonly Enclosure[],
  base: bigint,
  [value, rise]: Float64Array,
  halfWidth: number,
): boolean {
  const isFine = (x: number): boolean => Number.isInteger(x / LINE_UNIT) && Math.abs(x) <= LINE_LIMIT;
  return (
    expanded.every(({ lo, hi }, k) => lo === hi && (k < 2 || lo === 0n)) &&
    [Number(base), value, rise, rise / halfWidth].every(isFine)
  );
}

/** Units of 2^-48 ulp as a double. */
const ulps = (value: Enclosure['lo']): number => Number(value) * 2 ** -EXTRA_BITS;

const shifted = new Float64Array(TERMS);

/** The expansion on a part of its block, with the highest terms left out and added to the margin. */
export function shiftedPolynomial(
  expansion: LocalExpansion,
  first: number,
  size: number,
): Pick<LocalExpansion, 'base' | 'coefficients' | 'margin' | 'exact'> {
  const offset = (first + size / 2 - expansion.center) / expansion.halfWidth;
  const scale = size / 2 / expansion.halfWidth;
  const b = shifted;
  b.set(expansion.coefficients);
  // Taylor shift by repeated synthetic division; offset and scale are exact.
  if (offset !== 0) {
    for (let i = 0; i < TERMS - 1; i++) {
      for (let k = TERMS - 2; k >= i; k--) b[k] += offset * b[k + 1];
    }
  }
  for (let k = 1, factor = scale; k < TERMS; k++, factor *= scale) b[k] *= factor;
  let margin = expansion.margin;
  for (let k = KEPT + 3; k < TERMS; k++) margin += Math.abs(b[k]);
  // s^7 and s^6 less T7/64 and T6/32, Chebyshev's polynomials, which are at most 1 in magnitude.
  const [sixth, seventh] = [b[KEPT + 1], b[KEPT + 2]];
  margin += Math.abs(seventh) / 64 + Math.abs(sixth) / 32;
  const whole = Math.floor(b[0]);
  const coefficients = Float64Array.of(
    b[0] - whole + sixth / 32,
    b[1] + (7 / 64) * seventh,
    b[2] - (9 / 16) * sixth,
    b[3] - (7 / 8) * seventh,
    b[4] + (3 / 2) * sixth,
    b[5] + (7 / 4) * seventh,
  );
  return { base: expansion.base + whole, coefficients, margin, exact: expansion.exact };
}
