/*
 * Pseudo-stochastic rounding of four 64-bit magnitudes at a time, as four low and four high words: 64-bit
 * shifts, absolute values and comparisons are slow in WebAssembly's SIMD, 32-bit ones are not.
 */

/** n of Q(32−n).n. Set once, before anything runs. */
export let fractionBits: i32 = 24;

export function setFractionBits(bits: i32): void {
  fractionBits = bits;
}

/*
 * Functions that round are compiled twice: for F = i32 the fraction bits are 24, which makes every shift one
 * instruction, and for F = i64 they are whatever `fractionBits` says.
 */

@inline
export function bitsOf<F>(): i32 {
  return sizeof<F>() == 4 ? 24 : fractionBits;
}

@inline
export function one<F>(): i32 {
  return 1 << bitsOf<F>();
}

export const LIMIT: i32 = i32.MAX_VALUE;

@inline
export function zero(): v128 {
  return i64x2.splat(0);
}

/** The low words of four int64. */
@inline
export function lowWords(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
}

/** The high words of four int64. */
@inline
export function highWords(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 1, 3, 5, 7);
}

/** Four magnitudes high · 2^32 + low, rounded; right where the result is below 2^31. */
@inline
export function roundSmall<F>(low: v128, high: v128): v128 {
  const bits = bitsOf<F>();
  const lowerBits = bits >> 1;
  const whole = v128.or(i32x4.shl(high, 32 - bits), i32x4.shr_u(low, bits));
  const upper = i32x4.shr_u(i32x4.shl(low, 32 - bits), 32 - bits + lowerBits);
  const lower = v128.and(low, i32x4.splat((1 << lowerBits) - 1));
  return i32x4.sub(whole, i32x4.gt_s(upper, lower));
}

/**
 * Four magnitudes high · 2^32 + low (high ≤ 2^31), rounded to int32 range. Where the result would exceed
 * 2^31 − 1 its top bit is set, and nothing else is certain of it.
 */
@inline
export function roundMagnitude<F>(low: v128, high: v128): v128 {
  const bits = bitsOf<F>();
  const rounded = roundSmall<F>(low, high);
  const room = i32x4.sub(i32x4.splat((1 << (bits - 1)) - 1), high);
  return v128.or(rounded, v128.and(room, i32x4.splat(i32.MIN_VALUE)));
}

/** 1 for each magnitude that exceeds the limit. */
@inline
export function overflowOf(magnitude: v128): v128 {
  return i32x4.shr_u(magnitude, 31);
}

/** Clamps magnitudes and negates them where `sign` is −1. */
@inline
export function withSign(magnitude: v128, sign: v128): v128 {
  const clamped = i32x4.min_u(magnitude, i32x4.splat(LIMIT));
  return i32x4.sub(v128.xor(clamped, sign), sign);
}

/** The rounded magnitude of a∘b, as `roundMagnitude` gives it. */
@inline
export function roundProduct<F>(a: v128, b: v128): v128 {
  const x = i32x4.abs(a);
  const y = i32x4.abs(b);
  const first = i64x2.extmul_low_i32x4_u(x, y);
  const second = i64x2.extmul_high_i32x4_u(x, y);
  return roundMagnitude<F>(lowWords(first, second), highWords(first, second));
}

/** −1 where a product is negative. Where it is zero, either sign will do. */
@inline
export function signOfProduct(a: v128, b: v128): v128 {
  return i32x4.shr_s(v128.xor(a, b), 31);
}

/** −1 where a sum is negative, from its high word. */
@inline
export function signOfSum(high: v128): v128 {
  return i32x4.shr_s(high, 31);
}

/** The rounded magnitude of sums of which no |sum| exceeds 2^63 − 1. */
@inline
export function roundSums<F>(low: v128, high: v128): v128 {
  const sign = signOfSum(high);
  const carry = v128.and(i32x4.eq(low, zero()), sign);
  return roundMagnitude<F>(i32x4.sub(v128.xor(low, sign), sign), i32x4.sub(v128.xor(high, sign), carry));
}

/** 1 − x, clamped. It can only exceed the limit upwards. */
@inline
export function oneMinus<F>(x: v128): v128 {
  const difference = i32x4.sub(i32x4.splat(one<F>()), x);
  const wrapped = v128.and(x, difference); // both negative: beyond the limit
  return v128.bitselect(i32x4.splat(LIMIT), difference, i32x4.shr_s(wrapped, 31));
}

/** 1 + x, clamped. It can only exceed the limit upwards. */
@inline
export function onePlus<F>(x: v128): v128 {
  const sum = i32x4.add(i32x4.splat(one<F>()), x);
  const wrapped = v128.andnot(sum, x); // negative from a positive x
  return v128.bitselect(i32x4.splat(LIMIT), sum, i32x4.shr_s(wrapped, 31));
}

@inline
export function sumOfLanes(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}
