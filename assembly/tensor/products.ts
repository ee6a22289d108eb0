import { Term, TermKind } from '../../src/tensor/wasm/opcodes';
import { peakMagnitude } from './elementwise';
import { addToDoubles, loadLanes, storeLanes } from './lanes';
import {
  highWords,
  lowWords,
  overflowOf,
  roundSums,
  signOfSum,
  sumOfLanes,
  withSign,
  zero,
} from './rounding';
import { accumulateMatmul, EXACT, widenTransposed } from './doubles';
import { accumulateWide, productSumWide } from './wide';

/*
 * Sums of products, Σ a·b + Σ x∘y, described by terms in memory. Sums are accumulated in 64 bits where a bound
 * shows that they fit, otherwise in 128.
 */

/** Sums whose magnitudes are bounded by less than this fit in 64 bits; the bound itself is a rounded double. */
export const FITS: f64 = 9223372036854775808.0 * (1.0 - 1.0 / 1048576);
/** No int32 exceeds this in magnitude. */
export const GREATEST: f64 = 2147483648.0;

@inline
export function field(term: usize, index: i32): i32 {
  return load<i32>(term + (index << 2));
}

function isElementwise(term: usize): bool {
  return field(term, Term.Kind) == TermKind.Elementwise;
}

function leftPeak(term: usize, rows: i32, offset: usize, columns: i32): f64 {
  const a = <usize>field(term, Term.A);
  const rowStride = <usize>field(term, Term.RowStride);
  if (isElementwise(term)) return <f64>peakMagnitude(a + offset, rows, rowStride, columns);
  const inner = field(term, Term.Inner);
  const step = <usize>field(term, Term.Step);
  return step == 4
    ? <f64>peakMagnitude(a, rows, rowStride, inner)
    : <f64>peakMagnitude(a, inner, step, rows);
}

function rightPeak(term: usize, rows: i32, offset: usize, columns: i32): f64 {
  const height = isElementwise(term) ? rows : field(term, Term.Inner);
  const b = <usize>field(term, Term.B) + offset;
  return <f64>peakMagnitude(b, height, field(term, Term.RightStride), columns);
}

/**
 * Whether no sum of the terms can leave 64 bits. Operands are looked at only as long as that is not yet certain.
 *
 * @param rightLimit a magnitude that no right factor exceeds
 */
function fits(terms: usize, count: i32, rows: i32, columns: i32, offset: usize, rightLimit: f64): bool {
  let bound: f64 = 0;
  for (let i = 0; i < count; i++) {
    bound += <f64>field(terms + i * (Term.Words << 2), Term.Inner) * GREATEST * rightLimit;
  }
  for (let i = 0; i < count && bound >= FITS; i++) {
    const term = terms + i * (Term.Words << 2);
    const inner = <f64>field(term, Term.Inner);
    const left = leftPeak(term, rows, offset, columns);
    bound -= inner * (GREATEST - left) * rightLimit;
    if (bound >= FITS) {
      const right = min(rightLimit, rightPeak(term, rows, offset, columns));
      bound -= inner * left * (rightLimit - right);
    }
  }
  return bound < FITS;
}

/** Rounds the sums of one row of a block and writes them, or adds them to doubles. */
@inline
function finish<F>(toDoubles: bool, dst: usize, first: v128, second: v128, count: i32): v128 {
  const high = highWords(first, second);
  const magnitude = roundSums<F>(lowWords(first, second), high);
  const result = withSign(magnitude, signOfSum(high));
  if (toDoubles) addToDoubles(dst, result, count);
  else storeLanes(dst, result, count);
  return overflowOf(magnitude);
}

/**
 * Up to four rows of up to four columns: all sums stay in registers.
 *
 * @param offset bytes to the first of the columns, in a row of int32
 * @param stride bytes from one row of the destination to the next
 */
