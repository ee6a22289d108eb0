import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import { toInteger } from '../../src/fixedpoint/integer.js';
import { lower } from '../../src/emit/lower.js';
import { runProgram } from '../../src/emit/program-run.js';
import { operandsOf, type Program, type Value } from '../../src/emit/program.js';
import { completePlan } from '../../src/plan/build.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { runningPlan } from '../../src/plan/wide-run.js';
import { expectConforming } from '../conformance/expectation.js';
import { inputsOf } from '../conformance/inputs.js';
import { PLANS } from '../conformance/plans.js';
import { randomPlans } from '../conformance/random-plan.js';

/** Runs a program and asserts that no value leaves what is said of it. */
function runChecked(program: Program, inputs: readonly bigint[]): readonly bigint[] {
  return inputs.map((x) => {
    const results = new Map<Value, bigint>();
    return runProgram(program, x, (value, result) => {
      results.set(value, result);
      const { lo, hi } = value.interval;
      if (result >= lo && result <= hi) return;
      throw new Error(`${value.name} is ${result} at ${x}, outside [${lo}, ${hi}]`);
    });
  });
}

/** What every program keeps, whatever it computes. */
function expectWellFormed({ statements, result, tables, input, output }: Program): void {
  const known = new Set<Value>();
  const used = new Set<Value>([result]);
  for (const value of statements) {
    for (const operand of operandsOf(value)) {
      used.add(operand);
      if (operand.operation.kind !== 'constant') expect(known).toContain(operand);
    }
    const { operation } = value;
    if (operation.kind === 'element' || operation.kind === 'search') {
      expect(tables).toContain(operation.table);
      expect(operation.table.columns).toContain(operation.column);
    }
    if (operation.kind === 'element') {
      expect(operation.row.interval.lo).toBeGreaterThanOrEqual(0n);
      expect(operation.row.interval.hi).toBeLessThan(BigInt(operation.column.values.length));
    }
    if (operation.kind === 'shiftLeftBy' || operation.kind === 'shiftRightBy') {
      expect(operation.amount.interval.lo).toBeGreaterThanOrEqual(0n);
    }
    if (operation.kind === 'bitLength') expect(operation.value.interval.lo).toBeGreaterThanOrEqual(0n);
    known.add(value);
  }
  expect(statements.slice(1).filter((value) => !used.has(value))).toEqual([]);
  expect(new Set(statements.map(({ name }) => name)).size).toBe(statements.length);
  expect(statements.filter(({ name }) => !/^[a-z][a-z0-9]*$/.test(name))).toEqual([]);
  expect(statements[0].interval).toEqual({ lo: minRawBigint(input), hi: maxRawBigint(input) });
  expect(result.interval.lo).toBeGreaterThanOrEqual(minRawBigint(output));
  expect(result.interval.hi).toBeLessThanOrEqual(maxRawBigint(output));
}

function expectMeaning(plan: KernelPlan, samples: number): void {
  const program = lower(plan);
  expectWellFormed(program);
  const inputs = inputsOf(plan, samples);
  expectConforming(plan, inputs, runChecked(program, inputs));
}

/** A plan whose outputs for a few inputs are listed, each one off. */
function withExceptions(plan: KernelPlan, inputs: readonly bigint[]): KernelPlan {
  const running = runningPlan(plan);
  const off = (x: bigint) => (interpret(running, x) > 0n ? -1n : 1n);
  return completePlan({
    ...plan,
    exceptions: {
      inputs: inputs.map(toInteger),
      outputs: inputs.map((x) => toInteger(interpret(running, x) + off(x))),
    },
  });
}

describe('a lowered program', () => {
  it.each(Object.keys(PLANS))('means what its plan means: %s', (name) => {
    expectMeaning(PLANS[name](), 800);
  });

  it('does so for plans that no search would propose, and keeps to its intervals', () => {
    fc.assert(
      fc.property(randomPlans, (plan) => expectMeaning(plan, 40)),
      { numRuns: 500 },
    );
  });

  it.each([1, 2, 3, 17])('gives the outputs of %d listed inputs', (count) => {
    const inputs = Array.from({ length: count }, (_, i) => BigInt(-2048 + 211 * i * (i % 2 ? 1 : 2)));
    const sorted = [...new Set(inputs)].toSorted((a, b) => Number(a - b));
    expectMeaning(withExceptions(PLANS['odd, tail apart'](), sorted), 5000);
  });
});
