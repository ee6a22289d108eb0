import { describe, expect, it } from 'vitest';
import { maxRaw, maxRawBigint, minRaw, minRawBigint, parseFormat } from '../../src/fixedpoint/format.js';
import { findFunction } from '../../src/function/catalogue.js';
import { definedInputs } from '../../src/plan/inputs.js';
import { reduce } from '../../src/plan/interpret.js';
import type { ReducibleFunction } from '../../src/plan/reducible.js';
import { reduceProblem, type ReducedProblem } from '../../src/plan/reduction.js';
import { FUNCTIONS, type FunctionName } from '../conformance/functions.js';

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
  ...['Q4.4', 'Q5.11', 'Q16.0', 'UQ8.8'].flatMap((input) =>
    ['sin', 'cos', 'sin, whole'].map((name) => ({ name, input, output: 'Q2.14' })),
  ),
  ...['Q4.4', 'Q5.11', 'UQ0.8'].flatMap((input) =>
    ['reciprocal', 'cbrt', 'ln'].map((name) => ({ name, input, output: 'Q8.8' })),
  ),
  { name: 'expm1', input: 'Q5.7', output: 'Q8.8', range: [-16, 5] },
  { name: 'silu', input: 'Q4.8', output: 'Q4.10' },
  { name: 'silu', input: 'Q4.8', output: 'Q4.6' },
  { name: 'asin', input: 'Q3.9', output: 'Q2.14' },
];

function setUp({ name, input, output, range }: Case) {
  const definition: ReducibleFunction =
    name in FUNCTIONS ? FUNCTIONS[name as FunctionName] : findFunction(name);
  const [from, to] = [parseFormat(input), parseFormat(output)];
  const scale = 2 ** from.fracBits;
  const raw = range
    ? { lo: range[0] * scale, hi: Math.floor(range[1] * scale) }
    : { lo: minRaw(from), hi: maxRaw(from) };
  const problem = reduceProblem(definition, { input: from, output: to, overflow: 'saturate', range: raw });
  return { definition, from, to, raw, problem };
}

const reduced = ({ fold, reduce: reduceIn, approximand }: ReducedProblem, x: number) =>
  reduce(
    { ...(fold ? { fold } : {}), reduce: reduceIn(ACCUMULATOR_BITS), argumentFracBits: approximand.fracBits },
    BigInt(x),
  );

const ACCUMULATOR_BITS = 40;

/** f at an input, put together from the value at its reduced argument; and the exponent that took part. */
function restored(problem: ReducedProblem, x: number, outFracBits: number, inFracBits: number) {
  const { argument, count, negate, folded } = reduced(problem, x);
  const { fold, finishOffset, approximand } = problem;
  const reduction = problem.reduce(ACCUMULATOR_BITS);
  const exponent = 'exponent' in reduction ? reduction.exponent : undefined;
  const scale = exponent?.effect === 'scale' ? exponent.slope * Number(count) + exponent.offset : 0;
  const added =
    exponent?.effect === 'add'
      ? (Number(exponent.perStep) * Number(count) + Number(exponent.offset)) * 2 ** -ACCUMULATOR_BITS
      : 0;
  const core = (approximand.evaluate(Number(argument)) + added) * 2 ** scale;
  const signed = (core + Number(finishOffset) * 2 ** -outFracBits) * (negate ? -1 : 1);
  if (!fold || !folded) return { value: signed, exponent: scale };
  const line = Number(fold.sum) * 2 ** -outFracBits + Number(fold.slope) * x * 2 ** -inFracBits;
  return { value: fold.sign * signed + line, exponent: scale };
}

describe.each(cases)('$name from $input to $output', (each) => {
  const { definition, from, to, raw, problem } = setUp(each);
  const stride = Math.max(1, Math.floor((raw.hi - raw.lo) / 1000));
  const every = Array.from(
    { length: Math.floor((raw.hi - raw.lo) / stride) + 1 },
    (_, i) => raw.lo + i * stride,
  );
  const holes = problem.undefined ?? [];
  const isDefined = (x: number) => !holes.some(({ lo, hi }) => x >= Number(lo) && x <= Number(hi));
  const ends = definedInputs({ input: from, undefined: holes }).flatMap(({ lo, hi }) => [
    Number(lo),
    Number(hi),
  ]);
  const inputs = [...every, ...ends, raw.hi].filter((x) => isDefined(x) && x >= raw.lo && x <= raw.hi);
  const ulp = 2 ** -to.fracBits;

  it('is the function, put together from reduced arguments', () => {
    // What a multiplier may cost, in values of the output; every other reduction is exact.
    const exact = !('multiplier' in problem.reduce(0));
    for (const x of inputs) {
      const value = definition.evaluate(x / 2 ** from.fracBits);
      if (!exact && Math.abs(value) > 2 ** (to.bits - to.fracBits)) continue;
      const difference = Math.abs(restored(problem, x, to.fracBits, from.fracBits).value - value);
      if (!(difference <= (exact ? 1e-9 * Math.max(1, Math.abs(value)) : ulp / 16))) {
        expect.fail(`f(${x} raw) is ${value}, ${difference / ulp} ulp from what is restored`);
      }
    }
  });

  it('reduces every input with a value to an argument between its ends', () => {
    const { lo, hi } = problem.approximand;
    for (const x of inputs) {
      const { argument } = reduced(problem, x);
      if (argument < BigInt(lo) || argument >= BigInt(hi)) expect.fail(`${x} becomes ${argument}`);
    }
  });

  it('knows the greatest exponent of its range that fits, and has no −0', () => {
    const exponents = inputs.map((x) => restored(problem, x, to.fracBits, from.fracBits).exponent);
    // Of those whose results the output can hold at all.
    const { lo, hi, evaluate } = problem.approximand;
    const least = Math.min(Math.abs(evaluate(lo)), Math.abs(evaluate(hi)));
    const held = exponents.filter((exponent) => least * 2 ** exponent <= 2 ** (to.bits - 1 - to.fracBits));
    expect(problem.worstExponent).toBe(
      Math.max(...('exponent' in problem.reduce(0) ? held : exponents), Math.min(...exponents)),
    );
    const numbers = JSON.stringify([problem.reduce(ACCUMULATOR_BITS), problem.fold], (_, value: unknown) =>
      Object.is(value, -0) ? 'minus zero' : value,
    );
    expect(numbers).not.toContain('minus zero');
  });

  it('leaves without a value what has none, and a zero that it would normalise, and nothing else', () => {
    for (const x of every) {
      const value = definition.evaluate(x / 2 ** from.fracBits);
      expect({ x, defined: isDefined(x) }).toEqual({
        x,
        defined:
          Number.isFinite(value) &&
          inDomain(definition, x / 2 ** from.fracBits) &&
          !(x === 0 && definition.reduction.kind === 'normalise'),
      });
    }
  });
});

