import { describe, expect, it } from 'vitest';
import { horner } from '../../src/fixedpoint/horner.js';
import { ROUNDING_MODES, roundShift } from '../../src/fixedpoint/rounding.js';
import { fitPolynomial } from '../../src/fit/polynomial.js';
import { judge } from '../../src/segment/judge.js';
import { searchOn } from './problems.js';

/** The worst error over every input, by the meaning of the arithmetic. */
function worstError({ approximand, arithmetic }: ReturnType<typeof searchOn>, lo: number, hi: number) {
  const { format, order, steps } = arithmetic;
  const { measure, polish } = searchOn(1, {});
  const problem = { f: approximand.evaluate, allowed: () => 1, order, measure, polish, format };
  const { origin, coefficients } = fitPolynomial(problem, { lo, hi });
  let worst = { ulp: -1, at: lo };
  for (let a = lo; a < hi; a++) {
    const sum = horner(coefficients.map(BigInt), steps, BigInt(a - origin));
    const shift = arithmetic.accumulatorFracBits - arithmetic.outputFracBits;
    const result = Number(roundShift(sum, shift, arithmetic.rounding));
    const ulp = Math.abs(result - approximand.evaluate(a) * 2 ** arithmetic.outputFracBits);
    if (ulp > worst.ulp) worst = { ulp, at: a };
  }
  return { worst, polynomial: { origin, coefficients } };
}

describe('the verdict on a segment', () => {
  it.each(ROUNDING_MODES)('of few inputs is the worst of all of them: %s', (mode) => {
    const problem = searchOn(4, { ulp: 1.5 }, { stepRounding: mode, rounding: mode, guardBits: 2 });
    for (const [lo, hi] of [
      [0, 128],
      [4000, 4100],
      [900, 901],
    ]) {
      const { worst, polynomial } = worstError(problem, lo, hi);
      const verdict = judge(problem.approximand, problem.arithmetic, problem.target, { lo, hi }, polynomial);
      expect(verdict.ulp).toBeCloseTo(worst.ulp, 9);
      expect(verdict.ratio).toBeCloseTo(worst.ulp / 1.5, 9);
      expect(verdict.worstArgument).toBe(worst.at);
    }
  });

  it.each(ROUNDING_MODES)(
    'of many inputs is hardly less than the worst of all, nor much more: %s',
    (mode) => {
      const problem = searchOn(4, { ulp: 1 }, { stepRounding: mode, rounding: mode });
      for (const [lo, hi] of [
        [0, 4096],
        [0, 16384],
        [8192, 12288],
      ]) {
        const { worst, polynomial } = worstError(problem, lo, hi);
        const { ulp } = judge(
          problem.approximand,
          problem.arithmetic,
          problem.target,
          { lo, hi },
          polynomial,
        );
        expect(ulp).toBeGreaterThan(worst.ulp * 0.999);
        expect(ulp).toBeLessThan(worst.ulp * 1.02 + 1.5);
      }
    },
  );

  it('counts what is wrong where f is zero', () => {
    const problem = searchOn(1, { ulp: 1 });
    const shifted = { origin: 0, coefficients: [0, 0, 3 * 2 ** 4] };
    const { ulp, worstArgument } = judge(
      problem.approximand,
      problem.arithmetic,
      problem.target,
      { lo: 0, hi: 2 },
      shifted,
    );
    expect([ulp, worstArgument]).toEqual([3, 0]);
  });
});
