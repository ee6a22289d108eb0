import { describe, expect, it } from 'vitest';
import type { FittedPolynomial, RawInterval } from '../../src/fit/polynomial.js';
import { parseFormat } from '../../src/fixedpoint/format.js';
import type { Verdict } from '../../src/segment/judge.js';
import { searchNearby } from '../../src/segment/local-search.js';
import { search } from '../../src/segment/search.js';
import { options, tanhOn } from './problems.js';
import { sameEverywhere, uniformMeasure } from '../../src/fit/measure.js';

const interval = { lo: 0, hi: 8 };

/** Judges by the distance of the coefficients from a goal: 1 where they are at it, 0.012 more for each unit. */
const towards = (goal: readonly number[], judged: RawInterval[] = []) => {
  return (polynomial: FittedPolynomial, part: RawInterval): Verdict => {
    judged.push(part);
    const distance = polynomial.coefficients.reduce((sum, c, i) => sum + Math.abs(c - goal[i]), 0);
    return { ratio: 1 + 0.012 * distance, ulp: 1, worstArgument: 3, rounding: 0 };
  };
};

const start = (coefficients: readonly number[], judge: ReturnType<typeof towards>) => {
  const polynomial = { origin: 0, coefficients };
  return { polynomial, verdict: judge(polynomial, interval) };
};

describe('a search among coefficients nearby', () => {
  it('finds those that meet the target, one change being enough', () => {
    const judge = towards([7, -3, 12]);
    for (const coefficients of [
      [8, -3, 12],
      [7, -5, 12],
      [7, -3, 11],
    ]) {
      const found = searchNearby(start(coefficients, judge), judge, interval, 0);
      expect(found.polynomial.coefficients).toEqual([7, -3, 12]);
      expect(found.verdict.ratio).toBe(1);
    }
  });

  it('leaves coefficients alone that have to stay, and polynomials that it can not help', () => {
    const judge = towards([7, -3, 12]);
    const held = start([7, -3, 11], judge);
    expect(searchNearby(held, judge, interval, 1)).toBe(held);
    const far = start([7, -3, 112], judge);
    expect(searchNearby(far, judge, interval, 0)).toBe(far);
    const met = start([7, -3, 12], judge);
    expect(searchNearby(met, judge, interval, 0)).toBe(met);
  });

  it('does not try its luck where rounding takes nearly all of the target', () => {
    const judge = towards([7, -3, 12]);
    const { polynomial, verdict } = start([8, -3, 12], judge);
    const rounded = { polynomial, verdict: { ...verdict, rounding: 0.9 } };
    expect(searchNearby(rounded, judge, interval, 0)).toBe(rounded);
  });

  it('looks where others failed before it looks everywhere, and not at long segments', () => {
    const judged: RawInterval[] = [];
    const judge = towards([7, -3, 12], judged);
    searchNearby(start([8, -3, 11], judge), judge, interval, 0);
    // No single change meets the target at argument 3, so that only the first was judged as a whole.
    expect(judged.filter(({ hi }) => hi === 8)).toHaveLength(1);
    expect(judged.length).toBeGreaterThan(6);
    const long = { lo: 0, hi: 1025 };
    const before = judged.length;
    searchNearby(start([8, -3, 12], judge), judge, long, 0);
    expect(judged.length).toBe(before + 1);
  });

  it('makes a division shorter than rounding one coefficient after the other does', () => {
    const found = search(
      {
        approximand: tanhOn(8),
        target: { ulp: 1 },
        measure: sameEverywhere(uniformMeasure),
        polish: 'minimax',
        guardBits: [0, 1, 2, 3, 4, 6, 8],
        arithmetic: { ...options, order: 1, scaling: 'scaled', output: parseFormat('Q8.12') },
      },
      'dyadic',
    );
    if ('kind' in found) throw new TypeError('the target can be met');
    for (const { verdict } of found[0].segments) expect(verdict.ratio).toBeLessThanOrEqual(1);
    // 59 without.
    expect(found[0].segments.length).toBeLessThanOrEqual(57);
  });
});
