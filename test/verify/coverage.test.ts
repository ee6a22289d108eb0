import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { reduce } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { narrow } from '../plan/narrow.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { stretchesOf, UNIT_INPUTS, unitsOf } from '../../src/verify/coverage.js';

const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q8.4' },
  { function: 'tanh', format: 'Q8.4', range: [-3, 2], ulp: 2 },
  { function: 'tanh', format: 'UQ4.8', range: [0, 4], ulp: 1 },
  { function: 'tanh', format: 'Q3.5' },
  { function: 'sigmoid', format: 'Q8.4', range: [2, 5] },
  { function: 'rsqrt', format: 'Q4.6', range: [1, 2] },
  { function: 'exp', format: 'Q4.6' },
];

const planOf = (spec: KernelSpec) => narrow(propose(resolveSpec(spec)).plan);

function servedByTail(plan: KernelPlan, x: number): boolean {
  const { argument } = reduce(plan, BigInt(x));
  const { low, high } = plan.tails;
  return !!(low && argument < BigInt(low.bound)) || !!(high && argument >= BigInt(high.bound));
}

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('coverage of %s', (_, spec) => {
  const plan = planOf(spec);
  const stretches = stretchesOf(plan);

  it('is every input of the format, once, ascending', () => {
    expect(stretches[0].first).toBe(minRaw(plan.input));
    expect(stretches.at(-1)?.last).toBe(maxRaw(plan.input));
    stretches.forEach((stretch, i) => {
      expect(stretch.last).toBeGreaterThanOrEqual(stretch.first);
      if (i > 0) expect(stretch.first).toBe(stretches[i - 1].last + 1);
    });
  });

  it('tells what lies in the range, and what a tail serves', () => {
    for (const { first, last, ...found } of stretches) {
      for (let x = first; x <= last; x++) {
        const inRange = x >= plan.range.lo && x <= plan.range.hi;
        expect({ x, ...found }).toEqual({ x, inRange, inTail: servedByTail(plan, x) });
      }
    }
  });
});

describe('a low tail', () => {
  it('is told apart, too', () => {
    const base = planOf({ function: 'tanh', format: 'UQ4.8', range: [0, 4], ulp: 1 });
    const from = base.segments[0].lo + 5;
    const segments = [{ ...base.segments[0], lo: from }, ...base.segments.slice(1)];
    const plan: KernelPlan = {
      ...base,
      segments,
      range: { lo: from, hi: base.range.hi },
      tails: { ...base.tails, low: { bound: from, output: 0 } },
    };
    expect(stretchesOf(plan)[0]).toEqual({ first: 0, last: from - 1, inRange: false, inTail: true });
  });
});

describe('units', () => {
  it('divide every stretch at multiples of their size, and cover the format once', () => {
    const plan = planOf({ function: 'tanh', input: 'Q5.20', output: 'Q1.15', range: [-3, 3], ulp: 200 });
    const units = unitsOf(plan);
    expect(units[0].first).toBe(minRaw(plan.input));
    expect(units.at(-1)?.last).toBe(maxRaw(plan.input));
    units.forEach(({ first, last }, i) => {
      expect(last).toBeGreaterThanOrEqual(first);
      expect(Math.floor(first / UNIT_INPUTS)).toBe(Math.floor(last / UNIT_INPUTS));
      if (i > 0) expect(first).toBe(units[i - 1].last + 1);
    });
    expect(units.some(({ first }) => first % UNIT_INPUTS !== 0)).toBe(true);
  });
});
