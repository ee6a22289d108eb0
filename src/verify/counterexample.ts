import type { Integer } from '../fixedpoint/integer.js';
import type { FunctionDefinition } from '../function/definition.js';
import { planRunner, RUN_LENGTH, type PlanRunner } from '../plan/run.js';
import { fastestLoops } from '../plan/loops.js';
import type { KernelPlan } from '../plan/plan.js';
import { pulse } from '../pulse.js';
import { allowedUlp, type ErrorTarget } from '../segment/target.js';
import { approximateError, referenceAt } from './block-error.js';
import { missesTarget } from './certificate.js';
import { unitsOf } from './coverage.js';
import {
  exactError,
  LARGEST_BLOCK,
  referenceBlocks,
  scaledReference,
  type ReferenceBlock,
  type ReferenceSetting,
} from './reference.js';
import { referenceSetting, type Shard } from './shard.js';
import type { FinishedUnit } from './verify.js';

/** An input at which a kernel is not what it should be. */
export interface Counterexample {
  readonly input: Integer;
  /** What it should give: f(x) · 2^n, or the plan's output. */
  readonly expected: Integer;
  readonly got: Integer;
  readonly ulp: number;
}

/**
 * The first input of the range and the tails whose error is more than the target allows. Inputs at which f has no
 * value have no error.
 */
export function firstBeyondTarget(
  plan: KernelPlan,
  definition: FunctionDefinition,
  finished: readonly FinishedUnit[],
): Counterexample | undefined {
  const stats = new Map(finished.map(({ first, stats: unit }) => [first, unit]));
  const unit = unitsOf(plan).find((stretch) => {
    const found = stats.get(stretch.first);
    return found && missesTarget(plan, stretch, found);
  });
  return unit && firstBeyondIn(plan, definition, unit);
}

function firstBeyondIn(
  plan: KernelPlan,
  definition: FunctionDefinition,
  unit: Shard,
): Counterexample | undefined {
  const { target, output } = plan;
  const setting = referenceSetting(plan, definition);
  const run = planRunner(plan);
  for (const { block, first, last } of blocksOf(setting, unit)) {
    for (const { input, output: got } of outputsOf(run, first, last)) {
      if (isSurelyAllowed(setting, block, target, input, got)) continue;
      const expected = scaledReference(setting, input);
      const ulp = exactError(setting, input, got);
      if (ulp > allowedUlp(target, expected, output.fracBits)) return { input, expected, got, ulp };
    }
  }
  return undefined;
}

/** What doubles may lose of an allowance, as a part of it: far more than they do. */
const ALLOWANCE_LOSS = 1e-9;

/** Whether a block shows that an error is allowed: most are, and multiple precision need not see them. */
function isSurelyAllowed(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  target: ErrorTarget,
  input: number,
  output: number,
): boolean {
  const { margin, base } = block;
  const least = Math.max(0, Math.abs(base + referenceAt(setting, block, input)) - margin);
  const allowed = allowedUlp(target, least, setting.outputFracBits) * (1 - ALLOWANCE_LOSS);
  return approximateError(setting, block, input, output) + margin < allowed;
}

/** Blocks of the inputs of a unit at which f has a value, and what of each lies in it. */
function* blocksOf(
  setting: ReferenceSetting,
  { first, last }: Shard,
): Generator<{ readonly block: ReferenceBlock } & Shard> {
  const aligned = Math.floor(first / LARGEST_BLOCK) * LARGEST_BLOCK;
  for (let start = aligned; start <= last; start += LARGEST_BLOCK) {
    const blocks: ReferenceBlock[] = [];
    referenceBlocks(setting, start, LARGEST_BLOCK, first, last, (block) => blocks.push(block));
    for (const block of blocks) {
      const [from, to] = [Math.max(first, block.first), Math.min(last, block.first + block.size - 1)];
      if (from <= to) yield { block, first: from, last: to };
    }
  }
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
    pulse();
    const outputs = buffer.subarray(0, Math.min(RUN_LENGTH, last - from + 1));
    run(from, outputs);
    for (let i = 0; i < outputs.length; i++) yield { input: from + i, output: outputs[i] };
  }
}
