import { usageError } from '../diagnostic.js';
import { shiftInterval, widthBits, type Interval } from '../fixedpoint/interval.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import { roundShift } from '../fixedpoint/rounding.js';
import { finishShift } from '../plan/interpret.js';
import type { KernelPlan } from '../plan/plan.js';
import { intervalOf } from './fits.js';

/** A shift that depends on a secret count, as one factor a count and a shift that does not. */
export interface SecretScale {
  /** Powers of two, or 0 where nothing is left of any accumulator. */
  readonly factors: readonly bigint[];
  readonly shift: number;
}

/**
 * round(y · 2^-s) as round(y · 2^(most − s) · 2^-most): the same real number is rounded, so that every mode but
 * pseudo-stochastic gives the same. Shifts that leave alike what they leave count as one, which keeps the
 * products narrow: to the right all that give 0, or the sign; to the left all that saturate.
 *
 * @param counts ascending or descending, as they come along the ladder
 * @returns undefined where the count does not scale the result
 * @throws usage error where the rounding is pseudo-stochastic and the shift depends on the count
 */
export function scaleOf(plan: KernelPlan, counts: readonly bigint[]): SecretScale | undefined {
  const { reduce, finish } = plan;
  if (!('exponent' in reduce) || reduce.exponent.effect !== 'scale') return undefined;
  const exact = counts.map((count) => finishShift(plan, count));
  if (new Set(exact).size > 1 && finish.rounding === 'pseudo-stochastic') {
    throw usageError(
      'secret-rounding',
      'pseudo-stochastic rounding by a number of bits that depends on a secret is not supported',
      'try --rounding half-up',
    );
  }
  const accumulator = intervalOf(plan.bounds.accumulator);
  const saturating = saturatingShift(plan, accumulator, exact);
  const vanishing = vanishingShift(plan, accumulator);
  const signOnly = finish.rounding === 'floor' ? widthBits(accumulator) - 1 : Infinity;
  const shifts = exact.map((shift) => Math.min(Math.max(shift, saturating), signOnly));
  const most = Math.max(0, ...shifts.filter((shift) => shift < vanishing));
  const factors = shifts.map((shift) => (shift >= vanishing ? 0n : 1n << BigInt(most - shift)));
  return { factors, shift: most };
}

/** The longest of the shifts at which every accumulator saturates: all shorter ones give the same. */
function saturatingShift(
  { finish, output }: KernelPlan,
  { lo, hi }: Interval,
  shifts: readonly number[],
): number {
  if (finish.overflow !== 'saturate' && finish.overflow !== 'saturate-symmetric') return -Infinity;
  const { min, max } = representableBigint(output, finish.overflow);
  const offset = BigInt(finish.offset ?? 0);
  const saturates = (shift: number) =>
    (lo > 0n && roundShift(lo, shift, finish.rounding) + offset >= max) ||
    (hi < 0n && roundShift(hi, shift, finish.rounding) + offset <= min);
  return Math.max(-Infinity, ...shifts.filter(saturates));
}

/** The shortest shift that leaves 0 of every accumulator, as all longer ones do; none where a floor leaves −1. */
function vanishingShift({ finish }: KernelPlan, accumulator: Interval): number {
  const longest = widthBits(accumulator) + 2;
  for (let shift = 0; shift <= longest; shift++) {
    const { lo, hi } = shiftInterval(accumulator, shift, finish.rounding);
    if (lo === 0n && hi === 0n) return shift;
  }
  return Infinity;
}
