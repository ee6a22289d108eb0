/**
 * The probability measure on [−1, 1] under which the polynomials of the chaos expansion are orthogonal,
 * as the recurrence of its orthonormal polynomials:
 *
 *   √b(k+1) · p(k+1)(u) = (u − a(k)) · p(k)(u) − √b(k) · p(k−1)(u),   p(0) = 1
 *
 * (W. Gautschi, Orthogonal Polynomials: Computation and Approximation, 2004, §1.3.)
 */
export interface Measure {
  readonly name: string;
  readonly a: (k: number) => number;
  readonly b: (k: number) => number;
}

/** Inputs that really occur: ascending values and how often each does. */
export interface Histogram {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** A measure on every segment, in the segment's own coordinate. */
export interface MeasureFamily {
  readonly name: string;
  /** @param center, halfWidth the segment, as values of the argument */
  readonly on: (center: number, halfWidth: number) => Measure;
}

/**
 * Jacobi polynomials: the beta distribution with density proportional to (1 + u)^(a − 1) · (1 − u)^(b − 1).
 * (Gautschi, table 1.1, with α = b − 1 and β = a − 1.)
 *
 * @param a, b above 0
 */
export function betaMeasure(a: number, b: number): Measure {
  const alpha = b - 1;
  const beta = a - 1;
  const sum = alpha + beta;
  return Object.freeze({
    name: `beta(${a},${b})`,
    a: (k: number) => {
      if (k === 0) return (beta - alpha) / (sum + 2);
      return alpha === beta ? 0 : (beta ** 2 - alpha ** 2) / ((2 * k + sum) * (2 * k + sum + 2));
    },
    b: (k: number) => {
      // At k = 1 a factor k + α + β cancels, which is zero for the arcsine distribution.
      if (k === 1) return (4 * (1 + alpha) * (1 + beta)) / ((2 + sum) ** 2 * (3 + sum));
      const n = 2 * k + sum;
      return (4 * k * (k + alpha) * (k + beta) * (k + sum)) / (n ** 2 * (n + 1) * (n - 1));
    },
  });
}

/** Legendre polynomials: every input of the segment weighs the same. */
export const uniformMeasure: Measure = Object.freeze({ ...betaMeasure(1, 1), name: 'uniform' });

/** Chebyshev polynomials of the first kind: ends weigh most, which comes near the minimax polynomial. */
export const arcsineMeasure: Measure = Object.freeze({ ...betaMeasure(0.5, 0.5), name: 'arcsine' });

export function sameEverywhere(measure: Measure): MeasureFamily {
  return Object.freeze({ name: measure.name, on: () => measure });
}

/** Heuristic: inputs that never occurred weigh this much together, so that the polynomial is not free there. */
const UNSEEN = 1 / 64;
/** Points that stand for them: more than any projection has nodes. */
const UNSEEN_POINTS = 64;

/**
 * The measure of a histogram: on each segment, its part of it, and a little of the uniform measure. The
 * recurrence is that of Stieltjes' procedure on the discrete measure (Gautschi, §2.2.3.1).
 */
export function dataMeasure(histogram: Histogram): MeasureFamily {
  return Object.freeze({
    name: 'data',
    on: (center: number, halfWidth: number) => {
      const points = Array.from({ length: UNSEEN_POINTS }, (_, i) => (2 * i + 1) / UNSEEN_POINTS - 1);
      const seen = histogram.values.flatMap((value, i) => {
        const u = (value - center) / halfWidth;
        return Math.abs(u) <= 1 ? [{ u, count: histogram.counts[i] }] : [];
      });
      const total = seen.reduce((sum, { count }) => sum + count, 0);
      const share = total > 0 ? UNSEEN : 1;
      return stieltjes(
        [...points, ...seen.map(({ u }) => u)],
        [
          ...points.map(() => share / UNSEEN_POINTS),
          ...seen.map(({ count }) => ((1 - share) * count) / Math.max(total, 1)),
        ],
      );
    },
  });
}

/** The measure of weights (their sum is 1) on points. */
function stieltjes(points: readonly number[], weights: readonly number[]): Measure {
  const a: number[] = [];
  const b: number[] = [1];
  let previous = points.map(() => 0);
  let current = points.map(() => 1);
  const extend = (): void => {
    const k = a.length;
    const norm = sum(weights, current, current);
    a.push(points.reduce((total, u, i) => total + weights[i] * u * current[i] ** 2, 0) / norm);
    const next = current.map((value, i) => (points[i] - a[k]) * value - (k === 0 ? 0 : b[k]) * previous[i]);
    b.push(sum(weights, next, next) / norm);
    previous = current;
    current = next;
  };
  const upTo = (k: number): void => {
    while (a.length <= k) extend();
  };
  return {
    name: 'data',
    a: (k) => (upTo(k), a[k]),
    b: (k) => (upTo(k - 1), b[k]),
  };
}

function sum(weights: readonly number[], x: readonly number[], y: readonly number[]): number {
  return weights.reduce((total, weight, i) => total + weight * x[i] * y[i], 0);
}

/** Values p(0)(u) … p(degree)(u) of the orthonormal polynomials. */
export function orthonormalValues(measure: Measure, degree: number, u: number): number[] {
  const values = [1];
  for (let k = 0; k < degree; k++) {
    const previous = k === 0 ? 0 : Math.sqrt(measure.b(k)) * values[k - 1];
    values.push(((u - measure.a(k)) * values[k] - previous) / Math.sqrt(measure.b(k + 1)));
  }
  return values;
}

const monic = new WeakMap<Measure, Float64Array[]>();

/** Coefficients, lowest power first, of the orthogonal polynomial of a degree whose highest one is 1. */
export function monicPowers(measure: Measure, degree: number): Float64Array {
  const polynomials = monic.get(measure) ?? [Float64Array.of(1)];
  monic.set(measure, polynomials);
  for (let k = polynomials.length - 1; k < degree; k++) {
    const next = new Float64Array(k + 2);
    for (let i = 0; i <= k; i++) {
      next[i + 1] += polynomials[k][i];
      next[i] -= measure.a(k) * polynomials[k][i];
      if (k > 0 && i < k) next[i] -= measure.b(k) * polynomials[k - 1][i];
    }
    polynomials.push(next);
  }
  return polynomials[degree];
}
