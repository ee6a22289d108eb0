import { OVERFLOW, overflowLimit, productOrOverflow, saturateInt32 } from '../../fixedpoint/int32.js';
import { roundExact, type Rounding } from './rounding.js';

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
  rounding: Rounding,
): number {
  const { fracBits, scale, lowerBits, lowerMask, limit } = rounding;
  if (peakOf(g, length) * peakOfRaw(other, length) > limit) {
    return accumulateProductsCarefully(dst, g, other, length, fracBits);
  }
  for (let i = 0; i < length; i++)
    dst[i] += roundExact(g[i] * other[i], scale, fracBits, lowerBits, lowerMask);
  return 0;
}

/**
 * dst += ((offset + y)∘(1 − y))∘g: y = sigmoid with offset 0; y = tanh with one, whose 1 − y∘y is one exact sum,
 * rounded once, in this form too.
 */
export function accumulateSlopes(
  dst: Float64Array,
  g: Float64Array,
  y: Int32Array,
  offset: number,
  length: number,
  rounding: Rounding,
): number {
  const { fracBits, scale, lowerBits, lowerMask } = rounding;
  const one = 2 ** fracBits;
  const peak = one + peakOfRaw(y, length);
  if (!slopeFits(peak * peak, peakOf(g, length), rounding)) {
    return accumulateSlopesCarefully(dst, g, y, offset, length, fracBits);
  }
  for (let i = 0; i < length; i++) {
    const output = y[i];
    const slope = roundExact((offset + output) * (one - output), scale, fracBits, lowerBits, lowerMask);
    dst[i] += roundExact(slope * g[i], scale, fracBits, lowerBits, lowerMask);
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

/** As `accumulateSlopes`, every sum and product clamped. */
function accumulateSlopesCarefully(
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

/** Whether slopes of at most that magnitude, before they are rounded, and their products with gradients fit the limit. */
function slopeFits(slopeBound: number, gradientPeak: number, { scale, limit }: Rounding): boolean {
  return slopeBound <= limit && (slopeBound * scale + 1) * gradientPeak <= limit;
}

/** At least the greatest magnitude, and less than twice that: the bits of all magnitudes together. */
export function peakOfRaw(values: Int32Array, length: number): number {
  let bits = 0;
  for (let i = 0; i < length; i++) bits |= values[i] ^ (values[i] >> 31);
  return bits + 1;
}

/** The same for a gradient of which no magnitude exceeds 2^31 − 1. */
export function peakOf(values: Float64Array, length: number): number {
  let bits = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] | 0;
    bits |= value ^ (value >> 31);
  }
  return bits + 1;
}
