import type { Integer } from '../fixedpoint/integer.js';
import type { FunctionDefinition } from '../function/definition.js';
import { planRunner, RUN_LENGTH, type PlanRunner } from '../plan/run.js';
import { fastestLoops } from '../plan/loops.js';
import type { KernelPlan } from '../plan/plan.js';
import { absoluteUlp, allowedUlp } from '../segment/target.js';
import { exactError, scaledReference } from './reference.js';
import { referenceSetting } from './shard.js';
import { unitsOf } from './coverage.js';
import type { FinishedUnit } from './verify.js';

/** An input at which a kernel is not what it should be. */
export interface Counterexample {
  readonly input: Integer;
  /** What it should give: f(x) · 2^n, or the plan's output. */
  readonly expected: Integer;
  readonly got: Integer;
  readonly ulp: number;
}

/** The first input of the range and the tails whose error is more than the target allows. */
export function firstBeyondTarget(
  plan: KernelPlan,
  definition: FunctionDefinition,
  finished: readonly FinishedUnit[],
): Counterexample | undefined {
  const setting = referenceSetting(plan, definition);
  const most = absoluteUlp(plan.target, plan.output.fracBits);
  const relative = plan.target.relative ?? Infinity;
  const stats = new Map(finished.map(({ first, stats: unit }) => [first, unit]));
  const unit = unitsOf(plan).find(({ first, inRange, inTail }) => {
    const found = stats.get(first);
    return (inRange || inTail) && found && (found.maxUlp > most || found.maxRelative > relative);
  });
  if (!unit) return undefined;
  for (const { input, output } of outputsOf(planRunner(plan), unit.first, unit.last)) {
    const scaled = scaledReference(setting, input);
    // Doubles tell what may be beyond; multiple precision decides.
    const allowed = allowedUlp(plan.target, scaled, plan.output.fracBits);
    if (Math.abs(output - scaled) < allowed * (1 - 1e-9)) continue;
    const ulp = exactError(setting, input, output);
    if (ulp > allowed) return { input, expected: scaled, got: output, ulp };
  }
  return undefined;
}

/** The first input at which something gives another output than the plan. */
export function firstDifference(
  plan: KernelPlan,
  run: PlanRunner,
  first: number,
  last: number,
): Counterexample | undefined {
  const own = outputsOf(planRunner(plan), first, last);
  for (const { input, output: got } of outputsOf(run, first, last)) {
    const next = own.next();
    const expected = next.done === true ? got : next.value.output;
    if (got !== expected) return { input, expected, got, ulp: Math.abs(got - expected) };
  }
  return undefined;
}

function* outputsOf(
  run: PlanRunner,
  first: number,
  last: number,
): Generator<{ readonly input: number; readonly output: number }> {
  const buffer = fastestLoops().allocate(RUN_LENGTH);
  for (let from = first; from <= last; from += RUN_LENGTH) {
    const outputs = buffer.subarray(0, Math.min(RUN_LENGTH, last - from + 1));
    run(from, outputs);
    for (let i = 0; i < outputs.length; i++) yield { input: from + i, output: outputs[i] };
  }
}
