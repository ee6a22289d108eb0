import {
  addIntervals,
  clampInterval,
  interval,
  joinIntervals,
  multiplyIntervals,
  shiftInterval,
  widthBits,
  type Interval,
} from '../fixedpoint/interval.js';
import { toInteger } from '../fixedpoint/integer.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import { definedInputs, definedMagnitudes } from './inputs.js';
import { addend, finishShift, reduce } from './interpret.js';
import type { Bound, PlanBounds, PlanDraft, PlanSegment, Tail } from './plan.js';

/**
 * Intervals of every intermediate, by interval arithmetic over each segment and all inputs on which the
 * function has a value. Emitters choose machine types from these widths, so they hold for every input.
 */
export function planBounds(plan: PlanDraft): PlanBounds {
  const perSegment = plan.segments.map((segment) => segmentBounds(plan, segment));
  const hull = (pick: (bounds: SegmentBounds) => Interval) => perSegment.map(pick).reduce(joinIntervals);
  const magnitudes = definedMagnitudes(plan);
  const counts = countBounds(plan, magnitudes);
  const argument = argumentBounds(plan, magnitudes, counts);
  const accumulator = addIntervals(
    hull((bounds) => bounds.result),
    hullOf(ends(counts).map((count) => addend(plan, count))),
  );
  const result = resultBounds(plan, argument, accumulator, counts);
  return {
    ...reductionBounds(plan, magnitudes),
    ...(plan.reduce.kind === 'none'
      ? {}
      : { counts: { lo: toInteger(counts.lo), hi: toInteger(counts.hi) } }),
    argument: toBound(argument),
    offset: toBound(hull((bounds) => bounds.offset)),
    steps: plan.steps.map((_, i) => ({
      product: toBound(hull((bounds) => bounds.products[i])),
      accumulator: toBound(hull((bounds) => bounds.accumulators[i])),
    })),
    accumulator: toBound(accumulator),
    result: toBound(result),
    ...foldedBounds(plan, result),
  };
}

const ends = ({ lo, hi }: Interval): readonly bigint[] => [lo, hi];

function hullOf(values: readonly bigint[]): Interval {
  return values.map((value) => ({ lo: value, hi: value })).reduce(joinIntervals);
}

/** Intervals of what one polynomial computes. */
export interface SegmentBounds {
  readonly offset: Interval;
  readonly products: readonly Interval[];
  readonly accumulators: readonly Interval[];
  readonly result: Interval;
}

export function segmentBounds({ steps }: Pick<PlanDraft, 'steps'>, segment: PlanSegment): SegmentBounds {
  const origin = BigInt(segment.origin);
  const offset = interval(BigInt(segment.lo) - origin, BigInt(segment.hi) - 1n - origin);
  const products: Interval[] = [];
  const accumulators: Interval[] = [];
  let result = hullOf([BigInt(segment.coefficients[0])]);
  steps.forEach((step, i) => {
    const clamp = (v: Interval) =>
      step.clamp === undefined ? v : clampInterval(v, -BigInt(step.clamp), BigInt(step.clamp));
    const product = multiplyIntervals(result, offset);
    const sum = addIntervals(
      clamp(shiftInterval(product, step.shift, step.rounding)),
      hullOf([BigInt(segment.coefficients[i + 1])]),
    );
    products.push(product);
    accumulators.push(sum);
    result = clamp(sum);
  });
  return { offset, products, accumulators, result };
}

/** The least and greatest count k; it is monotone in what enters the reduction. */
function countBounds(plan: PlanDraft, magnitudes: readonly Interval[]): Interval {
  if (plan.reduce.kind === 'none' || magnitudes.length === 0) return { lo: 0n, hi: 0n };
  return hullOf(magnitudes.flatMap(ends).map((a) => reduce(unfolded(plan), a).count));
}

/** The plan's reduction without its fold, for what is a magnitude already. */
function unfolded({ reduce: reduction, argumentFracBits }: PlanDraft) {
  return { reduce: reduction, argumentFracBits };
}

/** Every reduced argument, those that tails serve included. */
function argumentBounds(plan: PlanDraft, magnitudes: readonly Interval[], counts: Interval): Interval {
  if (magnitudes.length === 0) return { lo: 0n, hi: 0n };
  const all = magnitudes.reduce(joinIntervals);
  const one = 1n << BigInt(plan.argumentFracBits);
  switch (plan.reduce.kind) {
    case 'none':
      return all;
    case 'normalise': {
      // Inputs that are longer than the width stay as they are, and so does what is not positive.
      const { width, step } = plan.reduce;
      const longest = (1n << BigInt(width)) - 1n;
      const least = 1n << BigInt(Math.max(0, width - step));
      return { lo: all.lo > 0n ? least : all.lo, hi: longest > all.hi ? longest : all.hi };
    }
    case 'split':
      return counts.lo < counts.hi ? { lo: 0n, hi: one - 1n } : endArguments(plan, magnitudes);
    case 'periodic': {
      if (counts.lo === counts.hi) return endArguments(plan, magnitudes);
      const { quadrants } = plan.reduce;
      return {
        lo: quadrants.every(({ mirror }) => mirror) ? 1n : 0n,
        hi: quadrants.some(({ mirror }) => mirror) ? one : one - 1n,
      };
    }
  }
}

