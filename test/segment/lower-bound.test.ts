import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fewestSegments, levelledError } from '../../src/segment/lower-bound.js';

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  rsqrt: (x) => 1 / Math.sqrt(x),
  log: Math.log,
  reciprocal: (x) => 1 / x,
};

describe('levelledError', () => {
  it.each([
    // The minimax error of x^(n+1) on [−1, 1] by degree n is 2^-n (Chebyshev).
    { name: 'x^2', f: (x: number) => x ** 2, order: 1, error: 2 ** -1 },
    { name: 'x^4', f: (x: number) => x ** 4, order: 3, error: 2 ** -3 },
    { name: 'x^6', f: (x: number) => x ** 6, order: 5, error: 2 ** -5 },
    // |x| by a line through symmetry: 1/2.
    { name: '|x|', f: Math.abs, order: 1, error: 0.5 },
  ])('is the minimax error of $name', ({ f, order, error }) => {
    expect(levelledError(f, -1, 1, order)).toBeCloseTo(error, 9);
  });
});

const tanh16 = (x: number) => Math.tanh(x) * 2 ** 16;
const tanh24 = (x: number) => Math.tanh(x) * 2 ** 24;

function count(order: number, error: number): number {
  return fewestSegments({ scaled: tanh16, lo: 0, hi: 8, order, error }) ?? Infinity;
}

describe('fewestSegments', () => {
  it('never rises with a larger target or a higher order', () => {
    for (let order = 1; order < 5; order++) {
      expect(count(order + 1, 1)).toBeLessThanOrEqual(count(order, 1));
      expect(count(order, 2)).toBeLessThanOrEqual(count(order, 1));
    }
  });

  it('gives null where segments are too many to matter', () => {
    expect(fewestSegments({ scaled: tanh24, lo: 0, hi: 8, order: 0, error: 0.5, most: 1000 })).toBeNull();
  });

  const recorded = new URL('../../../shared/anchors/minimax_lower_bound.csv', import.meta.url);
  it.skipIf(!existsSync(recorded))('equals the recorded bounds (skipped without ../shared/anchors)', () => {
    const rows = readFileSync(recorded, 'utf8').trim().split('\n').slice(1);
    const greedy = rows
      .map((row) => row.split(','))
      .filter((row) => row[6] === 'greedy' && Number(row[7]) < 200);
    const counts = greedy.map(([fn, lo, hi, frac, order, ulp]) =>
      fewestSegments({
        scaled: (x) => FUNCTIONS[fn](x) * 2 ** Number(frac),
        lo: Number(lo),
        hi: Number(hi),
        order: Number(order),
        error: Number(ulp),
      }),
    );
    expect(greedy.length).toBeGreaterThan(150);
    expect(counts).toEqual(greedy.map((row) => Number(row[7])));
  });
});
