import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fewestSegments, type Division } from '../../src/segment/lower-bound.js';

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  rsqrt: (x) => 1 / Math.sqrt(x),
  log: Math.log,
  reciprocal: (x) => 1 / x,
};

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
  it('equals the recorded bounds', ({ skip }) => {
    if (!existsSync(recorded)) skip('the recorded bounds are not in ../shared/anchors');
    const rows = readFileSync(recorded, 'utf8').trim().split('\n').slice(1);
    const cells = rows.map((row) => row.split(',')).filter((row) => Number(row[7]) < 1000);
    const counts = cells.map(([fn, lo, hi, frac, order, ulp, division]) =>
      fewestSegments(
        {
          scaled: (x) => FUNCTIONS[fn](x) * 2 ** Number(frac),
          lo: Number(lo),
          hi: Number(hi),
          order: Number(order),
          error: Number(ulp),
        },
        division.replace('_pow2', '') as Division,
      ),
    );
    expect(cells.length).toBeGreaterThan(700);
    expect(counts).toEqual(cells.map((row) => Number(row[7])));
  });
});
