import { INT32_LIMIT, overflowsInt32, roundExactSum, saturateInt32 } from '../../fixedpoint/int32.js';

/**
 * round(quotient), pseudo-stochastically: of a sum that was divided by `unit` = 2^fracBits, exactly.
 *
 * The sign stays in the dropped bits and is handled by masks: a branch on the sign of data costs more than all
 * the rest.
 *
 * @param quotient below 2^31 − 1 in magnitude
 * @param lowerBits fracBits >> 1
 */
export function roundScaled(quotient: number, unit: number, lowerBits: number): number {
  const whole = quotient | 0; // toward zero
  const dropped = ((quotient - whole) * unit) | 0; // exact, with the sign of the sum
  const sign = dropped >> 31;
  const magnitude = (dropped ^ sign) - sign;
  const up = ((magnitude & ((1 << lowerBits) - 1)) - (magnitude >>> lowerBits)) >>> 31;
  return whole + ((up ^ sign) - sign);
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
  fracBits: number,
): number {
  const unit = 2 ** fracBits;
  const scale = 1 / unit;
  const lowerBits = fracBits >> 1;
  let overflows = 0;
  for (let i = from; i < end; i++) {
    const quotient = sums[i] * scale;
    if (quotient >= INT32_LIMIT || quotient <= -INT32_LIMIT) {
      const rounded = roundExactSum(sums[i], fracBits);
      dst[i] = saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      dst[i] = roundScaled(quotient, unit, lowerBits);
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
  let overflows = 0;
  for (let i = from; i < end; i++) {
    const quotient = sums[i] * scale;
    if (quotient >= INT32_LIMIT || quotient <= -INT32_LIMIT) {
      const rounded = roundExactSum(sums[i], fracBits);
      dst[i] += saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      dst[i] += roundScaled(quotient, unit, lowerBits);
    }
  }
  return overflows;
}
