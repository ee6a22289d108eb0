import { arcsineMeasure, monicPowers, type Measure, type MeasureFamily } from './measure.js';
import { minimaxFit } from './minimax.js';
import type { Polish } from './polish.js';
import { projector } from './projection.js';

/** Inputs a = lo … hi − 1 of one segment; a polynomial there is in t = a − origin. */
export interface RawInterval {
  readonly lo: number;
  readonly hi: number;
}

/** What an integer polynomial's coefficients mean: coefficient k is a multiple of 2^-fracBits[k]. */
export interface CoefficientFormat {
  /** Fraction bits of the argument t. */
  readonly argumentFracBits: number;
  /** Fraction bits of the coefficient of each degree, lowest degree first. */
  readonly fracBits: readonly number[];
}

export interface FittedPolynomial {
  readonly origin: number;
  /** Integers, highest degree first. */
  readonly coefficients: readonly number[];
}

/** What is fitted, and how. */
export interface FitProblem {
  /** The function on raw arguments, in values. */
  readonly f: (a: number) => number;
  /** What the error may be at a raw argument, in any unit: the errors are balanced accordingly. */
  readonly allowed: (a: number) => number;
  readonly order: number;
  readonly measure: MeasureFamily;
  readonly polish: Polish;
  readonly format: CoefficientFormat;
  /** Arguments at which the polynomial has to be f itself, ascending; at most one a segment is heeded. */
  readonly exact?: readonly number[];
}

/**
 * The polynomial of a segment with integer coefficients. They are rounded from the highest degree down; after
 * each rounding, the lower degrees absorb what it changed.
 */
export function fitPolynomial(problem: FitProblem, segment: RawInterval): FittedPolynomial {
  const exact = problem.exact?.find((a) => a >= segment.lo && a < segment.hi);
  return exact === undefined ? fitFreely(problem, segment) : fitThrough(problem, segment, exact);
}

function fitFreely(problem: FitProblem, segment: RawInterval): FittedPolynomial {
  const { order } = problem;
  const origin = Math.floor((segment.lo + segment.hi) / 2);
  const degree = Math.min(order, segment.hi - segment.lo - 1);
  return {
    origin,
    coefficients: [...zeros(order - degree), ...fitIntegers(problem, segment, origin, degree)],
  };
}

/**
 * A polynomial that is f at one argument: that argument is its origin, the constant f's value there, and the
 * rest t times the polynomial that comes nearest to (f − constant) / t, where t times its error counts.
 */
function fitThrough(problem: FitProblem, segment: RawInterval, origin: number): FittedPolynomial {
  const { f, allowed, order, format } = problem;
  const unit = 2 ** -format.argumentFracBits;
  const value = f(origin);
  const constant = Math.round(value * 2 ** format.fracBits[0]) + 0;
  const degree = Math.min(order, segment.hi - segment.lo - 1);
  if (degree === 0) return { origin, coefficients: [...zeros(order), constant] };
  // At the origin itself any slope would do; the nearest inputs say which.
  const away = (a: number) => (Math.abs(a - origin) < 0.5 ? origin + (a < origin ? -0.5 : 0.5) : a);
  const slope: FitProblem = {
    ...problem,
    f: (a) => (f(away(a)) - value) / ((away(a) - origin) * unit),
    allowed: (a) => allowed(a) / (Math.abs(away(a) - origin) * unit),
    format: { ...format, fracBits: format.fracBits.slice(1) },
  };
  const integers = fitIntegers(slope, segment, origin, degree - 1);
  return { origin, coefficients: [...zeros(order - degree), ...integers, constant] };
}

export const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** Coefficients of powers of t = a − origin, highest first. */
function fitIntegers(problem: FitProblem, segment: RawInterval, origin: number, degree: number): number[] {
  const center = (segment.lo + segment.hi - 1) / 2;
  const halfWidth = (segment.hi - 1 - segment.lo) / 2;
  const unit = 2 ** -problem.format.argumentFracBits;
  const measure = problem.measure.on(center * unit, halfWidth * unit);
  const powers = realPolynomial(problem, measure, center, halfWidth, degree);
  // What a rounding leaves is absorbed in the sense in which the polynomial is best; Chebyshev is nearly minimax.
  const absorbing = problem.polish === 'minimax' ? arcsineMeasure : measure;
  const offset = (center - origin) * unit;
  return roundCoefficients(powers, absorbing, offset, halfWidth * unit, problem.format.fracBits);
}

/** Real coefficients of powers of u, where a = center + u · halfWidth; lowest first. */
export function realPolynomial(
  { f, allowed, polish }: FitProblem,
  measure: Measure,
  center: number,
  halfWidth: number,
  degree: number,
): Float64Array {
  const at = (u: number) => f(center + u * halfWidth);
  if (polish === 'minimax') {
    return minimaxFit(at, degree, (u) => allowed(center + u * halfWidth)).coefficients;
  }
  const { nodes, project } = projector(measure, degree);
  return project(Float64Array.from(nodes, at), degree);
}

/**
 * Integers for a polynomial in u, as coefficients of powers of t = offset + u · halfWidth, highest first.
 * What the rounding of the highest power leaves of it is replaced by the polynomial of lower degree that is
 * nearest to it under the measure: by u^k − π(k)(u), π(k) being the monic orthogonal polynomial of degree k.
 */
export function roundCoefficients(
  powers: Float64Array,
  measure: Measure,
  offset: number,
  halfWidth: number,
  fracBits: readonly number[],
): number[] {
  const rest = Float64Array.from(powers);
  const integers: number[] = [];
  for (let k = rest.length - 1; k >= 0; k--) {
    const scale = 2 ** fracBits[k];
    const integer = Math.round((rest[k] / halfWidth ** k) * scale) + 0;
    integers.push(Number.isFinite(integer) ? integer : 0);
    subtractPower(rest, integers[integers.length - 1] / scale, offset, halfWidth, k);
    const orthogonal = monicPowers(measure, k);
    for (let i = 0; i < k; i++) rest[i] -= rest[k] * orthogonal[i];
    rest[k] = 0;
  }
  return integers;
}

/** polynomial −= value · (offset + u · halfWidth)^k. */
function subtractPower(
  polynomial: Float64Array,
  value: number,
  offset: number,
  halfWidth: number,
  k: number,
): void {
  let binomial = 1;
  for (let i = k; i >= 0; i--) {
    polynomial[i] -= value * binomial * offset ** (k - i) * halfWidth ** i;
    binomial = (binomial * i) / (k - i + 1);
  }
}
