import { describe, expect, it } from 'vitest';
import { linearTail, tailStart, type TailProblem } from '../../src/segment/tail.js';

const tanhTail = (target: TailProblem['target'], changes: Partial<TailProblem> = {}): TailProblem => ({
  scaled: (a) => Math.tanh(a / 16) * 16,
  last: 128,
  outputFracBits: 4,
  limits: { min: -128, max: 127, mirrorSum: 0 },
  target,
  ...changes,
});

/** The least worst error of any constant, by trying all. */
function leastWorst({ scaled, last, limits }: TailProblem, from: number): number {
  const errors = Array.from({ length: 256 }, (_, i) => {
    const output = i - 128;
    let worst = 0;
    for (let a = from; a <= last; a++) worst = Math.max(worst, Math.abs(output - scaled(a)));
    return output < limits.min || output > limits.max ? Infinity : worst;
  });
  return Math.min(...errors);
}

const timesSixteen = (a: number) => Math.tanh(a / 16) * 256;
const betweenOutputs = (a: number) => Math.tanh(a / 16) * 16 - 0.5;

describe('a constant tail', () => {
  it('has the least worst error that any constant has, and says how much it is', () => {
    for (const from of [0, 5, 16, 30, 60, 128]) {
      const problem = tanhTail({ ulp: 1 });
      expect(linearTail(problem, from).ulp).toBeCloseTo(leastWorst(problem, from), 12);
    }
  });

  it('stays within the output', () => {
    const { output, ulp } = linearTail(
      tanhTail({ ulp: 1 }, { scaled: timesSixteen, outputFracBits: 8 }),
      100,
    );
    expect(output).toBe(127);
    expect(ulp).toBe(0); // its mirror is −127, the least that a mirror can be
  });

  it.each([
    { ulp: 0.6 },
    { ulp: 1 },
    { ulp: 4 },
    { error: 0.05 },
    { relative: 0.02 },
    { ulp: 1, relative: 0.02 },
  ])('starts at the least argument from which it meets %j', (target) => {
    const problem = tanhTail(target);
    const start = tailStart(problem, 0);
    const meets = (from: number) => linearTail(problem, from).ratio <= 1;
    const expected = Array.from({ length: 129 }, (_, a) => a).find(meets);
    expect(start).toBe(expected);
  });

  it('starts nowhere where none meets the target', () => {
    expect(tailStart(tanhTail({ ulp: 0.25 }, { scaled: betweenOutputs }), 0)).toBeUndefined();
  });

  it('starts at the first argument where the target allows everything', () => {
    expect(tailStart(tanhTail({ ulp: 100 }), 0)).toBe(0);
  });
});
