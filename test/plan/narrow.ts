import { isNarrow, type NarrowPlan } from '../../src/plan/narrow.js';
import type { KernelPlan } from '../../src/plan/plan.js';

/** The same plan, known to hold numbers only. @throws TypeError where it does not */
export function narrow(plan: KernelPlan): NarrowPlan {
  if (isNarrow(plan)) return plan;
  throw new TypeError(`${plan.name} is not narrow`);
}
