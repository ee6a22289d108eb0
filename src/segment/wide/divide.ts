import { longestServed } from '../longest.js';
import { MOST_SEGMENTS, type Unreachable } from '../serve.js';
import type { WideSegment } from './serve.js';

/** What is divided into segments. */
export interface WideDivision {
  /** lo ≤ a < hi */
  readonly lo: bigint;
  readonly hi: bigint;
  readonly breaks: readonly bigint[];
  readonly order: number;
  readonly serve: (lo: bigint, hi: bigint) => WideSegment;
  /** Divisions into more segments are not wanted. */
  readonly mostSegments?: number;
}

/** Why a division into segments was given up. */
export interface WideUnreachable {
  readonly kind: 'unreachable';
  readonly segment: WideSegment;
  readonly reason: Unreachable['reason'];
}

export type Divided = readonly WideSegment[] | WideUnreachable;

/** Heuristic: among as many arguments as here, single ones make no trial. */
const LEAST_STEP = 2 ** -12;

const minimum = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The least place after `from` where a segment has to end. */
function limitAfter({ breaks, hi }: WideDivision, from: bigint): bigint {
  return breaks.find((place) => place > from && place < hi) ?? hi;
}

/**
 * From the left, each segment as long as one polynomial serves: the fewest that there can be, where they may end
 * anywhere.
 *
 * @param cell segments end at multiples of it, counted from the start of the range
 * @param guesses lengths of the segments of a similar division, in order
 */
export function divideGreedily(
  division: WideDivision,
  cell: bigint,
  guesses: readonly bigint[] = [],
): Divided {
  const { lo, hi, order, serve, mostSegments = MOST_SEGMENTS } = division;
  const segments: WideSegment[] = [];
  let length = (hi - lo) / 8n;
  for (let from = lo; from < hi; from = segments[segments.length - 1].hi) {
    const start = from;
    const limit = limitAfter(division, start);
    const endOf = (cells: number): bigint => minimum(start + BigInt(cells) * cell, limit);
    const most = Number((limit - start + cell - 1n) / cell);
    const guess = Number(guesses[segments.length] ?? length) / Number(cell);
    const longest = longestServed((cells) => serve(start, endOf(cells)), order, most, guess, LEAST_STEP);
    if (!longest) return { kind: 'unreachable', segment: serve(start, endOf(1)), reason: 'single-input' };
    segments.push(longest);
    length = longest.hi - longest.lo;
    if (segments.length > mostSegments) return { kind: 'unreachable', segment: longest, reason: 'too-many' };
  }
  return segments;
}

/**
 * Heuristic: when the error is a few times what rounding costs and three halvings in a row bring less than a
 * tenth, only rounding is left to blame.
 */
const FUTILE_HALVINGS = 3;
const FUTILE_GAIN = 0.9;
const FUTILE_UNITS = 4;

/** Halves what one polynomial does not serve. @param width of the first cells, at least 1 */
export function divideByHalving(division: WideDivision, width: bigint): Divided {
  const { lo, hi, breaks, serve, mostSegments = MOST_SEGMENTS } = division;
  const done: WideSegment[] = [];
  const cells = Array.from(
    { length: Number((hi - lo + width - 1n) / width) },
    (_, i) => lo + BigInt(i) * width,
  );
  const open = cells.map((from) => ({ from, width, ratio: Infinity, futile: 0 })).toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    const end = minimum(next.from + next.width, hi);
    const { from } = next;
    const hasBreak = breaks.some((place) => place > from && place < end);
    const segment = serve(from, end);
    const { ratio } = segment.verdict;
    if (ratio <= 1 && !hasBreak) {
      done.push(segment);
      continue;
    }
    const isFutile = !hasBreak && ratio < FUTILE_UNITS * segment.verdict.rounding;
    const futile = isFutile && ratio > FUTILE_GAIN * next.ratio ? next.futile + 1 : 0;
    const failed = (reason: WideUnreachable['reason']): WideUnreachable => ({
      kind: 'unreachable',
      segment,
      reason,
    });
    if (end - from <= 1n) return failed('single-input');
    if (futile >= FUTILE_HALVINGS) return failed('rounding');
    if (done.length + open.length >= mostSegments) return failed('too-many');
    const half = next.width / 2n;
    const best = Math.min(ratio, next.ratio);
    if (from + half < hi) open.push({ from: from + half, width: next.width - half, ratio: best, futile });
    open.push({ from, width: half, ratio: best, futile });
  }
  return done;
}

/** Equal segments, as few as meet the target: the whole in halves, quarters and so on. */
export function divideUniformly(division: WideDivision, whole: bigint): Divided {
  const { lo, hi, breaks, serve, mostSegments = MOST_SEGMENTS } = division;
  for (let width = whole; ; width /= 2n) {
    const count = Number((hi - lo + width - 1n) / width);
    const segments: WideSegment[] = [];
    let failing: WideSegment | undefined;
    for (let from = lo; from < hi && !failing; from += width) {
      const end = minimum(from + width, hi);
      const segment = serve(from, end);
      const hasBreak = breaks.some((place) => place > from && place < end);
      if (segment.verdict.ratio > 1 || hasBreak) failing = segment;
      else segments.push(segment);
    }
    if (!failing) return segments;
    if (width <= 1n) return { kind: 'unreachable', segment: failing, reason: 'single-input' };
    if (2 * count > mostSegments || width % 2n !== 0n)
      return { kind: 'unreachable', segment: failing, reason: 'too-many' };
  }
}