function inDomain({ domain }: ReducibleFunction, x: number): boolean {
  return domain.some(
    ({ from, to, fromIncluded, toIncluded }) =>
      (x > from || (fromIncluded && x === from)) && (x < to || (toIncluded && x === to)),
  );
}

describe('inputs without a value', () => {
  it.each([
    { name: 'reciprocal', input: 'Q4.4', holes: [{ lo: 0, hi: 0, output: 2047 }] },
    {
      name: 'asin',
      input: 'Q3.5',
      holes: [
        { lo: -128, hi: -33, output: -402 },
        { lo: 33, hi: 127, output: 402 },
      ],
    },
    { name: 'cbrt', input: 'Q4.4', holes: [{ lo: 0, hi: 0, output: 0 }] },
    { name: 'cbrt', input: 'UQ4.4', holes: [{ lo: 0, hi: 0, output: 0 }] },
    { name: 'sqrt', input: 'Q4.4', holes: [{ lo: -128, hi: 0, output: 0 }] },
    { name: 'sin', input: 'Q4.4', holes: undefined },
    { name: 'ln', input: 'Q4.4', holes: [{ lo: -128, hi: 0, output: -2048 }] },
    { name: 'asin', input: 'UQ1.7', holes: [{ lo: 129, hi: 255, output: 402 }] },
  ])('of $name in $input', ({ name, input, holes }) => {
    const { problem } = setUp({ name, input, output: 'Q4.8', range: [0.25, 0.5] });
    expect(problem.undefined).toEqual(holes);
  });
});

describe('a fold', () => {
  it.each([
    { name: 'sigmoid', input: 'Q4.4', output: 'Q1.7', fold: { sign: -1, sum: 128, slope: 0 } },
    { name: 'sigmoid', input: 'UQ4.4', output: 'Q1.7', fold: undefined },
    { name: 'silu', input: 'Q4.4', output: 'Q4.4', fold: { sign: 1, sum: 0, slope: 1 } },
    { name: 'silu', input: 'Q4.4', output: 'Q5.3', fold: undefined },
    { name: 'cos', input: 'Q4.4', output: 'Q2.6', fold: { sign: 1, sum: 0, slope: 0 } },
  ])('of $name from $input to $output', ({ name, input, output, fold }) => {
    expect(setUp({ name, input, output }).problem.fold).toEqual(fold);
  });
});

describe('a period', () => {
  it('that no input leaves the first quadrant of is not reduced', () => {
    const { problem } = setUp({ name: 'sin', input: 'Q1.7', output: 'Q1.7' });
    expect(problem.reduce(0)).toEqual({ kind: 'none' });
    expect(problem.approximand.evaluate(64)).toBe(Math.sin(0.5));
  });

  it.each(['Q8.24', 'Q32.0', 'Q32.32', 'UQ64.0', 'Q2.62'])(
    'has a multiplier for the largest input of %s: the argument is within 2^-4 ulp',
    (input) => {
      const from = parseFormat(input);
      const range = { lo: 0, hi: 1 };
      const setting = { input: from, output: parseFormat('Q2.30'), overflow: 'saturate', range } as const;
      const problem = reduceProblem(FUNCTIONS.sin, setting);
      const plan = problem.reduce(0);
      if (plan.kind !== 'periodic') throw new TypeError('sin is periodic');
      const farthest = input.startsWith('U') ? maxRawBigint(from) : -minRawBigint(from);
      // x · 2/π with 200 bits more, against z; modulo nothing, so that every bit of the count is right, too.
      const long = FUNCTIONS.sin.reduction.multiplierFixed(200);
      const exact = (farthest * long) >> BigInt(from.fracBits + 200 - problem.approximand.fracBits - 20);
      const z = (farthest * BigInt(plan.multiplier)) >> BigInt(plan.shift);
      const error = Math.abs(Number((z << 20n) - exact)) * 2 ** -20;
      expect((error * Math.PI) / 2 / 2 ** (problem.approximand.fracBits - 30)).toBeLessThan(2 ** -4);
    },
  );
});

describe('breaks', () => {
  it('are the first arguments at or after them, inside', () => {
    const { problem } = setUp({ name: 'hard-sigmoid', input: 'Q4.4', output: 'Q2.6' });
    expect(problem.breaks).toEqual([-48, 48]);
    const unsigned = setUp({ name: 'hard-sigmoid', input: 'UQ1.7', output: 'Q2.6' }).problem;
    expect(unsigned.breaks).toEqual([]);
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
