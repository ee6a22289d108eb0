import { describe, expect, it } from 'vitest';
import { sameEverywhere, uniformMeasure } from '../../src/fit/measure.js';
import { fitPolynomial } from '../../src/fit/polynomial.js';
import { fitTaylor, type TaylorFitProblem } from '../../src/fit/taylor-fit.js';
import { powersOn } from '../../src/fit/raw-polynomial.js';
import { findFunction } from '../../src/function/catalogue.js';
import { dyadic } from '../../src/function/dyadic.js';

const TERMS = 20;
const EXTRA_BITS = 48;

/** f in powers of u on raw arguments first … last of some fraction bits. */
function taylorOf(name: string, argumentFracBits: number, first: bigint, last: bigint, ulpBits: number) {
  const fracBits = ulpBits + EXTRA_BITS;
  const found = findFunction(name).expand(
    dyadic(first + last, argumentFracBits + 1),
    dyadic(last - first, argumentFracBits + 1),
    TERMS,
    fracBits,
  );
  if (!found) throw new TypeError(`${name} has an expansion there`);
  return { coefficients: found.slice(0, TERMS).map(({ lo, hi }) => (lo + hi) >> 1n), fracBits };
}

const problemOf = (order: number, fracBits: number, ulpBits: number, drop = 0): TaylorFitProblem => ({
  order,
  measure: sameEverywhere(uniformMeasure),
  polish: 'minimax',
  format: {
    argumentFracBits: fracBits,
    fracBits: Array.from({ length: order + 1 }, (_, k) => ulpBits + 8 - drop * k),
  },
  ulpBits,
});

const valueAt = (a: ArrayLike<number>, u: number): number =>
  Array.from(a).reduceRight((sum, c) => sum * u + c, 0);

const greatest = (a: Float64Array): number =>
  Math.max(...Array.from({ length: 801 }, (_, i) => Math.abs(valueAt(a, i / 400 - 1))));

describe('a polynomial fitted to a Taylor polynomial', () => {
  it.each([
    ['tanh', 2],
    ['exp', 3],
    ['sin', 5],
  ])('of %s, order %i, is as good as the one that doubles find, where they suffice', (name, order) => {
    const [lo, hi] = [1 << 18, (1 << 18) + (1 << 16)];
    const taylor = taylorOf(name, 20, BigInt(lo), BigInt(hi - 1), 20);
    const problem = problemOf(order, 20, 20);
    const wide = fitTaylor(problem, taylor, { first: BigInt(lo), last: BigInt(hi - 1) });
    const { evaluate } = findFunction(name);
    const narrow = fitPolynomial(
      { ...problem, f: (a) => evaluate(a * 2 ** -20), allowed: () => 1 },
      { lo, hi },
    );
    expect(wide.origin).toBe(BigInt(narrow.origin));
    wide.coefficients.forEach((c, i) => {
      // Both may round a coefficient to either side, and the lower ones then follow.
      const tolerance = 2 + 2 ** -10 * Math.abs(narrow.coefficients[i]);
      expect(Math.abs(Number(c) - narrow.coefficients[i])).toBeLessThanOrEqual(tolerance);
    });
    const own = Array.from({ length: 400 }, (_, i) => lo + Math.floor(((hi - 1 - lo) * i) / 399)).map((a) => {
      const t = (a - narrow.origin) * 2 ** -20;
      const value = narrow.coefficients.reduce((sum, c) => sum * t + c * 2 ** -28, 0);
      return Math.abs(value - evaluate(a * 2 ** -20)) * 2 ** 20;
    });
    expect(greatest(wide.difference)).toBeLessThan(1.1 * Math.max(...own) + 2 ** -7);
  });

  it('says by how much it differs from f, in ulps far finer than doubles', () => {
    const [first, last] = [(1n << 60n) + 12345n, (1n << 60n) + (1n << 54n)];
    const taylor = taylorOf('tanh', 60, first, last, 60);
    const problem = problemOf(6, 60, 60, 6);
    const { origin, coefficients, difference } = fitTaylor(problem, taylor, { first, last });
    const fracBits = problem.format.fracBits.toReversed();
    for (const a of [first, first + 987654321n, (first + last) >> 1n, last]) {
      const here = powersOn({ origin, coefficients, fracBits }, 60, { first: a, last: a });
      const f = findFunction('tanh').exact(dyadic(a, 60), 120) ?? 0n;
      const exact = (here.coefficients[0] >> BigInt(here.fracBits - 120)) - f;
      const u = Number(2n * a - first - last) / Number(last - first);
      expect(valueAt(difference, u)).toBeCloseTo(Number(exact) * 2 ** -60, 6);
    }
    expect(greatest(difference)).toBeLessThan(1);
  });

  it('is f itself where it has to be', () => {
    const taylor = taylorOf('tanh', 32, 0n, (1n << 27n) - 1n, 32);
    const { origin, coefficients } = fitTaylor(
      problemOf(3, 32, 32),
      taylor,
      { first: 0n, last: (1n << 27n) - 1n },
      0n,
    );
    expect([origin, coefficients[3]]).toEqual([0n, 0n]);
    // The slope of tanh at 0 is 1, and its curvature 0.
    expect(Math.abs(Number(coefficients[2]) * 2 ** -40 - 1)).toBeLessThan(2 ** -16);
  });

  it('of one argument is its value', () => {
    const value = findFunction('exp').exact(dyadic(3n, 4), 80) ?? 0n;
    const { origin, coefficients, difference } = fitTaylor(
      problemOf(2, 4, 32),
      { coefficients: [value], fracBits: 80 },
      { first: 3n, last: 3n },
    );
    expect([origin, coefficients[0], coefficients[1]]).toEqual([3n, 0n, 0n]);
    expect(Number(coefficients[2]) * 2 ** -40).toBeCloseTo(Math.exp(3 / 16), 11);
    expect(Math.abs(difference[0])).toBeLessThanOrEqual(2 ** -9 + 2 ** -20);
  });
});
