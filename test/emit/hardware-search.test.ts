import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisected } from '../../src/emit/hardware-search.js';
import { lower } from '../../src/emit/lower.js';
import { runProgram } from '../../src/emit/program-run.js';
import type { Program } from '../../src/emit/program.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { expectConforming } from '../conformance/expectation.js';
import { inputsOf } from '../conformance/inputs.js';
import { PLANS } from '../conformance/plans.js';
import { randomPlans } from '../conformance/random-plan.js';

/** Runs a program and asserts that no value leaves its interval. */
function runChecked(program: Program, inputs: readonly bigint[]): readonly bigint[] {
  return inputs.map((x) =>
    runProgram(program, x, ({ name, interval: { lo, hi } }, result) => {
      if (result < lo || result > hi) throw new Error(`${name} is ${result} at ${x}, outside [${lo}, ${hi}]`);
    }),
  );
}

function expectBisected(plan: KernelPlan, samples: number): void {
  const program = bisected(lower(plan));
  expect(program.statements.filter(({ operation }) => operation.kind === 'search')).toEqual([]);
  const inputs = inputsOf(plan, samples);
  expectConforming(plan, inputs, runChecked(program, inputs));
}

const searching = Object.keys(PLANS).filter((name) => /comparison|compare|tails inside/.test(name));

describe('a program without searches', () => {
  it.each(searching)('means what it meant: %s', (name) => {
    expectBisected(PLANS[name](), 1500);
  });

  it('for plans that no search would propose', () => {
    fc.assert(
      fc.property(randomPlans, (plan) => expectBisected(plan, 40)),
      { numRuns: 60 },
    );
  });

  it.each([1, 2, 3, 4, 7, 8, 25])('of %i bounds has a comparison a level', (count) => {
    const bounds = Array.from({ length: count }, (_, i) => BigInt(3 * i - 20));
    const all = { lo: -128n, hi: 127n };
    const input = { name: 'x', interval: all, operation: { kind: 'input' as const } };
    const column = {
      name: 'start',
      about: 'its start',
      values: bounds,
      interval: { lo: bounds[0], hi: bounds[count - 1] },
    };
    const table = { name: 'bounds', about: 'bounds', rows: count, columns: [column] };
    const result = {
      name: 'row',
      about: 'the row',
      interval: { lo: 0n, hi: BigInt(count) },
      operation: { kind: 'search' as const, table, column, value: input },
    };
    const format = { signed: true, bits: 8, fracBits: 0 };
    const facts = { name: 'p', function: 'p', input: format, output: format };
    const program = bisected({ ...facts, tables: [table], statements: [input, result], result });
    const inputs = Array.from({ length: 256 }, (_, i) => BigInt(i - 128));
    const counts = inputs.map((x) => BigInt(bounds.filter((bound) => bound <= x).length));
    expect(runChecked(program, inputs)).toEqual(counts);
    const comparisons = program.statements.filter(({ operation }) => operation.kind === 'compare');
    expect(comparisons).toHaveLength(Math.ceil(Math.log2(count + 1)));
    expect(program.result).toMatchObject({ name: 'row', about: 'the row' });
  });
});
