import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelledError, minimaxFit } from '../../src/fit/minimax.js';

const at = (coefficients: ArrayLike<number>, u: number) =>
  Array.from(coefficients).reduceRight((sum, c) => sum * u + c, 0);
const grid = Array.from({ length: 2001 }, (_, i) => i / 1000 - 1);

/** The greatest |f − p| / allowed on a fine grid. */
function worst(f: (u: number) => number, coefficients: ArrayLike<number>, allowed = (_: number) => 1) {
  return Math.max(...grid.map((u) => Math.abs(f(u) - at(coefficients, u)) / allowed(u)));
}

const CASES = [
  // The minimax error of u^(n+1) on [−1, 1] by degree n is 2^-n (Chebyshev).
  { name: 'u^2', f: (u: number) => u ** 2, degree: 1, error: 2 ** -1 },
  { name: 'u^4', f: (u: number) => u ** 4, degree: 3, error: 2 ** -3 },
  { name: 'u^6', f: (u: number) => u ** 6, degree: 5, error: 2 ** -5 },
  { name: 'u^13', f: (u: number) => u ** 13, degree: 12, error: 2 ** -12 },
  // By symmetry, 1/2 is the best line under |u|; 1/8 is the error of the best parabola, u² + 1/8.
  { name: '|u|', f: Math.abs, degree: 1, error: 0.5 },
  { name: '|u|', f: Math.abs, degree: 2, error: 0.125 },
  // exp on [−1, 1] by a cubic (Powell, Approximation Theory and Methods, 1981, §7.4).
  { name: 'exp', f: Math.exp, degree: 3, error: 0.00552837 },
];

describe('the exchange algorithm', () => {
  it.each(CASES)('finds the minimax error of $name by degree $degree', ({ f, degree, error }) => {
    const fit = minimaxFit(f, degree);
    expect(fit.level).toBeGreaterThan(error * 0.997);
    expect(fit.level).toBeLessThan(error * 1.000001);
    expect(fit.error).toBeLessThan(error * 1.003);
    expect(worst(f, fit.coefficients)).toBeLessThan(error * 1.004);
    expect(levelledError(f, degree)).toBeLessThan(error * 1.000001);
    expect(levelledError(f, degree)).toBeGreaterThan(error * 0.997);
  });

  it('never levels above the error of any polynomial of the degree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (coefficients, stretch) => {
          const f = (u: number) => Math.tanh(stretch * u + 0.3);
          expect(levelledError(f, 2)).toBeLessThanOrEqual(worst(f, coefficients) * (1 + 1e-6));
        },
      ),
    );
  });

  it('balances errors against what is allowed', () => {
    const f = (u: number) => Math.exp(2 * u);
    const relative = minimaxFit(f, 2, f);
    const absolute = minimaxFit(f, 2);
    expect(worst(f, relative.coefficients, f)).toBeLessThan(worst(f, absolute.coefficients, f) / 3);
    expect(worst(f, relative.coefficients)).toBeGreaterThan(worst(f, absolute.coefficients));
    const errors = grid.map((u) => (f(u) - at(relative.coefficients, u)) / f(u));
    const signs = errors.filter((e) => Math.abs(e) > 0.98 * relative.error).map(Math.sign);
    expect(signs.filter((sign, i) => sign !== signs[i - 1]).length).toBe(4);
  });

  it.each([
    { name: '√(1 + u)', f: (u: number) => Math.sqrt(1 + u) },
    { name: '(1 + u)^(3/2)', f: (u: number) => (1 + u) ** 1.5 },
    { name: 'a jump', f: (u: number) => (u < 0.2 ? 0 : 1) },
    { name: 'a step at the end', f: (u: number) => (u < 1 ? 0 : 1) },
  ])('survives $name', ({ f }) => {
    for (const degree of [0, 1, 3, 6]) {
      const fit = minimaxFit(f, degree);
      expect(Array.from(fit.coefficients).every(Number.isFinite)).toBe(true);
      expect(fit.level).toBeLessThanOrEqual(fit.error);
      expect(worst(f, fit.coefficients)).toBeLessThan(1.2 * Math.max(fit.error, 1e-9));
    }
  });

  it('gives back what is a polynomial', () => {
    const fit = minimaxFit((u) => 3 - 2 * u + 5 * u ** 3, 4);
    [3, -2, 0, 5, 0].forEach((c, k) => expect(fit.coefficients[k]).toBeCloseTo(c, 12));
    expect(fit.error).toBeLessThan(1e-13);
    expect(Array.from(minimaxFit(() => 0, 3).coefficients, Math.abs)).toEqual([0, 0, 0, 0]);
  });
});
