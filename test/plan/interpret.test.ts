import { describe, expect, it } from 'vitest';
import { parseFormat } from '../../src/fixedpoint/format.js';
import { interpret, reduce } from '../../src/plan/interpret.js';
import type { Fold, PlanDraft, Reduction } from '../../src/plan/plan.js';

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
    const plan: PlanDraft = { ...identity, undefined: [{ lo: -128, hi: 0, output: 127 }] };
    expect(outputs(plan, [-128, -1, 0, 1])).toEqual([127, 127, 127, 1]);
  });

  it.each([
    ['odd', { sign: -1, sum: 0, slope: 0 }, [-100, 100, 0, -127]],
    ['even', { sign: 1, sum: 0, slope: 0 }, [100, 100, 0, 127]],
    ['1 − f(−x)', { sign: -1, sum: 16, slope: 0 }, [-84, 100, 0, -111]],
    ['f(−x) + x', { sign: 1, sum: 0, slope: 1 }, [0, 100, 0, -1]],
    ['3 − f(−x) + 2x', { sign: -1, sum: 3, slope: 2 }, [-128, 100, 0, -128]],
    ['3 + f(−x) − 2x', { sign: 1, sum: 3, slope: -2 }, [127, 100, 0, 127]],
  ] as [string, Fold, number[]][])('folds and unfolds: %s', (_, fold, expected) => {
    // −(−128) saturates to 127 before it is unfolded.
    const plan: PlanDraft = {
      ...identity,
      fold,
    };
    expect(outputs(plan, [-100, 100, 0, -128])).toEqual(expected);
  });

  it('mirrors after rounding, so that both sides round alike', () => {
    const plan: PlanDraft = {
      ...identity,
      fold: { sign: -1, sum: 0, slope: 0 },
      coefficientFracBits: [6, 6],
      guardBits: 2,
      finish: { rounding: 'half-up', overflow: 'saturate' },
    };
    for (let x = 1; x < 128; x++) expect(interpret(plan, -x)).toBe(-interpret(plan, x));
  });

  describe('normalisation', () => {
    const normalise: PlanDraft = {
      ...identity,
      undefined: [{ lo: -128, hi: 0, output: 127 }],
      reduce: { kind: 'normalise', width: 7, step: 2, exponent: { effect: 'scale', slope: 1, offset: -1 } },
    };

    it.each([
      // bit length, floor((7 − length) / 2) steps of 2 bits
      [1, 64n, 3n],
      [2, 32n, 2n],
      [3, 48n, 2n],
      [4, 64n, 2n],
      [7, 112n, 2n],
      [8, 32n, 1n],
      [31, 124n, 1n],
      [32, 32n, 0n],
      [64, 64n, 0n],
      [127, 127n, 0n],
    ])('of %d gives %d, count %d', (x, argument, count) => {
      expect(reduce(normalise, BigInt(x))).toEqual({ argument, count, negate: false, folded: false });
    });

    it('of longer numbers than its width does nothing', () => {
      const short = { ...normalise, reduce: { ...normalise.reduce, width: 4 } as Reduction };
      expect(reduce(short, 100n)).toEqual({ argument: 100n, count: 0n, negate: false, folded: false });
    });

    it('scales by the exponent, then rounds once', () => {
      // 124 · 2^(1−1), 64 · 2^(3−1) saturated, 127 · 2^(0−1) to even
      expect(outputs(normalise, [31, 1, 127, 125])).toEqual([124, 127, 64, 62]);
    });

    it('or adds a multiple of a constant, in units of the accumulator', () => {
      const plan: PlanDraft = {
        ...normalise,
        reduce: {
          kind: 'normalise',
          width: 7,
          step: 2,
          exponent: { effect: 'add', perStep: -48, offset: 32 },
        },
      };
      // argument + 32 − 48k
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
    expect(reduce(plan, -9n)).toEqual({ argument: 2n, count: -1n, negate: false, folded: false });
    expect(reduce(plan, 11n)).toEqual({ argument: 0n, count: 1n, negate: false, folded: false });
    expect(outputs(plan, [-9, 21, 12])).toEqual([1, 30, 4]);
  });

  it('adds an offset after the rounding, before the overflow', () => {
    const finish = { rounding: 'half-even', overflow: 'saturate', offset: -100 } as const;
    expect(outputs({ ...identity, finish }, [-40, 0, 3, 127])).toEqual([-128, -100, -97, 27]);
    const odd = {
      ...identity,
      coefficientFracBits: [5, 5],
      guardBits: 1,
      segments: [{ lo: -4096, hi: 4096, origin: 0, coefficients: [16, 0] }],
    };
    // 5/2 is a tie: to 2, then −99; added before, the tie would go to the other side.
    expect(outputs({ ...odd, finish: { ...finish, offset: -99 } }, [5, 7])).toEqual([-97, -95]);
  });

  it('gives affine tails their lines, rounded and limited', () => {
    const slope = { multiplier: 3, shift: 1, rounding: 'half-up' } as const;
    const plan: PlanDraft = {
      ...identity,
      tails: { low: { bound: -20, output: -7, slope }, high: { bound: 30, output: -9, slope } },
    };
    // 3a/2 rounded, then −7 or −9
    expect(outputs(plan, [-128, -21, -20, 29, 30, 31, 127])).toEqual([-128, -38, -20, 29, 36, 38, 127]);
  });

  it('takes a tail of each stretch of inputs without a value', () => {
    const holes = [
      { lo: -128, hi: -100, output: -5 },
      { lo: 0, hi: 0, output: 77 },
      { lo: 100, hi: 126, output: 6 },
    ];
    const plan: PlanDraft = { ...identity, undefined: holes };
    expect(outputs(plan, [-128, -100, -99, -1, 0, 1, 99, 100, 126, 127])).toEqual([
      -5, -5, -99, -1, 77, 1, 99, 6, 6, 127,
    ]);
  });

  describe('a period', () => {
    const quadrant = (mirror: boolean, negate: boolean) => ({ mirror, negate });
    const quadrants = [
      quadrant(false, false),
      quadrant(true, false),
      quadrant(false, true),
      quadrant(true, true),
    ];
    const wave: PlanDraft = {
      ...identity,
      argumentFracBits: 4,
      reduce: { kind: 'periodic', multiplier: 1, shift: 0, quadrants },
    };

    it('goes up, down, below and back, and so on both sides of zero', () => {
      const xs = [0, 5, 16, 20, 32, 33, 48, 50, 64, 69, -1, -16, -17, -64];
      expect(outputs(wave, xs)).toEqual([0, 5, 16, 12, 0, -1, -16, -14, 0, 5, -1, -16, -15, 0]);
    });

    it('negates after the overflow, and overflows again', () => {
      const steep: PlanDraft = {
        ...wave,
        segments: [{ lo: 0, hi: 17, origin: 0, coefficients: [256, 0] }],
        select: { kind: 'compare', bounds: [] },
      };
      // 16 · 16 saturates to 127, and its negative is −127.
      expect(outputs(steep, [16, 48])).toEqual([127, -127]);
      const wrap = { ...steep, finish: { ...steep.finish, overflow: 'wrap' } } as const;
      // 8 · 16 = 128 wraps to −128, and its negative is 128 again.
      expect(outputs(wrap, [8, 40])).toEqual([-128, -128]);
    });
  });

  it('folds before it reduces', () => {
    const plan: PlanDraft = {
      ...identity,
      fold: { sign: -1, sum: 0, slope: 0 },
      undefined: [{ lo: 0, hi: 0, output: 1 }],
      reduce: { kind: 'normalise', width: 7, step: 1, exponent: { effect: 'scale', slope: -1, offset: 0 } },
    };
    expect(reduce(plan, -3n)).toEqual({ argument: 96n, count: 5n, negate: false, folded: true });
    expect(outputs(plan, [3, -3, 0, -100])).toEqual([3, -3, 1, -100]);
  });

  it('shifts results out of sight without ever holding them', () => {
    const plan: PlanDraft = {
      ...identity,
      argumentFracBits: 4,
      reduce: {
        kind: 'split',
        multiplier: '1000000000000000000000',
        shift: 0,
        exponent: { effect: 'scale', slope: 1, offset: 0 },
      },
      segments: [{ lo: 0, hi: 16, origin: 0, coefficients: [16, 16] }],
      select: { kind: 'compare', bounds: [] },
    };
    expect(outputs(plan, [-1, 0, 1])).toEqual([0, 16, 127]);
    const wrap = { ...plan, finish: { ...plan.finish, overflow: 'wrap' } } as const;
    expect(outputs(wrap, [1])).toEqual([0]);
  });

  it('runs plans of 64 bits, whose integers are texts', () => {
    const wide: PlanDraft = {
      ...identity,
      input: parseFormat('Q32.32'),
      output: parseFormat('UQ32.32'),
      argumentFracBits: 32,
      coefficientFracBits: [4, 32],
      segments: [
        {
          lo: '-9223372036854775808',
          hi: '9223372036854775808',
          origin: 0,
          coefficients: [16, '9223372036854775808'],
        },
      ],
      select: { kind: 'compare', bounds: [] },
    };
    for (const x of [-(2n ** 63n), -1n, 0n, 2n ** 63n - 1n]) expect(interpret(wide, x)).toBe(x + 2n ** 63n);
  });
});
