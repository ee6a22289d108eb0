import { INT32_LIMIT, overflowsInt32, roundExactSum, saturateInt32 } from '../../fixedpoint/int32.js';
import { EXACT_SUM } from './bounds.js';

/** What loops keep in registers to round by 2^-fracBits. */
export interface Rounding {
  readonly fracBits: number;
  /** 2^-fracBits. */
  readonly scale: number;
  /** fracBits >> 1: the dropped bits that are compared with those above them. */
  readonly lowerBits: number;
  /** 2^lowerBits − 1. */
  readonly lowerMask: number;
  /** Sums of at most this magnitude are exact in doubles, and rounded they stay below 2^31 − 1. */
  readonly limit: number;
}

export function createRounding(fracBits: number): Rounding {
  const lowerBits = fracBits >> 1;
  return {
    fracBits,
    scale: 2 ** -fracBits,
    lowerBits,
    lowerMask: (1 << lowerBits) - 1,
    limit: Math.min(EXACT_SUM, (INT32_LIMIT - 1) * 2 ** fracBits),
  };
}

/**
 * round(sum · 2^-fracBits), pseudo-stochastically.
 *
 * The low words of the sum and of what is kept of it give the dropped bits, with the sign of the sum. That is
 * handled by masks: a branch on the sign of data costs more than all the rest. The parameters are those of a
 * `Rounding`.
 *
 * @param sum an integer below 2^53, the result below 2^31
 */
export function roundExact(
  sum: number,
  scale: number,
  fracBits: number,
  lowerBits: number,
  lowerMask: number,
): number {
  const whole = (sum * scale) | 0; // toward zero
  const dropped = ((sum | 0) - (whole << fracBits)) | 0;
  const sign = dropped >> 31;
  const magnitude = (dropped ^ sign) - sign;
  const up = ((magnitude & lowerMask) - (magnitude >>> lowerBits)) >>> 31;
  return whole + ((up ^ sign) - sign);
}

/** dst = round(sums), of which none exceeds `Rounding.limit`. The loop would cost as much as what it does. */
export function roundAll(
  dst: Int32Array,
  sums: Float64Array,
  length: number,
  { scale, fracBits, lowerBits, lowerMask }: Rounding,
): void {
  const blocked = length & ~3;
  for (let i = 0; i < blocked; i += 4) {
    dst[i] = roundExact(sums[i], scale, fracBits, lowerBits, lowerMask);
    dst[i + 1] = roundExact(sums[i + 1], scale, fracBits, lowerBits, lowerMask);
    dst[i + 2] = roundExact(sums[i + 2], scale, fracBits, lowerBits, lowerMask);
    dst[i + 3] = roundExact(sums[i + 3], scale, fracBits, lowerBits, lowerMask);
  }
  for (let i = blocked; i < length; i++) {
    dst[i] = roundExact(sums[i], scale, fracBits, lowerBits, lowerMask);
  }
}

/** dst += round(sums), as `roundAll`. */
export function accumulateAll(
  dst: Float64Array,
  sums: Float64Array,
  length: number,
  { scale, fracBits, lowerBits, lowerMask }: Rounding,
): void {
  const blocked = length & ~3;
  for (let i = 0; i < blocked; i += 4) {
    dst[i] += roundExact(sums[i], scale, fracBits, lowerBits, lowerMask);
    dst[i + 1] += roundExact(sums[i + 1], scale, fracBits, lowerBits, lowerMask);
    dst[i + 2] += roundExact(sums[i + 2], scale, fracBits, lowerBits, lowerMask);
    dst[i + 3] += roundExact(sums[i + 3], scale, fracBits, lowerBits, lowerMask);
  }
  for (let i = blocked; i < length; i++) {
    dst[i] += roundExact(sums[i], scale, fracBits, lowerBits, lowerMask);
  }
}

/**
 * dst[i] = round(sums[i] · 2^-fracBits), clamped, for from ≤ i < end. Pseudo-stochastic rounding of integers below 2^53.
 *
 * @returns how many results were clamped
 */
export function roundSums(
  dst: Int32Array,
  sums: Float64Array,
  from: number,
  end: number,
  { fracBits, scale, lowerBits, lowerMask }: Rounding,
): number {
  let overflows = 0;
  for (let i = from; i < end; i++) {
    const quotient = sums[i] * scale;
    if (quotient >= INT32_LIMIT || quotient <= -INT32_LIMIT) {
      const rounded = roundExactSum(sums[i], fracBits);
      dst[i] = saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      dst[i] = roundExact(sums[i], scale, fracBits, lowerBits, lowerMask);
    }
  }
  return overflows;
}

/** dst[i] += round(sums[i] · 2^-fracBits), clamped before it is added; otherwise as `roundSums`. */
export function accumulateRounded(
  dst: Float64Array,
  sums: Float64Array,
  from: number,
  end: number,
  { fracBits, scale, lowerBits, lowerMask }: Rounding,
): number {
  let overflows = 0;
  for (let i = from; i < end; i++) {
    const quotient = sums[i] * scale;
    if (quotient >= INT32_LIMIT || quotient <= -INT32_LIMIT) {
      const rounded = roundExactSum(sums[i], fracBits);
      dst[i] += saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      dst[i] += roundExact(sums[i], scale, fracBits, lowerBits, lowerMask);
    }
  }
  return overflows;
}
