import type { Integer } from '../fixedpoint/integer.js';
import { buildPlan, type PlanParts } from '../plan/build.js';
import type { KernelPlan, RawRange, Selection } from '../plan/plan.js';
import type { ReducedProblem } from '../plan/reduction.js';
import { compareSelection } from '../plan/selection.js';
import type { Division } from '../segment/lower-bound.js';
import { search, type SearchOptions, type SearchResult } from '../segment/search.js';
import type { Unreachable } from '../segment/serve.js';
import type { ErrorTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import { exactArguments } from './exact.js';
import { outputLimits, tailsBehind, type TailProblems } from './tail.js';

/** Guard bits that are tried beyond those that the reduction's exponent takes (a heuristic). */
export const GUARD_BITS = [0, 1, 2, 3, 4, 6, 8];
/**
 * Orders among which `auto` chooses, the likeliest first: beyond them coefficients cost more than the segments
 * that they save.
 */
const ORDERS = [3, 4, 5, 2, 6, 1, 0];
/** Products of at most this many bits are exact in a double, and one machine operation nearly everywhere. */
const EXACT_BITS = 53;

/** What is to be divided into segments, and against what it is judged. */
export interface Task {
  readonly spec: ResolvedSpec;
  readonly range: RawRange;
  readonly problem: ReducedProblem;
  readonly target: ErrorTarget;
  readonly tails: TailProblems;
}

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
  const options = searchOptions(task, order);
  const results = search(options, division);
  if ('kind' in results) return results;
  return [...results.flatMap((result) => plansOf(task, result)), ...narrowed(task, options, results[0])];
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
  const exponentBits = Math.max(0, problem.worstExponent);
  return {
    approximand: { ...problem.approximand, breaks: problem.breaks },
    target,
    measure: spec.measure,
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
    ...(problem.undefined ? { undefined: problem.undefined } : {}),
    ...(problem.fold ? { fold: problem.fold } : {}),
    reduce: problem.reduce,
    finishOffset: problem.finishOffset,
    overflow: spec.overflow,
    rounding: spec.rounding,
    ...found,
  });
}
