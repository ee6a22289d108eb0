import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROUNDING_MODES, roundShift, type RoundingMode } from '../../src/fixedpoint/rounding.js';

/**
 * What a mode promises, told by comparing fractions: whether `result` is the rounding of value / 2^shift.
 * No shift of the value occurs, so it shares nothing with what it judges.
 */
const promises: Record<Exclude<RoundingMode, 'pseudo-stochastic'>, typeof isFloor> = {
  floor: isFloor,
  'half-up': (value, shift, result) => isNearest(value, shift, result, () => value < result * 2n ** shift),
  'half-even': (value, shift, result) => isNearest(value, shift, result, () => result % 2n === 0n),
  'half-away': (value, shift, result) =>
    isNearest(value, shift, result, () => (value < 0n ? -result : result) * 2n ** shift > magnitude(value)),
};

function isFloor(value: bigint, shift: bigint, result: bigint): boolean {
  return result * 2n ** shift <= value && value < (result + 1n) * 2n ** shift;
}

function isNearest(value: bigint, shift: bigint, result: bigint, onTie: () => boolean): boolean {
  const distance = 2n * magnitude(value - result * 2n ** shift);
  return distance < 2n ** shift || (distance === 2n ** shift && onTie());
}

const magnitude = (value: bigint) => (value < 0n ? -value : value);

const binary = (digits: string) => (digits === '' ? 0n : BigInt(`0b${digits}`));

/** The dropped bits as text, cut in two: the upper half is the shorter one where their number is odd. */
function pseudoStochastic(value: bigint, shift: number): bigint {
  const digits = magnitude(value)
    .toString(2)
    .padStart(shift + 1, '0');
  const kept = digits.slice(0, -shift);
  const dropped = digits.slice(-shift);
  const cut = Math.ceil(shift / 2);
  const rounded = binary(kept) + (binary(dropped.slice(0, cut)) > binary(dropped.slice(cut)) ? 1n : 0n);
  return value < 0n ? -rounded : rounded;
}

function holds(value: bigint, shift: number, mode: RoundingMode): boolean {
  const result = roundShift(value, shift, mode);
  return mode === 'pseudo-stochastic'
    ? result === pseudoStochastic(value, shift)
    : promises[mode](value, BigInt(shift), result);
}

const big = fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n });

describe.each(ROUNDING_MODES)('rounding %s', (mode) => {
  it('keeps its promise on every small value', () => {
    for (let value = -1100n; value <= 1100n; value++) {
      for (let shift = 1; shift <= 10; shift++) {
        if (!holds(value, shift, mode)) expect.fail(`${value} · 2^-${shift}`);
      }
    }
  });

  it('keeps its promise on big values, and next to ties', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          big,
          fc.tuple(big, fc.bigInt(-2n, 2n)).map(([v, near]) => (v << 9n) + (1n << 8n) + near),
        ),
        fc.oneof(fc.integer({ min: 1, max: 140 }), fc.constant(9)),
        (value, shift) => holds(value, shift, mode),
      ),
      { numRuns: 1000 },
    );
  });

  it('is exact where nothing is dropped', () => {
    fc.assert(
      fc.property(big, fc.integer({ min: 0, max: 60 }), (value, up) => {
        expect(roundShift(value, -up, mode)).toBe(value * 2n ** BigInt(up));
        if (up > 0) expect(roundShift(value * 2n ** BigInt(up), up, mode)).toBe(value);
      }),
    );
  });
});

describe('rounding modes', () => {
  it.each([
    ['floor', [-2n, -1n, 0n, 1n]],
    ['half-up', [-1n, 0n, 1n, 2n]],
    ['half-even', [-2n, 0n, 0n, 2n]],
    ['half-away', [-2n, -1n, 1n, 2n]],
  ] as const)('send −1.5, −0.5, 0.5, 1.5 where %s says', (mode, expected) => {
    expect([-3n, -1n, 1n, 3n].map((value) => roundShift(value, 1, mode))).toEqual(expected);
  });

  it.each(['half-even', 'half-away', 'pseudo-stochastic'] as const)('treat both signs alike: %s', (mode) => {
    fc.assert(
      fc.property(big, fc.integer({ min: 1, max: 64 }), (value, shift) => {
        expect(roundShift(-value, shift, mode)).toBe(-roundShift(value, shift, mode));
      }),
    );
  });
});
