import { describe, expect, it } from 'vitest';
import type { KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';

describe('--ulp 0.5', () => {
  it.each([
    { function: 'tanh', input: 'Q4.8', output: 'Q1.11' },
    { function: 'sigmoid', format: 'Q8.8' },
    { function: 'exp', format: 'Q4.8' },
    { function: 'rsqrt', format: 'Q4.8', order: 2 },
    { function: 'log2', input: 'UQ4.8', output: 'Q5.8' },
    { function: 'sin', format: 'Q3.9', rounding: 'floor' },
    { function: 'x^3/8', format: 'Q3.9', order: 1 },
    { function: 'sqrt', format: 'UQ2.8', overflow: 'saturate' },
  ] as KernelSpec[])('rounds every input of %j correctly', async (spec) => {
    const { plan, certificate } = await synthesize({ ...spec, ulp: 0.5 });
    const { claim } = certificate;
    expect(claim.maxUlp).toBeLessThanOrEqual(0.5);
    // Whatever the output can't hold is no merit.
    expect(claim.correctlyRounded).toBe(claim.inputs - (claim.saturated ?? NaN));
    // Not of what was asked only: of all that the function has a value for.
    const { format } = certificate;
    expect(format.correctlyRounded).toBe(format.inputs - (format.saturated ?? NaN));
    expect(format.maxUlp).toBeLessThanOrEqual(0.5);
    const { lo, hi } = plan.range;
    const range: [number, number] = [lo, hi].map((raw) => Number(raw) * 2 ** -plan.input.fracBits) as never;
    const loose = await synthesize({ ...spec, range, ulp: 1, overflow: 'saturate' });
    expect(plan.segments.length).toBeLessThanOrEqual(1.5 * loose.plan.segments.length);
  });

  it('lists what the format holds on one side only as one stretch', async () => {
    const { plan } = await synthesize({ function: 'tanh', input: 'Q4.8', output: 'Q1.11', ulp: 0.5 });
    const [stretch] = plan.undefined ?? [];
    expect(stretch).toMatchObject({ lo: -2048, output: -2048 });
    expect(plan.exceptions?.inputs.length ?? 0).toBeLessThan(500);
  });

  it.each([
    { function: 'tanh', input: 'Q6.12', output: 'Q2.12' },
    { function: 'tanh', input: 'Q4.8', output: 'Q4.40' },
  ])('of a format beyond what is run is a target that no polynomial reaches: %j', async (spec) => {
    await expect(synthesize({ ...spec, ulp: 0.5 })).rejects.toMatchObject({ exitStatus: 1 });
  });
});
