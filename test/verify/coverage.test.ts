import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { reduce } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { narrow } from '../plan/narrow.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { coverage, SHARD_INPUTS, shardsOf } from '../../src/verify/coverage.js';

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
  const stretches = coverage(plan);

  it('is every input of the format, once, ascending', () => {
    expect(stretches[0].first).toBe(minRaw(plan.input));
    expect(stretches.at(-1)?.last).toBe(maxRaw(plan.input));
    stretches.forEach((stretch, i) => {
      expect(stretch.last).toBeGreaterThanOrEqual(stretch.first);
      if (i > 0) expect(stretch.first).toBe(stretches[i - 1].last + 1);
    });
  });

  it('claims the range and what a tail serves, and runs all but tails outside the range', () => {
    for (const { first, last, claimed, method } of stretches) {
      for (let x = first; x <= last; x++) {
        const inRange = x >= plan.range.lo && x <= plan.range.hi;
        const inTail = servedByTail(plan, x);
        expect({ x, claimed, method }).toEqual({
          x,
          claimed: inRange || inTail,
          method: inTail && !inRange ? 'monotone' : 'run',
        });
      }
    }
  });
});

describe('a low tail', () => {
  it('is proven by monotonicity, too', () => {
    const base = planOf({ function: 'tanh', format: 'UQ4.8', range: [0, 4], ulp: 1 });
    const from = base.segments[0].lo + 5;
    const segments = [{ ...base.segments[0], lo: from }, ...base.segments.slice(1)];
    const plan: KernelPlan = {
      ...base,
      segments,
      range: { lo: from, hi: base.range.hi },
      tails: { ...base.tails, low: { bound: from, output: 0 } },
    };
    expect(coverage(plan)[0]).toEqual({ first: 0, last: from - 1, claimed: true, method: 'monotone' });
  });
});

describe('shards', () => {
  it.each([
    [-5, 10],
    [0, SHARD_INPUTS - 1],
    [-SHARD_INPUTS - 1, SHARD_INPUTS],
    [7, 3 * SHARD_INPUTS + 2],
  ])('divide %i … %i at multiples of their size', (first, last) => {
    const shards = shardsOf({ first, last, claimed: true, method: 'run' });
    expect(shards[0].first).toBe(first);
    expect(shards.at(-1)?.last).toBe(last);
    shards.slice(1).forEach((shard, i) => {
      expect(shard.first).toBe(shards[i].last + 1);
      expect(Math.abs(shard.first % SHARD_INPUTS)).toBe(0);
    });
    for (const shard of shards) expect(shard.last - shard.first).toBeLessThan(SHARD_INPUTS);
  });
});
