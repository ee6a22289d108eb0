import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { lowerSecret } from '../../src/emit/secret-lower.js';
import type { SecretProgram } from '../../src/emit/secret-program.js';
import { runSecret } from '../../src/emit/secret-run.js';
import { completePlan } from '../../src/plan/build.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { expectConforming } from '../conformance/expectation.js';
import { inputsOf } from '../conformance/inputs.js';
import { PLANS } from '../conformance/plans.js';
import { randomPlans } from '../conformance/random-plan.js';

/** The lowered plan, or the code of what it was refused for. */
function lowered(plan: KernelPlan): SecretProgram | string {
  try {
    return lowerSecret(plan);
  } catch (error) {
    if (error instanceof ApproxgenError) return error.diagnostic.code;
    throw error;
  }
}

/** Plans of the table that secrets can't do, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'reciprocal, pseudo-stochastic': 'secret-rounding',
  'reciprocal Q16.48, pseudo-stochastic': 'secret-rounding',
  'expm1 Q32.32': 'secret-counts',
  'expm1 Q64.0': 'secret-counts',
  'silu Q24.40, saturate': 'secret-comparisons',
  'silu Q24.40, saturate-symmetric': 'secret-comparisons',
  'silu Q24.40, wrap': 'secret-comparisons',
};

/** Lists, and what no plan of the table has. */
const LISTED: Readonly<Record<string, () => KernelPlan>> = {
  'exceptions, side by side, apart and at both ends': () => {
    const plan = PLANS['odd, tail apart']();
    const inputs = [-2048, -2047, -5, 0, 1, 2, 700, 2047];
    return completePlan({ ...plan, exceptions: { inputs, outputs: inputs.map((x) => x & 63) } });
  },
  'stretches without a value that touch, and an exception beside them': () => {
    const plan = PLANS['comparisons, order 0']();
    return completePlan({
      ...plan,
      undefined: [
        { lo: -1024, hi: -900, output: 3 },
        { lo: -899, hi: -1, output: -2 },
        { lo: 100, hi: 100, output: 7 },
      ],
      exceptions: { inputs: [0, 99, 101], outputs: [1, 2, 3] },
    });
  },
  'a tail that a clamp would change': () => {
    const plan = PLANS['odd, tail apart']();
    const steps = plan.steps.map((step) => ({ ...step, clamp: 300 }));
    return completePlan({ ...plan, steps });
  },
};
const CASES = { ...PLANS, ...LISTED };

describe('a plan on a secret input gives what the interpreter gives, within the intervals it states', () => {
  it.each(Object.keys(CASES))('%s', (name) => {
    const plan = CASES[name]();
    checkWellFormed(plan);
    const program = lowered(plan);
    expect(typeof program === 'string' ? program : undefined).toBe(REFUSED[name]);
    if (typeof program === 'string') return;
    const inputs = inputsOf(plan, 600);
    expectConforming(
      plan,
      inputs,
      inputs.map((x) => runSecret(program, x)),
    );
  });

  it('for plans that no search would propose', () => {
    let refused = 0;
    fc.assert(
      fc.property(randomPlans, (plan) => {
        const program = lowered(plan);
        if (typeof program === 'string') {
          refused += 1;
          return;
        }
        const inputs = inputsOf(plan, 40);
        expectConforming(
          plan,
          inputs,
          inputs.map((x) => runSecret(program, x)),
        );
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeLessThan(150);
  });
});
