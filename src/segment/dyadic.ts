import type { RawInterval } from '../fit/polynomial.js';
import {
  MOST_SEGMENTS,
  serve,
  serveByConstant,
  type Search,
  type Segment,
  type Unreachable,
} from './serve.js';

/** An interval to be served; it ends at lo + width or at the end of the range, whichever comes first. */
export interface Cell {
  readonly lo: number;
  readonly width: number;
}

/**
 * Heuristic: when the error is a few units of rounding and three halvings in a row bring less than a
 * tenth, only rounding is left to blame.
 */
const FUTILE_HALVINGS = 3;
const FUTILE_GAIN = 0.9;
const FUTILE_UNITS = 4;

/**
 * Serves each cell with one polynomial, halving those that miss the target. Ends in every case: at single
 * inputs, when halving no longer helps, or when there are too many segments.
 *
 * @param cells ascending, adjacent
 */
export function dyadicSegments(search: Search, cells: readonly Cell[]): readonly Segment[] | Unreachable {
  const rangeEnd = search.approximand.hi;
  const { accumulatorFracBits, outputFracBits, exponent } = search.arithmetic;
  const rounding = FUTILE_UNITS * Math.max(1, 2 ** (outputFracBits + exponent - accumulatorFracBits));
  const most = search.mostSegments ?? MOST_SEGMENTS;
  const done: Segment[] = [];
  const open = cells.map((cell) => ({ cell, parentRatio: Infinity, futile: 0 })).toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    const { lo, width } = next.cell;
    const interval = { lo, hi: Math.min(lo + width, rangeEnd) };
    const segment = serveByConstant(search, interval) ?? serve(search, interval);
    const { ratio, ulp } = segment.verdict;
    if (ratio <= 1) {
      done.push(segment);
      continue;
    }
    const futile = ulp < rounding && ratio > FUTILE_GAIN * next.parentRatio ? next.futile + 1 : 0;
    const reason = stopReason(interval, futile, done.length + open.length >= most);
    if (reason) return { kind: 'unreachable', verdict: segment.verdict, segment: interval, reason };
    const half = Math.floor(width / 2);
    const parentRatio = Math.min(ratio, next.parentRatio);
    if (lo + half < rangeEnd)
      open.push({ cell: { lo: lo + half, width: width - half }, parentRatio, futile });
    open.push({ cell: { lo, width: half }, parentRatio, futile });
  }
  return done;
}

function stopReason(
  interval: RawInterval,
  futile: number,
  tooMany: boolean,
): Unreachable['reason'] | undefined {
  if (interval.hi - interval.lo <= 1) return 'single-input';
  if (futile >= FUTILE_HALVINGS) return 'rounding';
  return tooMany ? 'too-many' : undefined;
}
