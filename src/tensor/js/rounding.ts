import { INT32_LIMIT, overflowsInt32, roundExactSum, saturateInt32 } from '../../fixedpoint/int32.js';

/**
 * dst[i] = round(sums[i] · 2^-fracBits), clamped, for from ≤ i < end. Pseudo-stochastic rounding of integers below 2^53.
 *
 * The sign stays in the dropped bits and is handled by masks: a branch on the sign of data costs more than all
 * the rest.
 *
 * @returns how many results were clamped
 */
export function roundSums(
  dst: Int32Array,
  sums: Float64Array,
  from: number,
  end: number,
  fracBits: number,
): number {
  const unit = 2 ** fracBits;
  const scale = 1 / unit;
  const lowerBits = fracBits >> 1;
  const lowerMask = (1 << lowerBits) - 1;
  let overflows = 0;
  for (let i = from; i < end; i++) {
    const quotient = sums[i] * scale;
    if (quotient >= INT32_LIMIT || quotient <= -INT32_LIMIT) {
      const rounded = roundExactSum(sums[i], fracBits);
      dst[i] = saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      const whole = quotient | 0; // toward zero
      const dropped = ((quotient - whole) * unit) | 0; // exact, with the sign of the sum
      const sign = dropped >> 31;
      const magnitude = (dropped ^ sign) - sign;
      const up = ((magnitude & lowerMask) - (magnitude >>> lowerBits)) >>> 31;
      dst[i] = whole + ((up ^ sign) - sign);
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
  fracBits: number,
): number {
  const unit = 2 ** fracBits;
  const scale = 1 / unit;
  const lowerBits = fracBits >> 1;
  const lowerMask = (1 << lowerBits) - 1;
  let overflows = 0;
  for (let i = from; i < end; i++) {
    const quotient = sums[i] * scale;
    if (quotient >= INT32_LIMIT || quotient <= -INT32_LIMIT) {
      const rounded = roundExactSum(sums[i], fracBits);
      dst[i] += saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      const whole = quotient | 0;
      const dropped = ((quotient - whole) * unit) | 0;
      const sign = dropped >> 31;
      const magnitude = (dropped ^ sign) - sign;
      const up = ((magnitude & lowerMask) - (magnitude >>> lowerBits)) >>> 31;
      dst[i] += whole + ((up ^ sign) - sign);
    }
  }
  return overflows;
}
