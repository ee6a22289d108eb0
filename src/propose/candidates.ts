import type { Integer } from '../fixedpoint/integer.js';
import { buildPlan, type PlanParts } from '../plan/build.js';
import type { KernelPlan, RawRange, Selection } from '../plan/plan.js';
import type { ReducedProblem } from '../plan/reduction.js';
import { compareSelection } from '../plan/selection.js';
import type { Division } from '../segment/lower-bound.js';
import { search, type SearchOptions, type SearchResult } from '../segment/search.js';
import { MOST_SEGMENTS, nearestOf, type Unreachable } from '../segment/serve.js';
import type { ResolvedSpec } from '../spec.js';
import { exactArguments } from './exact.js';
import { coursesOf, keepsShape } from './course.js';
import { measureOf } from './measure.js';
import { outputLimits, tailsBehind } from './tail.js';
import type { Task } from './task.js';

/** Guard bits that are tried beyond those that the reduction's exponent takes (a heuristic). */
export const GUARD_BITS = [0, 1, 2, 3, 4, 6, 8];
/**
 * Orders among which `auto` chooses, the likeliest first: beyond them coefficients cost more than the segments
 * that they save.
 */
const ORDERS = [3, 4, 5, 2, 6, 1, 0];
/** Products of at most this many bits are exact in a double, and one machine operation nearly everywhere. */
const EXACT_BITS = 53;

export function orders({ order }: ResolvedSpec): readonly number[] {
  return order === 'auto' ? ORDERS : [order];
}

export function divisions({ segmentation }: ResolvedSpec): readonly Division[] {
  return segmentation === 'auto' ? ['greedy', 'dyadic', 'uniform'] : [segmentation];
}

/**
 * The plans of every order and division that a spec leaves open; where there is none, the failure that came
 * nearest.
 *
 * @param ratioOf how far a failure is from the target
 * @param isHopeless whether an order can't beat the plans that were found before it
 */
export function everyCandidate<Failure extends { readonly kind: 'unreachable' }>(
  spec: ResolvedSpec,
  find: (order: number, division: Division) => readonly KernelPlan[] | Failure,
  ratioOf: (failure: Failure) => number,
  isHopeless: (order: number, plans: readonly KernelPlan[]) => boolean = () => false,
): readonly KernelPlan[] | Failure {
  const plans: KernelPlan[] = [];
  let nearest: Failure | undefined;
  for (const order of orders(spec)) {
    if (plans.length > 0 && isHopeless(order, plans)) continue;
    for (const division of divisions(spec)) {
      const found = find(order, division);
      if (!('kind' in found)) plans.push(...found);
      else if (!nearest || ratioOf(found) < ratioOf(nearest)) nearest = found;
    }
  }
  if (plans.length > 0) return plans;
  if (!nearest) throw new TypeError('a spec leaves at least one order and division open');
  return nearest;
}

/** Plans of one order and one way to divide the range, the one with the fewest segments first. */
export function candidates(
  task: Task,
  order: number,
  division: Division,
): readonly KernelPlan[] | Unreachable {
  return task.spec.shape ? shapedCandidates(task, order, division) : freeCandidates(task, order, division);
}

/** Heuristic: a shape takes at most this many times the segments that do without. */
const MOST_ON_COURSE = 4;

/** The same where more than errors matter: whatever the courses give, and what keeps its shape without any. */
function shapedCandidates(
  task: Task,
  order: number,
  division: Division,
): readonly KernelPlan[] | Unreachable {
  const free = freeCandidates(task, order, division);
  const fitting = 'kind' in free ? [] : free.filter((plan) => keepsShape(task.spec, plan));
  // Off its course every segment but the shortest can be: such a division is given up before it is a table.
  const fewest = 'kind' in free ? MOST_SEGMENTS : free[0].segments.length;
  const most = Math.min(MOST_ON_COURSE * fewest + MOST_ON_COURSE, MOST_SEGMENTS);
  const found = coursesOf(task, order).map((course) =>
    freeCandidates(task, order, division, { course, mostSegments: most }),
  );
  const plans = [...fitting, ...found.flatMap((each) => ('kind' in each ? [] : each))];
  if (plans.length > 0) return plans.toSorted((a, b) => a.segments.length - b.segments.length);
  const failures = [free, ...found].flatMap((each) => ('kind' in each ? [each] : []));
  // Where a search without a course meets the target, what is in the way is the shape.
  return nearestOf(failures);
}

