import { maxRawBigint, minRawBigint } from '../../fixedpoint/format.js';
import { joinIntervals, type Interval } from '../../fixedpoint/interval.js';
import { representableBigint } from '../../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { dyadic } from '../../function/dyadic.js';
import { REAL_LINE, type Enclosure } from '../../function/enclosure.js';
import { canonicalJson } from '../../plan/canonical.js';
import { undefinedInputs } from '../../plan/domain.js';
import { definedMagnitudes } from '../../plan/inputs.js';
import { interpret } from '../../plan/interpret.js';
import type { KernelPlan, Tail } from '../../plan/plan.js';
import { usableFold } from '../../plan/reduction.js';
import { absoluteUlp } from '../../segment/target.js';
import { boundDifference, EXTRA_BITS, type DifferenceSetting } from './difference.js';
import { exactError } from './observe.js';
import { boundOutput } from './output-error.js';
import { askedMagnitudes, countsOf, inRange, intersections, inTail } from './plan-inputs.js';
import { reductionError, type ReductionError } from './reduction-error.js';
import { hornerError, roundingSpan } from './rounding-error.js';
import { boundOfSegment, greatestExponent, type InputSet, type Served } from './segment-bound.js';
import { addSpans } from './span.js';

/** Bounds of |result − f(x) · 2^n| in ulps, f clamped to the output, that hold for every input of a set. */
export interface ProvenBounds {
  /** Over the range and the tails. */
  readonly claim: number;
  /** Over the inputs that tails serve, where there are any. */
  readonly tails?: number;
  /** Over every input of the format on which f is defined. */
  readonly format: number;
}

/** Bounds may lie this part of the target above what is attained. */
const TOLERANCE = 2 ** -9;
/**
 * Bounds that hold for every input, from the plan and the function's definition alone: per segment the distance
 * of the polynomial from f, what each rounding adds, and what the reduction adds.
 *
 * @throws RangeError where the plan forbids overflow and it can't be excluded
 */
export function provenBounds(plan: KernelPlan, definition: FunctionDefinition): ProvenBounds {
  const nothing = 2 ** plan.output.bits;
  const reduction = reductionError(plan, definition);
  if (!reduction || !isOfFunction(plan, definition)) return { claim: nothing, format: nothing };
  const [all, asked] = [definedMagnitudes(plan), askedMagnitudes(plan)].map((set) => withoutLast(plan, set));
  const counts = { claim: countsOf(plan, asked), format: countsOf(plan, all) };
  const setting = differenceSetting(plan, reduction, counts.claim);
  const segments = servedSegments(plan, setting, all);
  const segmentSetting = {
    plan,
    reduction,
    difference: setting,
    values: rangeOfCore(plan, setting),
  };
  const boundOver = (inputs: InputSet): number =>
    segments.reduce((most, served) => boundOfSegment(segmentSetting, served, inputs, most), 0);
  const tails = tailBounds(plan, setting, all);
  const singles = errorsOfSingles(plan, definition);
  const limit = (bound: number): number => Math.min(bound, nothing);
  // Without a reduction, segments serve what was asked for and tails the rest.
  const claim = Math.max(
    boundOver({ magnitudes: asked, counts: counts.claim }),
    tails.claimed ?? 0,
    singles.claim,
  );
  const rest =
    plan.reduce.kind === 'none' ? tails.unclaimed : boundOver({ magnitudes: all, counts: counts.format });
  return {
    claim: limit(claim),
    ...(tails.claimed === undefined ? {} : { tails: limit(Math.max(tails.claimed, singles.tails)) }),
    format: limit(Math.max(claim, rest, singles.format)),
  };
}

/**
 * Whether the plan folds as the function does and leaves out no input at which it has a value; and no step clamps,
 * of which the bounds know nothing.
 */
function isOfFunction(plan: KernelPlan, definition: FunctionDefinition): boolean {
  const holes = undefinedInputs(definition, { ...plan, overflow: plan.finish.overflow });
  const fold = usableFold(definition, plan.input, plan.output);
  return (
    canonicalJson(plan.undefined ?? []) === canonicalJson(holes) &&
    (!plan.fold || canonicalJson(plan.fold) === canonicalJson(fold ?? null)) &&
    plan.steps.every(({ clamp }) => clamp === undefined)
  );
}

/** Where a plan folds, only the most negative input has a magnitude that no positive one has: it is run. */
function withoutLast({ fold, input }: KernelPlan, set: readonly Interval[]): readonly Interval[] {
  return fold ? intersections(set, { lo: 0n, hi: maxRawBigint(input) }) : set;
}

/**
 * The greatest errors of inputs that are looked at one by one: that one, and a single input that the plan lists
 * apart although f has a value at it (zero, where arguments are normalised).
 */
