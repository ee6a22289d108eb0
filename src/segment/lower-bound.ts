/** The fewest segments, or null where the count would pass `most`. */
export interface LowerBoundOptions {
  /** f · 2^n, in ulps. */
  readonly scaled: (a: number) => number;
  readonly lo: number;
  readonly hi: number;
  readonly order: number;
  /** What the approximation may err, in ulps: the target less the final rounding's half. */
  readonly error: number;
  readonly most?: number;
}

/** Beyond this many segments the bound tells nobody anything (a heuristic). */
const MOST = 16384;
/** Exchanges of the reference; the levelled error is a true bound after each. */
const EXCHANGES = 4;
/** A segment's end is found to this part of its length. */
const PRECISION = 1e-4;

/**
 * The fewest segments of any piecewise polynomial with real coefficients: greedy from the left, each
 * segment as long as its minimax error allows, which is optimal since the error only grows with the
 * segment. Lengths are found on the side of being too long, so the count is never too high.
 */
export function fewestSegments(options: LowerBoundOptions): number | null {
  const { lo, hi, most = MOST } = options;
  let count = 0;
  let length = hi - lo;
  for (let from = lo; from < hi; count++) {
    if (count >= most) return null;
    length = longestSegment(options, from, Math.min(2 * length, hi - from));
    from += length;
  }
  return count;
}

/** The longest segment from a point on, at most slightly too long. */
function longestSegment(
  { scaled, hi, order, error }: LowerBoundOptions,
  from: number,
  guess: number,
): number {
  const fits = (length: number) => levelledError(scaled, from, from + length, order) <= error;
  let good = 0;
  let bad = guess;
  while (fits(bad)) {
    if (from + bad >= hi) return hi - from;
    good = bad;
    bad = Math.min(2 * bad, hi - from);
  }
  while (bad - good > PRECISION * bad) {
    const middle = (good + bad) / 2;
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return bad;
}

/**
 * A lower bound of the minimax error of f on [a, b] by polynomials of degree `order`: the error levelled
 * on a reference of order + 2 points (de la Vallée-Poussin's theorem), the reference being improved by
 * Remez' multiple exchange.
 */
export function levelledError(f: (x: number) => number, a: number, b: number, order: number): number {
  const count = order + 2;
  const center = (a + b) / 2;
  const half = (b - a) / 2;
  const value = (u: number) => f(center + half * u);
  let points = Array.from({ length: count }, (_, i) => -Math.cos((i * Math.PI) / (count - 1)));
  let best = 0;
  for (let exchange = 0; exchange < EXCHANGES; exchange++) {
    const values = points.map(value);
    const level = leveller(points, values);
    best = Math.max(best, Math.abs(level.error));
    const next = exchangePoints(points, level.residual, value);
    if (next === undefined) break;
    points = next;
  }
  return best;
}

/** The polynomial whose residuals on the points alternate with equal size, in barycentric form. */
function leveller(points: readonly number[], values: readonly number[]) {
  const weights = points.map(
    (x, i) => 1 / points.reduce((product, y, j) => (j === i ? product : product * (x - y)), 1),
  );
  const signs = points.map((_, i) => (i % 2 === 0 ? 1 : -1));
  const numerator = weights.reduce((sum, w, i) => sum + w * values[i], 0);
  const denominator = weights.reduce((sum, w, i) => sum + w * signs[i], 0);
  const error = numerator / denominator;
  const levelled = values.map((v, i) => v - signs[i] * error);
  const residual = (u: number, fu: number): number => {
    let top = 0;
    let bottom = 0;
    for (let i = 0; i < points.length; i++) {
      const distance = u - points[i];
      if (distance === 0) return fu - levelled[i];
      // The weights of all points serve: the polynomial has one degree less than they could carry.
      top += (weights[i] / distance) * levelled[i];
      bottom += weights[i] / distance;
    }
    return fu - top / bottom;
  };
  return { error, residual };
}

/** Samples between two neighbouring points of the reference. */
const SAMPLES = 8;

/** The extrema of the residual, one in each stretch of one sign; undefined where they don't alternate. */
function exchangePoints(
  points: readonly number[],
  residual: (u: number, fu: number) => number,
  value: (u: number) => number,
): number[] | undefined {
  const extrema: { u: number; r: number }[] = [];
  const visit = (u: number): void => {
    const r = residual(u, value(u));
    const last = extrema.at(-1);
    if (!last || Math.sign(last.r) !== Math.sign(r)) extrema.push({ u, r });
    else if (Math.abs(r) > Math.abs(last.r)) extrema[extrema.length - 1] = { u, r };
  };
  for (let i = 0; i + 1 < points.length; i++) {
    for (let k = 0; k < SAMPLES; k++) visit(points[i] + ((points[i + 1] - points[i]) * k) / SAMPLES);
  }
  visit(points[points.length - 1]);
  while (extrema.length > points.length) {
    if (Math.abs(extrema[0].r) < Math.abs(extrema[extrema.length - 1].r)) extrema.shift();
    else extrema.pop();
  }
  return extrema.length === points.length ? extrema.map(({ u }) => u) : undefined;
}
