import { interval, shiftInterval, type Interval } from '../fixedpoint/interval.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import { signedOutputs } from '../plan/bounds.js';
import type { Bound, KernelPlan } from '../plan/plan.js';

/** A bound as an interval. */
export function intervalOf({ lo, hi }: Bound): Interval {
  return interval(BigInt(lo), BigInt(hi));
}

/** Whether every result, before overflow, is an output of the format: then nothing can overflow. */
export function resultFits(plan: KernelPlan): boolean {
  return fitsOutput(plan, intervalOf(plan.bounds.result));
}

/** Whether negated results fit as well, where a quadrant negates. */
export function negationFits(plan: KernelPlan): boolean {
  const { lo, hi } = signedOutputs({ ...plan, reduce: { kind: 'none' } }, intervalOf(plan.bounds.result));
  return !negates(plan) || fitsOutput(plan, { lo: -hi, hi: -lo });
}

/** Whether the outputs for negative inputs fit without overflow, where the plan folds. */
export function foldFits(plan: KernelPlan): boolean {
  return plan.bounds.folded === undefined || fitsOutput(plan, intervalOf(plan.bounds.folded));
}

export function negates({ reduce }: KernelPlan): boolean {
  return reduce.kind === 'periodic' && reduce.quadrants.some(({ negate }) => negate);
}

function fitsOutput({ output, finish }: KernelPlan, { lo, hi }: Interval): boolean {
  const { min, max } = representableBigint(output, finish.overflow);
  return lo >= min && hi <= max;
}

/** Whether a step's clamp can act: its shifted product or its sum may leave the interval. */
export function needsClamp(plan: KernelPlan, index: number): boolean {
  const { clamp, shift, rounding } = plan.steps[index];
  if (clamp === undefined) return false;
  const limit = BigInt(clamp);
  const { product, accumulator } = plan.bounds.steps[index];
  const outside = ({ lo, hi }: Interval) => lo < -limit || hi > limit;
  return outside(shiftInterval(intervalOf(product), shift, rounding)) || outside(intervalOf(accumulator));
}

/** The two's complement width of the accumulator that enters a step. */
export function accumulatorBits(plan: KernelPlan, index: number): number {
  return index === 0
    ? widestBits(plan.segments.map(({ coefficients }) => coefficients[0]))
    : plan.bounds.steps[index - 1].accumulator.bits;
}

/** A two's complement width that holds all of the values and their negatives. */
export function widestBits(values: readonly (number | string)[]): number {
  return 1 + Math.max(...values.map((value) => magnitudeText(value).length));
}

function magnitudeText(value: number | string): string {
  const exact = BigInt(value);
  return (exact < 0n ? -exact : exact).toString(2);
}

/** The quadrants for which something holds, as a binary literal: the last bit is quadrant 0. */
export function quadrantMask(holds: readonly boolean[]): string {
  return `0b${holds
    .toReversed()
    .map((bit) => (bit ? '1' : '0'))
    .join('')}`;
}
