import { arcsineMeasure, monicPowers, type Measure, type MeasureFamily } from './measure.js';
import { minimaxFit } from './minimax.js';
import type { Polish } from './polish.js';
import type { CoefficientFormat } from './polynomial.js';
import { projector } from './projection.js';
import { powersOn, type FixedPowers, type RawPolynomial, type RawStretch } from './raw-polynomial.js';

/** What is fitted to a Taylor polynomial that is as good as the function, and how. */
export interface TaylorFitProblem {
  readonly order: number;
  readonly measure: MeasureFamily;
  readonly polish: Polish;
  readonly format: CoefficientFormat;
  /** An ulp is 2^-ulpBits. */
  readonly ulpBits: number;
}

export interface TaylorFit extends Omit<RawPolynomial, 'fracBits'> {
  /** Polynomial − function in powers of u, in ulps, lowest first. */
  readonly difference: Float64Array;
}

/**
 * The polynomial of a stretch of arguments with integer coefficients, for functions that are known to more bits
 * than doubles have. Its leading part is the Taylor polynomial's own, exactly; what that leaves is small, and is
 * approximated in doubles. Coefficients are rounded one after the other from the highest degree down, and the
 * lower degrees absorb what a rounding changed.
 *
 * @param taylor f in powers of u in [−1, 1], lowest first; of more coefficients than the order
 * @param exact an argument of the stretch at which the polynomial has to be f itself
 */
export function fitTaylor(
  problem: TaylorFitProblem,
  taylor: FixedPowers,
  stretch: RawStretch,
  exact?: bigint,
): TaylorFit {
  const { first, last } = stretch;
  const degree = Math.min(problem.order, Number(last - first));
  const origin = exact ?? (first + last + 1n) >> 1n;
  const integers =
    exact === undefined || degree === 0
      ? fitFreely(problem, taylor, stretch, origin, degree)
      : fitThrough(problem, taylor, stretch, origin, degree);
  const coefficients = [...Array.from({ length: problem.order - degree }, () => 0n), ...integers];
  const fracBits = problem.format.fracBits.toReversed();
  const powers = powersOn({ origin, coefficients, fracBits }, problem.format.argumentFracBits, stretch);
  return { origin, coefficients, difference: differenceOf(problem, powers, taylor) };
}

function differenceOf({ ulpBits }: TaylorFitProblem, powers: FixedPowers, taylor: FixedPowers): Float64Array {
  const shift = BigInt(powers.fracBits - taylor.fracBits);
  const scale = 2 ** (ulpBits - taylor.fracBits);
  return Float64Array.from(taylor.coefficients, (f, k) => {
    const p = powers.coefficients[k] ?? 0n;
    return Number((shift >= 0n ? p >> shift : p << -shift) - f) * scale;
  });
}

function fitFreely(
  problem: TaylorFitProblem,
  taylor: FixedPowers,
  stretch: RawStretch,
  origin: bigint,
  degree: number,
): bigint[] {
  const real = approximate(problem, taylor, stretch, degree, () => 1);
  return roundCoefficients(problem, real, stretch, origin, problem.format.fracBits);
}

/** The constant is f's value at the origin, and the rest t times what comes nearest to (f − constant) / t. */
function fitThrough(
  problem: TaylorFitProblem,
  taylor: FixedPowers,
  stretch: RawStretch,
  origin: bigint,
  degree: number,
): bigint[] {
  const { first, last } = stretch;
  const { argumentFracBits, fracBits } = problem.format;
  // At the origin u is place / width.
  const [place, width] = [2n * origin - first - last, last - first];
  const slope: bigint[] = new Array<bigint>(taylor.coefficients.length).fill(0n);
  let value = 0n;
  for (let k = taylor.coefficients.length - 1; k >= 0; k--) {
    slope[k] = value;
    value = taylor.coefficients[k] + (value * place) / width;
  }
  slope.pop();
  const perUnit = slope.map((c) => (c << BigInt(argumentFracBits + 1)) / width);
  const at = Number(place) / Number(width);
  const nearest = 1 / Number(width);
  const real = approximate(
    problem,
    { coefficients: perUnit, fracBits: taylor.fracBits },
    stretch,
    degree - 1,
    (u) => 1 / Math.max(Math.abs(u - at), nearest),
  );
  const integers = roundCoefficients(problem, real, stretch, origin, fracBits.slice(1));
  return [...integers, roundedShift(value, taylor.fracBits - fracBits[0])];
}

