import { describe, expect, it } from 'vitest';
import { sameEverywhere, uniformMeasure } from '../../src/fit/measure.js';
import { minimaxFit } from '../../src/fit/minimax.js';
import { fitPinned, type Origin } from '../../src/fit/pinned.js';
import type { FitProblem } from '../../src/fit/polynomial.js';

const ARGUMENT_BITS = 12;
const BITS = 40;
const UNIT = 2 ** -ARGUMENT_BITS;
const ULP = 2 ** -BITS;

const problemOf = (f: (x: number) => number, order: number): FitProblem => ({
  f: (a) => f(a * UNIT),
  allowed: () => 1,
  order,
  measure: sameEverywhere(uniformMeasure),
  polish: 'minimax',
  format: { argumentFracBits: ARGUMENT_BITS, fracBits: Array.from({ length: order + 1 }, () => BITS) },
});

const segment = { lo: 1024, hi: 5120 };
const pinned = (f: (x: number) => number) => ({
  lo: Math.round(f(segment.lo * UNIT) / ULP),
  hi: Math.round(f(segment.hi * UNIT) / ULP),
});

/** The polynomial in values, with real arithmetic. */
const valueOf =
  ({ origin, coefficients }: { origin: number; coefficients: readonly number[] }) =>
  (a: number): number =>
    coefficients.reduce((sum, c) => sum * ((a - origin) * UNIT) + c * ULP, 0);

const arguments_ = Array.from({ length: segment.hi - segment.lo }, (_, i) => segment.lo + i);

describe('a polynomial that is pinned at both ends', () => {
  it.each([
    { end: 'lo', isFlat: false },
    { end: 'hi', isFlat: false },
  ] as Origin[])('has its origin and its pin at %j, and comes near to the other', (origin) => {
    const fitted = fitPinned(problemOf(Math.tanh, 3), segment, pinned(Math.tanh), origin);
    expect(fitted.origin).toBe(segment[origin.end]);
    expect(fitted.coefficients[3]).toBe(pinned(Math.tanh)[origin.end]);
    for (const end of ['lo', 'hi'] as const) {
      const miss = valueOf(fitted)(segment[end]) - Math.tanh(segment[end] * UNIT);
      expect(Math.abs(miss)).toBeLessThan(8 * ULP);
    }
  });

  it.each([1, 2, 3, 4, 5])('errs, of order %d, by what two degrees less freedom cost', (order) => {
    const fitted = fitPinned(problemOf(Math.exp, order), segment, pinned(Math.exp), {
      end: 'lo',
      isFlat: false,
    });
    const value = valueOf(fitted);
    const error = Math.max(...arguments_.map((a) => Math.abs(value(a) - Math.exp(a * UNIT))));
    const half = (segment.hi - 1 - segment.lo) / 2;
    const free = minimaxFit((u) => Math.exp((segment.lo + half * (1 + u)) * UNIT), order).error;
    // A Chebyshev polynomial whose outermost zeros are stretched to the ends is that much greater.
    const stretched = Math.cos(Math.PI / (2 * (order + 1))) ** -(order + 1);
    expect(error / free).toBeGreaterThan(0.97 * stretched);
    expect(error / free).toBeLessThan(1.1 * stretched);
  });

  it('has no slope at a flat origin', () => {
    const fitted = fitPinned(problemOf(Math.cosh, 4), segment, pinned(Math.cosh), {
      end: 'lo',
      isFlat: true,
    });
    expect(fitted.coefficients[3]).toBe(0);
    expect(Math.abs(valueOf(fitted)(segment.hi) - Math.cosh(segment.hi * UNIT))).toBeLessThan(8 * ULP);
  });

  it('is free at an end without a pin', () => {
    const { hi } = pinned(Math.tanh);
    const free = fitPinned(problemOf(Math.tanh, 3), segment, { hi }, { end: 'hi', isFlat: false });
    const both = fitPinned(problemOf(Math.tanh, 3), segment, pinned(Math.tanh), { end: 'hi', isFlat: false });
    const worst = (value: (a: number) => number): number =>
      Math.max(...arguments_.map((a) => Math.abs(value(a) - Math.tanh(a * UNIT))));
    expect(worst(valueOf(free))).toBeLessThan(worst(valueOf(both)));
    expect(Math.abs(valueOf(free)(segment.lo) - Math.tanh(segment.lo * UNIT))).toBeGreaterThan(64 * ULP);
  });

  it.each([1, 2, 3])('goes through both pins of a segment of %d arguments', (count) => {
    const short = { lo: 7, hi: 7 + count };
    const pins = { lo: 1000, hi: 1000 + 64 * count };
    const fitted = fitPinned(
      problemOf((x) => 1e-9 * (1 + x), 3),
      short,
      pins,
      { end: 'lo', isFlat: false },
    );
    expect(Math.abs(valueOf(fitted)(short.hi) / ULP - pins.hi)).toBeLessThanOrEqual(4);
    expect(fitted.coefficients.at(-1)).toBe(1000);
  });
});
