import { maxRaw, maxRawBigint, minRaw, minRawBigint, type QFormat } from './format.js';

/**
 * What happens to a result that the format cannot hold.
 *
 * - `saturate`: the nearest representable integer.
 * - `saturate-symmetric`: the same, but the most negative integer is never used: ±(2^(bits-1) − 1).
 * - `wrap`: modulo 2^bits, as two's complement hardware does.
 * - `error`: it must be proven not to happen; the interpreter throws.
 */
export const OVERFLOW_MODES = ['saturate', 'saturate-symmetric', 'wrap', 'error'] as const;
export type OverflowMode = (typeof OVERFLOW_MODES)[number];

/** The least and greatest results that a format can have under an overflow mode. */
export function representableBigint(
  format: QFormat,
  mode: OverflowMode,
): { readonly min: bigint; readonly max: bigint } {
  const max = maxRawBigint(format);
  return { min: mode === 'saturate-symmetric' && format.signed ? -max : minRawBigint(format), max };
}

/** The same as numbers. @throws RangeError where the format is wider than doubles are exact */
export function representable(
  format: QFormat,
  mode: OverflowMode,
): { readonly min: number; readonly max: number } {
  const max = maxRaw(format);
  return { min: mode === 'saturate-symmetric' && format.signed ? -max : minRaw(format), max };
}

/** @throws RangeError in mode `error` when the value does not fit */
export function applyOverflow(value: bigint, format: QFormat, mode: OverflowMode): bigint {
  const { min, max } = representableBigint(format, mode);
  if (value >= min && value <= max) return value;
  switch (mode) {
    case 'saturate':
    case 'saturate-symmetric':
      return value < 0n ? min : max;
    case 'wrap':
      return format.signed ? BigInt.asIntN(format.bits, value) : BigInt.asUintN(format.bits, value);
    case 'error':
      throw new RangeError(`${value} does not fit in ${format.bits} bits [${min}, ${max}]`);
  }
}
