import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXACT_PRODUCT, multiplyShift, roundDouble } from '../../src/fixedpoint/product.js';
import { ROUNDING_MODES, roundShift } from '../../src/fixedpoint/rounding.js';

/** Any magnitude below 2^bits as likely as any other, and neighbours of powers of two. */
const integer = (bits: number) =>
  fc.oneof(
    fc
      .tuple(
        fc.integer({ min: 0, max: bits }),
        fc.bigInt(-(2n ** BigInt(bits)) + 1n, 2n ** BigInt(bits) - 1n),
      )
      .map(([drop, value]) => Number(value >> BigInt(drop))),
    fc
      .tuple(fc.integer({ min: 0, max: bits - 1 }), fc.integer({ min: -2, max: 2 }), fc.boolean())
      .map(([bit, near, negative]) => (negative ? -1 : 1) * (2 ** bit + near) + 0)
      .filter((value) => Math.abs(value) < 2 ** bits),
  );

const runs = { numRuns: 3000 };

describe.each(ROUNDING_MODES)('doubles, %s', (mode) => {
  const expectRounded = (result: number, value: bigint, shift: number) => {
    if (!Object.is(result, Number(roundShift(value, shift, mode)))) {
      expect.fail(`${value} · 2^-${shift} became ${result}, not ${roundShift(value, shift, mode)}`);
    }
  };

  it('round as bigint does below 2^52, at every shift', () => {
    fc.assert(
      fc.property(integer(52), fc.integer({ min: -60, max: 52 }), (value, shift) =>
        expectRounded(roundDouble(value, shift, mode), BigInt(value), shift),
      ),
      runs,
    );
  });

  it('round every small value as bigint does', () => {
    for (let value = -520; value <= 520; value++) {
      for (let shift = -2; shift <= 11; shift++) {
        expectRounded(roundDouble(value, shift, mode), BigInt(value), shift);
      }
    }
  });

  it('multiply exactly at every width that fits, and beyond 2^52 as well', () => {
    fc.assert(
      fc.property(integer(53), integer(33), fc.integer({ min: 34, max: 86 }), (a, b, shift) =>
        expectRounded(multiplyShift(a, b, shift, mode), BigInt(a) * BigInt(b), shift),
      ),
      runs,
    );
  });

  it('multiply exactly where the product is next to 2^52', () => {
    const pairs = [
      [EXACT_PRODUCT - 1, 1],
      [EXACT_PRODUCT, 1],
      [EXACT_PRODUCT + 1, 1],
      [2 ** 26, 2 ** 26],
      [2 ** 26 - 1, 2 ** 26 + 1],
      [2 ** 27 - 1, 2 ** 25 + 1],
      [2 ** 53 - 1, 3],
      [94906267, 94906267],
    ];
    for (const [a, b] of pairs) {
      for (const sign of [1, -1]) {
        for (let shift = 3; shift <= 54; shift++) {
          expectRounded(multiplyShift(sign * a, b, shift, mode), BigInt(sign * a) * BigInt(b), shift);
        }
      }
    }
  });

  it('never give −0', () => {
    for (const shift of [-3, 0, 1, 5, 52, 60]) {
      for (const [a, b] of [
        [0, -5],
        [-5, 0],
        [-0, 1],
      ]) {
        expectRounded(multiplyShift(a, b, shift, mode), 0n, shift);
      }
      expectRounded(multiplyShift(-1, 1, shift, mode), -1n, shift);
      expectRounded(roundDouble(-0, Math.min(shift, 52), mode), 0n, shift);
    }
  });
});
