import { maxRaw, minRaw } from '../fixedpoint/format.js';
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
import { reduce } from './interpret.js';
import type { Bound, PlanBounds, PlanDraft, PlanSegment, RawRange } from './plan.js';

/**
 * Intervals of every intermediate, by interval arithmetic over each segment and all inputs of the format.
 * Emitters choose machine types from these widths, so they hold for every input, not for a sample.
 */
export function planBounds(plan: PlanDraft): PlanBounds {
  const perSegment = plan.segments.map((segment) => segmentBounds(plan, segment));
  const hull = (pick: (bounds: SegmentBounds) => Interval) => perSegment.map(pick).reduce(joinIntervals);
  const counts = reductionCounts(plan);
  return {
    argument: toBound(argumentBounds(plan)),
    offset: toBound(hull((bounds) => bounds.offset)),
    steps: plan.steps.map((_, i) => ({
      product: toBound(hull((bounds) => bounds.products[i])),
      accumulator: toBound(hull((bounds) => bounds.accumulators[i])),
    })),
    accumulator: toBound(
      addExponent(
        plan,
        hull((bounds) => bounds.result),
        counts,
      ),
    ),
    ...(counts ? { exponent: counts } : {}),
  };
}

interface SegmentBounds {
  readonly offset: Interval;
  readonly products: readonly Interval[];
  readonly accumulators: readonly Interval[];
  readonly result: Interval;
}

function segmentBounds(plan: PlanDraft, segment: PlanSegment): SegmentBounds {
  const offset = interval(segment.lo - segment.origin, segment.hi - 1 - segment.origin);
  const products: Interval[] = [];
  const accumulators: Interval[] = [];
  let result = interval(segment.coefficients[0], segment.coefficients[0]);
  plan.steps.forEach((step, i) => {
    const clamp = (v: Interval) =>
      step.clamp === undefined ? v : clampInterval(v, BigInt(-step.clamp), BigInt(step.clamp));
    const product = multiplyIntervals(result, offset);
    const coefficient = segment.coefficients[i + 1];
    const sum = addIntervals(
      clamp(shiftInterval(product, step.shift, step.rounding)),
      interval(coefficient, coefficient),
    );
    products.push(product);
    accumulators.push(sum);
    result = clamp(sum);
  });
  return { offset, products, accumulators, result };
}

/** Every reduced argument that an input of the format can have, tails included. */
function argumentBounds(plan: PlanDraft): Interval {
  const lo = BigInt(minRaw(plan.input));
  const hi = BigInt(maxRaw(plan.input));
  switch (plan.reduce.kind) {
    case 'none':
      return { lo, hi };
    case 'odd':
    case 'even':
    case 'point':
      return { lo: 0n, hi: -lo > hi ? -lo : hi };
    case 'normalise': {
      // Inputs that are longer than the width stay as they are.
      const { width, step } = plan.reduce;
      const longest = (1n << BigInt(width)) - 1n;
      return { lo: 1n << BigInt(width - step), hi: longest > hi ? longest : hi };
    }
    case 'split':
      return { lo: 0n, hi: (1n << BigInt(plan.argumentFracBits)) - 1n };
  }
}

/** The least and greatest count k; it is monotone in x for both reductions that have one. */
function reductionCounts(plan: PlanDraft): RawRange | undefined {
  if (!('exponent' in plan.reduce)) return undefined;
  const first = plan.undefined ? plan.undefined.upTo + 1 : minRaw(plan.input);
  const counts = [first, maxRaw(plan.input)].map((x) => reduce(plan, BigInt(x)).count);
  return { lo: Math.min(...counts), hi: Math.max(...counts) };
}

function addExponent(plan: PlanDraft, result: Interval, counts: RawRange | undefined): Interval {
  if (!counts || !('exponent' in plan.reduce) || plan.reduce.exponent.effect !== 'add') return result;
  const { slope, offset } = plan.reduce.exponent;
  const ends = [counts.lo, counts.hi].map((k) => slope * k + offset);
  const unit = BigInt(plan.output.fracBits + plan.guardBits);
  return addIntervals(result, {
    lo: BigInt(Math.min(...ends)) << unit,
    hi: BigInt(Math.max(...ends)) << unit,
  });
}

function toBound(value: Interval): Bound {
  return { lo: value.lo.toString(), hi: value.hi.toString(), bits: widthBits(value) };
}
