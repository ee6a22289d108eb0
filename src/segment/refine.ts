import { fitPolynomial, type FittedPolynomial, type RawInterval } from '../fit/polynomial.js';
import type { Measure } from '../fit/measure.js';
import type { Approximand, Arithmetic } from './approximand.js';
import { judge, type Verdict } from './judge.js';
import { constantTail, type TailProblem } from './tail.js';
import type { ErrorTarget } from './target.js';

export interface Segment extends RawInterval, FittedPolynomial {
  readonly verdict: Verdict;
}

export interface Search {
  readonly approximand: Approximand;
  readonly arithmetic: Arithmetic;
  readonly target: ErrorTarget;
  readonly measure: Measure;
  /** Where f saturates: the outermost segment may be a constant that serves the tail too. */
  readonly tail?: TailProblem;
}

/** An interval to be served; it ends at lo + width or at the end of the range, whichever comes first. */
export interface Cell {
  readonly lo: number;
  readonly width: number;
}

/** Why refinement stopped. */
export interface Unreachable {
  readonly kind: 'unreachable';
  /** The verdict on the segment that could not be served. */
  readonly verdict: Verdict;
  readonly segment: RawInterval;
  readonly reason: 'single-input' | 'rounding' | 'too-many';
}

/** A kernel with more segments than this is a table of values, not an approximation (a heuristic). */
export const MOST_SEGMENTS = 4096;
/**
 * Heuristic: when the error is a few units of rounding and three halvings in a row bring less than a
 * tenth, only rounding is left to blame.
 */
const FUTILE_HALVINGS = 3;
const FUTILE_GAIN = 0.9;
const FUTILE_UNITS = 4;

/** The segment with the projected polynomial of the search's order, and how it does. */
export function serve(search: Search, interval: RawInterval): Segment {
  const { approximand, arithmetic, target, measure } = search;
  const fitted = fitPolynomial(approximand.evaluate, interval, arithmetic.order, measure, arithmetic.format);
  const verdict = judge(approximand, arithmetic, target, interval, fitted);
  return { ...interval, ...fitted, verdict };
}

/** A constant for the interval and everything beyond, where that meets the target. */
export function serveByConstant(search: Search, interval: RawInterval): Segment | undefined {
  const { tail, arithmetic } = search;
  if (!tail || interval.hi < search.approximand.hi) return undefined;
  const constant = constantTail(tail, interval.lo);
  if (constant.ratio > 1) return undefined;
  const accumulator = constant.output * 2 ** (arithmetic.accumulatorFracBits - arithmetic.outputFracBits);
  return {
    ...interval,
    origin: interval.lo,
    coefficients: [...arithmetic.steps.map(() => 0), accumulator],
    verdict: { ratio: constant.ratio, ulp: constant.ulp, worstArgument: interval.lo },
  };
}

/** Whether a segment's polynomial is a constant. */
export function isConstant(segment: FittedPolynomial): boolean {
  return segment.coefficients.slice(0, -1).every((coefficient) => coefficient === 0);
}

/**
 * Serves each cell with one polynomial, halving those that miss the target. Ends in every case: at single
 * inputs, when halving no longer helps, or when there are too many segments.
 *
 * @param cells ascending, adjacent
 */
export function refine(search: Search, cells: readonly Cell[]): readonly Segment[] | Unreachable {
  const rangeEnd = search.approximand.hi;
  const { accumulatorFracBits, outputFracBits, exponent } = search.arithmetic;
  const rounding = FUTILE_UNITS * Math.max(1, 2 ** (outputFracBits + exponent - accumulatorFracBits));
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
    const reason = stopReason(interval, futile, done.length + open.length);
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
  segments: number,
): Unreachable['reason'] | undefined {
  if (interval.hi - interval.lo <= 1) return 'single-input';
  if (futile >= FUTILE_HALVINGS) return 'rounding';
  return segments >= MOST_SEGMENTS ? 'too-many' : undefined;
}
