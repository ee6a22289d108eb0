import type { QFormat } from '../fixedpoint/format.js';
import { findFunction } from '../function/catalogue.js';
import { fewestSegments } from '../segment/lower-bound.js';
import { absoluteUlp, type ErrorTarget } from '../segment/target.js';
import { hasWordFormats } from './narrow.js';
import type { KernelPlan } from './plan.js';
import { reduceProblem, type ReducedProblem } from './reduction.js';

/** What rounding to the output can cost, in ulps; the rest of the target is left to the approximation. */
const FINAL_ROUNDING = 0.5;

/**
 * The fewest segments that any piecewise polynomial of the plan's order needs for the plan's target, with
 * real coefficients and exact evaluation; null where the target leaves nothing for the approximation, and for
 * formats of more than 32 bits.
 */
export function planLowerBound(plan: KernelPlan): number | null {
  // Formats of more than 32 bits are finer than the doubles that the bound is computed in.
  if (!hasWordFormats(plan)) return null;
  const definition = findFunction(plan.function);
  const problem = reduceProblem(definition, { ...plan, overflow: plan.finish.overflow });
  return fewestOf(problem, plan.output, plan.target, plan.steps.length);
}

/** The same for a problem; null also where it takes more than `most`. */
export function fewestOf(
  { approximand, worstExponent }: ReducedProblem,
  output: QFormat,
  target: ErrorTarget,
  order: number,
  most?: number,
): number | null {
  const error = absoluteUlp(target, output.fracBits) - FINAL_ROUNDING;
  if (!(error > 0) || !Number.isFinite(error)) return null;
  const ulps = 2 ** (output.fracBits + worstExponent);
  return fewestSegments({
    scaled: (a) => approximand.evaluate(a) * ulps,
    lo: approximand.lo,
    hi: approximand.hi,
    order,
    error,
    ...(most === undefined ? {} : { most }),
  });
}