@inline
function block<F>(
  rows: i32,
  toDoubles: bool,
  dst: usize,
  stride: usize,
  terms: usize,
  termCount: i32,
  row: usize,
  offset: usize,
  count: i32,
): v128 {
  let s00 = zero();
  let s01 = zero();
  let s10 = zero();
  let s11 = zero();
  let s20 = zero();
  let s21 = zero();
  let s30 = zero();
  let s31 = zero();
  for (let end = terms + termCount * (Term.Words << 2); terms < end; terms += Term.Words << 2) {
    const rowStride = <usize>field(terms, Term.RowStride);
    let a0 = <usize>field(terms, Term.A) + row * rowStride;
    let b = <usize>field(terms, Term.B) + offset;
    if (!toDoubles && field(terms, Term.Kind) == TermKind.Elementwise) {
      const rightStride = <usize>field(terms, Term.RightStride);
      a0 += offset;
      b += row * rightStride;
      let x = loadLanes(a0, count);
      let y = loadLanes(b, count);
      s00 = i64x2.add(s00, i64x2.extmul_low_i32x4_s(x, y));
      s01 = i64x2.add(s01, i64x2.extmul_high_i32x4_s(x, y));
      if (rows > 1) {
        x = loadLanes(a0 + rowStride, count);
        y = loadLanes(b + rightStride, count);
        s10 = i64x2.add(s10, i64x2.extmul_low_i32x4_s(x, y));
        s11 = i64x2.add(s11, i64x2.extmul_high_i32x4_s(x, y));
      }
      if (rows > 2) {
        x = loadLanes(a0 + 2 * rowStride, count);
        y = loadLanes(b + 2 * rightStride, count);
        s20 = i64x2.add(s20, i64x2.extmul_low_i32x4_s(x, y));
        s21 = i64x2.add(s21, i64x2.extmul_high_i32x4_s(x, y));
        x = loadLanes(a0 + 3 * rowStride, count);
        y = loadLanes(b + 3 * rightStride, count);
        s30 = i64x2.add(s30, i64x2.extmul_low_i32x4_s(x, y));
        s31 = i64x2.add(s31, i64x2.extmul_high_i32x4_s(x, y));
      }
      continue;
    }
    const step = <usize>field(terms, Term.Step);
    const rightStride = <usize>field(terms, Term.RightStride);
    let a1 = a0 + rowStride;
    let a2 = a1 + rowStride;
    let a3 = a2 + rowStride;
    for (let k = field(terms, Term.Inner); k > 0; k--) {
      const y = loadLanes(b, count);
      b += rightStride;
      let x = v128.load32_splat(a0);
      a0 += step;
      s00 = i64x2.add(s00, i64x2.extmul_low_i32x4_s(x, y));
      s01 = i64x2.add(s01, i64x2.extmul_high_i32x4_s(x, y));
      if (rows > 1) {
        x = v128.load32_splat(a1);
        a1 += step;
        s10 = i64x2.add(s10, i64x2.extmul_low_i32x4_s(x, y));
        s11 = i64x2.add(s11, i64x2.extmul_high_i32x4_s(x, y));
      }
      if (rows > 2) {
        x = v128.load32_splat(a2);
        a2 += step;
        s20 = i64x2.add(s20, i64x2.extmul_low_i32x4_s(x, y));
        s21 = i64x2.add(s21, i64x2.extmul_high_i32x4_s(x, y));
        x = v128.load32_splat(a3);
        a3 += step;
        s30 = i64x2.add(s30, i64x2.extmul_low_i32x4_s(x, y));
        s31 = i64x2.add(s31, i64x2.extmul_high_i32x4_s(x, y));
      }
    }
  }
  const at = dst + row * stride + (toDoubles ? offset << 1 : offset);
  let overflows = finish<F>(toDoubles, at, s00, s01, count);
  if (rows > 1) overflows = i32x4.add(overflows, finish<F>(toDoubles, at + stride, s10, s11, count));
  if (rows > 2) {
    overflows = i32x4.add(overflows, finish<F>(toDoubles, at + 2 * stride, s20, s21, count));
    overflows = i32x4.add(overflows, finish<F>(toDoubles, at + 3 * stride, s30, s31, count));
  }
  return overflows;
}