function freeCandidates(
  task: Task,
  order: number,
  division: Division,
  onCourse: Pick<SearchOptions, 'course' | 'mostSegments'> = {},
): readonly KernelPlan[] | Unreachable {
  const options = withExactBreaks({ ...searchOptions(task, order), ...onCourse });
  const results = search(options, division);
  if ('kind' in results) return results;
  return [...results.flatMap((result) => plansOf(task, result)), ...narrowed(task, options, results[0])];
}

/** On a course, segments begin where results have to be f itself, since they are pinned there. */
function withExactBreaks(options: SearchOptions): SearchOptions {
  const { approximand, exact = [], course } = options;
  if (!course) return options;
  const breaks = [...(approximand.breaks ?? []), ...exact].toSorted((a, b) => a - b);
  return { ...options, approximand: { ...approximand, breaks } };
}

/** The same with fewer guard bits and perhaps more segments, where that keeps all products exact in doubles. */
function narrowed(task: Task, options: SearchOptions, result: SearchResult): readonly KernelPlan[] {
  const widest = Math.max(0, ...planOf(task, result).bounds.steps.map(({ product }) => product.bits));
  const guard = result.guardBits - (widest - EXACT_BITS);
  if (widest <= EXACT_BITS || guard < 0 || options.guardBits.length === 1) return [];
  const results = search({ ...options, guardBits: [guard] }, result.division);
  return 'kind' in results ? [] : results.flatMap((narrow) => plansOf(task, narrow));
}

export function searchOptions({ spec, problem, target, tails }: Task, order: number): SearchOptions {
  const { mirrorSum } = outputLimits(spec);
  const exponentBits = Math.max(0, problem.worstExponent) + problem.addedBits;
  return {
    approximand: { ...problem.approximand, evaluate: valuesEverywhere(problem), breaks: problem.breaks },
    target,
    measure: measureOf(spec, problem),
    polish: spec.polish,
    exact: exactArguments(spec, problem).map(Number),
    ...(tails.high && !tails.high.unclaimed ? { tail: tails.high } : {}),
    startSegments: spec.segments,
    guardBits: spec.guard === undefined ? GUARD_BITS.map((bits) => bits + exponentBits) : [spec.guard],
    arithmetic: {
      order,
      output: spec.output,
      argumentFracBits: problem.approximand.fracBits,
      exponent: problem.worstExponent,
      scaling: spec.coefficients,
      stepRounding: spec.stepRounding,
      rounding: spec.rounding,
      overflow: spec.overflow,
      isScaled: problem.isScaled,
      ...(mirrorSum === undefined ? {} : { mirrorSum }),
    },
  };
}

/**
 * f at every argument: where it has no value, that of the last one before which has, so that nothing is fitted to a
 * pole. Kernels give what the plan lists there.
 */
function valuesEverywhere({ approximand, undefined: holes = [] }: ReducedProblem): (a: number) => number {
  const { evaluate } = approximand;
  const between = holes
    .map(({ lo, hi }) => ({ before: Number(lo) - 1, after: Number(hi) + 1 }))
    .filter(({ before, after }) => before >= approximand.lo && after < approximand.hi);
  if (between.length === 0) return evaluate;
  return (a) => {
    const hole = between.find(({ before, after }) => a > before && a < after);
    return evaluate(hole ? hole.before : a);
  };
}

/** With the selection that takes the fewest operations; where that is a map, with comparisons as well. */
function plansOf(task: Task, result: SearchResult): readonly KernelPlan[] {
  const plan = planOf(task, result);
  return plan.select.kind === 'lookup'
    ? [plan, planOf(task, result, compareSelection(result.segments))]
    : [plan];
}

function planOf(task: Task, { segments, arithmetic }: SearchResult, select?: Selection): KernelPlan {
  const tails = tailsBehind(task.tails, task.spec, task.problem, segments);
  return planOfParts(task, { segments, arithmetic, tails, ...(select ? { select } : {}) });
}

/** What was found, put together with what was asked. */
export function planOfParts(
  { spec, range, problem }: Pick<Task, 'spec' | 'problem'> & { readonly range: RawRange<Integer> },
  found: Pick<PlanParts, 'segments' | 'arithmetic' | 'tails' | 'select'>,
): KernelPlan {
  return buildPlan({
    name: spec.name,
    function: spec.definition.name,
    input: spec.input,
    output: spec.output,
    range,
    target: spec.target,
    ...(spec.shape ? { shape: spec.shape } : {}),
    ...(problem.undefined ? { undefined: problem.undefined } : {}),
    ...(problem.fold ? { fold: problem.fold } : {}),
    reduce: problem.reduce,
    finishOffset: problem.finishOffset,
    overflow: spec.overflow,
    rounding: spec.rounding,
    ...found,
  });
}
