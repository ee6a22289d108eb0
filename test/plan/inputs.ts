import type { KernelPlan } from '../../src/plan/plan.js';
import { inputsOf } from '../conformance/inputs.js';

/** Inputs at which a plan's parts meet, and about `count` others, as numbers. */
export function inputsToTry(plan: KernelPlan, count: number): readonly number[] {
  return inputsOf(plan, count).map(Number);
}
