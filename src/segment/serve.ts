import type { Polish } from '../fit/polish.js';
import {
  fitPolynomial,
  type FitProblem,
  type FittedPolynomial,
  type RawInterval,
} from '../fit/polynomial.js';
import { pulse } from '../pulse.js';
import { hornerFast } from '../fixedpoint/horner.js';
import { roundDouble } from '../fixedpoint/product.js';
import type { MeasureFamily } from '../fit/measure.js';
import type { Approximand, Arithmetic } from './approximand.js';
import { fitsOnCourse, keepsCourse, type Course } from './course.js';
import { judge, type Verdict } from './judge.js';
import { searchNearby } from './local-search.js';
import { clamp } from './output-error.js';
import { linearTail, type TailProblem } from './tail.js';
import { allowedUlp, type ErrorTarget } from './target.js';

export interface Segment extends RawInterval, FittedPolynomial {
  readonly verdict: Verdict;
}

/** A range to be divided, the arithmetic that its polynomials run in, and what they have to meet. */
export interface Search {
  readonly approximand: Approximand;
  readonly arithmetic: Arithmetic;
  readonly target: ErrorTarget;
  readonly measure: MeasureFamily;
  readonly polish: Polish;
  /** Where f saturates: the outermost segment may be a constant that serves the tail too. */
  readonly tail?: TailProblem;
  /** Raw arguments at which results have to be f itself, ascending; f is a multiple of the accumulator's unit there. */
  readonly exact?: readonly number[];
  /** What polynomials keep to where they meet; none serves a tail as well then. */
  readonly course?: Course;
  /** Divisions into more segments are not wanted. */
  readonly mostSegments?: number;
}

/** Why a division into segments was given up. */
export interface Unreachable {
  readonly kind: 'unreachable';
  /** The verdict on the segment that could not be served. */
  readonly verdict: Verdict;
  readonly segment: RawInterval;
  readonly reason: 'single-input' | 'rounding' | 'too-many';
}

/** The failure that came nearest to the target; there is at least one. */
export function nearestOf(failures: readonly Unreachable[]): Unreachable {
  return failures.reduce((best, next) => (next.verdict.ratio < best.verdict.ratio ? next : best));
}

/** A kernel with more segments than this is a table of values, not an approximation (a heuristic). */
export const MOST_SEGMENTS = 16384;

/** The segment with the best polynomial of the search's order, and how it does. */
export function serve(search: Search, interval: RawInterval): Segment {
  pulse();
  const { approximand, arithmetic, target, course } = search;
  if (course) return serveOnCourse(search, course, interval);
  const limit = serveByLimit(search, interval);
  if (limit) return limit;
  const fitted = fitPolynomial(fitProblem(search), interval);
  const judgeOn = (polynomial: FittedPolynomial, part: RawInterval): Verdict =>
    judge(approximand, arithmetic, target, part, polynomial);
  const start = { polynomial: fitted, verdict: judgeOn(fitted, interval) };
  const isHeld = search.exact?.some((a) => a >= interval.lo && a < interval.hi);
  const { polynomial, verdict } =
    search.polish === 'none' ? start : searchNearby(start, judgeOn, interval, isHeld ? 1 : 0);
  return { ...interval, ...polynomial, verdict };
}

/** Off its course, a polynomial misses the target by this factor at least, so that searches try shorter segments. */
const OFF_COURSE = 2;

/** The first polynomial that meets the target and keeps to the course; where there is none, the first of all. */
function serveOnCourse(search: Search, course: Course, interval: RawInterval): Segment {
  const { approximand, arithmetic, target } = search;
  let first: Segment | undefined;
  for (const fitted of fitsOnCourse(fitProblem(search), course, approximand, arithmetic, interval)) {
    const verdict = judge(approximand, arithmetic, target, interval, fitted);
    const keeps = keepsCourse(course, arithmetic, interval, fitted) && isExact(search, interval, fitted);
    if (verdict.ratio <= 1 && keeps) {
      return { ...interval, ...fitted, verdict };
    }
    first ??= { ...interval, ...fitted, verdict: { ...verdict, ratio: Math.max(verdict.ratio, OFF_COURSE) } };
    if (verdict.ratio > 1) break;
  }
  if (!first) throw new TypeError('every segment has a polynomial');
  return first;
}

