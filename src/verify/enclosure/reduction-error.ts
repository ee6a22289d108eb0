import type { FunctionDefinition } from '../../function/definition.js';
import { dyadic } from '../../function/dyadic.js';
import { addend } from '../../plan/interpret.js';
import type { KernelPlan } from '../../plan/plan.js';
import type { Approximated } from './difference.js';
import { multiplySpans, scaleSpan, type Span } from './span.js';

/** What the reduction itself does to results, besides the power of two that it may scale them by. */
export interface ReductionError {
  readonly approximated: Approximated;
  /** Whether the count does anything to the error. */
  readonly dependsOnCount: boolean;
  /** The power of two that the result of count k is scaled by. */
  readonly exponentOf: (count: bigint) => number;
  /** What is added to the polynomial's value for count k, in units of 2^-guardBits ulp. */
  readonly addedOf: (count: bigint) => bigint;
  /**
   * value · 2^exponent + added − f(x), in ulps, where the value of the core at the plan's reduced argument is
   * exact: of inputs of magnitude up to `farthest`, values in ulps.
   */
  readonly errorOf: (count: bigint, farthest: bigint, values: Span) => Span;
}

const NOTHING: Span = Object.freeze({ lo: 0, hi: 0 });
/** Bits beyond those of the plan in which its constants are judged. */
const EXTRA_BITS = 64;

/** What of a plan a reduction depends on. */
export type ReducingPlan = Pick<
  KernelPlan,
  'input' | 'output' | 'reduce' | 'argumentFracBits' | 'guardBits' | 'finish'
>;

/** Undefined where the plan does not reduce as the function can be reduced: then nothing is known of its results. */
export function reductionError(
  plan: ReducingPlan,
  definition: FunctionDefinition,
): ReductionError | undefined {
  const { reduce } = plan;
  const { reduction } = definition;
  if (reduce.kind === 'none') return { ...UNSCALED, approximated: definition };
  if (reduce.kind !== reduction.kind) return undefined;
  switch (reduce.kind) {
    case 'normalise':
      return normaliseError(plan, definition);
    case 'split':
      return splitError(plan, definition);
    case 'periodic':
      return periodicError(plan, definition);
  }
}

const UNSCALED = {
  dependsOnCount: false,
  exponentOf: () => 0,
  addedOf: () => 0n,
  errorOf: () => NOTHING,
} as const;

/** Shifts are exact, so that only an added multiple of a constant errs. */
function normaliseError(plan: ReducingPlan, definition: FunctionDefinition): ReductionError | undefined {
  const { reduce, input, output, guardBits, argumentFracBits } = plan;
  const { reduction } = definition;
  if (reduce.kind !== 'normalise' || reduction.kind !== 'normalise') return undefined;
  const { width, step, exponent } = reduce;
  const power = (width - step - input.fracBits) / step;
  const isOwn = step === reduction.step && argumentFracBits === width - step && Number.isInteger(power);
  if (!isOwn || exponent.effect !== reduction.effect) return undefined;
  if (exponent.effect === 'scale') {
    const isExact =
      exponent.slope === -reduction.perStep + 0 && exponent.offset === power * reduction.perStep;
    const exponentOf = (count: bigint) => exponent.slope * Number(count) + exponent.offset;
    return isExact ? { ...UNSCALED, dependsOnCount: true, approximated: definition, exponentOf } : undefined;
  }
  if (reduction.effect !== 'add') return undefined;
  const exact = reduction.perStepFixed(output.fracBits + guardBits + EXTRA_BITS);
  const unit = 2 ** -guardBits;
  return {
    ...UNSCALED,
    dependsOnCount: true,
    approximated: definition,
    addedOf: (count) => addend(plan, count),
    errorOf: (count) => {
      const steps = BigInt(power) - count;
      const error = (addend(plan, count) << BigInt(EXTRA_BITS)) - exact * steps;
      const margin = steps < 0n ? -steps : steps;
      const scale = unit * 2 ** -EXTRA_BITS;
      return { lo: Number(error - margin) * scale, hi: Number(error + margin) * scale };
    },
  };
}

