import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { breaksNeeded, type WideBoundOptions } from '../../src/segment/wide/lower-bound.js';

const exp: Omit<WideBoundOptions, 'budget'> = {
  approximated: findFunction('exp'),
  fracBits: 40,
  lo: 0n,
  hi: 1n << 40n,
  spacing: 1,
  order: 3,
  ulpBits: 40,
  error: 1.5,
  counts: () => true,
};
const breaks = (changes: Partial<WideBoundOptions> = {}): number | undefined =>
  breaksNeeded({ ...exp, budget: { left: 10000 }, ...changes });

describe('breaksNeeded', () => {
  it('agrees with the error of Chebyshev interpolation in the limit of short segments', () => {
    // (length / 2)^4 · e^x / 4! · 2^-3 = error, integrated over the lengths.
    const density = (x: number): number => ((Math.exp(x) * 2 ** 40) / (1.5 * 24 * 8 * 16)) ** (1 / 4);
    const expected = 4 * (density(1) - density(0));
    expect(breaks()).toBeLessThanOrEqual(expected);
    expect(breaks()).toBeGreaterThanOrEqual(0.995 * expected - 1);
  });

  it('is none where no error counts, and few where only some do', () => {
    expect(breaks({ counts: () => false })).toBe(0);
    const half = breaks({ counts: (_ulps, argument) => argument <= 2 ** 39 });
    expect(half).toBeLessThanOrEqual(breaks({ hi: 1n << 39n })! + 1);
    expect(half).toBeGreaterThanOrEqual(breaks({ hi: 1n << 39n })! - 1);
  });

  it('falls where f has to be met at fewer arguments', () => {
    const dense = breaks()!;
    // About 130 segments, of some 2^33 arguments.
    const coarser = breaks({ spacing: 2 ** 20 })!;
    expect(coarser).toBeLessThanOrEqual(dense);
    expect(coarser).toBeGreaterThan(0.8 * dense);
    expect(breaks({ spacing: 2 ** 36 })).toBe(0);
  });

  it('is not known where that takes more than the budget', () => {
    expect(breaks({ budget: { left: 20 } })).toBeUndefined();
  });
});
