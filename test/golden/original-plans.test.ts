import { describe, expect, it } from 'vitest';
import { runTypescript } from '../../src/emit/ts-run.js';
import { maxRaw } from '../../src/fixedpoint/format.js';
import { interpret } from '../../src/plan/interpret.js';
import { planRunner } from '../../src/plan/run.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { unprovenCertificate } from '../emit/module.js';
import { originalPlans } from './original-plans.js';
import { int32s, primitives } from './primitives.js';

interface InputsAndOutputs {
  readonly in: readonly (number | string)[];
  readonly out: readonly (number | string)[];
}

const cases = [
  { name: 'sigmoid_ppApprox', kernel: 'sigmoid' },
  { name: 'tanh_ppApprox', kernel: 'tanh' },
  { name: 'fxpRsqrt', kernel: 'rsqrt' },
  { name: 'rsqrt_ppApprox_1_4', kernel: 'rsqrt' },
] as const;

/** Fails unless a kernel gives every recorded output of inputs up to `last`. */
function expectRecorded(
  name: (typeof cases)[number]['name'],
  kernel: (x: number) => number,
  last = Infinity,
): void {
  const record = primitives[name] as InputsAndOutputs;
  const inputs = int32s(record.in);
  const outputs = int32s(record.out);
  expect(inputs.length).toBeGreaterThan(4000);
  inputs.forEach((x, i) => {
    if (x > last) return;
    const y = kernel(x);
    if (y !== outputs[i]) expect.fail(`${name} at ${x} gave ${y}, recorded is ${outputs[i]}`);
  });
}

describe('the original program’s kernels are plans', () => {
  it.each(Object.entries(originalPlans))('%s is well-formed', (_, plan) => {
    expect(() => checkWellFormed(plan)).not.toThrow();
  });

  it.each(cases)('$name is reproduced by the interpreter and the runner', ({ name, kernel }) => {
    const plan = originalPlans[kernel];
    const run = planRunner(plan);
    const one = new Float64Array(1);
    expectRecorded(name, (x) => {
      run(x, one);
      expect(one[0]).toBe(Number(interpret(plan, x)));
      return one[0];
    });
  });

  it.each([
    { name: 'sigmoid_ppApprox', kernel: 'sigmoid' },
    { name: 'tanh_ppApprox', kernel: 'tanh' },
    { name: 'fxpRsqrt', kernel: 'rsqrt' },
    { name: 'fxpRsqrt', kernel: 'rsqrtBelow4' },
    { name: 'rsqrt_ppApprox_1_4', kernel: 'rsqrtBelow4' },
  ] as const)('$name is reproduced by printed TypeScript', async ({ name, kernel }) => {
    const plan = originalPlans[kernel];
    const scalar = await runTypescript(plan, unprovenCertificate(plan));
    expectRecorded(name, (x) => Number(scalar(BigInt(x))), maxRaw(plan.input));
  });

  it.each([
    { kernel: 'sigmoid', what: 'point symmetry' },
    { kernel: 'tanh', what: 'odd symmetry' },
  ] as const)('$kernel of the most negative number follows by $what', ({ kernel }) => {
    const plan = originalPlans[kernel];
    const least = -(2 ** 31);
    expect(interpret(plan, least)).toBe(interpret(plan, least + 1));
  });
});
