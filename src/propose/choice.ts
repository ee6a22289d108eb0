import { costOf, type CostModel } from '../plan/cost-model.js';
import type { KernelPlan } from '../plan/plan.js';
import type { ErrorTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';

/** A plan that the search believes in, before any proof. */
export interface Proposal {
  readonly plan: KernelPlan;
  /** What the search aimed at: the spec's target, or less after a proof that failed. */
  readonly target: ErrorTarget;
  readonly notes: readonly string[];
}

/** Heuristic: this part more segments is as good as the fewest, if they are cheaper to find. */
const NEARLY_FEWEST = 1.02;

/** Who asks for one way to divide the range wants few segments; cost decides everything else. */
export function cheapest(
  { segmentation, order, cost }: ResolvedSpec,
  plans: readonly KernelPlan[],
): KernelPlan {
  const fewest = Math.min(...plans.map(({ segments }) => segments.length));
  const few = plans.filter(({ segments }) => segments.length <= NEARLY_FEWEST * fewest);
  const eligible = segmentation === 'auto' || order === 'auto' ? plans : few;
  return cheapestBy(cost, eligible);
}

/** Of equally cheap plans, the first. */
export function cheapestBy(cost: CostModel, plans: readonly KernelPlan[]): KernelPlan {
  return plans.reduce((best, next) => (costOf(next, cost) < costOf(best, cost) ? next : best));
}
