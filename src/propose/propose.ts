import { planHash } from '../plan/canonical.js';
import { costOf } from '../plan/cost-model.js';
import { fewestOf } from '../plan/lower-bound.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan, RawRange } from '../plan/plan.js';
import { reduceProblem, type ReducedProblem } from '../plan/reduction.js';
import type { Unreachable } from '../segment/serve.js';
import { absoluteUlp, lessRounding, type ErrorTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import { candidates, everyCandidate } from './candidates.js';
import type { Task } from './task.js';
import { cheapest, cheapestBy, type Proposal } from './choice.js';
import {
  asksForCorrectRounding,
  LOOSER_ULPS,
  MOST_SEGMENTS,
  nearestOutputs,
  withExceptions,
} from './correct-rounding.js';
import { foldedWithinTarget } from './fold.js';
import { checkMonotone, describeShape, foldedOnCourse } from './shape.js';
import { checkOverflow } from './overflow.js';
import { belowRounding, unreachable } from './refusals.js';
import { checkTails, chooseRange, tailNotes } from './tail.js';
import { withPossibleRange } from './possible-range.js';
import { proposeWide } from './wide/propose.js';
import { chooseWideRange } from './wide/tail.js';

/**
 * The plan that is proven first: of those that meet the target, the cheapest. Deterministic, and quick.
 *
 * @throws target error (status 1) where no plan meets the target
 */
export function propose(spec: ResolvedSpec, target: ErrorTarget = spec.target): Proposal {
  try {
    return found(spec, target);
  } catch (error) {
    const chosen = () => (hasWordFormats(spec) ? chooseRange(spec) : chooseWideRange(spec));
    throw withPossibleRange(error, spec, chosen, (narrower) => found(narrower, target));
  }
}

function found(spec: ResolvedSpec, target: ErrorTarget): Proposal {
  if (!hasWordFormats(spec)) return proposeWide(spec, target);
  if (asksForCorrectRounding(spec)) return proposeRounded(spec);
  const task = taskOf(spec, target);
  const plans = allCandidates(task);
  if ('kind' in plans) throw unreachable(task, plans);
  const plan = cheapest(spec, plans);
  return { plan, target, notes: [...tailNotes(task.spec, plan), ...shapeNotes(task, plan)] };
}

/** What the shape costs: the segments of the plan that does without. */
function shapeNotes(task: Task, plan: KernelPlan): readonly string[] {
  const { shape, ...free } = task.spec;
  if (!shape) return [];
  const order = plan.steps.length;
  const plans = allCandidates({ ...task, spec: { ...free, shape: undefined, order } });
  const count = plan.segments.length;
  const fewest = 'kind' in plans ? '' : `; without, ${cheapest(task.spec, plans).segments.length} would do`;
  return [`${describeShape(shape)}: ${count} ${count === 1 ? 'segment' : 'segments'}${fewest}`];
}

/**
 * The cheapest plan that rounds every input correctly: polynomials of a looser target, and a list of the inputs
 * that they round wrongly.
 *
 * @throws target error where no looser target can be met either
 */
function proposeRounded(spec: ResolvedSpec): Proposal {
  const task = taskOf(spec, { ulp: 1 });
  const loosest = allCandidates(task);
  if ('kind' in loosest) throw unreachable(task, loosest);
  const most = Math.floor(MOST_SEGMENTS * cheapest(spec, loosest).segments.length);
  const tighter = LOOSER_ULPS.flatMap((ulp) => {
    const plans = allCandidates({ ...task, target: { ulp } });
    return 'kind' in plans ? [] : plans.filter(({ segments }) => segments.length <= most);
  });
  const nearest = nearestOutputs(spec, loosest[0]);
  const plans = new Map([...loosest, ...tighter].map((plan) => [planHash(plan), plan]));
  const plan = cheapestBy(
    spec.cost,
    [...plans.values()].map((each) => withExceptions(each, nearest)),
  );
  const listed = plan.exceptions?.inputs.length ?? 0;
  const note = `every output is the nearest one: ${listed} inputs that the polynomials round to the second nearest are listed`;
  return { plan, target: spec.target, notes: [...tailNotes(spec, plan), ...(listed > 0 ? [note] : [])] };
}

/** @throws target error where what the spec asks for can't be met by any plan */
export function taskOf(asked: ResolvedSpec, target: ErrorTarget): Task {
  const range = asked.range ? { lo: Number(asked.range.lo), hi: Number(asked.range.hi) } : chooseRange(asked);
  checkOverflow(asked, range);
  checkMonotone(asked, range);
  const onCourse = foldedOnCourse(asked, range);
  // What a fold misses is listed where every output has to be the nearest.
  const spec = asksForCorrectRounding(asked) ? onCourse : foldedWithinTarget(onCourse, range);
  const problem = reduceProblem(spec.definition, { ...spec, range });
  const tails = checkTails(spec, problem, range);
  const rounding = relativeRounding(spec, range, problem);
  const task = { spec, range, problem, target: lessRounding(target, rounding), rounding, tails };
  if (absoluteUlp(spec.target, spec.output.fracBits) < 0.5) throw belowRounding(task);
  return task;
}

/**
 * What rounding to the output costs at the least result of a function that powers of two scale, relative to it: a
 * search looks at the greatest results, whose last digit counts for least.
 */
function relativeRounding(
  { definition, input, output }: ResolvedSpec,
  range: RawRange,
  problem: ReducedProblem,
): number {
  if (!problem.isScaled) return 0;
  const unit = 2 ** -input.fracBits;
  const ulps = [range.lo, range.lo + 1, range.hi]
    .map((x) => Math.abs(definition.evaluate(x * unit)) * 2 ** output.fracBits)
    .filter((value) => value > 0 && Number.isFinite(value));
  return 0.5 / Math.min(...ulps);
}

/** Every plan that the spec leaves open; what came nearest where there is none. */
function allCandidates(task: Task): readonly KernelPlan[] | Unreachable {
  return everyCandidate(
    task.spec,
    (order, division) => candidates(task, order, division),
    ({ verdict }) => verdict.ratio,
    (order, plans) => isHopeless(task, order, plans),
  );
}

/** Whether even the fewest segments of an order take more table than another plan costs in all. */
function isHopeless({ spec, problem, target }: Task, order: number, plans: readonly KernelPlan[]): boolean {
  const least = Math.min(...plans.map((plan) => costOf(plan, spec.cost)));
  const most = Math.floor(least / (order + 1));
  if (!Number.isFinite(absoluteUlp(target, spec.output.fracBits))) return false;
  return fewestOf(problem, spec.output, target, order, most) === null;
}
