import { segmentLimit, serve, type Search, type Segment } from './serve.js';

/** A length is found to this part of it: shorter steps would not change the number of segments. */
const PRECISION = 2 ** -10;
/** Bisection finishes what the model of the error does not (a heuristic). */
const MODEL_TRIALS = 8;

/**
 * The longest segment from `lo` on that a polynomial serves, in whole cells; undefined where one cell is too
 * long.
 *
 * @param guess cells to try first
 */
export function longestSegment(search: Search, lo: number, cell: number, guess: number): Segment | undefined {
  const limit = segmentLimit(search.approximand, lo);
  const most = Math.ceil((limit - lo) / cell);
  const trial = (cells: number) => serve(search, { lo, hi: Math.min(lo + cells * cell, limit) });
  return longestServed(trial, search.arithmetic.order, most, guess);
}

/** What a trial of some cells showed. */
interface Trial {
  readonly verdict: Pick<Segment['verdict'], 'ratio' | 'rounding'>;
}

/**
 * The trial of the most cells that meets the target. The error of approximation grows like the length to the
 * power order + 1, so each trial says where to look next.
 *
 * @param leastStep from the most cells that are known to be served to the next trial, as a part of them
 */
export function longestServed<T extends Trial>(
  trial: (cells: number) => T,
  order: number,
  most: number,
  guess: number,
  leastStep = 0,
): T | undefined {
  let good = 0;
  let best: T | undefined;
  let bad = most + 1;
  let cells = Math.max(1, Math.min(Math.round(guess), most));
  for (let count = 0; ; count++) {
    const segment = trial(cells);
    if (segment.verdict.ratio <= 1) {
      good = cells;
      best = segment;
    } else {
      bad = cells;
    }
    if (bad - good <= Math.max(1, good * PRECISION)) return best;
    const next = count < MODEL_TRIALS ? predict(order, segment, cells) : (good + bad) / 2;
    cells = nextTrial(good, bad, next, Math.max(1, leastStep * good));
  }
}

/** The cells that a segment's error predicts to be just possible. */
function predict(order: number, { verdict }: Trial, cells: number): number {
  const { ratio, rounding } = verdict;
  // What rounding costs does not shrink with the segment.
  const fixed = Math.min(rounding, 0.9);
  const growth = (1 - fixed) / Math.max(ratio - fixed, 1e-9);
  return cells * growth ** (1 / (order + 1));
}

/** A whole number between the lengths known to be good and bad, near what is predicted. */
function nextTrial(good: number, bad: number, predicted: number, step: number): number {
  // The prediction is off by a little, either way: land just on the other side of it than the nearer bracket.
  const margin = PRECISION * predicted;
  const aimed = predicted - good < bad - predicted ? predicted + margin / 2 : predicted - margin / 2;
  const gap = bad - good;
  const least = Math.min(step, gap / 2);
  return Math.round(Math.min(Math.max(aimed, good + least), bad - least));
}
