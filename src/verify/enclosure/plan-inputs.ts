import { joinIntervals, type Interval } from '../../fixedpoint/interval.js';
import { definedInputs, magnitudes } from '../../plan/inputs.js';
import { reduce } from '../../plan/interpret.js';
import type { KernelPlan } from '../../plan/plan.js';

/** What enters the reduction from the inputs of the range. */
export function askedMagnitudes(
  plan: Pick<KernelPlan, 'input' | 'undefined' | 'fold' | 'range'>,
): readonly Interval[] {
  const [lo, hi] = [BigInt(plan.range.lo), BigInt(plan.range.hi)];
  const inputs = definedInputs(plan)
    .map((each) => ({ lo: each.lo > lo ? each.lo : lo, hi: each.hi < hi ? each.hi : hi }))
    .filter((each) => each.lo <= each.hi);
  return plan.fold ? inputs.map(magnitudes) : inputs;
}

/** The least and greatest count of the reduction; it is monotone. */
export function countsOf(
  { reduce: reduction, argumentFracBits }: Pick<KernelPlan, 'reduce' | 'argumentFracBits'>,
  inputs: readonly Interval[],
): Interval {
  if (reduction.kind === 'none' || inputs.length === 0) return { lo: 0n, hi: 0n };
  return inputs
    .flatMap(({ lo, hi }) => [lo, hi])
    .map((a) => reduce({ reduce: reduction, argumentFracBits }, a).count)
    .map((count) => ({ lo: count, hi: count }))
    .reduce(joinIntervals);
}

export function intersections(intervals: readonly Interval[], { lo, hi }: Interval): readonly Interval[] {
  return intervals
    .map((each) => ({ lo: each.lo > lo ? each.lo : lo, hi: each.hi < hi ? each.hi : hi }))
    .filter((each) => each.lo <= each.hi);
}

/** Whether an input is one for which the target was asked. */
export function inRange({ range }: KernelPlan, x: bigint): boolean {
  return BigInt(range.lo) <= x && x <= BigInt(range.hi);
}

/** Whether an input is served by a tail that must meet the target too. */
export function inTail({ tails: { low, high }, fold }: KernelPlan, x: bigint): boolean {
  const a = fold && x < 0n ? -x : x;
  return (
    (low !== undefined && !low.unclaimed && a < BigInt(low.bound)) ||
    (high !== undefined && !high.unclaimed && a >= BigInt(high.bound))
  );
}
