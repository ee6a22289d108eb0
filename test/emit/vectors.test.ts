import { describe, expect, it } from 'vitest';
import { benchView } from '../../src/emit/hardware-vectors.js';
import { vectorsOf } from '../../src/emit/vectors.js';
import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import { interpret, reduce, selectSegment } from '../../src/plan/interpret.js';
import { PLANS_OF_16_BITS } from '../conformance/sixteen-bits.js';
import { PLANS } from '../conformance/plans.js';

const ALL = { ...PLANS, ...PLANS_OF_16_BITS };
const NAMES = [
  ...Object.keys(PLANS_OF_16_BITS),
  'sin Q32.32',
  'expm1 Q64.0',
  'asin Q3.9',
  'sigmoid UQ0.64 out',
];

describe('test vectors', () => {
  it.each(NAMES)('hold the ends, zero, and every edge with its neighbours: %s', (name) => {
    const plan = ALL[name]();
    const { inputs, outputs } = vectorsOf(plan);
    const has = new Set(inputs);
    expect(inputs).toEqual([...has].toSorted((a, b) => (a < b ? -1 : 1)));
    const [least, most] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
    for (const x of [least, 0n, most]) expect(has).toContain(x);
    const edges = [
      ...(plan.exceptions?.inputs ?? []),
      ...(plan.undefined ?? []).flatMap(({ lo, hi }) => [lo, hi]),
    ];
    for (const edge of edges) {
      for (const x of [BigInt(edge) - 1n, BigInt(edge), BigInt(edge) + 1n]) {
        if (x >= least && x <= most) expect(has).toContain(x);
      }
    }
    expect(outputs).toEqual(inputs.map((x) => interpret(plan, x)));
    expect(inputs.length).toBeGreaterThan(250);
  });

  it.each(NAMES)('reach every segment that an input reaches: %s', (name) => {
    const plan = ALL[name]();
    const { low, high } = plan.tails;
    const reached = new Set<number>();
    let inTails = 0;
    for (const input of vectorsOf(plan).inputs) {
      if (plan.undefined?.some(({ lo, hi }) => input >= BigInt(lo) && input <= BigInt(hi))) continue;
      const { argument } = reduce(plan, input);
      const served = (low && argument < BigInt(low.bound)) || (high && argument >= BigInt(high.bound));
      if (served) inTails++;
      else reached.add(selectSegment(plan.select, argument));
    }
    // The last may be there for the one argument that ends a period, or for the most negative input.
    expect(reached.size).toBeGreaterThanOrEqual(plan.segments.length - 1);
    if (low ?? high) expect(inTails).toBeGreaterThan(2);
  });
});

describe('the vectors of a test bench', () => {
  it('are words of an input above an output', () => {
    const plan = PLANS['odd, tail apart']();
    const { words, inputBits, outputBits, inputTop, outputTop, wordTop } = benchView(plan);
    expect([inputBits, outputBits, inputTop, outputTop, wordTop]).toEqual([12, 12, 23, 11, 23]);
    const least = interpret(plan, -2048);
    expect(words[0]).toBe(`800${BigInt.asUintN(12, least).toString(16).padStart(3, '0')}`);
  });
});
