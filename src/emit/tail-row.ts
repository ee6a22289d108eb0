import type { NarrowPlan } from '../plan/narrow.js';

/** Constants up to this magnitude are rounded exactly in doubles. */
const MOST_CONSTANT = 2 ** 50;

/**
 * A constant tail is a row of its own where the argument, limited to the tail's bound, falls into a cell of its
 * own, no step's clamp would touch its constant, and what follows the steps gives it back.
 */
export function hasTailRow({ select, tails, guardBits, steps, reduce, finish }: NarrowPlan): boolean {
  if (!tails.high || tails.high.slope || select.kind === 'compare' || guardBits < 0) return false;
  if ('exponent' in reduce || finish.offset !== undefined) return false;
  const constant = Math.abs(tails.high.output) * 2 ** guardBits;
  if (constant > MOST_CONSTANT || steps.some(({ clamp = Infinity }) => constant > clamp)) return false;
  return (tails.high.bound - select.lo) % 2 ** select.shift === 0;
}
