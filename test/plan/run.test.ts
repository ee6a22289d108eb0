import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { interpret } from '../../src/plan/interpret.js';
import { scalarLoops } from '../../src/plan/loops.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { planRunner } from '../../src/plan/run.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { inputsToTry } from './inputs.js';
import { planCases, planOf } from './plans.js';

/** Fails unless a run of inputs gives what each of them means. */
function expectRun(plan: KernelPlan, run: ReturnType<typeof planRunner>, first: number, count: number): void {
  const outputs = new Float64Array(count);
  run(first, outputs);
  outputs.forEach((output, i) => {
    const meaning = Number(interpret(plan, first + i));
    if (output !== meaning) {
      expect.fail(`${plan.name} at ${first + i}: the runner gives ${output}, the interpreter ${meaning}`);
    }
  });
}

describe('the runner', () => {
  it.each(planCases)('is the interpreter: $what', ({ spec }) => {
    const plan = planOf(spec);
    expect(() => checkWellFormed(plan)).not.toThrow();
    const { input } = plan;
    const inputs = inputsToTry(plan, 200);
    for (const run of [planRunner(plan), planRunner(plan, scalarLoops())]) {
      if (input.bits === 8) expectRun(plan, run, minRaw(input), 256);
      else for (const x of inputs) expectRun(plan, run, x, Math.min(2, maxRaw(input) - x + 1));
    }
  });

  it('does not depend on how inputs are cut into runs', () => {
    const narrow = planCases.slice(0, 30).filter(({ spec }) => planOf(spec).input.bits <= 16);
    for (const { spec } of narrow) {
      const plan = planOf(spec);
      const run = planRunner(plan);
      const first = minRaw(plan.input);
      const whole = new Float64Array(2 ** plan.input.bits);
      run(first, whole);
      const pieces = new Float64Array(whole.length);
      for (let at = 0, size = 1; at < pieces.length; at += size, size = (size * 7) % 5003) {
        run(first + at, pieces.subarray(at, at + size));
      }
      expect(whole.findIndex((output, i) => output !== pieces[i])).toBe(-1);
    }
  });
});
