import { powersOn, type RawPolynomial } from '../../fit/raw-polynomial.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { dyadic } from '../../function/dyadic.js';
import { hull, point, REAL_LINE, type Enclosure } from '../../function/enclosure.js';
import { hullOfSpans, type Span } from './span.js';
import { boundPolynomial } from './polynomial-bounds.js';

/** What is approximated: the function itself, or the core that a reduction leaves. */
export type Approximated = Pick<FunctionDefinition, 'exact' | 'expand'>;

export interface DifferenceSetting {
  readonly approximated: Approximated;
  readonly argumentFracBits: number;
  /** An ulp is 2^-ulpBits. */
  readonly ulpBits: number;
  /** How far beyond what is attained the bounds may lie, in ulps. */
  readonly tolerance: number;
  /** Whole ulps that polynomial and function are clamped to before they are compared. */
  readonly limits?: { readonly min: bigint; readonly max: bigint };
}

/** Polynomial − function on a set of arguments, and where the function lies there. */
export interface Difference {
  /** In ulps, both clamped where there are limits. */
  readonly error: Span;
  /** In ulps, not clamped: then it may be large where neither can be held. */
  readonly unclamped: Span;
  /** In units of 2^-EXTRA_BITS ulp. */
  readonly values: Enclosure;
}

/** Fraction bits beyond an ulp in which expansions are computed. */
export const EXTRA_BITS = 48;
const UNIT = 2 ** -EXTRA_BITS;
/** Heuristic: with this many terms beyond the polynomial's degree, most segments are one expansion. */
const EXTRA_TERMS = 14;
/** Up to this many arguments are compared one by one where no expansion serves. */
const FEW = 4n;
/** Intervals that are looked at before the bounds are given up, and are infinite. */
const MOST_INTERVALS = 20000;

const UNKNOWN: Difference = Object.freeze({
  error: { lo: -Infinity, hi: Infinity },
  unclamped: { lo: -Infinity, hi: Infinity },
  values: REAL_LINE,
});

/**
 * Bounds of polynomial − f over all arguments first … last. On an interval f is its Taylor polynomial around
 * the middle with an enclosed Lagrange remainder; the two polynomials are subtracted exactly, and what is left
 * is bounded. Intervals on which that is not to be had are halved, down to single arguments.
 */
export function boundDifference(
  setting: DifferenceSetting,
  polynomial: RawPolynomial,
  first: bigint,
  last: bigint,
): Difference {
  const ends = [first, last].map((a) => differenceAt(setting, polynomial, a));
  if (!ends[0] || !ends[1]) return UNKNOWN;
  let found = hullOf(ends[0], ends[1]);
  let attained = found.error;
  const open: (readonly [bigint, bigint])[] = [[first, last]];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [from, to] = next;
    if (++count > MOST_INTERVALS) return UNKNOWN;
    if (to - from < FEW) {
      for (let a = from; a <= to; a++) {
        const here = differenceAt(setting, polynomial, a);
        if (!here) return UNKNOWN;
        found = hullOf(found, here);
        attained = hullOfSpans(attained, here.error);
      }
      continue;
    }
    const range = differenceOnRange(setting, polynomial, from, to);
    if (range && isWithin(range.error, attained, setting.tolerance)) {
      found = hullOf(found, range);
      continue;
    }
    const expanded = differenceOnExpansion(setting, polynomial, from, to, attained);
    if (expanded) {
      // Both enclose f; the plain range knows the limits of bounded functions.
      const values = range ? intersection(range.values, expanded.values) : expanded.values;
      found = hullOf(found, { ...expanded, values });
      attained = hullOfSpans(attained, expanded.attained);
      continue;
    }
    const middle = (from + to) >> 1n;
    const there = differenceAt(setting, polynomial, middle);
    if (!there) return UNKNOWN;
    attained = hullOfSpans(attained, there.error);
    open.push([middle + 1n, to], [from, middle]);
  }
  const whole = expansionOf(setting, first, last, 0)?.[0];
  return whole ? { ...found, values: intersection(found.values, whole) } : found;
}

function hullOf(a: Difference, b: Difference): Difference {
  return {
    error: hullOfSpans(a.error, b.error),
    unclamped: hullOfSpans(a.unclamped, b.unclamped),
    values: hull(a.values, b.values),
  };
}

function intersection(a: Enclosure, b: Enclosure): Enclosure {
  return { lo: a.lo > b.lo ? a.lo : b.lo, hi: a.hi < b.hi ? a.hi : b.hi };
}

const isWithin = (span: Span, attained: Span, tolerance: number): boolean =>
  span.hi <= attained.hi + tolerance && span.lo >= attained.lo - tolerance;

/** Units of 2^-48 ulp as a double; bounds that stand for infinity become infinite. */
const ulps = (units: bigint): number => Number(units) * UNIT;

/** Outward: a double of more than 53 bits may be rounded to either side. */
function spanOf({ lo, hi }: Enclosure): Span {
  const [low, high] = [ulps(lo), ulps(hi)];
  return { lo: low - roundingOf(low), hi: high + roundingOf(high) };
}

function roundingOf(value: number): number {
  const magnitude = Math.abs(value);
  return magnitude < LARGEST_EXACT || magnitude === Infinity ? 0 : 2 ** -52 * magnitude;
}

/** Multiples of 2^-EXTRA_BITS below this are exact doubles. */
const LARGEST_EXACT = 2 ** (53 - EXTRA_BITS);

/** Clamped to the limits, in units of 2^-48 ulp. */
function clamped({ limits }: DifferenceSetting, { lo, hi }: Enclosure): Enclosure {
  if (!limits) return { lo, hi };
  const [min, max] = [limits.min << BigInt(EXTRA_BITS), limits.max << BigInt(EXTRA_BITS)];
  const clamp = (value: bigint): bigint => (value < min ? min : value > max ? max : value);
  return { lo: clamp(lo), hi: clamp(hi) };
}

