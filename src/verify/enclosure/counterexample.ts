import { toInteger } from '../../fixedpoint/integer.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { dyadic } from '../../function/dyadic.js';
import type { KernelPlan } from '../../plan/plan.js';
import { absoluteUlp } from '../../segment/target.js';
import type { Certificate } from '../certificate.js';
import type { Counterexample } from '../counterexample.js';
import { inputsToRun } from './inputs.js';
import { planKernel, type WideKernel } from './prove.js';

/** The first of the inputs that are run at which something gives another output than the plan. */
export function firstWideDifference(plan: KernelPlan, kernel: WideKernel): Counterexample | undefined {
  const own = planKernel(plan);
  for (const x of inputsToRun(plan)) {
    const [expected, got] = [own(x), kernel(x)];
    if (expected === got) continue;
    const ulp = Math.abs(Number(got - expected));
    return { input: toInteger(x), expected: toInteger(expected), got: toInteger(got), ulp };
  }
  return undefined;
}

/** The worst input that was run, where it is beyond the target. */
export function seenBeyondTarget(
  plan: KernelPlan,
  definition: FunctionDefinition,
  { claim }: Certificate,
): Counterexample | undefined {
  const { worstInput, seenUlp = 0 } = claim;
  if (worstInput === null || seenUlp <= absoluteUlp(plan.target, plan.output.fracBits)) return undefined;
  const x = BigInt(worstInput);
  const exact = definition.exact(dyadic(x, plan.input.fracBits), plan.output.fracBits + 1) ?? 0n;
  const expected = toInteger((exact + 1n) >> 1n);
  return { input: worstInput, expected, got: toInteger(planKernel(plan)(x)), ulp: seenUlp };
}
