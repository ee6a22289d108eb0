import { INT32_LIMIT, overflowsInt32, roundExactSum, saturateInt32 } from '../../fixedpoint/int32.js';

/** Sums below this magnitude are exact in doubles, whatever the order of their terms. */
export const EXACT_SUM = 2 ** 53;

/**
 * dst[i] = round(sums[i] · 2^-fracBits), clamped. Pseudo-stochastic rounding of integers below EXACT_SUM.
 *
 * @returns how many results were clamped
 */
export function roundSums(dst: Int32Array, sums: Float64Array, length: number, fracBits: number): number {
  const scale = 2 ** -fracBits;
  const mask = (1 << fracBits) - 1;
  const lowerBits = fracBits >> 1;
  const lowerMask = (1 << lowerBits) - 1;
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const sum = sums[i];
    const magnitude = Math.abs(sum);
    const quotient = magnitude * scale;
    if (quotient >= INT32_LIMIT) {
      const rounded = roundExactSum(sum, fracBits);
      dst[i] = saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      const dropped = magnitude & mask; // the low bits of a double that holds an integer
      const up = ((dropped & lowerMask) - (dropped >>> lowerBits)) >>> 31;
      const rounded = (quotient | 0) + up;
      dst[i] = sum < 0 ? -rounded : rounded;
    }
  }
  return overflows;
}

/** dst[i] += round(sums[i] · 2^-fracBits), clamped before it is added; otherwise as `roundSums`. */
export function accumulateRounded(
  dst: Float64Array,
  sums: Float64Array,
  length: number,
  fracBits: number,
): number {
  const scale = 2 ** -fracBits;
  const mask = (1 << fracBits) - 1;
  const lowerBits = fracBits >> 1;
  const lowerMask = (1 << lowerBits) - 1;
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const sum = sums[i];
    const magnitude = Math.abs(sum);
    const quotient = magnitude * scale;
    if (quotient >= INT32_LIMIT) {
      const rounded = roundExactSum(sum, fracBits);
      dst[i] += saturateInt32(rounded);
      if (overflowsInt32(rounded)) overflows++;
    } else {
      const dropped = magnitude & mask;
      const up = ((dropped & lowerMask) - (dropped >>> lowerBits)) >>> 31;
      const rounded = (quotient | 0) + up;
      dst[i] += sum < 0 ? -rounded : rounded;
    }
  }
  return overflows;
}
