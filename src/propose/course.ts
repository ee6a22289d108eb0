import { approximationUlps } from '../plan/lower-bound.js';
import type { KernelPlan } from '../plan/plan.js';
import { planRunner } from '../plan/run.js';
import type { Course } from '../segment/course.js';
import { linearTail, type TailProblem } from '../segment/tail.js';
import type { ResolvedSpec } from '../spec.js';
import { directionOver } from '../verify/monotone.js';
import { widestMeeting } from '../verify/shape.js';
import type { Task } from './task.js';
import { exactArguments } from './exact.js';

/**
 * What polynomials may be held to where they meet: f itself, and, of odd orders, f and most of the error that the
 * rounding leaves, on either side. An error of odd order has the same sign at both ends of a segment, which costs
 * nothing there; which sign it has is the function's, and may change.
 */
const PINNED_ERRORS = [0, 0.75, -0.75];

/** The courses that a spec's shape can be met on. */
export function coursesOf(task: Task, order: number): readonly Course[] {
  const { spec, target } = task;
  const left = approximationUlps(target, spec.output);
  const isWhole = (spec.shape?.continuous ?? 1) < 1;
  const errors = order % 2 === 1 && left !== undefined && !isWhole ? PINNED_ERRORS : [0];
  const direction = spec.shape?.monotone ? argumentDirection(task) : 0;
  const pins = pinnedPlaces(task, direction);
  const { evaluate } = task.problem.approximand;
  return errors.map((part) => ({
    direction,
    pinAt: (a, { accumulatorFracBits, outputFracBits, exponent }) => {
      const special = pins.get(a);
      const ulp = 2 ** (accumulatorFracBits - outputFracBits - exponent);
      const value = evaluate(a) * 2 ** accumulatorFracBits;
      if (special === 'free' || !Number.isFinite(value)) return undefined;
      if (special === undefined) return nearest(value + part * (left ?? 0) * ulp, isWhole ? ulp : 1);
      const held = Math.min(Math.max(value, special.least * ulp), special.most * ulp);
      return nearest(held, isWhole ? ulp : 1);
    },
  }));
}

const nearest = (value: number, unit: number): number => Math.round(value / unit) * unit + 0;

/** The direction of what is approximated, which is monotone, in the reduced argument. */
function argumentDirection({ problem: { approximand } }: Task): 1 | -1 {
  return approximand.evaluate(approximand.hi - 1) >= approximand.evaluate(approximand.lo) ? 1 : -1;
}

/** Bounds of a result at a place, in ulps, or that it may be anything there. */
type Pin = { readonly least: number; readonly most: number } | 'free';

/**
 * The places where results have to be f without an error: where a tail or the next period begins, where the fold
 * turns, and where the spec asks for it. At ends where nothing follows they are free.
 */
function pinnedPlaces(task: Task, direction: Course['direction']): ReadonlyMap<number, Pin> {
  const { problem, tails, spec } = task;
  const { lo, hi } = problem.approximand;
  const wraps = problem.reduce(spec.output.fracBits).kind !== 'none';
  const anything = { least: -Infinity, most: Infinity };
  const pins = new Map<number, Pin>([
    [lo, wraps || problem.fold?.sign === -1 ? anything : 'free'],
    [hi, wraps ? anything : 'free'],
  ]);
  if (tails.low && !tails.low.unclaimed) pins.set(lo, besideTail(spec, tails.low, 1 - lo, -direction));
  if (tails.high && !tails.high.unclaimed) pins.set(hi, besideTail(spec, tails.high, hi, direction));
  for (const a of exactArguments(spec, problem)) pins.set(Number(a), anything);
  return pins;
}

/**
 * Results beside a tail: not beyond its value, and not farther from it than continuity allows. Where the tail gives
 * the greatest or the least output, results beyond it saturate to the same.
 *
 * @param from the tail's first argument, seen from its side
 * @param towards whether results rise (1) or fall (−1) on the way to the tail, or may do either
 */
function besideTail(
  { shape, overflow }: ResolvedSpec,
  tail: TailProblem,
  from: number,
  towards: number,
): Pin {
  const { slope = 0, limits } = tail;
  const value = linearTail(tail, from).output + Math.round(slope * from);
  const reach = shape?.continuous === undefined ? Infinity : Math.floor(shape.continuous);
  const saturates = overflow === 'saturate' || overflow === 'saturate-symmetric';
  return {
    least: saturates && value <= limits.min ? -Infinity : value - (towards < 0 ? 0 : reach),
    most: saturates && value >= limits.max ? Infinity : value + (towards > 0 ? 0 : reach),
  };
}

/** Formats of up to this many bits are run to see whether a plan that was not made for a shape has it. */
const RUN_BITS = 16;

/** Whether a plan that was made without a course keeps the shape all the same. */
export function keepsShape({ shape, input, definition, output }: ResolvedSpec, plan: KernelPlan): boolean {
  if (shape?.continuous !== undefined && widestMeeting(plan, definition).ulp > shape.continuous) return false;
  if (!shape?.monotone) return true;
  if (input.bits > RUN_BITS) return false;
  const direction = directionOver(definition, { input, output }, plan.range);
  const results = new Float64Array(Number(plan.range.hi) - Number(plan.range.lo) + 1);
  planRunner(plan)(Number(plan.range.lo), results);
  return results.every((result, i) => i === 0 || (result - results[i - 1]) * (direction ?? 0) >= 0);
}
