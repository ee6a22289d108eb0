import { expect } from 'vitest';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { runningPlan } from '../../src/plan/wide-run.js';

/** Asserts that outputs are what the interpreter gives. */
export function expectConforming(
  plan: KernelPlan,
  inputs: readonly bigint[],
  outputs: readonly bigint[],
): void {
  expect(outputs.length).toBe(inputs.length);
  const running = runningPlan(plan);
  const bad = inputs.findIndex((x, i) => outputs[i] !== interpret(running, x));
  if (bad < 0) return;
  const x = inputs[bad];
  expect({ plan, x, output: outputs[bad] }).toEqual({ plan, x, output: interpret(plan, x) });
}
