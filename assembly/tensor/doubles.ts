import { addToDoubles, loadFirst, loadSecond } from './lanes';
import { PARTIAL, storePartial } from './partial';
import { highWords, lowWords, overflowOf, roundMagnitude, signOfSum, sumOfLanes, withSign, zero } from './rounding';

/*
 * Sums of products in doubles, which hold them exactly where all of them are below 2^52. Gradients are mostly
 * small enough, and a product of doubles takes half the instructions that one of int64 takes.
 */

/** Bounds below this, which are rounded doubles themselves, leave no sum at 2^52 or beyond. */
export const EXACT: f64 = 4503599627370496.0 * (1.0 - 1.0 / 1048576);
/** 2^52: adding it to a lesser integer leaves that in the lower 52 bits. */
const INTEGER_BITS: f64 = 4503599627370496;
const UPPER_BITS: i32 = 0xfffff;

/** dst (doubles) = src (int32), rows that lie `stride` and twice `stride` bytes apart. */
export function widenRows(dst: usize, src: usize, rows: i32, stride: usize, columns: i32): void {
  for (; rows > 0; rows--) {
    let from = src;
    let to = dst;
    let left = columns;
    for (; left >= 4; left -= 4) {
      v128.store(to, f64x2.convert_low_i32x4_s(v128.load64_zero(from)));
      v128.store(to, f64x2.convert_low_i32x4_s(v128.load64_zero(from, 8)), 16);
      from += 16;
      to += 32;
    }
    for (; left > 0; left--) {
      store<f64>(to, <f64>load<i32>(from));
      from += 4;
      to += 8;
    }
    src += stride;
    dst += stride << 1;
  }
}

/** dst (doubles, columns × rows) = srcᵀ, src being int32. */
export function widenTransposed(dst: usize, src: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    let to = dst + (r << 3);
    for (let c = 0; c < columns; c++) {
      store<f64>(to, <f64>load<i32>(src));
      src += 4;
      to += rows << 3;
    }
  }
}

/** Rounds four sums and adds them to doubles. */
@inline
function finish<F>(dst: usize, first: v128, second: v128, count: i32): v128 {
  const sign = signOfSum(highWords(first, second));
  const shift = f64x2.splat(INTEGER_BITS);
  const x = f64x2.add(f64x2.abs(first), shift);
  const y = f64x2.add(f64x2.abs(second), shift);
  const high = v128.and(highWords(x, y), i32x4.splat(UPPER_BITS));
  const magnitude = roundMagnitude<F>(lowWords(x, y), high);
  addToDoubles(dst, withSign(magnitude, sign), count);
  return overflowOf(magnitude);
}

/** Up to four rows of up to four columns of a·g. */
@inline
function block<F>(rows: i32, dst: usize, stride: usize, a: usize, inner: i32, g: usize, count: i32): v128 {
  let s00 = zero();
  let s01 = zero();
  let s10 = zero();
  let s11 = zero();
  let s20 = zero();
  let s21 = zero();
  let s30 = zero();
  let s31 = zero();
  const aStride = <usize>(inner << 3);
  let a1 = a + aStride;
  let a2 = a1 + aStride;
  let a3 = a2 + aStride;
  for (; inner > 0; inner--) {
    const y0 = loadFirst(g, count);
    const y1 = loadSecond(g, count);
    g += stride;
    let x = v128.load64_splat(a);
    a += 8;
    s00 = f64x2.add(s00, f64x2.mul(x, y0));
    s01 = f64x2.add(s01, f64x2.mul(x, y1));
    if (rows > 1) {
      x = v128.load64_splat(a1);
      a1 += 8;
      s10 = f64x2.add(s10, f64x2.mul(x, y0));
      s11 = f64x2.add(s11, f64x2.mul(x, y1));
    }
    if (rows > 2) {
      x = v128.load64_splat(a2);
      a2 += 8;
      s20 = f64x2.add(s20, f64x2.mul(x, y0));
      s21 = f64x2.add(s21, f64x2.mul(x, y1));
      x = v128.load64_splat(a3);
      a3 += 8;
      s30 = f64x2.add(s30, f64x2.mul(x, y0));
      s31 = f64x2.add(s31, f64x2.mul(x, y1));
    }
  }
  let overflows = finish<F>(dst, s00, s01, count);
  if (rows > 1) overflows = i32x4.add(overflows, finish<F>(dst + stride, s10, s11, count));
  if (rows > 2) {
    overflows = i32x4.add(overflows, finish<F>(dst + 2 * stride, s20, s21, count));
    overflows = i32x4.add(overflows, finish<F>(dst + 3 * stride, s30, s31, count));
  }
  return overflows;
}

@inline
function rowsOfBlocks<F>(
  rows: i32,
  dst: usize,
  stride: usize,
  a: usize,
  inner: i32,
  g: usize,
  columns: i32,
): v128 {
  let overflows = zero();
  for (; columns >= 4; columns -= 4) {
    overflows = i32x4.add(overflows, block<F>(rows, dst, stride, a, inner, g, 4));
    dst += 32;
    g += 32;
  }
  if (columns > 0) overflows = i32x4.add(overflows, block<F>(rows, dst, stride, a, inner, g, columns));
  return overflows;
}

