import { describe, expect, it } from 'vitest';
import { different } from '../../src/cli/verdict.js';
import { interpret } from '../../src/plan/interpret.js';
import { planRunner, type PlanRunner } from '../../src/plan/run.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec } from '../../src/spec.js';
import { unitsOf } from '../../src/verify/coverage.js';
import { runUnits } from '../../src/verify/verify.js';

const { plan } = propose(resolveSpec({ function: 'tanh', format: 'Q6.8', ulp: 2, order: 2 }));
const run = planRunner(plan);

/** A kernel that gives one less than the plan at some inputs. */
function wrongAt(inputs: readonly number[]): PlanRunner {
  return (first, outputs) => {
    run(first, outputs);
    for (const x of inputs) if (x >= first && x < first + outputs.length) outputs[x - first]--;
  };
}

describe('a printed kernel that is not the plan', () => {
  // Both tails, zero, the range, and both ends of the format.
  it.each([[[-8192]], [[-5000, 3]], [[0, 1]], [[700]], [[8191]]])(
    'is refused with the first input at which it differs: %j',
    async (inputs) => {
      const wrong = wrongAt(inputs);
      const units = await runUnits(plan, unitsOf(plan), {
        source: { run: wrong, facts: {} },
      });
      const verdict = different('k.json', plan, 'ts', wrong, units);
      const expected = Number(interpret(plan, inputs[0]));
      expect(verdict).toMatchObject({
        holds: false,
        diagnostic: { code: 'target-differs', path: 'k.json' },
        counterexample: { input: inputs[0], expected, got: expected - 1, ulp: 1 },
      });
      expect(verdict.text).toContain(
        `FAILS: the ts kernel is not the plan: at raw input ${inputs[0]} expected ${expected}, got ${expected - 1}, 1 ulp`,
      );
    },
  );
});
