/**
 * Minimax approximation by the exchange algorithm of Remez (1934), in the coordinate u in [−1, 1] of a segment:
 * the polynomial p of a degree that minimises max |f − p| / allowed. On a reference of degree + 2 points the
 * weighted error can be levelled; by de la Vallée-Poussin's theorem the levelled error is a lower bound of the
 * minimax error, whatever the reference, and moving the reference to the extrema of the error raises it.
 */

/** A function of u in [−1, 1]. */
export type RealFunction = (u: number) => number;

export interface MinimaxFit {
  /** Lower bound of the minimax error, as a part of what is allowed. */
  readonly level: number;
  /** Greatest error of this polynomial that was seen, as a part of what is allowed. */
  readonly error: number;
  /** Coefficients of powers of u, lowest first. */
  readonly coefficients: Float64Array;
}

/** Samples from one point of a reference to the next; a parabola through three of them then finds the extremum. */
const SAMPLES = 6;
/** Heuristic: an error that is level to this part is minimax for all that rounding leaves of it. */
const LEVELLED = 2e-3;
const MOST_EXCHANGES = 12;
/** Residuals below this part of f are the rounding of doubles, in which nothing alternates. */
const NOISE = 2 ** -48;

/**
 * @param allowed the error that is allowed at u, above 0; it may be infinite at single points
 */
export function minimaxFit(f: RealFunction, degree: number, allowed: RealFunction = () => 1): MinimaxFit {
  const ends = Math.max(allowed(-1), allowed(1)) <= LEAST_WEIGHTED * allowed(0);
  let points = ends ? startingPoints(degree) : insidePoints(degree);
  let level = 0;
  let best: { readonly levelled: Levelled; readonly error: number } | undefined;
  for (let exchange = 0; exchange < MOST_EXCHANGES; exchange++) {
    const levelled = levelOn(points, f, allowed);
    level = Math.max(level, Math.abs(levelled.error));
    const { error, extrema } = findExtrema(levelled, f, allowed);
    if (best && error >= best.error) break;
    best = { levelled, error };
    if (error <= level * (1 + LEVELLED) || !extrema) break;
    points = extrema;
  }
  if (!best) throw new TypeError('at least one exchange was made');
  return { level, error: best.error, coefficients: interpolate(best.levelled, degree) };
}

/**
 * A lower bound of the minimax error by polynomials of a degree, as a part of what is allowed: what the error
 * levels at on the best of a few references.
 */
export function levelledError(
  f: RealFunction,
  degree: number,
  allowed: RealFunction = () => 1,
  exchanges = 4,
): number {
  return levelledReference(f, degree, exchanges, allowed).level;
}

/** The same, with the reference: degree + 2 points, ascending. */
export function levelledReference(
  f: RealFunction,
  degree: number,
  exchanges: number,
  allowed: RealFunction = () => 1,
): { readonly level: number; readonly points: Float64Array } {
  let points = likelierPoints(f, degree, allowed);
  let best = { level: 0, points };
  for (let exchange = 0; exchange < exchanges; exchange++) {
    const levelled = levelOn(points, f, allowed);
    const before = best.level;
    if (Math.abs(levelled.error) > before) best = { level: Math.abs(levelled.error), points };
    if (best.level <= before * (1 + 1e-6)) break;
    const { extrema } = findExtrema(levelled, f, allowed);
    if (!extrema) break;
    points = extrema;
  }
  return best;
}

/** What the error levels at on any reference of degree + 2 points, ascending: a lower bound as well. */
export function levelOnReference(f: RealFunction, points: Float64Array): number {
  return Math.abs(levelOn(points, f, () => 1).error);
}

/** Heuristic: where an end may err by this much more than the middle, the error is least likely greatest there. */
const LEAST_WEIGHTED = 1024;

/** The roots of the Chebyshev polynomial of degree + 2: a reference without the ends. */
function insidePoints(degree: number): Float64Array {
  const count = degree + 2;
  return Float64Array.from({ length: count }, (_, i) => -Math.cos(((2 * i + 1) * Math.PI) / (2 * count)));
}

const starting = new Map<number, Float64Array>();

/** The extrema of the Chebyshev polynomial of degree + 1. */
function startingPoints(degree: number): Float64Array {
  let points = starting.get(degree);
  if (!points) {
    const last = degree + 1;
    points = Float64Array.from({ length: last + 1 }, (_, i) => -Math.cos((i * Math.PI) / last));
    starting.set(degree, points);
  }
  return points;
}

/**
 * Of two references to start from the one that says more: on one that is symmetric, nothing alternates of an even or
 * odd function of which a higher degree would be no better.
 */
function likelierPoints(f: RealFunction, degree: number, allowed: RealFunction): Float64Array {
  const [symmetric, skew] = [startingPoints(degree), startingPoints(degree + 1).slice(1)];
  const levelOf = (points: Float64Array): number => Math.abs(levelOn(points, f, allowed).error);
  return levelOf(skew) > SKEW_GAIN * levelOf(symmetric) ? skew : symmetric;
}

/** Heuristic: elsewhere the symmetric one is the better start. */
const SKEW_GAIN = 4;

