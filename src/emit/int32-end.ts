import type { NarrowPlan } from '../plan/narrow.js';
import { hasTailRow } from './tail-row.js';

/** An accumulator that is an int32 with what it needs added so that a shift by the guard bits rounds it. */
export interface Int32End {
  /** Half of the unit that remains, where the plan rounds half up. */
  readonly half: number;
  /** Bounds of accumulators and of the tail's constant, with the half. */
  readonly least: number;
  readonly greatest: number;
}

/** How a plan's accumulator ends in int32; undefined where it is wider, or no such shift is what the plan does. */
export function int32End(plan: NarrowPlan): Int32End | undefined {
  const { bounds, finish, guardBits, reduce, tails } = plan;
  const drops = guardBits > 0;
  const shifts = !drops || finish.rounding === 'half-up' || finish.rounding === 'floor';
  if (!shifts || guardBits < 0 || guardBits > 30 || 'exponent' in reduce) return undefined;
  const half = drops && finish.rounding === 'half-up' ? 2 ** (guardBits - 1) : 0;
  const tail = tails.high && hasTailRow(plan) ? [tails.high.output * 2 ** guardBits] : [];
  const least = Math.min(Number(bounds.accumulator.lo), ...tail) + half;
  const greatest = Math.max(Number(bounds.accumulator.hi), ...tail) + half;
  return least < -(2 ** 31) || greatest >= 2 ** 31 ? undefined : { half, least, greatest };
}

/** A coefficient as a table has it: with an addend, and less what rounds the product that it is added to. */
export function storedNumber(value: number, addend: number, takesRoundOut: boolean): string {
  const text = addend === 0 ? String(value) : `${value} + ${addend}`;
  return takesRoundOut ? `${text} - ROUND` : text;
}
