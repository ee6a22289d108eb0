import type { Integer } from '../../fixedpoint/integer.js';
import { representableBigint } from '../../fixedpoint/overflow.js';
import { dyadic } from '../../function/dyadic.js';
import type { KernelPlan, RawRange } from '../../plan/plan.js';
import { reduceProblem, type ReducedProblem } from '../../plan/reduction.js';
import { WIDEST_PRODUCT } from '../../plan/wellformed.js';
import type { Division } from '../../segment/lower-bound.js';
import { absoluteUlp, type ErrorTarget } from '../../segment/target.js';
import type { WideUnreachable } from '../../segment/wide/divide.js';
import { searchWide, type WideSearchOptions, type WideSearchResult } from '../../segment/wide/search.js';
import type { ResolvedSpec } from '../../spec.js';
import { reductionSlack } from '../../verify/enclosure/segment-bound.js';
import { everyCandidate, GUARD_BITS, planOfParts } from '../candidates.js';
import { cheapest, type Proposal } from '../choice.js';
import { exactArguments } from '../exact.js';
import { foldedWithinTarget } from '../fold.js';
import { checkOverflow } from '../overflow.js';
import { measureOf } from '../measure.js';
import { SIDES, type Side } from '../side.js';
import { tailNote } from '../tail.js';
import {
  chooseWideRange,
  firstBeyond,
  levelsOff,
  planTailOf,
  servingTail,
  unclaimedTail,
  type WideTail,
} from './tail.js';
import { belowRounding, tailRefusal, tooWide, unreachableWide } from './refusals.js';
import type { WideTask } from './task.js';

/**
 * As `propose`, for formats of more than 32 bits: f comes from multiple precision throughout.
 *
 * @throws target error (status 1) where no plan meets the target
 */
export function proposeWide(asked: ResolvedSpec, target: ErrorTarget): Proposal {
  if (absoluteUlp(asked.target, asked.output.fracBits) <= 0.5) throw belowRounding(asked);
  const range = asked.range ?? chooseWideRange(asked);
  const spec = foldedWithinTarget(asked, range);
  const asDoubles = { lo: Number(range.lo), hi: Number(range.hi) };
  checkOverflow(spec, asDoubles);
  const problem = reduceProblem(spec.definition, { ...spec, range });
  const task: WideTask = { spec, range, problem, target, tails: tailsOf(spec, range, problem) };
  const plans = everyCandidate(
    spec,
    (order, division) => wideCandidates(task, order, division),
    ({ segment }) => segment.verdict.ratio,
  );
  if ('kind' in plans) throw unreachableWide(task, plans);
  const narrow = plans.filter((plan) => productBits(plan) <= WIDEST_PRODUCT);
  if (narrow.length === 0) throw tooWide(spec, Math.min(...plans.map(productBits)));
  const plan = cheapest(spec, narrow);
  return { plan, target, notes: notesOf(task) };
}

function productBits({ bounds }: KernelPlan): number {
  return Math.max(0, ...bounds.steps.map(({ product }) => product.bits));
}

/** The lines beyond the range, where there is anything. @throws target error where none meets the target */
function tailsOf(spec: ResolvedSpec, range: RawRange<Integer>, problem: ReducedProblem): readonly WideTail[] {
  const needed = { high: problem.needsHighTail, low: problem.needsLowTail };
  return SIDES.filter((side) => needed[side]).map((side) => {
    // Tails are judged against the target itself: the search has no part in them.
    const from = firstBeyond(problem, side);
    const tail =
      servingTail(spec, side, from) ?? (levelsOff(spec, side) ? undefined : unclaimedTail(spec, side, from));
    if (!tail) throw tailRefusal(spec, side, range);
    return tail;
  });
}

/** Plans of one order and one way to divide the range, the one with the fewest segments first. */
export function wideCandidates(
  task: WideTask,
  order: number,
  division: Division,
): readonly KernelPlan[] | WideUnreachable {
  const results = searchWide(wideSearchOptions(task, order), division);
  return 'kind' in results ? results : results.map((result) => planOf(task, result));
}