/** The polynomial whose errors on the points alternate, equally great beside what is allowed. */
interface Levelled {
  readonly points: Float64Array;
  /** Barycentric weights of the points. */
  readonly weights: Float64Array;
  /** Its values at the points. */
  readonly values: Float64Array;
  /** f − p at the first point, as a part of what is allowed there; signed. */
  readonly error: number;
  /** The greatest |f| on the points. */
  readonly magnitude: number;
}

function levelOn(points: Float64Array, f: RealFunction, allowed: RealFunction): Levelled {
  const count = points.length;
  const weights = new Float64Array(count);
  const values = new Float64Array(count);
  const allowances = new Float64Array(count);
  let numerator = 0;
  let denominator = 0;
  let magnitude = 0;
  for (let i = 0; i < count; i++) {
    let product = 1;
    for (let j = 0; j < count; j++) if (j !== i) product *= points[i] - points[j];
    weights[i] = 1 / product;
    values[i] = f(points[i]);
    allowances[i] = i % 2 === 0 ? allowed(points[i]) : -allowed(points[i]);
    numerator += weights[i] * values[i];
    denominator += weights[i] * allowances[i];
    magnitude = Math.max(magnitude, Math.abs(values[i]));
  }
  const error = numerator / denominator;
  for (let i = 0; i < count; i++) values[i] -= error * allowances[i];
  return { points, weights, values, error, magnitude };
}

/** The polynomial at u. The weights of all points serve: it has one degree less than they could carry. */
function valueAt({ points, weights, values }: Levelled, u: number): number {
  let top = 0;
  let bottom = 0;
  for (let i = 0; i < points.length; i++) {
    const distance = u - points[i];
    if (distance === 0) return values[i];
    const quotient = weights[i] / distance;
    top += quotient * values[i];
    bottom += quotient;
  }
  return top / bottom;
}

interface Extrema {
  /** The greatest error that was seen, as a part of what is allowed. */
  readonly error: number;
  /** As many extrema of alternating sign as there were points; undefined where there are not so many. */
  readonly extrema: Float64Array | undefined;
}

/** The greatest error in each stretch of one sign. */
function findExtrema(levelled: Levelled, f: RealFunction, allowed: RealFunction): Extrema {
  const { points, magnitude } = levelled;
  const errorAt = (u: number): number => (f(u) - valueAt(levelled, u)) / allowed(u);
  const places: number[] = [];
  const errors: number[] = [];
  const note = (u: number): void => {
    places.push(u);
    errors.push(errorAt(u));
  };
  let from = -1;
  for (let i = 0; i <= points.length; i++) {
    const to = i < points.length ? points[i] : 1;
    if (to > from) for (let k = 0; k < SAMPLES; k++) note(from + ((to - from) * k) / SAMPLES);
    from = to;
  }
  note(1);

  const found: { u: number; error: number }[] = [];
  for (let i = 0; i < places.length; i++) {
    const last = found.at(-1);
    if (last && last.error > 0 === errors[i] > 0) {
      if (Math.abs(errors[i]) > Math.abs(last.error))
        found[found.length - 1] = { u: places[i], error: errors[i] };
    } else {
      found.push({ u: places[i], error: errors[i] });
    }
  }
  for (const extremum of found) {
    const i = places.indexOf(extremum.u);
    if (i === 0 || i === places.length - 1) continue;
    const u = vertex(places, errors, i);
    const error = errorAt(u);
    if (Math.abs(error) > Math.abs(extremum.error)) Object.assign(extremum, { u, error });
  }
  const error = found.reduce((most, extremum) => Math.max(most, Math.abs(extremum.error)), 0);
  if (error <= NOISE * magnitude) return { error, extrema: undefined };
  while (found.length > points.length) {
    if (Math.abs(found[0].error) < Math.abs(found[found.length - 1].error)) found.shift();
    else found.pop();
  }
  const extrema = found.length === points.length ? Float64Array.from(found, ({ u }) => u) : undefined;
  return { error, extrema };
}

/** Where the parabola through the samples around i has its vertex; sample i where it has none between them. */
function vertex(places: readonly number[], errors: readonly number[], i: number): number {
  const left = places[i] - places[i - 1];
  const right = places[i + 1] - places[i];
  const rise = (errors[i] - errors[i - 1]) / left;
  const fall = (errors[i + 1] - errors[i]) / right;
  const curvature = (fall - rise) / (left + right);
  const u = (places[i] + places[i - 1]) / 2 - rise / (2 * curvature);
  return u > places[i - 1] && u < places[i + 1] ? u : places[i];
}

/** Coefficients of powers of u of a levelled polynomial, by Newton's divided differences. */
function interpolate({ points, values }: Levelled, degree: number): Float64Array {
  const count = degree + 1;
  const differences = values.slice(0, count);
  for (let step = 1; step < count; step++) {
    for (let i = count - 1; i >= step; i--) {
      differences[i] = (differences[i] - differences[i - 1]) / (points[i] - points[i - step]);
    }
  }
  const coefficients = new Float64Array(count);
  for (let i = count - 1; i >= 0; i--) {
    // coefficients ← coefficients · (u − points[i]) + differences[i]
    for (let k = count - 1; k > 0; k--) coefficients[k] = coefficients[k - 1] - points[i] * coefficients[k];
    coefficients[0] = differences[i] - points[i] * coefficients[0];
  }
  return coefficients;
}
