import { findFunction } from '../function/catalogue.js';
import { fewestSegments } from '../segment/lower-bound.js';
import { absoluteUlp } from '../segment/target.js';
import type { KernelPlan } from './plan.js';
import { asReducible } from './reducible.js';
import { reduceProblem } from './reduction.js';

/** What rounding to the output can cost, in ulps; the rest of the target is left to the approximation. */
const FINAL_ROUNDING = 0.5;

/**
 * The fewest segments that any piecewise polynomial of the plan's order needs for the plan's target, with
 * real coefficients and exact evaluation; null where the target leaves nothing for the approximation.
 */
export function planLowerBound(plan: KernelPlan): number | null {
  const error = absoluteUlp(plan.target, plan.output.fracBits) - FINAL_ROUNDING;
  if (!(error > 0) || !Number.isFinite(error)) return null;
  const definition = findFunction(plan.function);
  const { approximand, worstExponent } = reduceProblem(asReducible(definition), {
    ...plan,
    overflow: plan.finish.overflow,
  });
  const ulps = 2 ** (plan.output.fracBits + worstExponent);
  return fewestSegments({
    scaled: (a) => approximand.evaluate(a) * ulps,
    lo: approximand.lo,
    hi: approximand.hi,
    order: plan.steps.length,
    error,
  });
}
