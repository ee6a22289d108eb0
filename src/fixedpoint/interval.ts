import { roundShift, type RoundingMode } from './rounding.js';

/** A closed interval of integers. */
export interface Interval {
  readonly lo: bigint;
  readonly hi: bigint;
}

export function interval(lo: bigint | number, hi: bigint | number): Interval {
  return { lo: BigInt(lo), hi: BigInt(hi) };
}

export function addIntervals(a: Interval, b: Interval): Interval {
  return { lo: a.lo + b.lo, hi: a.hi + b.hi };
}

export function multiplyIntervals(a: Interval, b: Interval): Interval {
  const products = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  return products.reduce<Interval>((hull, p) => joinIntervals(hull, { lo: p, hi: p }), {
    lo: products[0],
    hi: products[0],
  });
}

/** Every rounding mode but pseudo-stochastic is monotone; that one is within one of the floor and ceiling. */
export function shiftInterval(a: Interval, shift: number, mode: RoundingMode): Interval {
  if (mode !== 'pseudo-stochastic' || shift <= 0) {
    return { lo: roundShift(a.lo, shift, mode), hi: roundShift(a.hi, shift, mode) };
  }
  return { lo: roundShift(a.lo, shift, 'floor'), hi: roundShift(a.hi, shift, 'floor') + 1n };
}

/** The hull of both. */
export function joinIntervals(a: Interval, b: Interval): Interval {
  return { lo: a.lo < b.lo ? a.lo : b.lo, hi: a.hi > b.hi ? a.hi : b.hi };
}

export function clampInterval(a: Interval, lo: bigint, hi: bigint): Interval {
  const clamp = (v: bigint) => (v < lo ? lo : v > hi ? hi : v);
  return { lo: clamp(a.lo), hi: clamp(a.hi) };
}

/** |v|, less one for negative integers: what decides a two's complement width. */
function magnitude(v: bigint): bigint {
  return v < 0n ? -v - 1n : v;
}

/** Bits of the smallest two's complement word that holds every integer of the interval. */
export function widthBits(a: Interval): number {
  const most = magnitude(a.lo) > magnitude(a.hi) ? magnitude(a.lo) : magnitude(a.hi);
  return most.toString(2).length * (most === 0n ? 0 : 1) + 1;
}
