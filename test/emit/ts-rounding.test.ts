import * as fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROUNDING_MODES, roundShift, type RoundingMode } from '../../src/fixedpoint/rounding.js';
import { floorProduct } from '../../src/fixedpoint/product.js';
import {
  doubleShift,
  floorShift,
  imulShift,
  splitShift,
  type RoundedShift,
} from '../../src/emit/ts-rounding.js';

const ROUND = 6755399441055744;

const helpers = new Map<string, string>();

/** A printed helper as JavaScript. */
function stripped(helper: string): string {
  const known = helpers.get(helper);
  if (known !== undefined) return known;
  const options = { compilerOptions: { target: ts.ScriptTarget.ES2022 } };
  const { outputText } = ts.transpileModule(helper, options);
  helpers.set(helper, outputText);
  return outputText;
}

/** A printed expression of `a` and `b` as a function. */
function compiled({ expression, helper = '' }: RoundedShift): (a: number, b: number) => number {
  const body = `const ROUND = ${ROUND}; ${stripped(helper)}; return ${expression};`;
  return new Function('a', 'b', body) as (a: number, b: number) => number;
}

const meaning = (a: number, b: number, shift: number, mode: RoundingMode) =>
  Number(roundShift(BigInt(a) * BigInt(b), shift, mode));

/** Integers of a two's complement width, its ends, ties of the shift and their neighbours among them. */
function integersOf(bits: number, shift = 0): fc.Arbitrary<number> {
  const limit = 2 ** (bits - 1);
  const ends = [-limit, -limit + 1, limit - 1, limit - 2, -1, 0, 1];
  const half = shift > 0 && shift < bits ? 2 ** (shift - 1) : 1;
  const ties = fc
    .tuple(fc.integer({ min: 0, max: Math.floor(limit / half) - 2 }), fc.constantFrom(-1, 0, 1), fc.boolean())
    .map(([k, by, negative]) => (negative ? -1 : 1) * (k * half + by) + 0);
  return fc
    .oneof(
      fc.constantFrom(...ends),
      fc.maxSafeInteger().map((n) => (n % limit) + 0),
      limit / half > 2 ? ties : fc.constant(0),
    )
    .filter((n) => n >= -limit && n < limit);
}

describe('a shift in doubles', () => {
  it.each(ROUNDING_MODES)('%s is exact up to the edge of 52 bits, for every shift', (mode) => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: -4, max: 51 })
          .chain((shift) => fc.tuple(fc.constant(shift), integersOf(52, shift))),
        ([shift, value]) => {
          const run = compiled(doubleShift('a', shift, mode));
          expect(run(value, 0) + 0).toBe(meaning(value, 1, shift, mode));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(ROUNDING_MODES)('%s has a form for shifts beyond a double’s bits', (mode) => {
    for (const shift of [52, 53, 60]) {
      const run = compiled(doubleShift('a', shift, mode));
      for (const value of [0, 1, -1, 2 ** 51 - 1, -(2 ** 51), 2 ** 50 + 1]) {
        expect(run(value, 0) + 0, `${value} >> ${shift}`).toBe(meaning(value, 1, shift, mode));
      }
    }
  });
});

describe('a shift in 32-bit integers', () => {
  it.each(['floor', 'half-up'] as const)('%s is exact for products up to 31 bits', (mode) => {
    const factors = fc
      .integer({ min: 2, max: 29 })
      .chain((bits) => fc.tuple(integersOf(bits), integersOf(31 - bits)));
    fc.assert(
      fc.property(factors, fc.integer({ min: 0, max: 30 }), ([a, b], shift) => {
        const expression = imulShift('a', 'b', shift, mode) as string;
        expect(compiled({ expression, usesRound: false })(a, b)).toBe(meaning(a, b, shift, mode));
      }),
    );
  });

  it('is refused where the machine’s shift would count modulo 32, or round otherwise', () => {
    expect(imulShift('a', 'b', -1, 'floor')).toBeUndefined();
    expect(imulShift('a', 'b', 31, 'half-up')).toBeUndefined();
    expect(imulShift('a', 'b', 32, 'floor')).toBeUndefined();
    for (const mode of ['half-even', 'half-away', 'pseudo-stochastic'] as const) {
      expect(imulShift('a', 'b', 3, mode)).toBeUndefined();
    }
  });
});

describe('a split product', () => {
  const widths = fc
    .tuple(fc.integer({ min: 20, max: 50 }), fc.integer({ min: 20, max: 50 }))
    .filter(([a, b]) => a + b > 52 && Math.max(a, b) + 2 * Math.min(a, b) <= 104);

  it.each(['floor', 'half-up'] as const)('%s is exact wherever there is one', (mode) => {
    let exact = 0;
    const cases = widths.chain(([m, n]) =>
      fc.tuple(fc.constant([m, n]), integersOf(m), integersOf(n), fc.integer({ min: 10, max: 70 })),
    );
    fc.assert(
      fc.property(cases, ([[m, n], a, b, shift]) => {
        const form = splitShift({ text: 'a', bits: m }, { text: 'b', bits: n }, shift, mode);
        if (!form) return;
        exact++;
        expect(compiled(form)(a, b) + 0).toBe(meaning(a, b, shift, mode));
      }),
      { numRuns: 400 },
    );
    expect(exact).toBeGreaterThan(100);
  });

  it('cuts the wider factor, whichever it is', () => {
    // e^x: a 32-bit input times a 37-bit multiplier.
    for (const [m, n] of [
      [32, 37],
      [37, 32],
    ]) {
      const form = splitShift({ text: 'a', bits: m }, { text: 'b', bits: n }, 25, 'floor');
      const [a, b] = [-(2 ** (m - 1)), 2 ** (n - 1) - 1];
      expect(form && compiled(form)(a, b)).toBe(meaning(a, b, 25, 'floor'));
    }
  });

  it('is not for ties that it can’t see', () => {
    expect(splitShift({ text: 'a', bits: 32 }, { text: 'b', bits: 30 }, 24, 'half-even')).toBeUndefined();
  });
});

describe('a product with a long multiplier', () => {
  it('is floored exactly, by printed code and by the runner’s', () => {
    const factors = fc.tuple(
      fc.integer({ min: -(2 ** 32), max: 2 ** 32 }),
      fc.integer({ min: 0, max: 53 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits - 1 })),
      fc.integer({ min: 0, max: 90 }),
    );
    const run = compiled({ ...floorShift('a', 'b', 0), expression: 'floorProduct' }) as unknown as () => (
      a: number,
      m: number,
      shift: number,
    ) => number;
    const printed = run();
    let tried = 0;
    fc.assert(
      fc.property(factors, ([a, m, shift]) => {
        const exact = Number(roundShift(BigInt(a) * BigInt(m), shift, 'floor'));
        if (Math.abs(exact) >= 2 ** 53) return;
        tried++;
        expect(printed(a, m, shift) + 0).toBe(exact);
        expect(floorProduct(a, m, shift) + 0).toBe(exact);
      }),
      { numRuns: 3000 },
    );
    expect(tried).toBeGreaterThan(1000);
  });
});
