import { roundShift } from '../fixedpoint/rounding.js';
import type { Loops } from './loops.js';
import type { KernelPlan } from './plan.js';

/** Consecutive inputs that share what the reduction decides: sign, exponent, or having no value. */
export type ReducedRun =
  | { readonly kind: 'undefined'; readonly length: number; readonly output: number }
  | { readonly kind: 'reduced'; readonly length: number; readonly count: number; readonly negative: boolean };

/**
 * The longest run of inputs from `first` on that share sign and exponent, at most `limit`. Their reduced
 * arguments go into `args`, ascending: for a negative run that is the reverse of the input order.
 */
export function reduceRun(
  plan: KernelPlan,
  first: number,
  limit: number,
  args: Float64Array,
  loops: Loops,
): ReducedRun {
  if (plan.undefined && first <= plan.undefined.upTo) {
    const length = Math.min(limit, plan.undefined.upTo - first + 1);
    return { kind: 'undefined', length, output: plan.undefined.output };
  }
  switch (plan.reduce.kind) {
    case 'none':
      return ascending(loops, first, limit, 0, args);
    case 'odd':
    case 'even':
    case 'point':
      return mirrored(loops, first, limit, args);
    case 'normalise':
      return normalised(loops, plan.reduce.width, plan.reduce.step, first, limit, args);
    case 'split':
      return split(plan.reduce.multiplier, plan.reduce.shift, plan.argumentFracBits, first, limit, args);
  }
}

function ascending(
  loops: Loops,
  first: number,
  length: number,
  count: number,
  args: Float64Array,
  scale = 1,
): ReducedRun {
  loops.ascending(args.subarray(0, length), first, scale);
  return { kind: 'reduced', length, count, negative: false };
}

function mirrored(loops: Loops, first: number, limit: number, args: Float64Array): ReducedRun {
  if (first >= 0) return ascending(loops, first, limit, 0, args);
  const length = Math.min(limit, -first);
  const smallest = -(first + length - 1);
  loops.ascending(args.subarray(0, length), smallest, 1);
  return { kind: 'reduced', length, count: 0, negative: true };
}

function normalised(
  loops: Loops,
  width: number,
  step: number,
  first: number,
  limit: number,
  args: Float64Array,
): ReducedRun {
  const bits = 32 - Math.clz32(first);
  const count = Math.max(0, Math.floor((width - bits) / step));
  return ascending(loops, first, Math.min(limit, 2 ** bits - first), count, args, 2 ** (count * step));
}

/** Half of an input's bits: a product of either half with the multiplier is exact below 2^37. */
const HALF = 16;
const WIDEST_MULTIPLIER = 2 ** 37;

function split(
  multiplier: number,
  shift: number,
  fracBits: number,
  first: number,
  limit: number,
  args: Float64Array,
): ReducedRun {
  const product = multiplier < WIDEST_MULTIPLIER && shift >= HALF ? splitProduct : bigProduct;
  const one = 2 ** fracBits;
  const count = Math.floor(product(first, multiplier, shift) / one);
  let length = 0;
  for (; length < limit; length++) {
    const a = product(first + length, multiplier, shift) - count * one;
    if (a >= one) break;
    args[length] = a;
  }
  return { kind: 'reduced', length, count, negative: false };
}

/** floor(x · m · 2^-shift) with x in two halves, each product exact in a double. */
function splitProduct(x: number, m: number, shift: number): number {
  const high = Math.floor(x / 2 ** HALF);
  const low = x - high * 2 ** HALF;
  return Math.floor((high * m + Math.floor((low * m) / 2 ** HALF)) / 2 ** (shift - HALF));
}

function bigProduct(x: number, m: number, shift: number): number {
  return Number(roundShift(BigInt(x) * BigInt(m), shift, 'floor'));
}