/** The best polynomial of a degree with real coefficients: the leading part, and what comes nearest to the rest. */
function approximate(
  { measure, polish, format, ulpBits }: TaylorFitProblem,
  taylor: FixedPowers,
  { first, last }: RawStretch,
  degree: number,
  allowed: (u: number) => number,
): FixedPowers {
  const scale = 2 ** (ulpBits - taylor.fracBits);
  const rest = taylor.coefficients.slice(degree + 1).map((c) => Number(c) * scale);
  const restAt = (u: number): number => {
    let sum = 0;
    for (let k = rest.length - 1; k >= 0; k--) sum = sum * u + rest[k];
    return sum * u ** (degree + 1);
  };
  const unit = 2 ** -format.argumentFracBits;
  const correction = (): Float64Array => {
    if (polish === 'minimax') return minimaxFit(restAt, degree, allowed).coefficients;
    const on = measure.on((Number(first + last) / 2) * unit, (Number(last - first) / 2) * unit);
    const { nodes, project } = projector(on, degree);
    return project(Float64Array.from(nodes, restAt), degree);
  };
  // What cannot be told in doubles is no polynomial that will do.
  const added = rest.every(Number.isFinite) ? correction() : new Float64Array(degree + 1);
  return {
    coefficients: Array.from(added, (q, k) => taylor.coefficients[k] + toUnits(q / scale)),
    fracBits: taylor.fracBits,
  };
}

const toUnits = (value: number): bigint => (Number.isFinite(value) ? BigInt(Math.round(value)) : 0n);

/** Integers of powers of t = a − origin, highest first, for a polynomial in u. */
function roundCoefficients(
  { measure, polish, format }: TaylorFitProblem,
  real: FixedPowers,
  { first, last }: RawStretch,
  origin: bigint,
  fracBits: readonly number[],
): bigint[] {
  const unit = 2 ** -format.argumentFracBits;
  const absorbing: Measure =
    polish === 'minimax'
      ? arcsineMeasure
      : measure.on((Number(first + last) / 2) * unit, (Number(last - first) / 2) * unit);
  const rest = [...real.coefficients];
  const integers: bigint[] = [];
  for (let k = rest.length - 1; k >= 0; k--) {
    // t^k = ((offset + width · u) / 2)^k, in units of the argument.
    const bits = fracBits[k] + (format.argumentFracBits + 1) * k - real.fracBits;
    const width = (last - first) ** BigInt(k);
    const integer =
      width === 0n
        ? 0n
        : bits >= 0
          ? nearestQuotient(rest[k] << BigInt(bits), width)
          : nearestQuotient(rest[k], width << BigInt(-bits));
    integers.push(integer);
    const powers = powersOn(
      {
        origin,
        coefficients: [integer, ...new Array<bigint>(k).fill(0n)],
        fracBits: fracBits.slice(0, k + 1).toReversed(),
      },
      format.argumentFracBits,
      { first, last },
    );
    const shift = powers.fracBits - real.fracBits;
    for (let i = 0; i <= k; i++) rest[i] -= roundedShift(powers.coefficients[i], shift);
    const orthogonal = monicPowers(absorbing, k);
    const left = Number(rest[k]);
    for (let i = 0; i < k; i++) rest[i] -= toUnits(left * orthogonal[i]);
  }
  return integers;
}

function roundedShift(value: bigint, shift: number): bigint {
  if (shift <= 0) return value << BigInt(-shift);
  return (value + (1n << BigInt(shift - 1))) >> BigInt(shift);
}

/** For a positive divisor. */
function nearestQuotient(value: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return value >= 0n ? (value + half) / divisor : -((half - value) / divisor);
}