/** All columns of four, two or one rows. */
@inline
function rowsOfBlocks<F>(
  height: i32,
  toDoubles: bool,
  dst: usize,
  stride: usize,
  terms: usize,
  termCount: i32,
  row: usize,
  offset: usize,
  columns: i32,
): v128 {
  let overflows = zero();
  for (; columns >= 4; columns -= 4) {
    overflows = i32x4.add(
      overflows,
      block<F>(height, toDoubles, dst, stride, terms, termCount, row, offset, 4),
    );
    offset += 16;
  }
  if (columns > 0) {
    overflows = i32x4.add(
      overflows,
      block<F>(height, toDoubles, dst, stride, terms, termCount, row, offset, columns),
    );
  }
  return overflows;
}

@inline
function allRows<F>(
  toDoubles: bool,
  dst: usize,
  stride: usize,
  terms: usize,
  termCount: i32,
  rows: i32,
  offset: usize,
  columns: i32,
): i32 {
  let overflows = zero();
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    overflows = i32x4.add(
      overflows,
      rowsOfBlocks<F>(4, toDoubles, dst, stride, terms, termCount, row, offset, columns),
    );
  }
  if (row + 2 <= rows) {
    overflows = i32x4.add(
      overflows,
      rowsOfBlocks<F>(2, toDoubles, dst, stride, terms, termCount, row, offset, columns),
    );
    row += 2;
  }
  if (row < rows) {
    overflows = i32x4.add(
      overflows,
      rowsOfBlocks<F>(1, toDoubles, dst, stride, terms, termCount, row, offset, columns),
    );
  }
  return sumOfLanes(overflows);
}

/**
 * dst (int32) = Σ terms, rounded once.
 *
 * @param stride bytes from one row to the next
 * @param offset bytes to the first of the columns to work on
 * @param columns how many of them
 */
export function productSum<F>(
  dst: usize,
  stride: usize,
  terms: usize,
  termCount: i32,
  rows: i32,
  offset: usize,
  columns: i32,
): i32 {
  return fits(terms, termCount, rows, columns, offset, GREATEST)
    ? allRows<F>(false, dst, stride, terms, termCount, rows, offset, columns)
    : productSumWide(dst, stride, terms, termCount, rows, offset, columns);
}

/** dst = the greatest magnitude of each of `parts` blocks of a factor (int32, rows × columns), then their transposes. */
export function widenLeft(dst: usize, factor: usize, parts: i32, rows: i32, columns: i32): void {
  let to = dst + (parts << 3);
  for (let part = 0; part < parts; part++) {
    store<f64>(dst + (part << 3), <f64>peakMagnitude(factor, rows, columns << 2, columns));
    widenTransposed(to, factor, rows, columns);
    to += (rows * columns) << 3;
    factor += (rows * columns) << 2;
  }
}

/**
 * dst (doubles) += each term, rounded on its own; all are products aᵀ·g of a block of `a` and a block of `g`, both
 * without gaps and one block after the other.
 *
 * @param stride bytes from one row of doubles to the next
 * @param rightLimit a magnitude that no right factor exceeds
 * @param gradient the right factor of the first term as doubles
 * @param widened the left factors of all terms, as `widenLeft` gives them
 */
export function accumulateRight<F>(
  dst: usize,
  stride: usize,
  terms: usize,
  termCount: i32,
  rows: i32,
  offset: usize,
  columns: i32,
  rightLimit: f64,
  gradient: usize,
  widened: usize,
): i32 {
  let overflows = 0;
  let peak = widened;
  let factor = widened + (termCount << 3);
  for (; termCount > 0; termCount--) {
    const inner = field(terms, Term.Inner);
    if (<f64>inner * rightLimit * load<f64>(peak) < EXACT) {
      const at = dst + (offset << 1);
      overflows += accumulateMatmul<F>(at, stride, factor, rows, inner, gradient + (offset << 1), columns);
    } else {
      overflows += fits(terms, 1, rows, columns, offset, rightLimit)
        ? allRows<F>(true, dst, stride, terms, 1, rows, offset, columns)
        : accumulateWide(dst, stride, terms, rows, offset, columns);
    }
    gradient += <usize>inner * stride;
    factor += (inner * rows) << 3;
    peak += 8;
    terms += Term.Words << 2;
  }
  return overflows;
}
