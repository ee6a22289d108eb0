import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { approximationUlps, planLowerBound } from '../../src/plan/lower-bound.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { reduceProblem } from '../../src/plan/reduction.js';
import { fewestWideSegments } from '../../src/plan/wide-lower-bound.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';

const proposed = (spec: KernelSpec): KernelPlan => propose(resolveSpec(spec)).plan;

function boundOf(plan: KernelPlan): number {
  const { segments } = planLowerBound(plan);
  if (segments === null) throw new TypeError('a bound was expected');
  return segments;
}

/** The bound by enclosures, whatever the format. */
function wideBound(plan: KernelPlan, judgements?: number): number | undefined {
  const definition = findFunction(plan.function);
  const problem = reduceProblem(definition, { ...plan, overflow: plan.finish.overflow });
  const error = approximationUlps(plan.target, plan.output) ?? 0;
  return fewestWideSegments(plan, definition, problem, error, judgements);
}

describe('the lower bound of a format of more than 32 bits', () => {
  it.each([
    { function: 'tanh', ulp: 2 },
    { function: 'exp', ulp: 2 },
    { function: 'rsqrt', ulp: 2 },
    { function: 'tanh', order: 5 },
    { function: 'exp', order: 2, ulp: 8 },
    { function: 'rsqrt', order: 4 },
  ] as const)('lies between that of a coarser format and what a search finds: %j', (spec) => {
    const plan = proposed({ ...spec, format: 'Q8.40' });
    const bound = boundOf(plan);
    expect(bound).toBeLessThanOrEqual(plan.segments.length);
    expect(bound).toBeGreaterThanOrEqual(0.95 * plan.segments.length);
    expect(bound).toBeGreaterThanOrEqual(boundOf(proposed({ ...spec, format: 'Q8.24' })));
  });

  it.each([
    { function: 'softplus', format: 'Q8.40' },
    { function: 'sin', format: 'Q8.40' },
    { function: 'cos', format: 'Q8.40', range: [2, 3] },
    { function: 'log2', format: 'Q8.40', range: [1, 1.25] },
    { function: 'expm1', format: 'Q8.40', range: [-4, 4] },
    { function: 'asin', format: 'Q2.40', range: [-1, 1], ulp: 2 },
    { function: 'sigmoid', format: 'UQ0.64', range: [0, 1], order: 7 },
    { function: 'tanh', format: 'Q8.56', order: 12, ulp: 2 },
    { function: 'abs(sin(x))', format: 'Q4.36', range: [-3, 3] },
    { function: 'relu', format: 'Q8.40' },
  ] as const)('is none above what a search finds: %j', (spec) => {
    const plan = proposed(spec);
    expect(boundOf(plan)).toBeGreaterThanOrEqual(1);
    expect(boundOf(plan)).toBeLessThanOrEqual(plan.segments.length);
  });

  it('is that of the theory where that is known', () => {
    // A line is (length / 2)² / 2 from x² at the best.
    const plan = proposed({ function: 'x^2', format: 'Q3.32', range: [0, 1], order: 1, ulp: 4000.5 });
    const longest = Math.sqrt(8 * 4000 * 2 ** -32);
    expect(boundOf(plan)).toBeLessThanOrEqual(Math.ceil(1 / longest));
    expect(boundOf(plan)).toBeGreaterThanOrEqual(Math.floor(0.995 / longest));
    // A polynomial of its own degree needs one segment.
    expect(boundOf(proposed({ function: 'x^3/8', format: 'Q3.37', range: [-2, 2] }))).toBe(1);
  });

  it.each([
    { function: 'tanh', order: 3 },
    { function: 'tanh', order: 6 },
    { function: 'tanh', order: 1, ulp: 200 },
    { function: 'exp', order: 2 },
    { function: 'rsqrt', order: 3, range: [1, 4] },
    { function: 'sqrt', order: 2, ulp: 4, range: [1, 3.999] },
    { function: 'sin', order: 3 },
    { function: 'log2', order: 3 },
    { function: 'softplus', order: 4 },
    { function: 'sigmoid', order: 0, ulp: 20000 },
  ] as const)('is nearly that of doubles where both can be had, and not above it: %j', (spec) => {
    const plan = proposed({ ...spec, format: 'Q8.24' });
    const narrow = boundOf(plan);
    expect(wideBound(plan)).toBeLessThanOrEqual(narrow);
    expect(wideBound(plan)).toBeGreaterThanOrEqual(Math.floor(0.95 * narrow) - 1);
  });

  it('does not count what saturates, where the polynomials may be anything', () => {
    const plan = proposed({ function: 'tanh', format: 'Q8.24', ulp: 2 });
    // In such an output tanh saturates where it is ±½.
    const small = wideBound({ ...plan, output: { ...plan.output, bits: plan.output.fracBits } });
    const end = Math.atanh(0.5) * 2 ** plan.input.fracBits;
    const held = wideBound({ ...plan, range: { lo: -Math.floor(end), hi: Math.floor(end) } });
    expect(held).toBeGreaterThan(1);
    expect(held).toBeLessThan(boundOf(plan));
    expect(small).toBeLessThanOrEqual(held!);
    expect(small).toBeGreaterThanOrEqual(held! - 1);
  });
});

describe('a lower bound that takes too long', () => {
  it('is not known', () => {
    const plan = proposed({ function: 'tanh', format: 'Q8.24' });
    expect(wideBound(plan, 30)).toBeUndefined();
    expect(wideBound(plan, 3000)).toBeDefined();
  });
});

describe('a plan without a lower bound', () => {
  it('says why', () => {
    const relative = proposed({ function: 'rsqrt', format: 'Q4.12', relative: 0.001 });
    expect(planLowerBound({ ...relative, target: { relative: 0.001 } })).toEqual({
      segments: null,
      reason: 'the target is relative only',
    });
    const plan = proposed({ function: 'tanh', format: 'Q4.12' });
    expect(planLowerBound({ ...plan, target: { ulp: 0.5 } })).toEqual({
      segments: null,
      reason: 'the target leaves nothing to the approximation',
    });
  });
});
