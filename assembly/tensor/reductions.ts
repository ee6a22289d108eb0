import { dotProducts, EXACT, widenRows } from './doubles';
import { peakMagnitude } from './elementwise';
import { addToDoubles, loadLanes } from './lanes';
import { PARTIAL, storePartial, storeWide } from './partial';
import { FITS } from './products';
import {
  bitsOf,
  highWords,
  LIMIT,
  lowWords,
  overflowOf,
  roundSums,
  signOfSum,
  sumOfLanes,
  withSign,
  zero,
} from './rounding';
import { lowerWord, roundWide, upperWord, wideDot } from './wide';

/*
 * Sums over the columns, which several threads share: each writes the sums over its own columns, 128 bits
 * each, and once all have done so the sums of those are rounded.
 */

@inline
function lanesOf(sums: v128): i64 {
  return i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
}

@inline
function addProducts(sums: v128, x: v128, y: v128): v128 {
  return i64x2.add(sums, i64x2.add(i64x2.extmul_low_i32x4_s(x, y), i64x2.extmul_high_i32x4_s(x, y)));
}

/** Up to 4×2 dot products of rows of g and of b, over `columns` columns. */
@inline
function dots(
  rows: i32,
  wide: bool,
  partial: usize,
  partialStride: usize,
  adds: bool,
  g: usize,
  b: usize,
  stride: usize,
  columns: i32,
): void {
  let s00 = zero();
  let s01 = zero();
  let s10 = zero();
  let s11 = zero();
  let s20 = zero();
  let s21 = zero();
  let s30 = zero();
  let s31 = zero();
  let g1 = g + stride;
  let g2 = g1 + stride;
  let g3 = g2 + stride;
  let b1 = b + stride;
  for (; columns > 0; columns -= 4) {
    const count = min(columns, 4);
    const y0 = loadLanes(b, count);
    const y1 = wide ? loadLanes(b1, count) : y0;
    let x = loadLanes(g, count);
    s00 = addProducts(s00, x, y0);
    if (wide) s01 = addProducts(s01, x, y1);
    if (rows > 1) {
      x = loadLanes(g1, count);
      s10 = addProducts(s10, x, y0);
      if (wide) s11 = addProducts(s11, x, y1);
      x = loadLanes(g2, count);
      s20 = addProducts(s20, x, y0);
      if (wide) s21 = addProducts(s21, x, y1);
      x = loadLanes(g3, count);
      s30 = addProducts(s30, x, y0);
      if (wide) s31 = addProducts(s31, x, y1);
    }
    b += 16;
    b1 += 16;
    g += 16;
    g1 += 16;
    g2 += 16;
    g3 += 16;
  }
  storePartial(partial, lanesOf(s00), adds);
  if (wide) storePartial(partial + PARTIAL, lanesOf(s01), adds);
  if (rows > 1) {
    partial += partialStride;
    storePartial(partial, lanesOf(s10), adds);
    if (wide) storePartial(partial + PARTIAL, lanesOf(s11), adds);
    partial += partialStride;
    storePartial(partial, lanesOf(s20), adds);
    if (wide) storePartial(partial + PARTIAL, lanesOf(s21), adds);
    partial += partialStride;
    storePartial(partial, lanesOf(s30), adds);
    if (wide) storePartial(partial + PARTIAL, lanesOf(s31), adds);
  }
}

@inline
function rowsOfDots(
  rows: i32,
  partial: usize,
  adds: bool,
  g: usize,
  b: usize,
  bRows: i32,
  stride: usize,
  columns: i32,
): void {
  const partialStride = <usize>bRows * PARTIAL;
  let k: usize = 0;
  for (; k + 2 <= <usize>bRows; k += 2) {
    dots(rows, true, partial + k * PARTIAL, partialStride, adds, g, b + k * stride, stride, columns);
  }
  if (k < <usize>bRows) dots(rows, false, partial + k * PARTIAL, partialStride, adds, g, b + k * stride, stride, columns);
}

/**
 * partial (rows × bRows) = g·bᵀ over some columns, or += where it `adds`.
 *
 * @param stride bytes from one row of g or b to the next
 * @param limit a magnitude that no element of g exceeds
 * @param gradient g as doubles
 * @param scratch room for b as doubles, with the same columns
 */
export function partialLeft(
  partial: usize,
  adds: bool,
  g: usize,
  rows: i32,
  b: usize,
  bRows: i32,
  stride: usize,
  columns: i32,
  limit: f64,
  gradient: usize,
  scratch: usize,
): void {
  const bound = <f64>columns * limit * <f64>peakMagnitude(b, bRows, stride, columns);
  if (bound < EXACT) {
    widenRows(scratch, b, bRows, stride, columns);
    dotProducts(partial, adds, gradient, rows, scratch, bRows, stride << 1, columns);
    return;
  }
  if (bound >= FITS) {
    for (let i: usize = 0; i < <usize>rows; i++) {
      for (let k: usize = 0; k < <usize>bRows; k++) {
        wideDot(g + i * stride, 4, b + k * stride, 4, columns);
        storeWide(partial, lowerWord(), upperWord(), adds);
        partial += PARTIAL;
      }
    }
    return;
  }
  const partialStride = <usize>bRows * PARTIAL;
  let i: usize = 0;
  for (; i + 4 <= <usize>rows; i += 4) {
    rowsOfDots(4, partial + i * partialStride, adds, g + i * stride, b, bRows, stride, columns);
  }
  for (; i < <usize>rows; i++) {
    rowsOfDots(1, partial + i * partialStride, adds, g + i * stride, b, bRows, stride, columns);
  }
}

