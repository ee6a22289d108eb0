/**
 * How the dropped bits of a right shift decide the result.
 *
 * - `floor`: toward minus infinity; a plain arithmetic shift.
 * - `half-up`: nearest, ties toward plus infinity; add half, then shift.
 * - `half-even`: nearest, ties to the even neighbour (IEEE 754 roundTiesToEven).
 * - `half-away`: nearest, ties away from zero (IEEE 754 roundTiesToAway).
 * - `pseudo-stochastic`: on the magnitude, up when the upper half of the dropped bits, read as an
 *   integer, exceeds the lower half (arXiv 2009.13108). Deterministic, and free of a random source.
 */
export const ROUNDING_MODES = ['floor', 'half-up', 'half-even', 'half-away', 'pseudo-stochastic'] as const;
export type RoundingMode = (typeof ROUNDING_MODES)[number];

/**
 * value · 2^-shift, rounded to an integer. The meaning of every rounding in the project; each faster form
 * is tested against it.
 *
 * @param shift bits to drop; a negative shift is an exact left shift
 */
export function roundShift(value: bigint, shift: number, mode: RoundingMode): bigint {
  if (shift <= 0) return value << BigInt(-shift);
  const count = BigInt(shift);
  switch (mode) {
    case 'floor':
      return value >> count;
    case 'half-up':
      return (value + (1n << (count - 1n))) >> count;
    case 'half-even': {
      const floor = value >> count;
      const rest = value - (floor << count);
      const half = 1n << (count - 1n);
      return rest > half || (rest === half && (floor & 1n) === 1n) ? floor + 1n : floor;
    }
    case 'half-away': {
      const magnitude = (abs(value) + (1n << (count - 1n))) >> count;
      return value < 0n ? -magnitude : magnitude;
    }
    case 'pseudo-stochastic': {
      const magnitude = abs(value);
      const lowerCount = BigInt(shift >> 1);
      const floor = magnitude >> count;
      const dropped = magnitude - (floor << count);
      const upper = dropped >> lowerCount;
      const lower = dropped - (upper << lowerCount);
      const rounded = upper > lower ? floor + 1n : floor;
      return value < 0n ? -rounded : rounded;
    }
  }
}

export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