/** Within one count the argument is monotone. */
function endArguments(plan: PlanDraft, magnitudes: readonly Interval[]): Interval {
  return hullOf(magnitudes.flatMap(ends).map((a) => reduce(unfolded(plan), a).argument));
}

function reductionBounds(plan: PlanDraft, magnitudes: readonly Interval[]): Pick<PlanBounds, 'reduction'> {
  if (plan.reduce.kind !== 'split' && plan.reduce.kind !== 'periodic') return {};
  const all = magnitudes.length === 0 ? interval(0, 0) : magnitudes.reduce(joinIntervals);
  const product = multiplyIntervals(all, hullOf([BigInt(plan.reduce.multiplier)]));
  const shifted = shiftInterval(product, plan.reduce.shift, 'floor');
  return { reduction: { product: toBound(product), shifted: toBound(shifted) } };
}

function resultBounds(
  plan: PlanDraft,
  argument: Interval,
  accumulator: Interval,
  counts: Interval,
): Interval {
  const { rounding, offset = 0 } = plan.finish;
  const rounded = ends(counts)
    .map((count) => shiftInterval(accumulator, finishShift(plan, count), rounding))
    .reduce(joinIntervals);
  return [addIntervals(rounded, hullOf([BigInt(offset)])), ...tailBounds(plan, argument)].reduce(
    joinIntervals,
  );
}

/** The values of the tails, over the arguments that reach them. */
function tailBounds({ tails: { low, high } }: PlanDraft, argument: Interval): readonly Interval[] {
  const values: Interval[] = [];
  if (low && argument.lo < BigInt(low.bound)) {
    values.push(...tailValues(low, { lo: argument.lo, hi: BigInt(low.bound) - 1n }));
  }
  if (high && argument.hi >= BigInt(high.bound)) {
    values.push(...tailValues(high, { lo: BigInt(high.bound), hi: argument.hi }));
  }
  return values;
}

function tailValues({ output, slope }: Tail, argument: Interval): readonly Interval[] {
  const constant = hullOf([BigInt(output)]);
  if (!slope) return [constant];
  const product = multiplyIntervals(argument, hullOf([BigInt(slope.multiplier)]));
  return [addIntervals(constant, shiftInterval(product, slope.shift, slope.rounding))];
}

/** What the fold makes of every output that a negative input can have. */
function foldedBounds(plan: PlanDraft, result: Interval): Pick<PlanBounds, 'folded'> {
  const { fold, input, output } = plan;
  const negative = definedInputs(plan).filter(({ lo }) => lo < 0n);
  if (!fold || negative.length === 0) return {};
  const x = { lo: negative[0].lo, hi: negative[negative.length - 1].hi };
  const line = multiplyIntervals(
    { lo: x.lo, hi: x.hi < 0n ? x.hi : -1n },
    hullOf([BigInt(fold.slope) << BigInt(Math.max(0, output.fracBits - input.fracBits))]),
  );
  const signed = multiplyIntervals(signedOutputs(plan, result), interval(fold.sign, fold.sign));
  return { folded: toBound([signed, hullOf([BigInt(fold.sum)]), line].reduce(addIntervals)) };
}

/** Outputs after overflow and, where a quadrant says so, negation. */
export function signedOutputs(
  plan: Pick<PlanDraft, 'output' | 'finish' | 'reduce'>,
  result: Interval,
): Interval {
  const outputs = overflowed(plan, result);
  if (plan.reduce.kind !== 'periodic' || !plan.reduce.quadrants.some(({ negate }) => negate)) return outputs;
  return joinIntervals(outputs, overflowed(plan, { lo: -outputs.hi, hi: -outputs.lo }));
}

/** What an interval becomes by the overflow mode. */
function overflowed({ output, finish }: Pick<PlanDraft, 'output' | 'finish'>, values: Interval): Interval {
  const { min, max } = representableBigint(output, finish.overflow);
  const fits = values.lo >= min && values.hi <= max;
  return fits ? values : finish.overflow === 'wrap' ? { lo: min, hi: max } : clampInterval(values, min, max);
}

function toBound(value: Interval): Bound {
  return { lo: value.lo.toString(), hi: value.hi.toString(), bits: widthBits(value) };
}
