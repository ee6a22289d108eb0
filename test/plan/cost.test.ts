import { describe, expect, it } from 'vitest';
import { planCost } from '../../src/plan/cost.js';
import type { KernelPlan, PlanSegment, Selection } from '../../src/plan/plan.js';
import { planOf } from './plans.js';

const base = planOf({ function: 'tanh', format: 'Q4.4' });

function plan(segments: readonly PlanSegment[], select: Selection): KernelPlan {
  const degrees = segments[0].coefficients.length;
  return {
    ...base,
    segments,
    select,
    coefficientFracBits: Array.from({ length: degrees }, () => 0),
    steps: Array.from({ length: degrees - 1 }, () => ({ shift: 0, rounding: 'floor' as const })),
  };
}

const segment = (origin: number, ...coefficients: number[]): PlanSegment => ({
  lo: 0,
  hi: 1,
  origin,
  coefficients,
});

describe('the bytes of a plan’s tables', () => {
  it.each([
    { values: [127, -128], bytes: 1 },
    { values: [128, 0], bytes: 2 },
    { values: [-129, 0], bytes: 2 },
    { values: [32767, -32768], bytes: 2 },
    { values: [32768, 0], bytes: 4 },
    { values: [2147483647, -2147483648], bytes: 4 },
    { values: [2147483648, 0], bytes: 8 },
  ])('are $bytes for each of $values', ({ values, bytes }) => {
    const segments = values.map((value) => segment(0, value));
    expect(planCost(plan(segments, { kind: 'uniform', lo: 0, shift: 0 })).tableBytes).toBe(2 * bytes);
  });

  it('count each degree by its own widest coefficient, origins, and what finds a segment', () => {
    const segments = [segment(300, 1, 1000, 100_000), segment(500, 2, 2000, 7)];
    const coefficients = 2 * (1 + 2 + 4);
    const origins = 2 * 2;
    const cost = (select: Selection) => planCost(plan(segments, select)).tableBytes;
    expect(cost({ kind: 'uniform', lo: 0, shift: 0 })).toBe(coefficients);
    expect(cost({ kind: 'lookup', lo: 0, shift: 0, map: [0, 0, 1] })).toBe(coefficients + origins + 3);
    expect(cost({ kind: 'compare', bounds: [400] })).toBe(coefficients + origins + 2);
  });

  it('count two bytes for a cell where there are more than 256 segments', () => {
    const segments = Array.from({ length: 257 }, () => segment(0, 1));
    const map = segments.map((_, i) => i);
    expect(planCost(plan(segments, { kind: 'lookup', lo: 0, shift: 0, map })).tableBytes).toBe(257 * 4);
  });
});

describe('the multiplications of a plan', () => {
  it.each([
    { spec: { function: 'tanh', format: 'Q4.4', order: 0 }, multiplications: 0 },
    { spec: { function: 'tanh', format: 'Q4.12', order: 2 }, multiplications: 2 },
    { spec: { function: 'exp', format: 'Q4.4', order: 2 }, multiplications: 3 },
  ])('of $spec.function, order $spec.order: $multiplications', ({ spec, multiplications }) => {
    expect(planCost(planOf(spec)).multiplications).toBe(multiplications);
  });
});
