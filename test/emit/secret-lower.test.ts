import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { lowerSecret } from '../../src/emit/secret-lower.js';
import type { SecretProgram } from '../../src/emit/secret-program.js';
import { runSecret } from '../../src/emit/secret-run.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { expectConforming } from '../conformance/expectation.js';
import { inputsOf } from '../conformance/inputs.js';
import { withExceptions } from '../conformance/jobs.js';
import { PLANS } from '../conformance/plans.js';
import { randomPlans } from '../conformance/random-plan.js';
import { SECRET_PLANS } from './secret-plans.js';

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

const CASES = { ...PLANS, ...SECRET_PLANS };

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

describe('listed outputs of a secret input', () => {
  it('are indicators of their inputs, until there are too many', () => {
    const listed = (count: number) =>
      withExceptions(
        PLANS['odd, tail apart'](),
        Array.from({ length: count }, (_, i) => BigInt(4 * i - 600)),
      );
    const plan = listed(40);
    checkWellFormed(plan);
    const program = lowerSecret(plan);
    const inputs = inputsOf(plan, 2000);
    expectConforming(
      plan,
      inputs,
      inputs.map((x) => runSecret(program, x)),
    );
    const many = listed(300);
    expect(() => lowerSecret(many)).toThrow(/takes \d+ secret comparisons; expected at most 512/);
    try {
      lowerSecret(many);
    } catch (error) {
      const { hint } = (error as ApproxgenError).diagnostic;
      expect(hint).toBe('each of 300 inputs whose outputs are listed takes two: try a larger --ulp');
    }
  });
});