/** z · 2^-fracBits − x · multiplier for magnitudes of x up to `farthest`: what the multiplier and its floor cost. */
function argumentError(
  plan: ReducingPlan,
  multiplierFixed: (bits: number) => bigint,
): (farthest: bigint) => Span {
  const { reduce, input, argumentFracBits } = plan;
  if (reduce.kind !== 'split' && reduce.kind !== 'periodic') return () => NOTHING;
  const bits = reduce.shift + argumentFracBits - input.fracBits;
  const exact = multiplierFixed(bits + EXTRA_BITS);
  const error = (BigInt(reduce.multiplier) << BigInt(EXTRA_BITS)) - exact;
  const most = Number((error < 0n ? -error : error) + 1n) * 2 ** -(bits + EXTRA_BITS);
  const floor = reduce.shift > 0 ? 2 ** -argumentFracBits : 0;
  return (farthest) => {
    const reach = most * Number(farthest) * 2 ** -input.fracBits;
    return { lo: -reach - floor, hi: reach };
  };
}

/** The core is a multiple of 2^r, so that an argument that is off by d gives 2^d times what it should. */
function splitError(plan: ReducingPlan, { reduction }: FunctionDefinition): ReductionError | undefined {
  const { reduce, finish, output, guardBits } = plan;
  if (reduce.kind !== 'split' || reduction.kind !== 'split' || reduce.exponent.effect !== 'scale') {
    return undefined;
  }
  const { slope, offset } = reduce.exponent;
  const added = BigInt(reduction.offset) << BigInt(output.fracBits);
  if (slope !== 1 || offset !== 0 || BigInt(finish.offset ?? 0) !== added || !isDoubling(reduction.core)) {
    return undefined;
  }
  const errorIn = argumentError(plan, reduction.multiplierFixed);
  return {
    dependsOnCount: true,
    approximated: reduction.core,
    exponentOf: Number,
    addedOf: () => added << BigInt(guardBits),
    errorOf: (_count, farthest, values) => {
      const d = errorIn(farthest);
      // value · (1 − 2^-d); a little more, for what doubles round.
      const factor = { lo: -Math.expm1(-d.lo * Math.LN2), hi: -Math.expm1(-d.hi * Math.LN2) };
      return scaleSpan(multiplySpans(values, factor), 1 + 2 ** -40);
    },
  };
}

const CHECK_BITS = 96;

/** Whether core(1) = 2 · core(0), as a multiple of 2^r has it. */
function isDoubling({ exact }: Approximated): boolean {
  const [low, high] = [0, 1].map((r) => exact(dyadic(r, 0), CHECK_BITS));
  if (low === undefined || high === undefined) return false;
  const difference = high - 2n * low;
  return difference >= -3n && difference <= 3n;
}

/** An argument that is off by d changes f by at most d times the greatest slope of the core, since f is continuous. */
function periodicError(plan: ReducingPlan, definition: FunctionDefinition): ReductionError | undefined {
  const { reduce, output } = plan;
  const { reduction, domain, breaks } = definition;
  if (reduce.kind !== 'periodic' || reduction.kind !== 'periodic') return undefined;
  const isContinuous = domain.length === 1 && breaks.length === 0;
  const sameQuadrants =
    reduce.quadrants.length === reduction.quadrants.length &&
    reduce.quadrants.every(
      ({ mirror, negate }, i) =>
        mirror === reduction.quadrants[i].mirror && negate === reduction.quadrants[i].negate,
    );
  const slope = greatestSlope(reduction.core);
  if (!isContinuous || !sameQuadrants || slope === undefined) return undefined;
  const errorIn = argumentError(plan, reduction.multiplierFixed);
  return {
    ...UNSCALED,
    approximated: reduction.core,
    errorOf: (_count, farthest) => {
      const d = errorIn(farthest);
      const reach = Math.max(-d.lo, d.hi) * slope * 2 ** output.fracBits;
      return { lo: -reach, hi: reach };
    },
  };
}

const SLOPE_BITS = 40;

/** The greatest |core′| on [0, 1]. */
function greatestSlope({ expand }: Approximated): number | undefined {
  const half = dyadic(1, 1);
  const slope = expand(half, half, 1, SLOPE_BITS)?.[1];
  if (!slope) return undefined;
  // In units of core′ · 1/2.
  return Math.max(-Number(slope.lo), Number(slope.hi)) * 2 ** (1 - SLOPE_BITS) * (1 + 2 ** -40);
}