/** Whether results are f itself where they have to be. */
function isExact(
  { approximand, arithmetic, exact = [] }: Search,
  { lo, hi }: RawInterval,
  { origin, coefficients }: FittedPolynomial,
): boolean {
  const { steps, accumulatorFracBits, outputFracBits, exponent, rounding } = arithmetic;
  const shift = accumulatorFracBits - outputFracBits - exponent;
  const ulps = 2 ** (outputFracBits + exponent);
  return exact
    .filter((a) => a >= lo && a < hi)
    .every((a) => {
      const result = roundDouble(hornerFast(coefficients, steps, a - origin), shift, rounding);
      return result === Math.round(approximand.evaluate(a) * ulps);
    });
}

function fitProblem({ approximand, arithmetic, target, measure, polish, exact = [] }: Search): FitProblem {
  const { evaluate } = approximand;
  const ulps = 2 ** (arithmetic.outputFracBits + arithmetic.exponent);
  const allowed =
    target.relative === undefined
      ? () => 1
      : (a: number) =>
          allowedUlp(
            target,
            clamp(evaluate(a) * ulps, arithmetic),
            arithmetic.outputFracBits,
            arithmetic.mirrorSum,
          ) + LEAST_ALLOWED;
  return { f: evaluate, allowed, order: arithmetic.order, measure, polish, format: arithmetic.format, exact };
}

/** A relative target allows nothing where f is zero, which no weight can express (in ulps; a heuristic). */
const LEAST_ALLOWED = 2 ** -10;

/** The last output on a side as a constant, where f lies beyond it and that meets the target. */
function serveByLimit(search: Search, interval: RawInterval): Segment | undefined {
  const { approximand, arithmetic, target } = search;
  const { min, max, outputFracBits, exponent } = arithmetic;
  const values = [interval.lo, interval.hi - 1].map(
    (a) => approximand.evaluate(a) * 2 ** (outputFracBits + exponent),
  );
  const limit = Math.min(...values) >= max ? max : Math.max(...values) <= min ? min : undefined;
  if (limit === undefined || !Number.isFinite(limit)) return undefined;
  const segment = { ...interval, ...constantPolynomial(arithmetic, interval, limit) };
  const verdict = judge(approximand, arithmetic, target, interval, segment);
  return verdict.ratio <= 1 ? { ...segment, verdict } : undefined;
}

/** A polynomial that gives one output everywhere. */
function constantPolynomial(
  { steps, accumulatorFracBits, outputFracBits, exponent }: Arithmetic,
  { lo }: RawInterval,
  output: number,
): FittedPolynomial {
  const accumulator = output * 2 ** (accumulatorFracBits - outputFracBits - exponent);
  return { origin: lo, coefficients: [...steps.map(() => 0), accumulator] };
}

/** A constant for the interval and everything beyond, where that meets the target. */
export function serveByConstant(search: Search, interval: RawInterval): Segment | undefined {
  const { tail, arithmetic, course } = search;
  if (course || !tail || tail.slope || interval.hi < search.approximand.hi) return undefined;
  const constant = linearTail(tail, interval.lo);
  if (constant.ratio > 1) return undefined;
  return {
    ...interval,
    ...constantPolynomial(arithmetic, interval, constant.output),
    verdict: { ratio: constant.ratio, ulp: constant.ulp, worstArgument: interval.lo, rounding: 0 },
  };
}

/** The least place after `from` where a segment has to end: a break of the function, or the end of the range. */
export function segmentLimit({ breaks = [], hi }: Approximand, from: number): number {
  return breaks.find((place) => place > from && place < hi) ?? hi;
}
