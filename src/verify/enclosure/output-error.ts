import type { Enclosure } from '../../function/enclosure.js';
import { representableBigint } from '../../fixedpoint/overflow.js';
import type { KernelPlan } from '../../plan/plan.js';
import { magnitudeOf, type Span } from './span.js';

/** What is known of a set of results before overflow, and of f there. */
export interface Results {
  /** f · 2^n, or what quadrants and folds make f of, in whole ulps, rounded outward. */
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
  const mayOverflow = !span || span.lo < min || span.hi > max;
  if (mayOverflow && overflow === 'error') {
    throw new RangeError(`a result may lie beyond ${min} to ${max}`);
  }
  if (mayOverflow && overflow === 'wrap') return Infinity;
  const beyond = span !== undefined && (span.lo >= max || span.hi <= min);
  const plain = beyond ? 0 : Math.min(clampedReach, reach);
  const excess = mirroredExcess(plan, values);
  return excess === 0n
    ? plain
    : Math.max(plain, Math.min(plain + Number(excess), Math.max(reach, Number(excess))));
}

/** Values and results together, undefined where there is no telling. */
function widen({ lo, hi }: Enclosure, reach: number): Enclosure | undefined {
  if (!Number.isFinite(reach)) return undefined;
  const more = BigInt(Math.ceil(reach));
  return { lo: lo - more, hi: hi + more };
}

/** How far f lies beyond the output, in ulps, where it is clamped and a mirror of it is not. */
function mirroredExcess({ output, finish, reduce, fold }: KernelPlan, { lo, hi }: Enclosure): bigint {
  const { min, max } = representableBigint(output, finish.overflow);
  const beyond = (least: bigint, most: bigint): bigint => maximum(0n, maximum(most - max, min - least));
  const negates = reduce.kind === 'periodic' && reduce.quadrants.some(({ negate }) => negate);
  const foldsLine = fold !== undefined && BigInt(fold.slope) !== 0n;
  if (negates) return maximum(beyond(lo, hi), fold ? beyond(-hi, -lo) : 0n);
  if (!fold || (fold.sign === 1 && BigInt(fold.sum) === 0n && !foldsLine)) return 0n;
  if (foldsLine || fold.sign === 1) return beyond(lo, hi);
  // Once the mirror reaches the other end of the output, it is clamped as well.
  const sum = BigInt(fold.sum);
  return beyond(maximum(lo, sum - max), minimum(hi, sum - min));
}

const maximum = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const minimum = (a: bigint, b: bigint): bigint => (a < b ? a : b);
