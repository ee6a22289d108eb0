import type { Enclosure } from '../../function/enclosure.js';
import { representableBigint } from '../../fixedpoint/overflow.js';
import type { KernelPlan } from '../../plan/plan.js';
import { EXTRA_BITS } from './difference.js';
import { magnitudeOf, type Span } from './span.js';

/** What is known of a set of results before overflow, and of f there. */
export interface Results {
  /** f · 2^n, or what quadrants and folds make f of, in units of 2^-EXTRA_BITS ulp. */
  readonly values: Enclosure;
  /** result − value in ulps, both clamped to the output. */
  readonly error: Span;
  /** The same before clamping. */
  readonly unclamped: Span;
}

/**
 * The greatest error of outputs, in ulps: of the results themselves, and of what quadrants and folds make of
 * them. Clamping brings two numbers no farther apart, and takes away what lies beyond the same end; but a format
 * has one more negative number than positive ones, so that f may lie beyond the output where its mirror does not.
 *
 * @throws RangeError where overflow is forbidden and a result may
 */
export function boundOutput(plan: KernelPlan, { values, error, unclamped }: Results): number {
  const { overflow } = plan.finish;
  const { min, max } = representableBigint(plan.output, overflow);
  const clampedReach = magnitudeOf(error);
  const reach = magnitudeOf(unclamped);
  const span = widen(values, reach);
  const mayOverflow = !span || span.lo < toUnits(min) || span.hi > toUnits(max);
  if (mayOverflow && overflow === 'error') {
    throw new RangeError(`a result may lie beyond ${min} to ${max}`);
  }
  if (mayOverflow && overflow === 'wrap') return Infinity;
  // Where f lies beyond an end of the output, a result errs only by what it falls short of that end.
  const depth = Math.max(ulpsOf(values.lo - toUnits(max)), ulpsOf(toUnits(min) - values.hi));
  const plain = Math.min(
    clampedReach,
    depth > 0 && Number.isFinite(reach) ? Math.max(0, reach - depth) : reach,
  );
  const excess = mirroredExcess(plan, values);
  return Math.max(plain, excess === 0 ? 0 : Math.min(plain + excess, Math.max(reach, excess)));
}

const toUnits = (ulps: bigint): bigint => ulps << BigInt(EXTRA_BITS);

/** Rounded down, where a double does not hold it. */
const ulpsOf = (units: bigint): number => Number(units) * 2 ** -EXTRA_BITS * (1 - 2 ** -52);

/** Values and results together, undefined where there is no telling. */
function widen({ lo, hi }: Enclosure, reach: number): Enclosure | undefined {
  if (!Number.isFinite(reach)) return undefined;
  const more = BigInt(Math.ceil(reach * 2 ** EXTRA_BITS));
  return { lo: lo - more, hi: hi + more };
}

/** Whether a bound of results is not also one of outputs, or says nothing of overflow. */
export function needsValues({ finish, reduce, fold }: KernelPlan): boolean {
  const saturates = finish.overflow === 'saturate' || finish.overflow === 'saturate-symmetric';
  return !saturates || fold !== undefined || reduce.kind === 'periodic';
}

/** How far f lies beyond the output, in ulps, where it is clamped and a mirror of it is not. */
function mirroredExcess({ output, finish, reduce, fold }: KernelPlan, { lo, hi }: Enclosure): number {
  const representable = representableBigint(output, finish.overflow);
  const [min, max] = [toUnits(representable.min), toUnits(representable.max)];
  const beyond = (least: bigint, most: bigint): number =>
    Number(maximum(0n, maximum(most - max, min - least))) * 2 ** -EXTRA_BITS;
  const negates = reduce.kind === 'periodic' && reduce.quadrants.some(({ negate }) => negate);
  const foldsLine = fold !== undefined && BigInt(fold.slope) !== 0n;
  if (negates) return Math.max(beyond(lo, hi), fold ? beyond(-hi, -lo) : 0);
  if (!fold || (fold.sign === 1 && BigInt(fold.sum) === 0n && !foldsLine)) return 0;
  if (foldsLine || fold.sign === 1) return beyond(lo, hi);
  // Once the mirror reaches the other end of the output, it is clamped as well.
  const sum = toUnits(BigInt(fold.sum));
  return beyond(maximum(lo, sum - max), minimum(hi, sum - min));
}

const maximum = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const minimum = (a: bigint, b: bigint): bigint => (a < b ? a : b);