/** So many int32 add up to less than 2^53, exactly in doubles. */
const EXACT_COLUMNS: i32 = 1 << 20;

/** The sum of integers in doubles, each within int32. */
@inline
function sumOfDoubles(at: usize, count: i32): i64 {
  let first = zero();
  let second = zero();
  for (; count >= 4; count -= 4) {
    first = f64x2.add(first, v128.load(at));
    second = f64x2.add(second, v128.load(at, 16));
    at += 32;
  }
  first = f64x2.add(first, second);
  let sum = f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1);
  for (; count > 0; count--) {
    sum += load<f64>(at);
    at += 8;
  }
  return <i64>sum;
}

/**
 * partial (rows) = the sum of each row of g over some columns, or += where it `adds`: each below 2^63, as there are fewer than 2^32.
 *
 * @param g settled doubles
 * @param stride bytes from one of its rows to the next
 */
export function partialRowSums(
  partial: usize,
  adds: bool,
  g: usize,
  rows: i32,
  stride: usize,
  columns: i32,
): void {
  for (; rows > 0; rows--) {
    let sum: i64 = 0;
    for (let at = 0; at < columns; at += EXACT_COLUMNS) {
      sum += sumOfDoubles(g + (at << 3), min(columns - at, EXACT_COLUMNS));
    }
    storePartial(partial, sum, adds);
    partial += PARTIAL;
    g += stride;
  }
}

/** So many partial sums below 2^56 add up to less than 2^63. */
const MOST_NARROW: i32 = 64;

/** What a partial sum has beyond 56 bits and its sign: zero where it is narrow. */
@inline
function excess(partial: v128): v128 {
  const words = i32x4.shr_s(partial, 31);
  const sign = v128.shuffle<i32>(words, words, 1, 1, 1, 1);
  return v128.and(v128.xor(partial, sign), i32x4(0, 0xff000000, -1, -1));
}

/** As `finish`, for the four elements from `dst` on; −1 where one of their partial sums is not narrow. */
@inline
function finishFour<F>(dst: usize, partial: usize, distance: usize, threads: i32): i32 {
  let p0 = zero();
  let p1 = zero();
  let p2 = zero();
  let p3 = zero();
  let wide = zero();
  for (let thread = 0; thread < threads; thread++) {
    const q0 = v128.load(partial);
    const q1 = v128.load(partial, 16);
    const q2 = v128.load(partial, 32);
    const q3 = v128.load(partial, 48);
    wide = v128.or(wide, v128.or(v128.or(excess(q0), excess(q1)), v128.or(excess(q2), excess(q3))));
    p0 = i64x2.add(p0, q0);
    p1 = i64x2.add(p1, q1);
    p2 = i64x2.add(p2, q2);
    p3 = i64x2.add(p3, q3);
    partial += distance;
  }
  if (v128.any_true(wide)) return -1;
  const first = v128.shuffle<i64>(p0, p1, 0, 2);
  const second = v128.shuffle<i64>(p2, p3, 0, 2);
  const high = highWords(first, second);
  const magnitude = roundSums<F>(lowWords(first, second), high);
  addToDoubles(dst, withSign(magnitude, signOfSum(high)), 4);
  return sumOfLanes(overflowOf(magnitude));
}

/**
 * dst (doubles) += the sums of the partial sums of all threads, clamped and, for products, rounded before.
 *
 * @param distance bytes from the partial sums of one thread to those of the next
 */
function finish(
  bits: i32,
  dst: usize,
  partial: usize,
  distance: usize,
  threads: i32,
  length: i32,
): i32 {
  let overflows = 0;
  for (; length > 0; length--) {
    let low = load<u64>(partial);
    let high = load<i64>(partial, 8);
    for (let other = 1; other < threads; other++) {
      const word = load<u64>(partial + <usize>other * distance);
      low += word;
      high += load<i64>(partial + <usize>other * distance, 8) + i64(low < word);
    }
    const rounded = roundWide(high, low, bits);
    const clamped = min<i64>(max<i64>(rounded, -LIMIT), LIMIT);
    overflows += i32(clamped != rounded);
    store<f64>(dst, load<f64>(dst) + <f64>clamped);
    dst += 8;
    partial += PARTIAL;
  }
  return overflows;
}

export function finishProducts<F>(
  dst: usize,
  partial: usize,
  distance: usize,
  threads: i32,
  length: i32,
): i32 {
  const narrow = threads <= MOST_NARROW;
  let overflows = 0;
  for (; length >= 4; length -= 4) {
    const quick = narrow ? finishFour<F>(dst, partial, distance, threads) : -1;
    overflows += quick >= 0 ? quick : finish(bitsOf<F>(), dst, partial, distance, threads, 4);
    dst += 32;
    partial += 4 * PARTIAL;
  }
  return overflows + finish(bitsOf<F>(), dst, partial, distance, threads, length);
}

export function finishSums(dst: usize, partial: usize, distance: usize, threads: i32, length: i32): i32 {
  return finish(0, dst, partial, distance, threads, length);
}
