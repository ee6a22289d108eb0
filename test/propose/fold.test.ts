import { describe, expect, it } from 'vitest';
import { minRawBigint } from '../../src/fixedpoint/format.js';
import { interpret } from '../../src/plan/interpret.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';

const planOf = (spec: KernelSpec) => propose(resolveSpec(spec)).plan;

describe('a fold', () => {
  it.each([
    { function: 'gelu', format: 'Q4.12', ulp: 0.9 },
    { function: 'sinh', format: 'Q4.12', ulp: 0.9, range: [-8, 7], overflow: 'saturate' },
    { function: 'x+sin(x)/4', format: 'Q4.12', ulp: 0.9, range: [-8, 7], overflow: 'saturate' },
  ] as KernelSpec[])(
    'is left out where it misses the target at outputs that saturate: $function',
    async (spec) => {
      expect(planOf(spec).fold).toBeUndefined();
      const { certificate } = await synthesize(spec);
      expect(certificate.claim.maxUlp).toBeLessThanOrEqual(0.9);
    },
  );

  it.each(['gelu', 'sinh'])('of %s is used where an ulp is allowed', (name) => {
    expect(planOf({ function: name, format: 'Q4.12' }).fold).toBeDefined();
  });

  it.each(['tanh', 'sin', 'erf'])('of %s, which never saturates, is used whatever the target', (name) => {
    expect(planOf({ function: name, format: 'Q4.12', ulp: 0.9, order: 4 }).fold).toBeDefined();
  });

  it.each(['Q4.4', 'Q8.24', 'Q32.32'])('does not cost a function of pieces an ulp: relu in %s', (format) => {
    const plan = planOf({ function: 'relu', format });
    expect(interpret(plan, minRawBigint(plan.input))).toBe(0n);
    expect(interpret(plan, -1n)).toBe(0n);
  });
});