function errorsOfSingles(
  plan: KernelPlan,
  definition: FunctionDefinition,
): { readonly claim: number; readonly tails: number; readonly format: number } {
  const apart = (plan.undefined ?? []).filter(({ lo, hi }) => lo === hi).map(({ lo }) => BigInt(lo));
  const inputs = [...(plan.fold ? [minRawBigint(plan.input)] : []), ...apart];
  const errors = inputs.flatMap((x) => exactError(plan, definition, x, interpret(plan, x)) ?? []);
  const worst = (isOf: (x: bigint) => boolean): number =>
    Math.max(0, ...errors.filter(({ x }) => isOf(x)).map(({ ulp }) => ulp));
  const tails = worst((x) => inTail(plan, x));
  return {
    claim: Math.max(
      tails,
      worst((x) => inRange(plan, x)),
    ),
    tails,
    format: worst(() => true),
  };
}

function differenceSetting(plan: KernelPlan, reduction: ReductionError, counts: Interval): DifferenceSetting {
  const { output, finish, target, argumentFracBits } = plan;
  const { min, max } = representableBigint(output, finish.overflow);
  const exponents = [counts.lo, counts.hi].map(reduction.exponentOf);
  const most = Math.min(Math.max(0, ...exponents), greatestExponent(plan));
  const allowed = absoluteUlp(target, output.fracBits);
  return {
    approximated: reduction.approximated,
    argumentFracBits,
    ulpBits: output.fracBits + most,
    tolerance: TOLERANCE * (Number.isFinite(allowed) ? allowed : 1),
    // What is scaled or added to comes to other ends of the output than what is approximated.
    ...(plan.reduce.kind === 'none' || plan.reduce.kind === 'periodic' ? { limits: { min, max } } : {}),
  };
}

function servedSegments(
  plan: KernelPlan,
  setting: DifferenceSetting,
  all: readonly Interval[],
): readonly Served[] {
  const { segments, coefficientFracBits, reduce: reduction } = plan;
  return segments.flatMap((segment) => {
    const whole = { lo: BigInt(segment.lo), hi: BigInt(segment.hi) - 1n };
    const polynomial = {
      origin: BigInt(segment.origin),
      coefficients: segment.coefficients.map(BigInt),
      fracBits: coefficientFracBits,
    };
    // Unreduced arguments are inputs, some of which may have no value; reduced ones all occur.
    const parts = reduction.kind === 'none' ? intersections(all, whole) : [whole];
    const accumulated = hornerError(plan, segment);
    return parts.map(({ lo, hi }) => ({
      difference: boundDifference(setting, polynomial, lo, hi),
      accumulated,
    }));
  });
}

/** Where the core of a period lies, of which f takes the values, in units of 2^-EXTRA_BITS ulp. */
function rangeOfCore({ reduce }: KernelPlan, { approximated, ulpBits }: DifferenceSetting): Enclosure {
  const half = dyadic(1, 1);
  const range =
    reduce.kind === 'periodic' ? approximated.expand(half, half, 0, ulpBits + EXTRA_BITS)?.[0] : undefined;
  return range ?? REAL_LINE;
}

/** The greatest errors of the tails that claim something, where there are any, and of those that claim nothing. */
function tailBounds(
  plan: KernelPlan,
  setting: DifferenceSetting,
  all: readonly Interval[],
): { readonly claimed?: number; readonly unclaimed: number } {
  const { low, high } = plan.tails;
  if (!low && !high) return { unclaimed: 0 };
  if (plan.reduce.kind !== 'none') return { claimed: Infinity, unclaimed: Infinity };
  const hull = all.reduce(joinIntervals);
  const bounds = [
    ...(low ? [{ tail: low, lo: hull.lo, hi: BigInt(low.bound) - 1n }] : []),
    ...(high ? [{ tail: high, lo: BigInt(high.bound), hi: hull.hi }] : []),
  ].map(({ tail, ...ends }) => ({ tail, bound: boundOfTail(plan, setting, tail, intersections(all, ends)) }));
  const claimed = bounds.filter(({ tail }) => !tail.unclaimed).map(({ bound }) => bound);
  const unclaimed = bounds.filter(({ tail }) => tail.unclaimed).map(({ bound }) => bound);
  return {
    ...(claimed.length > 0 ? { claimed: Math.max(...claimed) } : {}),
    unclaimed: Math.max(0, ...unclaimed),
  };
}

function boundOfTail(
  plan: KernelPlan,
  setting: DifferenceSetting,
  tail: Tail,
  parts: readonly Interval[],
): number {
  return parts.reduce((most, { lo, hi }) => {
    const found = boundDifference(setting, tailPolynomial(plan, tail), lo, hi);
    const rounding = tail.slope ? roundingSpan(tail.slope.rounding, tail.slope.shift) : { lo: 0, hi: 0 };
    const results = {
      values: found.values,
      error: addSpans(found.error, rounding),
      unclamped: addSpans(found.unclamped, rounding),
    };
    return Math.max(most, boundOutput(plan, results));
  }, 0);
}

function tailPolynomial({ output, argumentFracBits }: KernelPlan, { output: constant, slope }: Tail) {
  if (!slope) return { origin: 0n, coefficients: [BigInt(constant)], fracBits: [output.fracBits] };
  return {
    origin: 0n,
    coefficients: [BigInt(slope.multiplier), BigInt(constant)],
    fracBits: [output.fracBits + slope.shift - argumentFracBits, output.fracBits],
  };
}
