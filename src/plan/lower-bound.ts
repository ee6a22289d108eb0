import type { RawInterval } from '../fit/polynomial.js';
import { maxRaw, minRaw, type QFormat } from '../fixedpoint/format.js';
import { findFunction } from '../function/catalogue.js';
import { fewestSegments } from '../segment/lower-bound.js';
import { absoluteUlp, type ErrorTarget } from '../segment/target.js';
import { hasWordFormats } from './narrow.js';
import type { KernelPlan } from './plan.js';
import { reduceProblem, type ReducedProblem } from './reduction.js';
import { fewestWideSegments } from './wide-lower-bound.js';

/** What rounding to the output can cost, in ulps; the rest of the target is left to the approximation. */
const FINAL_ROUNDING = 0.5;

/** The fewest segments, or why nobody knows. */
export type PlanBound = { readonly segments: number } | { readonly segments: null; readonly reason: string };

/**
 * The fewest segments that any piecewise polynomial of the plan's order needs for the plan's target, with
 * real coefficients and exact evaluation. Of formats of more than 32 bits, which are finer than doubles, it is shown
 * by enclosures at inputs of the range.
 */
export function planLowerBound(plan: KernelPlan): PlanBound {
  const error = approximationUlps(plan.target, plan.output);
  if (error === undefined) {
    const isNothing = Number.isFinite(absoluteUlp(plan.target, plan.output.fracBits));
    return unknown(
      isNothing ? 'the target leaves nothing to the approximation' : 'the target is relative only',
    );
  }
  const definition = findFunction(plan.function);
  const problem = reduceProblem(definition, { ...plan, overflow: plan.finish.overflow });
  const segments = hasWordFormats(plan)
    ? fewestOf(problem, plan.output, plan.target, plan.steps.length)
    : fewestWideSegments(plan, definition, problem, error);
  return segments === null || segments === undefined ? unknown('it would take too long') : { segments };
}

const unknown = (reason: string): PlanBound => ({ segments: null, reason });

/** What a target leaves to the approximation, in ulps; undefined where that is nothing, or has no limit. */
export function approximationUlps(target: ErrorTarget, output: QFormat): number | undefined {
  const error = absoluteUlp(target, output.fracBits) - FINAL_ROUNDING;
  return error > 0 && Number.isFinite(error) ? error : undefined;
}

/** Arguments that a segment has at least where as many bounds as arguments make no difference any more. */
const DENSE = 64;

/**
 * The same for a problem; null also where it takes more than `most`. Where a power of two scales results, the greatest
 * of them may have few arguments, between which polynomials need not be as good: the bound is the greatest of those
 * for each power, down to the first that has enough of them.
 */
export function fewestOf(
  problem: ReducedProblem,
  output: QFormat,
  target: ErrorTarget,
  order: number,
  most?: number,
): number | null {
  const { approximand, worstExponent } = problem;
  const reduction = problem.reduce(0);
  if (reduction.kind === 'none') return fewestWith(problem, worstExponent, 1, output, target, order, most);
  // Greater results of smaller arguments: the smaller, the fewer of them.
  const isSparse =
    reduction.kind === 'normalise' && reduction.exponent.effect === 'scale' && reduction.exponent.slope > 0;
  if (!isSparse) return fewestWith(problem, worstExponent, undefined, output, target, order, most);
  const { slope, offset } = reduction.exponent;
  let fewest = 1;
  for (let exponent = worstExponent; ; exponent -= slope) {
    const spacing = 2 ** (reduction.step * Math.max(0, (exponent - offset) / slope));
    const count = fewestWith(problem, exponent, spacing, output, target, order, most);
    if (count === null) return null;
    fewest = Math.max(fewest, count);
    if (spacing === 1 || count * DENSE * spacing <= approximand.hi - approximand.lo) return fewest;
  }
}

/** For results that are scaled by one power of two, of arguments that are multiples of `spacing`. */
function fewestWith(
  { approximand, isScaled, gaps }: ReducedProblem,
  exponent: number,
  spacing: number | undefined,
  output: QFormat,
  target: ErrorTarget,
  order: number,
  most?: number,
): number | null {
  const error = approximationUlps(target, output);
  if (error === undefined) return null;
  const ulps = 2 ** (output.fracBits + exponent);
  const scaled = (a: number) => approximand.evaluate(a) * ulps;
  // Where arguments are inputs, the last of them is the one before the end.
  const whole = { lo: approximand.lo, hi: approximand.hi - (spacing === 1 ? 1 : 0) };
  const parts = isScaled
    ? [whole]
    : piecesOf(whole, gaps).flatMap((piece) => heldParts(scaled, piece, minRaw(output), maxRaw(output)));
  let total = 1 - parts.length;
  for (const { lo, hi } of parts) {
    // A segment between two parts was counted for both.
    const count = fewestSegments({
      ...{ scaled, lo, hi, order, error },
      ...(spacing === undefined ? {} : { spacing }),
      ...(most === undefined ? {} : { most }),
    });
    if (count === null || (most !== undefined && total + count > most)) return null;
    total += count;
  }
  return Math.max(1, total);
}

/** An interval, divided at some places. */
function piecesOf({ lo, hi }: RawInterval, places: readonly number[]): readonly RawInterval[] {
  const ends = [lo, ...places.filter((place) => place > lo && place < hi), hi];
  return ends.slice(1).map((end, i) => ({ lo: ends[i], hi: end }));
}

const SAMPLES = 1024;

/**
 * The parts of a range on which the output holds f, as far as samples show: where a result saturates, the
 * polynomial may be anything beyond.
 */
function heldParts(
  scaled: (a: number) => number,
  { lo, hi }: RawInterval,
  least: number,
  most: number,
): readonly RawInterval[] {
  const isHeld = (a: number): boolean => scaled(a) >= least && scaled(a) <= most;
  const places = Array.from({ length: SAMPLES + 1 }, (_, i) => lo + ((hi - lo) * i) / SAMPLES);
  const held = places.map(isHeld);
  if (held.every(Boolean)) return [{ lo, hi }];
  const parts: RawInterval[] = [];
  for (let i = 0; i <= SAMPLES; i++) {
    if (!held[i]) continue;
    const start = i;
    while (held[i + 1]) i++;
    // Shrunk to what was seen, so that the bound stays one.
    if (i > start) parts.push({ lo: places[start], hi: places[i] });
  }
  return parts;
}
