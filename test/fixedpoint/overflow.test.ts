import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRawBigint, minRawBigint, parseFormat } from '../../src/fixedpoint/format.js';
import {
  applyOverflow,
  OVERFLOW_MODES,
  representable,
  representableBigint,
} from '../../src/fixedpoint/overflow.js';

const formats = ['Q8.24', 'Q1.7', 'UQ0.8', 'UQ8.24', 'Q40.24', 'UQ0.64'].map((text) => parseFormat(text));
const value = fc.oneof(
  fc.bigInt(-(2n ** 70n), 2n ** 70n),
  fc
    .tuple(fc.constantFrom(7n, 8n, 31n, 32n, 63n, 64n), fc.bigInt(-2n, 2n), fc.constantFrom(1n, -1n))
    .map(([bit, near, sign]) => sign * (2n ** bit + near)),
  fc.bigInt(-3n, 3n),
);

describe.each(formats)('overflow of $bits bits, signed: $signed', (format) => {
  const modulus = 2n ** BigInt(format.bits);

  it.each(OVERFLOW_MODES)('%s leaves what fits as it is, and gives only what fits', (mode) => {
    const { min, max } = representableBigint(format, mode);
    fc.assert(
      fc.property(value, (v) => {
        const fits = v >= min && v <= max;
        if (!fits && mode === 'error') {
          expect(() => applyOverflow(v, format, mode)).toThrow(RangeError);
          return;
        }
        const result = applyOverflow(v, format, mode);
        if (fits) expect(result).toBe(v);
        expect(result >= minRawBigint(format) && result <= maxRawBigint(format)).toBe(true);
      }),
    );
  });

  it('wraps to the congruent number', () => {
    fc.assert(
      fc.property(value, (v) => {
        expect((applyOverflow(v, format, 'wrap') - v) % modulus).toBe(0n);
      }),
    );
  });

  it('saturates to the nearest end', () => {
    fc.assert(
      fc.property(value, fc.constantFrom('saturate', 'saturate-symmetric'), (v, mode) => {
        const { min, max } = representableBigint(format, mode);
        const distances = [min, max].map((end) => (v > end ? v - end : end - v));
        const result = applyOverflow(v, format, mode);
        if (v < min || v > max) {
          expect(result).toBe(distances[0] < distances[1] ? min : max);
        }
      }),
    );
  });
});

describe('symmetric saturation', () => {
  it.each([
    ['Q1.7', -127, 127],
    ['UQ0.8', 0, 255],
    ['Q8.24', -(2 ** 31) + 1, 2 ** 31 - 1],
  ])('of %s ends at %d and %d', (text, min, max) => {
    const ends = { min: BigInt(min), max: BigInt(max) };
    expect(representable(parseFormat(text), 'saturate-symmetric')).toEqual({ min, max });
    expect(representableBigint(parseFormat(text), 'saturate-symmetric')).toEqual(ends);
    expect(applyOverflow(BigInt(min) - 1n, parseFormat(text), 'saturate-symmetric')).toBe(BigInt(min));
  });
});
