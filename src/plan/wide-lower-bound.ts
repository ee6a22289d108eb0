import { representableBigint } from '../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../function/definition.js';
import { breaksNeeded, type Budget } from '../segment/wide/lower-bound.js';
import { askedArguments, type AskedArguments } from './asked-arguments.js';
import type { KernelPlan } from './plan.js';
import type { ReducedProblem } from './reduction.js';

/** Judgements of a bound: some seconds at the most (a heuristic). */
const MOST_JUDGEMENTS = 40_000;

/**
 * The fewest segments that any piecewise polynomial of the plan's order needs, where doubles cannot judge: a true
 * lower bound, shown at arguments that inputs of the range have. Undefined where it takes too long.
 *
 * @param error what the approximation may err, in ulps of the output
 * @param judgements what may be spent on it
 */
export function fewestWideSegments(
  plan: KernelPlan,
  definition: FunctionDefinition,
  { approximates, worstExponent }: ReducedProblem,
  error: number,
  judgements = MOST_JUDGEMENTS,
): number | undefined {
  const { reduction } = definition;
  const approximated = approximates === 'core' && 'core' in reduction ? reduction.core : definition;
  const budget: Budget = { left: judgements };
  const counts = askedArguments(plan, worstExponent).map((stretches) => {
    const breaks = stretches.map(({ lo, hi, ...asked }) =>
      breaksNeeded({
        approximated,
        fracBits: plan.argumentFracBits,
        lo,
        hi,
        spacing: asked.spacing,
        order: plan.steps.length,
        ulpBits: plan.output.fracBits + asked.exponent,
        error,
        counts: countsIn(plan, asked, error),
        budget,
      }),
    );
    return breaks.reduce<number | undefined>(
      (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
      1,
    );
  });
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 && counts.length > 0 ? undefined : Math.max(1, ...known);
}

/**
 * Whether an error shows at a result: not where the output saturates, or might with an error that is allowed, and
 * beyond which the polynomial may be anything. Where the plan folds or negates, the other output has to show it, too.
 */
function countsIn(
  plan: KernelPlan,
  { added, negate }: Pick<AskedArguments, 'added' | 'negate'>,
  error: number,
): (ulps: number, argument: number) => boolean {
  const { input, output, fold, finish } = plan;
  const { min, max } = representableBigint(output, finish.overflow);
  const [least, most] = [Number(min), Number(max)];
  const margin = error + 2 + Math.max(-least, most) * 2 ** -40;
  const holds = (ulps: number): boolean => ulps >= least + margin && ulps <= most - margin;
  const slope = fold ? Number(fold.slope) * 2 ** (output.fracBits - input.fracBits) : 0;
  return (ulps, argument) => {
    const value = ulps + added + Number(finish.offset ?? 0);
    const all = [value, ...(negate ? [-value] : [])];
    return all.every((y) => {
      if (!holds(y)) return false;
      if (!fold) return true;
      // A slope comes with no reduction: the argument is the magnitude of x, which is negative.
      return holds(fold.sign * y + Number(fold.sum) - slope * argument);
    });
  };
}