/**
 * dst (rows × columns) += round(a·g); all are doubles, and `stride` bytes lie between the rows of dst and of g.
 *
 * @param a rows × inner, without gaps
 */
export function accumulateMatmul<F>(
  dst: usize,
  stride: usize,
  a: usize,
  rows: i32,
  inner: i32,
  g: usize,
  columns: i32,
): i32 {
  let overflows = zero();
  const aStride = <usize>(inner << 3);
  for (; rows >= 4; rows -= 4) {
    overflows = i32x4.add(overflows, rowsOfBlocks<F>(4, dst, stride, a, inner, g, columns));
    dst += 4 * stride;
    a += 4 * aStride;
  }
  if (rows >= 2) {
    overflows = i32x4.add(overflows, rowsOfBlocks<F>(2, dst, stride, a, inner, g, columns));
    dst += 2 * stride;
    a += 2 * aStride;
    rows -= 2;
  }
  if (rows > 0) overflows = i32x4.add(overflows, rowsOfBlocks<F>(1, dst, stride, a, inner, g, columns));
  return sumOfLanes(overflows);
}

/** Stores the sum of both lanes and, where a column is left over, of the product of the last elements. */
@inline
function storeSum(address: usize, adds: bool, sums: v128, left: i32, x: usize, y: usize): void {
  const last = left > 0 ? load<f64>(x) * load<f64>(y) : 0;
  const sum = <i64>(f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1) + last);
  storePartial(address, sum, adds);
}

/** Up to 4×2 dot products of rows of g and b, as partial sums (see reductions.ts). */
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
  for (; columns >= 2; columns -= 2) {
    const y0 = v128.load(b);
    const y1 = wide ? v128.load(b1) : y0;
    let x = v128.load(g);
    s00 = f64x2.add(s00, f64x2.mul(x, y0));
    if (wide) s01 = f64x2.add(s01, f64x2.mul(x, y1));
    if (rows > 1) {
      x = v128.load(g1);
      s10 = f64x2.add(s10, f64x2.mul(x, y0));
      if (wide) s11 = f64x2.add(s11, f64x2.mul(x, y1));
      x = v128.load(g2);
      s20 = f64x2.add(s20, f64x2.mul(x, y0));
      if (wide) s21 = f64x2.add(s21, f64x2.mul(x, y1));
      x = v128.load(g3);
      s30 = f64x2.add(s30, f64x2.mul(x, y0));
      if (wide) s31 = f64x2.add(s31, f64x2.mul(x, y1));
    }
    b += 16;
    b1 += 16;
    g += 16;
    g1 += 16;
    g2 += 16;
    g3 += 16;
  }
  storeSum(partial, adds, s00, columns, g, b);
  if (wide) storeSum(partial + PARTIAL, adds, s01, columns, g, b1);
  if (rows > 1) {
    storeSum(partial + partialStride, adds, s10, columns, g1, b);
    if (wide) storeSum(partial + partialStride + PARTIAL, adds, s11, columns, g1, b1);
    storeSum(partial + 2 * partialStride, adds, s20, columns, g2, b);
    if (wide) storeSum(partial + 2 * partialStride + PARTIAL, adds, s21, columns, g2, b1);
    storeSum(partial + 3 * partialStride, adds, s30, columns, g3, b);
    if (wide) storeSum(partial + 3 * partialStride + PARTIAL, adds, s31, columns, g3, b1);
  }
}

@inline
function rowsOfDots(
  rows: i32,
  partial: usize,
  partialStride: usize,
  adds: bool,
  g: usize,
  b: usize,
  bRows: i32,
  stride: usize,
  columns: i32,
): void {
  for (; bRows >= 2; bRows -= 2) {
    dots(rows, true, partial, partialStride, adds, g, b, stride, columns);
    partial += 2 * PARTIAL;
    b += 2 * stride;
  }
  if (bRows > 0) dots(rows, false, partial, partialStride, adds, g, b, stride, columns);
}

/** The partial sums of g·bᵀ over some columns, stored or, where it `adds`, added; g and b are doubles. */
export function dotProducts(
  partial: usize,
  adds: bool,
  g: usize,
  rows: i32,
  b: usize,
  bRows: i32,
  stride: usize,
  columns: i32,
): void {
  const partialStride = <usize>bRows * PARTIAL;
  for (; rows >= 4; rows -= 4) {
    rowsOfDots(4, partial, partialStride, adds, g, b, bRows, stride, columns);
    partial += 4 * partialStride;
    g += 4 * stride;
  }
  for (; rows > 0; rows--) {
    rowsOfDots(1, partial, partialStride, adds, g, b, bRows, stride, columns);
    partial += partialStride;
    g += stride;
  }
}