function subtract(a: Enclosure, b: Enclosure): Enclosure {
  return { lo: a.lo - b.hi, hi: a.hi - b.lo };
}

function compare(setting: DifferenceSetting, p: Enclosure, f: Enclosure): Difference {
  return {
    error: spanOf(subtract(clamped(setting, p), clamped(setting, f))),
    unclamped: spanOf(subtract(p, f)),
    values: f,
  };
}

/** At one argument by multiple precision; undefined where f has no value. */
function differenceAt(
  setting: DifferenceSetting,
  polynomial: RawPolynomial,
  a: bigint,
): Difference | undefined {
  const { approximated, argumentFracBits, ulpBits } = setting;
  const value = approximated.exact(dyadic(a, argumentFracBits), ulpBits + EXTRA_BITS);
  if (value === undefined) return undefined;
  const [p] = powersOf(setting, polynomial, a, a);
  return compare(setting, p, { lo: value - 1n, hi: value + 1n });
}

/** From the ranges of both; serves where f hardly changes, or lies beyond the limits. */
function differenceOnRange(
  setting: DifferenceSetting,
  polynomial: RawPolynomial,
  from: bigint,
  to: bigint,
): Difference | undefined {
  const f = expansionOf(setting, from, to, 0)?.[0];
  return f && compare(setting, rangeOf(powersOf(setting, polynomial, from, to)), f);
}

/** By an expansion, where its remainder is within the tolerance. */
function differenceOnExpansion(
  setting: DifferenceSetting,
  polynomial: RawPolynomial,
  from: bigint,
  to: bigint,
  attained: Span,
): (Difference & { readonly attained: Span }) | undefined {
  const degree = polynomial.coefficients.length - 1;
  const powers = powersOf(setting, polynomial, from, to);
  // Lines serve tails, where f is as good as a line itself on intervals that no long expansion reaches across.
  for (const terms of degree <= 1 ? [degree + 1, degree + EXTRA_TERMS] : [degree + EXTRA_TERMS]) {
    const expansion = expansionOf(setting, from, to, terms);
    if (!expansion) return undefined;
    const remainder = expansion[terms];
    const farthest = ulps(-remainder.lo > remainder.hi ? -remainder.lo : remainder.hi);
    if (!(farthest <= setting.tolerance / 2)) continue;
    const known = expansion.slice(0, terms);
    const range = rangeOf(known);
    const reach = magnitudeOf(remainder);
    const values = { lo: range.lo - reach, hi: range.hi + reach };
    const { error, unclamped } = compare(setting, rangeOf(powers), values);
    if (error.lo === 0 && error.hi === 0) return { error, unclamped, values, attained };
    const coefficients = known.map((f, k) => subtract(powers[k] ?? { lo: 0n, hi: 0n }, f));
    const middles = Float64Array.from(coefficients, ({ lo, hi }) => ulps((lo + hi) >> 1n));
    const margin = coefficients.reduce((sum, { lo, hi }) => sum + ulps(hi - lo + 1n), farthest);
    const bounds = boundPolynomial(middles, attained, setting.tolerance / 2);
    const span = { lo: bounds.span.lo - margin, hi: bounds.span.hi + margin };
    if (!crossesLimits(setting, rangeOf(powers), values)) {
      return { error: span, unclamped: span, values, attained: bounds.attained };
    }
    // Where either is clamped on a part, both bounds hold; shorter intervals tell where that part ends.
    const both = { lo: Math.max(span.lo, error.lo), hi: Math.min(span.hi, error.hi) };
    return isWithin(both, attained, setting.tolerance)
      ? { error: both, unclamped: span, values, attained }
      : undefined;
  }
  return undefined;
}

function crossesLimits(setting: DifferenceSetting, p: Enclosure, f: Enclosure): boolean {
  return [p, f].some((range) => {
    const { lo, hi } = clamped(setting, range);
    return lo !== range.lo || hi !== range.hi;
  });
}

function magnitudeOf({ lo, hi }: Enclosure): bigint {
  return -lo > hi ? -lo : hi;
}

/** The range of Σ c[k] · u^k on [−1, 1] by its coefficients. */
function rangeOf(coefficients: readonly Enclosure[]): Enclosure {
  const reach = coefficients.slice(1).reduce((sum, c) => sum + magnitudeOf(c), 0n);
  return { lo: coefficients[0].lo - reach, hi: coefficients[0].hi + reach };
}

function expansionOf(
  { approximated, argumentFracBits, ulpBits }: DifferenceSetting,
  from: bigint,
  to: bigint,
  terms: number,
): readonly Enclosure[] | undefined {
  const center = dyadic(from + to, argumentFracBits + 1);
  const halfWidth = dyadic(to - from, argumentFracBits + 1);
  return approximated.expand(center, halfWidth, terms, ulpBits + EXTRA_BITS);
}

/** The polynomial in powers of u in units of 2^-EXTRA_BITS ulp, exact but for being rounded outward. */
function powersOf(
  { argumentFracBits, ulpBits }: DifferenceSetting,
  polynomial: RawPolynomial,
  first: bigint,
  last: bigint,
): readonly Enclosure[] {
  const { coefficients, fracBits } = powersOn(polynomial, argumentFracBits, { first, last });
  const shift = BigInt(fracBits - ulpBits - EXTRA_BITS);
  return coefficients.map((value) =>
    shift <= 0n ? point(value << -shift) : { lo: value >> shift, hi: -(-value >> shift) },
  );
}
