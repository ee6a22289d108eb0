import { describe, expect, it } from 'vitest';
import { emit, targetCosts } from '../../src/emit/targets.js';
import { planCost } from '../../src/plan/cost.js';
import { kernelReport, renderKernel } from '../../src/report/kernel-report.js';
import { resolveSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';

const ALL = ['plan', 'ts', 'wasm', 'c', 'rust', 'python', 'verilog', 'vhdl', 'solidity', 'ezpc', 'mp-spdz'];

describe('the report of a kernel', () => {
  it('says what it takes in each target', async () => {
    const made = await synthesize(resolveSpec({ function: 'tanh', format: 'Q4.4', order: 1 }));
    const { plan, certificate } = made;
    const options = { pipeline: 2 };
    const files = await emit(plan, certificate, ALL, options);
    const costs = targetCosts(plan, ALL, files, options);
    const report = kernelReport({ kernel: made, proof: 'run', costs }, []);
    const text = renderKernel(report);
    const [accumulator] = plan.bounds.steps.map((step) => step.product.bits);
    const of = (target: string) => report.targets.find((cost) => cost.target === target);
    expect(report.targets.map(({ target }) => target)).toEqual(ALL.slice(1));
    expect(of('ts')).toMatchObject({ multiplications: 1, productBits: accumulator });
    expect(of('c')).toEqual({ ...of('rust'), target: 'c' });
    expect(of('c')?.tableBytes).toBe(planCost(plan).tableBytes);
    expect(of('wasm')?.moduleBytes).toBeGreaterThan(500);
    expect(of('verilog')).toMatchObject({ latency: 2 });
    expect(of('verilog')?.registerBits).toBeGreaterThan(plan.output.bits);
    expect(of('solidity')?.gas).toBeGreaterThan(300);
    // |x| and two segments and a tail: an indicator each; one step and the finish; x and a are compared.
    expect(of('ezpc')).toMatchObject({
      comparisons: 3,
      truncations: 2,
      multiplications: 3,
      valueBits: 11,
      andGates: 3 * 128 + 2 * 63 + 2 * 63,
    });
    expect(of('mp-spdz')?.andGates).toBeUndefined();
    expect(text).toContain('  c: 22 bytes of tables, 1 multiplication, products of ');
    expect(text).toContain('  verilog: ');
    expect(text).toMatch(/ {2}vhdl: .*, latency 2, \d+ register bits$/m);
    expect(text).toContain('3 comparisons, 2 truncations, about 636 AND gates');
    expect(renderKernel(kernelReport({ kernel: made, proof: 'run' }, []))).not.toMatch(/ {2}c: |AND/);
  });

  it('says how far the segments are from the fewest there can be, or why that is not known', async () => {
    const wide = await synthesize(resolveSpec({ function: 'exp', format: 'Q4.30', order: 5, ulp: 2 }));
    const report = kernelReport({ kernel: wide, proof: 'run' }, []);
    expect(report.lowerBound).toBeLessThanOrEqual(report.segments);
    expect(renderKernel(report)).toMatch(
      /segments \(\w+\); a piecewise polynomial of order 5 that leaves ½ ulp to rounding needs at least \d+$/m,
    );
    const relative = await synthesize(resolveSpec({ function: 'rsqrt', format: 'Q4.8', relative: 0.01 }));
    const kernel = { ...relative, plan: { ...relative.plan, target: { relative: 0.01 } } };
    const unknown = kernelReport({ kernel, proof: 'run' }, []);
    expect(unknown).toMatchObject({ lowerBound: null, lowerBoundUnknown: 'the target is relative only' });
    expect(renderKernel(unknown)).toMatch(/; no lower bound is known: the target is relative only$/m);
  });
});
