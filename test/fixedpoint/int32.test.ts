import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  INT32_LIMIT,
  multiplyHalfEven,
  multiplyPseudoStochastic,
  rawFromReal,
  roundExactSum,
  roundWideSum,
  saturateInt32,
  upperWord,
  WIDE_SUM_TERMS,
} from '../../src/fixedpoint/int32.js';
import { roundShift, type RoundingMode } from '../../src/fixedpoint/rounding.js';
import { int32s, primitives } from '../golden/primitives.js';

const LIMIT = BigInt(INT32_LIMIT);

/** The meaning: exact on bigint, then clamped symmetrically. */
function expected(value: bigint, fracBits: number, mode: RoundingMode): number {
  const rounded = roundShift(value, fracBits, mode);
  return Number(rounded > LIMIT ? LIMIT : rounded < -LIMIT ? -LIMIT : rounded);
}

/** Every magnitude of int32 as likely as every other, and the values next to powers of two. */
const int32 = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer()).map(([shift, v]) => v >> shift),
  fc
    .tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([bit, near, negative]) => ((negative ? -1 : 1) * (2 ** bit + near)) | 0),
  fc.constantFrom(0, 1, -1, INT32_LIMIT, -INT32_LIMIT, -(2 ** 31)),
);
const fracBits = fc.integer({ min: 1, max: 30 });
const runs = { numRuns: 20_000 };

describe.each([
  { mode: 'pseudo-stochastic', multiply: multiplyPseudoStochastic },
  { mode: 'half-even', multiply: multiplyHalfEven },
] as const)('a product of two int32, $mode', ({ mode, multiply }) => {
  it('is the product on bigint, for every number of fraction bits', () => {
    fc.assert(
      fc.property(int32, int32, fracBits, (a, b, bits) => {
        const result = multiply(a, b, bits);
        expect(result).toBe(expected(BigInt(a) * BigInt(b), bits, mode));
      }),
      runs,
    );
  });

  it('rounds every pattern of dropped bits, and carries out of them', () => {
    for (let a = -600; a <= 600; a++) {
      for (const b of [1, -1, 3, 255, 65535]) {
        for (const bits of [1, 2, 3, 7, 8, 9]) {
          expect(multiply(a, b, bits)).toBe(expected(BigInt(a * b), bits, mode));
        }
      }
    }
  });

  it('never gives −0', () => {
    for (const [a, b] of [
      [0, -5],
      [-5, 0],
      [-1, 1],
      [1, -1],
    ]) {
      expect(Object.is(multiply(a, b, 24), 0)).toBe(true);
    }
  });
});

describe('the original program', () => {
  it.each([
    ['fxpMul_pseudoStochastic', multiplyPseudoStochastic],
    ['fxpMul_nearestEven', multiplyHalfEven],
  ] as const)('%s', (name, multiply) => {
    const a = int32s(primitives[name].a);
    const b = int32s(primitives[name].b);
    const results = a.map((value, i) => multiply(value, b[i], 24));
    expect(results).toEqual(int32s(primitives[name].out));
  });

  it('fxpPseudoStochasticRound, on int64', () => {
    const { in: values, out } = primitives.fxpPseudoStochasticRound;
    const results = values.map((value) => {
      const wide = BigInt(value);
      return saturateInt32(roundWideSum(Number(wide >> 32n), Number(BigInt.asIntN(32, wide)), 24));
    });
    const clamped = out.map((value) => Math.max(-INT32_LIMIT, Math.min(INT32_LIMIT, Number(value))));
    expect(results).toEqual(clamped);
  });

  it('fxpFromFloats', () => {
    const { in: values, out } = primitives.fxpFromFloats;
    expect(values.map((value) => rawFromReal(Number(value), 24))).toEqual(out.map(Number));
  });
});

describe('rawFromReal', () => {
  it.each([
    [0.5, 1, 1],
    [0.25, 1, 0],
    [0.75, 1, 2],
    [-0.25, 1, 0],
    [-0.75, 1, -2],
    [1e300, 24, INT32_LIMIT],
    [-Infinity, 24, -INT32_LIMIT],
    [NaN, 24, 0],
  ])('%d with %d fraction bits is %d', (value, bits, raw) => {
    expect(rawFromReal(value, bits)).toBe(raw);
  });
});

/** Sums the terms round and round until the pass is full. */
const checkFullPass = (products: readonly (readonly [number, number])[]): void => {
  let sum = 0;
  let residue = 0;
  let exact = 0n;
  for (let k = 0; k < WIDE_SUM_TERMS; k++) {
    const [a, b] = products[k % products.length];
    sum += a * b;
    residue = (residue + Math.imul(a, b)) | 0;
    exact += BigInt(a) * BigInt(b);
  }
  expect(BigInt(upperWord(sum, residue))).toBe(exact >> 32n);
  expect(BigInt(residue >>> 0)).toBe(BigInt.asUintN(32, exact));
};

describe('exact sums', () => {
  it('roundExactSum is the rounding on bigint', () => {
    const exact = fc.tuple(fc.integer({ min: 0, max: 52 }), fc.maxSafeInteger());
    fc.assert(
      fc.property(exact, fracBits, ([shift, value], bits) => {
        const sum = Math.trunc(value / 2 ** shift);
        const result = roundExactSum(sum, bits);
        expect(result).toBe(Number(roundShift(BigInt(sum), bits, 'pseudo-stochastic')));
      }),
      runs,
    );
  });

  it('roundWideSum is the rounding on bigint', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 75n), max: 2n ** 75n }), int32, fracBits, (far, near, bits) => {
        for (const value of [far, far >> 20n, far >> 40n, BigInt(near), BigInt(near) << 32n]) {
          const result = roundWideSum(Number(value >> 32n), Number(BigInt.asIntN(32, value)), bits);
          expect(saturateInt32(result)).toBe(expected(value, bits, 'pseudo-stochastic'));
        }
      }),
      runs,
    );
  });

  it(`double sum and residue give the exact sum of ${WIDE_SUM_TERMS} products of any magnitude`, () => {
    const terms = fc.array(fc.tuple(int32, int32), { minLength: 1, maxLength: 12 });
    checkFullPass([[-(2 ** 31), -(2 ** 31)]]); // the largest sum that there is
    checkFullPass([[INT32_LIMIT, INT32_LIMIT]]); // the largest whose products all round
    checkFullPass([[INT32_LIMIT, -INT32_LIMIT + 2]]);
    fc.assert(fc.property(terms, checkFullPass), { numRuns: 300 });
  });
});
