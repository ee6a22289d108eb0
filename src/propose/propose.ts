import { costOf } from '../plan/cost-model.js';
import { fewestOf } from '../plan/lower-bound.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import { reduceProblem } from '../plan/reduction.js';
import type { Unreachable } from '../segment/serve.js';
import { absoluteUlp, type ErrorTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import { candidates, divisions, orders, type Task } from './candidates.js';
import { cheapest, type Proposal } from './choice.js';
import { checkOverflow } from './overflow.js';
import { belowRounding, checkPoles, unreachable } from './refusals.js';
import { checkTails, chooseRange, tailNotes } from './tail.js';
import { proposeWide } from './wide/propose.js';

/**
 * The plan that is proven first: of those that meet the target, the cheapest. Deterministic, and quick.
 *
 * @throws target error (status 1) where no plan meets the target
 */
export function propose(spec: ResolvedSpec, target: ErrorTarget = spec.target): Proposal {
  if (!hasWordFormats(spec)) return proposeWide(spec, target);
  const task = taskOf(spec, target);
  if (absoluteUlp(spec.target, spec.output.fracBits) < 0.5) throw belowRounding(task);
  const plans = allCandidates(task);
  if ('kind' in plans) throw unreachable(task, plans);
  const plan = cheapest(spec, plans);
  return { plan, target, notes: tailNotes(spec, plan) };
}

export function taskOf(spec: ResolvedSpec, target: ErrorTarget): Task {
  const range = spec.range ? { lo: Number(spec.range.lo), hi: Number(spec.range.hi) } : chooseRange(spec);
  checkPoles(spec, range);
  checkOverflow(spec, range);
  const problem = reduceProblem(spec.definition, { ...spec, range });
  return { spec, range, problem, target, tails: checkTails(spec, problem, range) };
}

/** Every plan that the spec leaves open; what came nearest where there is none. */
function allCandidates(task: Task): readonly KernelPlan[] | Unreachable {
  const plans: KernelPlan[] = [];
  let failure: Unreachable | undefined;
  for (const order of orders(task.spec)) {
    if (plans.length > 0 && isHopeless(task, order, plans)) continue;
    for (const division of divisions(task.spec)) {
      const found = candidates(task, order, division);
      if (!('kind' in found)) plans.push(...found);
      else if (!failure || found.verdict.ratio < failure.verdict.ratio) failure = found;
    }
  }
  if (plans.length > 0) return plans;
  if (!failure) throw new TypeError('a spec leaves at least one order and division open');
  return failure;
}

/** Whether even the fewest segments of an order take more table than another plan costs in all. */
function isHopeless({ spec, problem, target }: Task, order: number, plans: readonly KernelPlan[]): boolean {
  const least = Math.min(...plans.map((plan) => costOf(plan, spec.cost)));
  const most = Math.floor(least / (order + 1));
  if (!Number.isFinite(absoluteUlp(target, spec.output.fracBits))) return false;
  return fewestOf(problem, spec.output, target, order, most) === null;
}
