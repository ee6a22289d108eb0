import { Term, TermKind } from '../../src/tensor/wasm/opcodes';
import { fractionBits, LIMIT } from './rounding';

/*
 * Sums of any length and magnitude, in 128 bits: the slow path, which is always exact.
 */

/** The sum at hand is upper · 2^64 + lower. */
let lower: u64 = 0;
let upper: i64 = 0;

@inline
function addProduct(x: i32, y: i32): void {
  const product = <i64>x * <i64>y;
  lower += <u64>product;
  upper += (product >> 63) + i64(lower < <u64>product);
}

/** The sum upper · 2^64 + lower, rounded; not clamped, but beyond ±(2^31 − 1) only its sign is right. */
export function roundWide(high: i64, low: u64, bits: i32): i64 {
  const negative = high < 0;
  if (negative) {
    low = ~low + 1;
    high = ~high + i64(low == 0);
  }
  let magnitude = <i64>LIMIT + 1;
  if (high == 0) {
    const lowerBits = bits >> 1;
    const dropped = low & ((<u64>1 << bits) - 1);
    const up = dropped >> lowerBits > (dropped & ((<u64>1 << lowerBits) - 1));
    magnitude = <i64>min<u64>((low >> bits) + u64(up), <u64>LIMIT + 1);
  }
  return negative ? -magnitude : magnitude;
}

@inline
function clamp(value: i64): i64 {
  return min<i64>(max<i64>(value, -LIMIT), LIMIT);
}

/** Sets the sum to Σ_k a_k · b_k for elements `aStep` and `bStep` bytes apart. */
export function wideDot(a: usize, aStep: usize, b: usize, bStep: usize, inner: i32): void {
  lower = 0;
  upper = 0;
  addDot(a, aStep, b, bStep, inner);
}

export function lowerWord(): u64 {
  return lower;
}

export function upperWord(): i64 {
  return upper;
}

function addDot(a: usize, aStep: usize, b: usize, bStep: usize, inner: i32): void {
  for (; inner > 0; inner--) {
    addProduct(load<i32>(a), load<i32>(b));
    a += aStep;
    b += bStep;
  }
}

/** Element (row, offset) of Σ terms, rounded as `roundWide` gives it. */
function element(terms: usize, termCount: i32, row: usize, offset: usize): i64 {
  lower = 0;
  upper = 0;
  for (; termCount > 0; termCount--) {
    const rowStride = load<u32>(terms + (Term.RowStride << 2));
    const rightStride = load<u32>(terms + (Term.RightStride << 2));
    const a = <usize>load<u32>(terms + (Term.A << 2)) + row * rowStride;
    const b = <usize>load<u32>(terms + (Term.B << 2)) + offset;
    if (load<i32>(terms + (Term.Kind << 2)) == TermKind.Elementwise) {
      addDot(a + offset, 0, b + row * rightStride, 0, 1);
    } else {
      addDot(a, load<u32>(terms + (Term.Step << 2)), b, rightStride, load<i32>(terms + (Term.Inner << 2)));
    }
    terms += Term.Words << 2;
  }
  return roundWide(upper, lower, fractionBits);
}

/** As `productSum`. */
export function productSumWide(
  dst: usize,
  stride: usize,
  terms: usize,
  termCount: i32,
  rows: i32,
  offset: usize,
  columns: i32,
): i32 {
  let overflows = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    for (let at = offset, end = offset + <usize>(columns << 2); at < end; at += 4) {
      const rounded = element(terms, termCount, row, at);
      const clamped = clamp(rounded);
      overflows += i32(clamped != rounded);
      store<i32>(dst + row * stride + at, <i32>clamped);
    }
  }
  return overflows;
}

/** As `accumulateRight`, for one term. */
export function accumulateWide(
  dst: usize,
  stride: usize,
  term: usize,
  rows: i32,
  offset: usize,
  columns: i32,
): i32 {
  let overflows = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    for (let at = offset, end = offset + <usize>(columns << 2); at < end; at += 4) {
      const rounded = element(term, 1, row, at);
      const clamped = clamp(rounded);
      overflows += i32(clamped != rounded);
      const to = dst + row * stride + (at << 1);
      store<f64>(to, load<f64>(to) + <f64>clamped);
    }
  }
  return overflows;
}
