import type { NarrowPlan } from '../plan/narrow.js';
import { needsClamp } from './fits.js';
import { int32End, storedNumber } from './int32-end.js';
import { DOUBLE_BITS, tieOffset } from './ts-rounding.js';

/**
 * How Horner's rule runs in doubles with few operations. Adding ROUND to a product rounds it, and the coefficient that
 * is added next takes ROUND out again, so that the table holds differences. Where all steps are such, sums are kept in
 * such powers of two that no product has to be scaled: the coefficients are scaled instead, once.
 */
export interface HornerForm {
  /** Of each step: whether its product is rounded by ROUND and the next coefficient takes that out. */
  readonly fused: readonly boolean[];
  /** Where all steps are: of each coefficient, by its place, and of the sum that it ends, the exponent of their unit. */
  readonly exponents?: readonly number[];
  /** Where the accumulator ends as an int32, from which a shift drops the guard bits. */
  readonly end?: IntegerEnd;
}

export interface IntegerEnd {
  /** What the constant holds beside itself: the halves that make the shift, and what comes before, round. */
  readonly addend: number;
  /** Whether the last sum, with the addend, is never negative, so that a conversion to int32 rounds it down. */
  readonly truncates: boolean;
  /** What the addend makes the result too great by. */
  readonly excess: number;
}

export function hornerForm(plan: NarrowPlan, integer: boolean): HornerForm {
  const fused = plan.steps.map(
    ({ shift, rounding }, i) =>
      !integer &&
      shift > 0 &&
      plan.bounds.steps[i].product.bits <= DOUBLE_BITS &&
      tieOffset(rounding, shift) !== undefined &&
      !needsClamp(plan, i),
  );
  const end = fused.at(-1) ? integerEnd(plan) : undefined;
  return {
    fused,
    ...(fused.every(Boolean) && { exponents: exponentsOf(plan) }),
    ...(end && { end }),
  };
}

/** The last sum is in units; each step drops the bits by which the sum before it is finer. */
function exponentsOf({ steps }: NarrowPlan): number[] {
  const exponents = [0];
  for (const { shift } of steps.toReversed()) exponents.unshift(exponents[0] - shift);
  return exponents;
}

function integerEnd(plan: NarrowPlan): IntegerEnd | undefined {
  const { steps, guardBits } = plan;
  const found = int32End(plan);
  if (!found) return undefined;
  const { half, least, greatest } = found;
  const { shift, rounding } = steps[steps.length - 1];
  const quick = rounding === 'half-up' || rounding === 'floor';
  const excess = least < 0 ? Math.ceil(-least / 2 ** guardBits) : 0;
  const lift = excess * 2 ** guardBits;
  // The sum has `shift` fraction bits and has to be exact, and its integer part an int32.
  const mostExact = Math.min(2 ** (53 - shift), 2 ** 31);
  if (!quick || greatest + lift + 1 > mostExact) return { addend: half, truncates: false, excess: 0 };
  return { addend: lift + half + (rounding === 'half-up' ? 0.5 : 0), truncates: true, excess };
}

/** A coefficient as the table has it, by its place from the highest power down. */
export function storedCoefficient(
  { fused, end }: HornerForm,
  steps: number,
  place: number,
  value: number,
): string {
  const isLast = place === steps;
  const takesRoundOut = place > 0 && fused[place - 1] && !(isLast && end?.truncates);
  return storedNumber(value, isLast && end ? end.addend : 0, takesRoundOut);
}
