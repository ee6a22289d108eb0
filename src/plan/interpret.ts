import { horner } from '../fixedpoint/horner.js';
import { applyOverflow } from '../fixedpoint/overflow.js';
import { abs, roundShift } from '../fixedpoint/rounding.js';
import type { PlanDraft, PlanInteger, Selection, Tail } from './plan.js';

/** A plan as far as its meaning goes, its integers held in any way that is exact. */
export type Meaning = PlanDraft<PlanInteger>;

/** What a reduction makes of an input. */
export interface Reduced {
  readonly argument: bigint;
  /** k of a normalisation, a split or a period; zero otherwise. */
  readonly count: bigint;
  /** Whether the quadrant negates the output. */
  readonly negate: boolean;
  /** Whether the input was folded over zero. */
  readonly folded: boolean;
}

/**
 * The meaning of a plan: the raw output for a raw input, on bigint. Every other way to run a plan, printed
 * or not, must agree with it.
 *
 * @throws RangeError where a result overflows and the plan's mode is `error`
 */
export function interpret(plan: Meaning, input: bigint | number): bigint {
  const x = BigInt(input);
  const hole = plan.undefined?.find(({ lo, hi }) => x >= BigInt(lo) && x <= BigInt(hi));
  if (hole) return BigInt(hole.output);
  const exception = exceptionAt(plan, x);
  if (exception !== undefined) return BigInt(exception);
  const { argument, count, negate, folded } = reduce(plan, x);
  const positive = overflow(plan, tailValue(plan, argument) ?? finish(plan, evaluate(plan, argument), count));
  const y = negate ? overflow(plan, -positive) : positive;
  return folded ? overflow(plan, unfold(plan, x, y)) : y;
}

/** The listed output of an input that has one, by bisection. */
function exceptionAt({ exceptions }: Meaning, x: bigint): PlanInteger | undefined {
  if (!exceptions) return undefined;
  let low = 0;
  let high = exceptions.inputs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BigInt(exceptions.inputs[middle]) < x) low = middle + 1;
    else high = middle;
  }
  return low < exceptions.inputs.length && BigInt(exceptions.inputs[low]) === x
    ? exceptions.outputs[low]
    : undefined;
}

/** The reduced argument of an input on which the function is defined. */
export function reduce(plan: Pick<Meaning, 'fold' | 'reduce' | 'argumentFracBits'>, x: bigint): Reduced {
  const reduction = plan.reduce;
  const folded = plan.fold !== undefined && x < 0n;
  const a = plan.fold ? abs(x) : x;
  const fracBits = BigInt(plan.argumentFracBits);
  switch (reduction.kind) {
    case 'none':
      return { argument: a, count: 0n, negate: false, folded };
    case 'normalise': {
      const length = a.toString(2).length;
      const count = Math.max(0, Math.floor((reduction.width - length) / reduction.step));
      const argument = a << BigInt(count * reduction.step);
      return { argument, count: BigInt(count), negate: false, folded };
    }
    case 'split': {
      const z = roundShift(a * BigInt(reduction.multiplier), reduction.shift, 'floor');
      const count = z >> fracBits;
      return { argument: z - (count << fracBits), count, negate: false, folded };
    }
    case 'periodic': {
      const z = roundShift(a * BigInt(reduction.multiplier), reduction.shift, 'floor');
      const count = z >> fracBits;
      const rest = z - (count << fracBits);
      const { mirror, negate } = reduction.quadrants[quadrantOf(count, reduction.quadrants.length)];
      return { argument: mirror ? (1n << fracBits) - rest : rest, count, negate, folded };
    }
  }
}

/** count modulo the number of quadrants, a power of two; counts below zero too. */
export function quadrantOf(count: bigint, quadrants: number): number {
  return Number(count & BigInt(quadrants - 1));
}

/** The value of the tail that serves an argument, before overflow. */
function tailValue({ tails }: Meaning, argument: bigint): bigint | undefined {
  const { low, high } = tails;
  if (low && argument < BigInt(low.bound)) return tailAt(low, argument);
  if (high && argument >= BigInt(high.bound)) return tailAt(high, argument);
  return undefined;
}

/** The value of a tail at an argument, before overflow. */
export function tailAt({ output, slope }: Tail<PlanInteger>, argument: bigint): bigint {
  if (!slope) return BigInt(output);
  return BigInt(output) + roundShift(argument * BigInt(slope.multiplier), slope.shift, slope.rounding);
}

/** The index of the segment that serves an argument. */
export function selectSegment(select: Selection<PlanInteger>, argument: bigint): number {
  switch (select.kind) {
    case 'uniform':
      return Number((argument - BigInt(select.lo)) >> BigInt(select.shift));
    case 'lookup':
      return select.map[Number((argument - BigInt(select.lo)) >> BigInt(select.shift))];
    case 'compare':
      return select.bounds.filter((bound) => BigInt(bound) <= argument).length;
  }
}

function evaluate(plan: Meaning, argument: bigint): bigint {
  const segment = plan.segments[selectSegment(plan.select, argument)];
  return horner(segment.coefficients.map(BigInt), plan.steps, argument - BigInt(segment.origin));
}

/** From an accumulator to the result, before overflow. */
export function finish(plan: Meaning, accumulator: bigint, count: bigint): bigint {
  const sum = accumulator + addend(plan, count);
  const rounded = roundShift(sum, finishShift(plan, count), plan.finish.rounding);
  return rounded + BigInt(plan.finish.offset ?? 0);
}

/** What the count of the reduction adds to the accumulator. */
export function addend({ reduce: reduction }: Pick<Meaning, 'reduce'>, count: bigint): bigint {
  if (!('exponent' in reduction) || reduction.exponent.effect !== 'add') return 0n;
  return BigInt(reduction.exponent.perStep) * count + BigInt(reduction.exponent.offset);
}

/** A shift to the right by more than twice the widest accumulator leaves what this one leaves. */
const LONGEST_SHIFT = 512n;

/**
 * The bits that the final rounding drops. A shift to the left by more than the output's width, and two bits for
 * the offset, changes nothing more: zero stays zero, all else saturates alike, and modulo 2^width it is gone.
 */
export function finishShift(
  { reduce: reduction, guardBits, output }: Pick<Meaning, 'reduce' | 'guardBits' | 'output'>,
  count: bigint,
): number {
  if (!('exponent' in reduction) || reduction.exponent.effect !== 'scale') return guardBits;
  const { slope, offset } = reduction.exponent;
  const shift = BigInt(guardBits) - (BigInt(slope) * count + BigInt(offset));
  const most = BigInt(-output.bits - 2);
  return Number(shift < most ? most : shift > LONGEST_SHIFT ? LONGEST_SHIFT : shift);
}

/** The output for a negative x from that for |x|, before overflow. */
function unfold({ fold, input, output }: Meaning, x: bigint, y: bigint): bigint {
  if (!fold) return y;
  const line = (BigInt(fold.slope) * x) << BigInt(output.fracBits - input.fracBits);
  return BigInt(fold.sign) * y + BigInt(fold.sum) + line;
}

function overflow({ output, finish: { overflow: mode } }: Meaning, value: bigint): bigint {
  return applyOverflow(value, output, mode);
}
