import {
  INT32_LIMIT,
  OVERFLOW,
  overflowLimit,
  overflowsInt32,
  productOrOverflow,
  saturateInt32,
} from '../../fixedpoint/int32.js';

/*
 * Every function returns how many results it clamped.
 */

/** dst = a + b. */
export function addArrays(dst: Int32Array, a: Int32Array, b: Int32Array, length: number): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const sum = a[i] + b[i];
    if (overflowsInt32(sum)) overflows++;
    dst[i] = saturateInt32(sum);
  }
  return overflows;
}

/** dst = a − b. */
export function subtractArrays(dst: Int32Array, a: Int32Array, b: Int32Array, length: number): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const difference = a[i] - b[i];
    if (overflowsInt32(difference)) overflows++;
    dst[i] = saturateInt32(difference);
  }
  return overflows;
}

/** dst = a + constant. */
export function addConstantToArray(dst: Int32Array, a: Int32Array, constant: number, length: number): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const sum = a[i] + constant;
    if (overflowsInt32(sum)) overflows++;
    dst[i] = saturateInt32(sum);
  }
  return overflows;
}

/** dst = a∘b. */
export function multiplyArrays(
  dst: Int32Array,
  a: Int32Array,
  b: Int32Array,
  length: number,
  fracBits: number,
): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    let product = productOrOverflow(a[i], b[i], fracBits);
    if (product === OVERFLOW) {
      product = overflowLimit(a[i], b[i]);
      overflows++;
    }
    dst[i] = product;
  }
  return overflows;
}

/** dst = a · factor. */
export function scaleArray(
  dst: Int32Array,
  a: Int32Array,
  factor: number,
  length: number,
  fracBits: number,
): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    let product = productOrOverflow(a[i], factor, fracBits);
    if (product === OVERFLOW) {
      product = overflowLimit(a[i], factor);
      overflows++;
    }
    dst[i] = product;
  }
  return overflows;
}

/** The exact sum of all elements, clamped, to dst[0]. */
export function sumArray(dst: Int32Array, src: Int32Array, length: number): number {
  let sum = 0; // exact: length · 2^31 < 2^53
  for (let i = 0; i < length; i++) sum += src[i];
  dst[0] = saturateInt32(sum);
  return overflowsInt32(sum) ? 1 : 0;
}

/** dst_r += the sum of row r of g, exact, then clamped. */
export function accumulateRowSums(dst: Float64Array, g: Float64Array, rows: number, columns: number): number {
  let overflows = 0;
  for (let r = 0, i = 0; r < rows; r++) {
    let sum = 0;
    for (const end = i + columns; i < end; i++) sum += g[i];
    if (overflowsInt32(sum)) overflows++;
    dst[r] += saturateInt32(sum);
  }
  return overflows;
}

/** Clamps a gradient in place. */
export function clampArray(gradient: Float64Array, length: number): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    if (Math.abs(gradient[i]) > INT32_LIMIT) {
      gradient[i] = saturateInt32(gradient[i]);
      overflows++;
    }
  }
  return overflows;
}
