import {
  INT32_LIMIT,
  OVERFLOW,
  overflowLimit,
  productOrOverflow,
  saturateInt32,
} from '../../fixedpoint/int32.js';
import { isExact } from './bounds.js';
import { roundScaled } from './rounding.js';

/*
 * Gradients of elementwise operations; each function returns how many products it clamped. Where the operands
 * are small enough for every product to be exact in a double and to fit in int32, which one cheap pass over
 * them shows, a loop without any check does the work; otherwise a careful one. Both give the same.
 */

/** dst += g∘other. */
export function accumulateProducts(
  dst: Float64Array,
  g: Float64Array,
  other: Int32Array,
  length: number,
  fracBits: number,
): number {
  if (!fitsUnchecked(peakOf(g, length) * peakOfRaw(other, length), fracBits)) {
    return accumulateProductsCarefully(dst, g, other, length, fracBits);
  }
  const unit = 2 ** fracBits;
  const scale = 1 / unit;
  const lowerBits = fracBits >> 1;
  for (let i = 0; i < length; i++) dst[i] += roundScaled(g[i] * other[i] * scale, unit, lowerBits);
  return 0;
}

/** dst += y∘(1 − y)∘g. */
export function accumulateSigmoidGradient(
  dst: Float64Array,
  g: Float64Array,
  y: Int32Array,
  length: number,
  fracBits: number,
): number {
  const unit = 2 ** fracBits;
  const peak = unit + peakOfRaw(y, length);
  if (!slopeFitsUnchecked(peak * peak, peakOf(g, length), fracBits)) {
    return accumulateChainCarefully(dst, g, y, 0, length, fracBits);
  }
  const scale = 1 / unit;
  const lowerBits = fracBits >> 1;
  for (let i = 0; i < length; i++) {
    const output = y[i];
    const slope = roundScaled(output * (unit - output) * scale, unit, lowerBits);
    dst[i] += roundScaled(slope * g[i] * scale, unit, lowerBits);
  }
  return 0;
}

/** dst += (1 − y∘y)∘g; 1 − y∘y is one exact sum, rounded once, computed as (1 + y)∘(1 − y). */
export function accumulateTanhGradient(
  dst: Float64Array,
  g: Float64Array,
  y: Int32Array,
  length: number,
  fracBits: number,
): number {
  const unit = 2 ** fracBits;
  const peak = unit + peakOfRaw(y, length);
  if (!slopeFitsUnchecked(peak * peak, peakOf(g, length), fracBits)) {
    return accumulateChainCarefully(dst, g, y, unit, length, fracBits);
  }
  const scale = 1 / unit;
  const lowerBits = fracBits >> 1;
  for (let i = 0; i < length; i++) {
    const output = y[i];
    const slope = roundScaled((unit + output) * (unit - output) * scale, unit, lowerBits);
    dst[i] += roundScaled(slope * g[i] * scale, unit, lowerBits);
  }
  return 0;
}

/** dst += y/length − target/length: `share` is 1/length, and both products are rounded. */
export function accumulateErrorShare(
  dst: Float64Array,
  y: Int32Array,
  target: Int32Array,
  share: number,
  length: number,
  fracBits: number,
): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    let actual = productOrOverflow(y[i], share, fracBits);
    if (actual === OVERFLOW) {
      actual = overflowLimit(y[i], share);
      overflows++;
    }
    let wanted = productOrOverflow(target[i], share, fracBits);
    if (wanted === OVERFLOW) {
      wanted = overflowLimit(target[i], share);
      overflows++;
    }
    dst[i] += actual - wanted;
  }
  return overflows;
}

function accumulateProductsCarefully(
  dst: Float64Array,
  g: Float64Array,
  other: Int32Array,
  length: number,
  fracBits: number,
): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const gradient = g[i] | 0;
    let product = productOrOverflow(gradient, other[i], fracBits);
    if (product === OVERFLOW) {
      product = overflowLimit(gradient, other[i]);
      overflows++;
    }
    dst[i] += product;
  }
  return overflows;
}

/** dst += ((offset + y)∘(1 − y))∘g, every sum and product clamped: sigmoid with offset 0, tanh with one. */
function accumulateChainCarefully(
  dst: Float64Array,
  g: Float64Array,
  y: Int32Array,
  offset: number,
  length: number,
  fracBits: number,
): number {
  const one = 2 ** fracBits;
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const above = saturateInt32(offset + y[i]);
    const below = saturateInt32(one - y[i]);
    let slope = productOrOverflow(above, below, fracBits);
    if (slope === OVERFLOW) {
      slope = overflowLimit(above, below);
      overflows++;
    }
    const gradient = g[i] | 0;
    let product = productOrOverflow(slope, gradient, fracBits);
    if (product === OVERFLOW) {
      product = overflowLimit(slope, gradient);
      overflows++;
    }
    dst[i] += product;
  }
  return overflows;
}

/** Whether products up to this magnitude are exact in doubles and cannot overflow when rounded. */
function fitsUnchecked(bound: number, fracBits: number): boolean {
  return isExact(bound) && bound < (INT32_LIMIT - 1) * 2 ** fracBits;
}

/** The same for a slope, itself such a product, and then for the slope times the gradient. */
function slopeFitsUnchecked(slopeBound: number, gradientPeak: number, fracBits: number): boolean {
  const slope = slopeBound / 2 ** fracBits + 1;
  return fitsUnchecked(slopeBound, fracBits) && fitsUnchecked(slope * gradientPeak, fracBits);
}

/** At least the greatest magnitude, and less than twice that: the bits of all magnitudes together. */
function peakOfRaw(values: Int32Array, length: number): number {
  let bits = 0;
  for (let i = 0; i < length; i++) bits |= values[i] ^ (values[i] >> 31);
  return bits + 1;
}

/** The same for a settled gradient. */
function peakOf(values: Float64Array, length: number): number {
  let bits = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] | 0;
    bits |= value ^ (value >> 31);
  }
  return bits + 1;
}
