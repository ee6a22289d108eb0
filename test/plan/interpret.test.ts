import { describe, expect, it } from 'vitest';
import { parseFormat } from '../../src/fixedpoint/format.js';
import { interpret, reduce } from '../../src/plan/interpret.js';
import type { PlanDraft, Reduction } from '../../src/plan/plan.js';

/** y = a in 8 bits, one segment, nothing reduced, nothing rounded. */
const identity: PlanDraft = {
  name: 'identity',
  function: 'tanh',
  input: parseFormat('Q4.4'),
  output: parseFormat('Q4.4'),
  range: { lo: -128, hi: 127 },
  target: { ulp: 1 },
  reduce: { kind: 'none' },
  tails: {},
  select: { kind: 'uniform', lo: -4096, shift: 13 },
  segments: [{ lo: -4096, hi: 4096, origin: 0, coefficients: [16, 0] }],
  argumentFracBits: 4,
  coefficientFracBits: [4, 4],
  guardBits: 0,
  steps: [{ shift: 4, rounding: 'floor' }],
  finish: { rounding: 'half-even', overflow: 'saturate' },
};

const outputs = (plan: PlanDraft, inputs: readonly number[]) => inputs.map((x) => Number(interpret(plan, x)));

describe('the meaning of a plan', () => {
  it('is Horner’s scheme around the origin of the segment that holds the argument', () => {
    const plan: PlanDraft = {
      ...identity,
      select: { kind: 'compare', bounds: [0, 10] },
      segments: [
        { lo: -128, hi: 0, origin: -50, coefficients: [32, 3] },
        { lo: 0, hi: 10, origin: 5, coefficients: [8, 20] },
        { lo: 10, hi: 128, origin: 100, coefficients: [-16, 1] },
      ],
    };
    // 2(a + 50) + 3, floor((a − 5) / 2) + 20, 1 − (a − 100)
    expect(outputs(plan, [-60, -1, 0, 9, 10, 127])).toEqual([-17, 101, 17, 22, 91, -26]);
  });

  it.each([
    ['half-even', [0, 0, 1, 2, 2, 2]],
    ['half-up', [0, 1, 1, 2, 2, 3]],
    ['floor', [0, 0, 0, 1, 2, 2]],
  ] as const)('drops the guard bits at the end: %s', (rounding, expected) => {
    const plan: PlanDraft = {
      ...identity,
      coefficientFracBits: [6, 6],
      guardBits: 2,
      segments: [{ lo: -4096, hi: 4096, origin: 0, coefficients: [16, 0] }],
      finish: { rounding, overflow: 'saturate' },
    };
    expect(outputs(plan, [1, 2, 3, 6, 8, 10])).toEqual(expected);
  });

  it.each([
    ['saturate', [127, -128]],
    ['saturate-symmetric', [127, -127]],
    ['wrap', [-56, 56]],
  ] as const)('ends what the output cannot hold: %s', (overflow, expected) => {
    const plan: PlanDraft = {
      ...identity,
      segments: [{ lo: -4096, hi: 4096, origin: 0, coefficients: [32, 0] }],
      finish: { rounding: 'floor', overflow },
    };
    expect(outputs(plan, [100, -100])).toEqual(expected);
  });

  it('throws where overflow is an error', () => {
    const finish = { rounding: 'floor', overflow: 'error' } as const;
    const plan: PlanDraft = {
      ...identity,
      segments: [{ lo: -4096, hi: 4096, origin: 0, coefficients: [32, 0] }],
      finish,
    };
    expect(outputs(plan, [63, -64])).toEqual([126, -128]);
    expect(() => interpret(plan, 64)).toThrow(RangeError);
  });

  it('gives tails their constants, from their bounds on', () => {
    const plan: PlanDraft = {
      ...identity,
      tails: { low: { bound: -20, output: -7 }, high: { bound: 30, output: 9 } },
    };
    expect(outputs(plan, [-128, -21, -20, 29, 30, 127])).toEqual([-7, -7, -20, 29, 9, 9]);
  });

  it('gives inputs without a value their constant', () => {
    const plan: PlanDraft = { ...identity, undefined: { upTo: 0, output: 127 } };
    expect(outputs(plan, [-128, -1, 0, 1])).toEqual([127, 127, 127, 1]);
  });

  it.each([
    ['odd', { kind: 'odd' }, [-100, 100, 0, -128]],
    ['even', { kind: 'even' }, [100, 100, 0, 127]],
    ['point', { kind: 'point', sum: 16 }, [-84, 100, 0, -111]],
  ] as [string, Reduction, number[]][])('folds and unfolds: %s', (_, reduction, expected) => {
    // −(−128) saturates to 127 before it is mirrored: −127, but for odd functions the tail below.
    const plan: PlanDraft = {
      ...identity,
      reduce: reduction,
      tails: reduction.kind === 'odd' ? { high: { bound: 128, output: 128 } } : {},
    };
    expect(outputs(plan, [-100, 100, 0, -128])).toEqual(expected);
  });

  it('mirrors after rounding, so that both sides round alike', () => {
    const plan: PlanDraft = {
      ...identity,
      reduce: { kind: 'odd' },
      coefficientFracBits: [6, 6],
      guardBits: 2,
      finish: { rounding: 'half-up', overflow: 'saturate' },
    };
    for (let x = 1; x < 128; x++) expect(interpret(plan, -x)).toBe(-interpret(plan, x));
  });

  describe('normalisation', () => {
    const normalise: PlanDraft = {
      ...identity,
      undefined: { upTo: 0, output: 127 },
      reduce: { kind: 'normalise', width: 7, step: 2, exponent: { effect: 'scale', slope: 1, offset: -1 } },
    };

    it.each([
      // bit length, floor((7 − length) / 2) steps of 2 bits
      [1, 64n, 3],
      [2, 32n, 2],
      [3, 48n, 2],
      [4, 64n, 2],
      [7, 112n, 2],
      [8, 32n, 1],
      [31, 124n, 1],
      [32, 32n, 0],
      [64, 64n, 0],
      [127, 127n, 0],
    ])('of %d gives %d, count %d', (x, argument, count) => {
      expect(reduce(normalise, BigInt(x))).toEqual({ argument, count, negative: false });
    });

    it('of longer numbers than its width does nothing', () => {
      const short = { ...normalise, reduce: { ...normalise.reduce, width: 4 } as Reduction };
      expect(reduce(short, 100n)).toEqual({ argument: 100n, count: 0, negative: false });
    });

    it('scales by the exponent, then rounds once', () => {
      // 124 · 2^(1−1), 64 · 2^(3−1) saturated, 127 · 2^(0−1) to even
      expect(outputs(normalise, [31, 1, 127, 125])).toEqual([124, 127, 64, 62]);
    });

    it('or adds the exponent as a whole number', () => {
      const plan: PlanDraft = {
        ...normalise,
        reduce: { kind: 'normalise', width: 7, step: 2, exponent: { effect: 'add', slope: -3, offset: 2 } },
      };
      // argument + 16 · (2 − 3k)
      expect(outputs(plan, [31, 1, 64])).toEqual([124 - 16, 64 - 112, 96]);
    });
  });

  it('splits z = floor(x · multiplier · 2^-shift) into a whole number and the rest, below zero too', () => {
    const plan: PlanDraft = {
      ...identity,
      argumentFracBits: 4,
      reduce: { kind: 'split', multiplier: 3, shift: 1, exponent: { effect: 'scale', slope: 1, offset: 0 } },
    };
    // 3x / 2 = −15 · 2^… : z of −9 is floor(−13.5) = −14 = −1 · 16 + 2
    expect(reduce(plan, -9n)).toEqual({ argument: 2n, count: -1, negative: false });
    expect(reduce(plan, 11n)).toEqual({ argument: 0n, count: 1, negative: false });
    expect(outputs(plan, [-9, 21, 12])).toEqual([1, 30, 4]);
  });
});
