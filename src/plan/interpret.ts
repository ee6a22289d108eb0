import { horner } from '../fixedpoint/horner.js';
import { applyOverflow } from '../fixedpoint/overflow.js';
import { abs, roundShift } from '../fixedpoint/rounding.js';
import type { KernelPlan, PlanDraft, Selection } from './plan.js';

/** What a reduction makes of an input. */
export interface Reduced {
  readonly argument: bigint;
  readonly negative: boolean;
  /** k of a normalisation or split; zero otherwise. */
  readonly count: number;
}

/**
 * The meaning of a plan: the raw output for a raw input, on bigint. Every other way to run a plan, printed
 * or not, must agree with it.
 */
export function interpret(plan: PlanDraft, input: bigint | number): bigint {
  const x = BigInt(input);
  if (plan.undefined && x <= BigInt(plan.undefined.upTo)) return BigInt(plan.undefined.output);
  const { argument, negative, count } = reduce(plan, x);
  const positive = tailOutput(plan, argument) ?? finish(plan, evaluateSegment(plan, argument), count);
  return undo(plan, positive, negative);
}

/** The reduced argument of an input on which the function is defined. */
export function reduce(plan: Pick<KernelPlan, 'reduce' | 'argumentFracBits'>, x: bigint): Reduced {
  const reduction = plan.reduce;
  switch (reduction.kind) {
    case 'none':
      return { argument: x, negative: false, count: 0 };
    case 'odd':
    case 'even':
    case 'point':
      return { argument: abs(x), negative: x < 0n, count: 0 };
    case 'normalise': {
      const length = x.toString(2).length;
      const count = Math.max(0, Math.floor((reduction.width - length) / reduction.step));
      return { argument: x << BigInt(count * reduction.step), negative: false, count };
    }
    case 'split': {
      const z = roundShift(x * BigInt(reduction.multiplier), reduction.shift, 'floor');
      const k = z >> BigInt(plan.argumentFracBits);
      return { argument: z - (k << BigInt(plan.argumentFracBits)), negative: false, count: Number(k) };
    }
  }
}

function tailOutput(plan: PlanDraft, argument: bigint): bigint | undefined {
  const { low, high } = plan.tails;
  if (low && argument < BigInt(low.bound)) return BigInt(low.output);
  if (high && argument >= BigInt(high.bound)) return BigInt(high.output);
  return undefined;
}

/** The index of the segment that serves an argument. */
export function selectSegment(select: Selection, argument: bigint): number {
  switch (select.kind) {
    case 'uniform':
      return Number((argument - BigInt(select.lo)) >> BigInt(select.shift));
    case 'lookup':
      return select.map[Number((argument - BigInt(select.lo)) >> BigInt(select.shift))];
    case 'compare':
      return select.bounds.filter((bound) => BigInt(bound) <= argument).length;
  }
}

function evaluateSegment(plan: PlanDraft, argument: bigint): bigint {
  const segment = plan.segments[selectSegment(plan.select, argument)];
  return horner(segment.coefficients.map(BigInt), plan.steps, argument - BigInt(segment.origin));
}

function finish(plan: PlanDraft, accumulator: bigint, count: number): bigint {
  const { rounding, overflow } = plan.finish;
  const exponent = 'exponent' in plan.reduce ? plan.reduce.exponent : undefined;
  const e = exponent ? exponent.slope * count + exponent.offset : 0;
  const shift = exponent?.effect === 'scale' ? plan.guardBits - e : plan.guardBits;
  const unit = BigInt(plan.output.fracBits + plan.guardBits);
  const sum = exponent?.effect === 'add' ? accumulator + (BigInt(e) << unit) : accumulator;
  return applyOverflow(roundShift(sum, shift, rounding), plan.output, overflow);
}

function undo(plan: PlanDraft, output: bigint, negative: boolean): bigint {
  if (!negative) return output;
  switch (plan.reduce.kind) {
    case 'odd':
      return applyOverflow(-output, plan.output, plan.finish.overflow);
    case 'point':
      return applyOverflow(BigInt(plan.reduce.sum) - output, plan.output, plan.finish.overflow);
    default:
      return output;
  }
}
