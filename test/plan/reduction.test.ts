import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw, parseFormat } from '../../src/fixedpoint/format.js';
import { findFunction } from '../../src/function/catalogue.js';
import { reduce } from '../../src/plan/interpret.js';
import { reduceProblem, type ReducedProblem } from '../../src/plan/reduction.js';

interface Case {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  /** As values; the whole format's defined inputs where not given. */
  readonly range?: readonly [number, number];
}

const cases: readonly Case[] = [
  { name: 'tanh', input: 'Q4.12', output: 'Q4.12' },
  { name: 'tanh', input: 'UQ4.12', output: 'Q1.15' },
  { name: 'sigmoid', input: 'Q4.12', output: 'UQ0.16' },
  { name: 'sigmoid', input: 'UQ4.4', output: 'Q2.6' },
  ...['Q4.4', 'Q3.5', 'Q4.12', 'Q5.11', 'UQ4.4', 'UQ5.11', 'UQ0.8', 'Q8.0', 'Q1.15', 'UQ16.0'].flatMap(
    (input) => [
      { name: 'rsqrt', input, output: 'Q8.8' },
      { name: 'log2', input, output: 'Q8.8' },
    ],
  ),
  { name: 'exp', input: 'Q4.4', output: 'Q4.4', range: [-8, 2] },
  { name: 'exp', input: 'Q4.12', output: 'Q4.12', range: [-8, 2] },
  { name: 'exp', input: 'UQ2.14', output: 'UQ6.10', range: [0, 3.9] },
  { name: 'exp', input: 'Q8.0', output: 'Q12.4', range: [-100, 7] },
  { name: 'exp', input: 'Q1.15', output: 'Q2.14', range: [-1, 0.5] },
];

function setUp({ name, input, output, range }: Case) {
  const definition = findFunction(name);
  const from = parseFormat(input);
  const least = definition.domain[0].from === 0 ? 1 : minRaw(from);
  const raw = range
    ? { lo: range[0] * 2 ** from.fracBits, hi: Math.floor(range[1] * 2 ** from.fracBits) }
    : { lo: least, hi: maxRaw(from) };
  const problem = reduceProblem(definition, from, parseFormat(output), raw);
  return { definition, from, raw, problem };
}

/** f at an input, put together from the value at its reduced argument; and the exponent that took part. */
function restored(problem: ReducedProblem, x: number): { value: number; exponent: number } {
  const { reduce: reduction, approximand } = problem;
  const { argument, negative, count } = reduce(
    { reduce: reduction, argumentFracBits: approximand.fracBits },
    BigInt(x),
  );
  const value = approximand.evaluate(Number(argument));
  if ('exponent' in reduction) {
    const { effect, slope, offset } = reduction.exponent;
    const e = slope * count + offset;
    return { value: effect === 'scale' ? value * 2 ** e : value + e, exponent: effect === 'scale' ? e : 0 };
  }
  if (!negative) return { value, exponent: 0 };
  return { value: reduction.kind === 'point' ? 1 - value : -value, exponent: 0 };
}

describe.each(cases)('$name from $input to $output', (each) => {
  const { definition, from, raw, problem } = setUp(each);
  const stride = Math.max(1, Math.floor((raw.hi - raw.lo) / 1000));
  const inputs = Array.from(
    { length: Math.floor((raw.hi - raw.lo) / stride) + 1 },
    (_, i) => raw.lo + i * stride,
  );

  it('is the function, put together from reduced arguments', () => {
    // What a split's multiplier may cost, in values of the output; every other reduction is exact.
    const unit = problem.reduce.kind === 'split' ? 2 ** -parseFormat(each.output).fracBits / 16 : 1e-12;
    for (const x of [...inputs, raw.hi]) {
      const value = definition.evaluate(x / 2 ** from.fracBits);
      const difference = Math.abs(restored(problem, x).value - value);
      if (!(difference <= unit * Math.max(1, problem.reduce.kind === 'split' ? 1 : Math.abs(value)))) {
        expect.fail(`f(${x} raw) is ${value}, restored ${restored(problem, x).value}`);
      }
    }
  });

  it('reduces every input to an argument between its ends', () => {
    const { lo, hi } = problem.approximand;
    for (const x of [...inputs, raw.hi]) {
      const { argument } = reduce(
        { reduce: problem.reduce, argumentFracBits: problem.approximand.fracBits },
        BigInt(x),
      );
      if (argument < BigInt(lo) || argument >= BigInt(hi)) expect.fail(`${x} becomes ${argument}`);
    }
  });

  it('knows the greatest exponent of its range, and has no −0', () => {
    const exponents = [...inputs, raw.hi].map((x) => restored(problem, x).exponent);
    expect(problem.worstExponent).toBe(Math.max(...exponents));
    if ('exponent' in problem.reduce) {
      expect(Object.values(problem.reduce.exponent).some((value) => Object.is(value, -0))).toBe(false);
    }
  });
});

describe('a folded function', () => {
  it.each([
    { range: [-2, 2], hi: 2 * 16, tail: true },
    { range: [-2, 1], hi: 2 * 16, tail: true },
    { range: [1, 3], hi: 3 * 16, tail: true },
    { range: [-8, 7], hi: 8 * 16 + 1, tail: false },
  ])('of $range has segments up to raw $hi, tail: $tail', ({ range, hi, tail }) => {
    const [lo, end] = range;
    const { problem } = setUp({ name: 'tanh', input: 'Q4.4', output: 'Q4.4', range: [lo, end] });
    expect(problem.approximand).toMatchObject({ lo: 0, hi });
    expect([problem.needsLowTail, problem.needsHighTail]).toEqual([false, tail]);
  });
});

describe('a function that is not folded', () => {
  it.each([
    { range: [0, 15.9375], hi: 256, low: false, high: false },
    { range: [0, 3], hi: 48, low: false, high: true },
    { range: [1, 3], hi: 48, low: true, high: true },
  ])('of $range needs tails: low $low, high $high', ({ range, hi, low, high }) => {
    const [lo, end] = range;
    const { problem } = setUp({ name: 'tanh', input: 'UQ4.4', output: 'Q4.4', range: [lo, end] });
    expect(problem.approximand.hi).toBe(hi);
    expect([problem.needsLowTail, problem.needsHighTail]).toEqual([low, high]);
  });
});
