import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arcsineMeasure, sameEverywhere, uniformMeasure } from '../../src/fit/measure.js';
import {
  fitPolynomial,
  type CoefficientFormat,
  type FitProblem,
  type RawInterval,
} from '../../src/fit/polynomial.js';

const FRAC_BITS = 12;
const UNIT = 2 ** -FRAC_BITS;
const format = (order: number, fracBits: number): CoefficientFormat => ({
  argumentFracBits: FRAC_BITS,
  fracBits: Array.from({ length: order + 1 }, () => fracBits),
});

const projection = { measure: sameEverywhere(uniformMeasure), polish: 'none', allowed: () => 1 } as const;

/** The fitted polynomial as a function of raw arguments, without any rounding but the coefficients'. */
function fitted(
  f: (a: number) => number,
  segment: RawInterval,
  order: number,
  fracBits: number,
  how: Partial<FitProblem> = {},
) {
  const problem = { ...projection, f, order, format: format(order, fracBits), ...how };
  const { origin, coefficients } = fitPolynomial(problem, segment);
  const value = (a: number) =>
    coefficients.reduce((sum, c) => sum * (a - origin) * UNIT + c * 2 ** -fracBits, 0);
  return { origin, coefficients, value };
}

const tanh = (a: number) => Math.tanh(a * UNIT);
const exp = (a: number) => Math.exp(a * UNIT);
const wave = (a: number) => Math.sin(a * 40 * UNIT);

const worst = (f: (a: number) => number, g: (a: number) => number, { lo, hi }: RawInterval) =>
  Math.max(...Array.from({ length: hi - lo }, (_, i) => Math.abs(f(lo + i) - g(lo + i))));

describe('an integer polynomial of a segment', () => {
  it('has the coefficients of a function that is such a polynomial', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: -20000, max: 20000 }),
        fc.integer({ min: 64, max: 9000 }),
        (integers, lo, width) => {
          const segment = { lo, hi: lo + width };
          const origin = Math.floor((segment.lo + segment.hi) / 2);
          const f = (a: number) => integers.reduce((sum, c) => sum * (a - origin) * UNIT + c * 2 ** -16, 0);
          const found = fitted(f, segment, 3, 16);
          expect(found.origin).toBe(origin);
          expect(worst(f, found.value, segment)).toBeLessThan(2 ** -16);
          if (width > 4096) expect(found.coefficients).toEqual(integers.map((c) => c + 0));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 2, 3, 5])('gets closer with the order: %d', (order) => {
    const segment = { lo: 0, hi: 4096 };
    const here = worst(tanh, fitted(tanh, segment, order, 30).value, segment);
    expect(worst(tanh, fitted(tanh, segment, order + 2, 30).value, segment)).toBeLessThan(here / 2);
  });

  it.each([1, 2, 3, 5])(
    'errs least as the minimax polynomial, next under the arcsine measure: %d',
    (order) => {
      const segment = { lo: 0, hi: 6000 };
      const error = (how: Partial<FitProblem>) =>
        worst(tanh, fitted(tanh, segment, order, 34, how).value, segment);
      const minimax = error({ polish: 'minimax' });
      const arcsine = error({ measure: sameEverywhere(arcsineMeasure) });
      const uniform = error({});
      expect(minimax).toBeLessThan(arcsine);
      expect(arcsine).toBeLessThan(uniform);
      expect(arcsine).toBeLessThan(1.4 * minimax);
      expect(uniform).toBeGreaterThan(1.2 * minimax);
    },
  );

  it('keeps relative errors alike where it is told to', () => {
    const segment = { lo: 0, hi: 8192 };
    const relative = (a: number, value: (b: number) => number) => Math.abs(value(a) / exp(a) - 1);
    const weighted = fitted(exp, segment, 2, 34, { polish: 'minimax', allowed: exp }).value;
    const plain = fitted(exp, segment, 2, 34, { polish: 'minimax' }).value;
    expect(relative(0, weighted)).toBeLessThan(relative(0, plain) / 2);
  });

  it('makes up in lower degrees for what the rounding of a higher one changed', () => {
    const segment = { lo: -4096, hi: 4096 };
    const coarse = { ...format(2, 24), fracBits: [24, 24, 2] };
    const { origin, coefficients } = fitPolynomial(
      { ...projection, f: exp, order: 2, format: coarse },
      segment,
    );
    const [c2, c1, c0] = [coefficients[0] / 4, coefficients[1] / 2 ** 24, coefficients[2] / 2 ** 24];
    const error = worst(exp, (a) => (c2 * (a - origin) * UNIT + c1) * (a - origin) * UNIT + c0, segment);
    // Rounding the exact projection's coefficients one by one would leave the rounding of c2, about 0.04,
    // at the origin; projected anew, c0 balances it.
    const exact = fitted(exp, segment, 2, 30);
    const naive = worst(
      exp,
      (a) => {
        const t = (a - exact.origin) * UNIT;
        return (c2 * t + exact.coefficients[1] * 2 ** -30) * t + exact.coefficients[2] * 2 ** -30;
      },
      segment,
    );
    expect(error).toBeLessThan(naive);
  });

  it.each([
    { width: 1, degree: 0, error: 2 ** -30 },
    { width: 2, degree: 1, error: 1e-5 },
    { width: 3, degree: 2, error: 1e-7 },
  ])('through $width inputs has no more degrees than it needs', ({ width, degree, error }) => {
    const segment = { lo: 77, hi: 77 + width };
    const { coefficients, value } = fitted(wave, segment, 5, 30);
    expect(coefficients.length).toBe(6);
    expect(coefficients.slice(0, 5 - degree).every((c) => Object.is(c, 0))).toBe(true);
    expect(worst(wave, value, segment)).toBeLessThan(error);
  });

  it('has integers for coefficients, and never −0', () => {
    const { coefficients } = fitted(() => -1e-12, { lo: 0, hi: 100 }, 3, 20);
    expect(coefficients).toEqual([0, 0, 0, 0]);
  });
});