export function wideSearchOptions(
  { spec, range, problem, target }: WideTask,
  order: number,
): WideSearchOptions {
  const { definition, input, output, overflow } = spec;
  const { ends, approximand, worstExponent } = problem;
  const { min, max } = representableBigint(output, overflow);
  const core = 'core' in definition.reduction ? definition.reduction.core : definition;
  const exponentBits = Math.max(0, worstExponent);
  const ulps = 2 ** (output.fracBits + worstExponent);
  const values = [approximand.lo, approximand.hi].map((a) => approximand.evaluate(a) * ulps);
  const absolute = absoluteUlp(target, output.fracBits);
  const allowedWith = (guardBits: number): number => {
    const plan = {
      input,
      output,
      range,
      ...(problem.undefined ? { undefined: problem.undefined } : {}),
      ...(problem.fold ? { fold: problem.fold } : {}),
      reduce: problem.reduce(output.fracBits + guardBits),
      argumentFracBits: approximand.fracBits,
      guardBits,
      finish: { rounding: spec.rounding, overflow, offset: problem.finishOffset },
    };
    const slack = reductionSlack(plan, definition, { lo: Math.min(...values), hi: Math.max(...values) });
    return Math.max(absolute - slack, LEAST_ALLOWED);
  };
  return {
    approximand: {
      approximated: problem.approximates === 'core' ? core : definition,
      fracBits: approximand.fracBits,
      lo: ends.lo,
      hi: ends.hi,
      breaks: problem.breaks.map(BigInt),
    },
    shape: {
      order,
      output,
      argumentFracBits: approximand.fracBits,
      scaling: spec.coefficients,
      stepRounding: spec.stepRounding,
    },
    rounding: spec.rounding,
    exponent: worstExponent,
    limits:
      problem.isScaled || isMirrored(problem, definition.reduction.kind)
        ? { min: -Infinity, max: Infinity }
        : { min: Number(min), max: Number(max) },
    allowedWith,
    measure: measureOf(spec, problem),
    polish: spec.polish,
    exact: exactArguments(spec, problem, isHeldExactly),
    startSegments: spec.segments,
    guardBits: guardBitsOf(spec, exponentBits, absolute - allowedWith(MOST_GUARD_BITS + exponentBits)),
  };
}

/** Heuristic: what a reduction may cost, in ulps, before it is given more guard bits. */
const DEAR_REDUCTION = 1 / 32;

/** @param slack what the reduction costs with the most of the usual guard bits, in ulps */
function guardBitsOf({ guard }: ResolvedSpec, exponentBits: number, slack: number): readonly number[] {
  if (guard !== undefined) return [guard];
  const more = slack <= DEAR_REDUCTION ? 0 : Math.ceil(Math.log2(slack / DEAR_REDUCTION));
  return [...GUARD_BITS, ...(more > 0 ? [MOST_GUARD_BITS + more] : [])].map((bits) => bits + exponentBits);
}

/** A search is told that this is allowed where the reduction alone takes the whole target: nothing meets it. */
const LEAST_ALLOWED = 2 ** -16;
const MOST_GUARD_BITS = Math.max(...GUARD_BITS);

/** Whether outputs are made of others by more than a copy: then what one saturates to shows in another. */
function isMirrored({ fold, approximates }: ReducedProblem, reduction: string): boolean {
  const copies = fold?.sign === 1 && fold.sum === 0 && fold.slope === 0;
  return (fold !== undefined && !copies) || (reduction === 'periodic' && approximates === 'core');
}

/** Bits beyond an ulp that have to be zero where f is a number of the output. */
const EXACT_BITS = 64;

/** Whether f is a number of the output at an input, by multiple precision. */
function isHeldExactly({ definition, input, output }: ResolvedSpec, x: number): boolean {
  const raw = BigInt(x * 2 ** input.fracBits);
  const value = definition.exact(dyadic(raw, input.fracBits), output.fracBits + EXACT_BITS) ?? 1n;
  const rest = BigInt.asIntN(EXACT_BITS, value);
  return rest >= -1n && rest <= 1n;
}

function planOf(task: WideTask, { segments, arithmetic }: WideSearchResult): KernelPlan {
  const side = (which: Side) => {
    const tail = task.tails.find((each) => each.side === which);
    return tail ? { [which]: planTailOf(tail, task.spec, task.problem) } : {};
  };
  return planOfParts(task, { segments, arithmetic, tails: { ...side('low'), ...side('high') } });
}

function notesOf({ spec, tails, problem }: WideTask): readonly string[] {
  const unit = 2 ** -spec.input.fracBits;
  return tails.map(({ side, output, slope, unclaimed }) =>
    tailNote(spec, side, {
      bound: Number(side === 'high' ? problem.ends.hi : problem.ends.lo) * unit,
      output: String(output),
      slope,
      unclaimed: unclaimed === true,
      shared: false,
    }),
  );
}
