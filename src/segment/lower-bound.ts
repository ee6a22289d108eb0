import { levelledReference, levelOnReference } from '../fit/minimax.js';
import { pulse } from '../pulse.js';

/** How a range may be divided: anyhow, by repeated halving, or into equal parts whose number is a power of two. */
export type Division = 'greedy' | 'dyadic' | 'uniform';

export interface LowerBoundOptions {
  /** f · 2^n, in ulps. */
  readonly scaled: (a: number) => number;
  readonly lo: number;
  readonly hi: number;
  readonly order: number;
  /** What the approximation may err, in ulps: the target less the final rounding's half. */
  readonly error: number;
  /** Where arguments are multiples of something: elsewhere the polynomials may be anything. */
  readonly spacing?: number;
  readonly most?: number;
}

/** Beyond this many segments the bound tells nobody anything (a heuristic). */
const MOST = 16384;
/** A segment's end is found to this part of its length. */
const PRECISION = 1e-4;

/**
 * The fewest segments of any piecewise polynomial with real coefficients, whatever its arithmetic: a true lower
 * bound, since every error that it compares is one (de la Vallée-Poussin) and every length is rounded up. Null
 * where the count would pass `most`.
 */
export function fewestSegments(options: LowerBoundOptions, division: Division = 'greedy'): number | null {
  const count = { greedy: fewestGreedy, dyadic: fewestDyadic, uniform: fewestUniform }[division](options);
  return count > (options.most ?? MOST) ? null : count;
}

/** Exchanges that a reference is improved by. */
const EXCHANGES = 4;

/** Whether one polynomial may serve the interval. */
function mayServe({ scaled, order, error, spacing }: LowerBoundOptions, from: number, to: number): boolean {
  pulse();
  const center = (from + to) / 2;
  const halfWidth = (to - from) / 2;
  const f = (u: number): number => scaled(center + halfWidth * u);
  const { level, points } = levelledReference(f, order, EXCHANGES);
  if (level <= error || spacing === undefined) return level <= error;
  const [first, last] = [Math.ceil(from / spacing), Math.floor(to / spacing)];
  const nearest = points.map((u) =>
    Math.min(Math.max(Math.round((center + halfWidth * u) / spacing), first), last),
  );
  // Through as many points as it has coefficients, a polynomial goes without an error.
  if (nearest.some((place, i) => i > 0 && place <= nearest[i - 1])) return true;
  return (
    levelOnReference(
      f,
      nearest.map((place) => (place * spacing - center) / halfWidth),
    ) <= error
  );
}

/** From the left, each segment as long as may be: optimal, since the error only grows with the segment. */
function fewestGreedy(options: LowerBoundOptions): number {
  const { lo, hi, most = MOST } = options;
  let count = 0;
  let length = hi - lo;
  for (let from = lo; from < hi && count <= most; count++) {
    length = longestSegment(options, from, Math.min(2 * length, hi - from));
    from += length;
  }
  return count;
}

/** The longest segment from a point on, at most slightly too long. */
function longestSegment(options: LowerBoundOptions, from: number, guess: number): number {
  const { hi } = options;
  const fits = (length: number) => mayServe(options, from, from + length);
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

function fewestDyadic(options: LowerBoundOptions): number {
  const { lo, hi, most = MOST } = options;
  let count = 0;
  const visit = (from: number, to: number): void => {
    if (count > most) return;
    if (mayServe(options, from, to)) {
      count++;
      return;
    }
    const middle = (from + to) / 2;
    visit(from, middle);
    visit(middle, to);
  };
  visit(lo, hi);
  return count;
}

function fewestUniform(options: LowerBoundOptions): number {
  const { lo, hi, most = MOST } = options;
  let count = 1;
  // What is too long now is likely to hold what is too long in halves.
  let worst = lo;
  for (; count <= most; count *= 2) {
    const width = (hi - lo) / count;
    const first = Math.floor((worst - lo) / width);
    const order = Array.from({ length: count }, (_, i) => (first + i) % count);
    const failing = order.find((i) => !mayServe(options, lo + i * width, lo + (i + 1) * width));
    if (failing === undefined) return count;
    worst = lo + failing * width;
  }
  return count;
}
