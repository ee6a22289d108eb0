import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { findFunction } from '../../src/function/catalogue.js';
import { dyadic } from '../../src/function/dyadic.js';
import { completePlan } from '../../src/plan/build.js';
import { interpret } from '../../src/plan/interpret.js';
import type { NarrowPlan } from '../../src/plan/narrow.js';
import { planRunner } from '../../src/plan/run.js';
import { propose } from '../../src/propose/propose.js';
import { allowedUlp, type ErrorTarget } from '../../src/segment/target.js';
import { resolveSpec } from '../../src/spec.js';
import { firstBeyondTarget, firstDifference } from '../../src/verify/counterexample.js';
import { unitsOf } from '../../src/verify/coverage.js';
import { exactError, scaledReference } from '../../src/verify/reference.js';
import { referenceSetting } from '../../src/verify/shard.js';
import { runUnits } from '../../src/verify/verify.js';
import { narrow } from '../plan/narrow.js';

const base = narrow(propose(resolveSpec({ function: 'tanh', format: 'Q4.8', ulp: 0.8, order: 4 })).plan);

/** The plan with other outputs at some inputs. */
function wrongAt(inputs: readonly number[], by: number, changes: Partial<NarrowPlan> = {}): NarrowPlan {
  const sorted = inputs.toSorted((a, b) => a - b);
  const outputs = sorted.map((x) => Number(interpret(base, x)) + by);
  return completePlan({ ...base, ...changes, exceptions: { inputs: sorted, outputs } }) as NarrowPlan;
}

const search = async (plan: NarrowPlan) =>
  firstBeyondTarget(plan, findFunction(plan.function), await runUnits(plan, unitsOf(plan)));

/** One by one, with multiple precision at each input that has a value. */
function naively(plan: NarrowPlan): number | undefined {
  const definition = findFunction(plan.function);
  const setting = referenceSetting(plan, definition);
  for (let x = minRaw(plan.input); x <= maxRaw(plan.input); x++) {
    if (definition.exact(dyadic(x, plan.input.fracBits), 8) === undefined) continue;
    const allowed = allowedUlp(plan.target, scaledReference(setting, x), plan.output.fracBits);
    if (exactError(setting, x, Number(interpret(plan, x))) > allowed) return x;
  }
  return undefined;
}

describe('the first input beyond the target', () => {
  it.each([
    ['(x-1)*tanh(x)/(x-1)', 256],
    ['x*tanh(x)/x', 0],
    ['tanh(x)*sin(x)/sin(x)', 0],
  ])('is found behind one at which %s has no value', async (name, hole) => {
    const plan = wrongAt([hole + 100], 3, { function: name });
    const definition = findFunction(name);
    expect(definition.exact(dyadic(hole, 8), 8)).toBeUndefined();
    const found = await search(plan);
    expect(found).toMatchObject({ input: hole + 100, got: Number(interpret(base, hole + 100)) + 3 });
    expect(found?.expected).toBeCloseTo(256 * Math.tanh((hole + 100) / 256), 6);
    expect(found?.ulp).toBeCloseTo((found!.got as number) - (found!.expected as number), 9);
  });

  it.each<[string, ErrorTarget, number]>([
    ['ulp', { ulp: 0.8 }, 1],
    ['error', { error: 2 ** -8 }, -2],
    ['relative', { relative: 2 ** -3 }, 40],
  ])('is the one that trying all of them gives: %s', async (_, target, by) => {
    const inputs = fc.uniqueArray(fc.integer({ min: -2048, max: 2047 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(inputs, async (wrong) => {
        const plan = wrongAt(wrong, by, { target });
        expect((await search(plan))?.input).toBe(naively(plan));
      }),
      { numRuns: 8 },
    );
  });

  it('is none where the target is met', async () => {
    expect(await search(base)).toBeUndefined();
  });
});

describe('the first difference from a plan', () => {
  it('is found in whichever chunk it lies, and none where there is none', () => {
    const [first, last] = [-2048, 2047];
    const differing = (plan: NarrowPlan) => firstDifference(base, planRunner(plan), first, last);
    for (const x of [-2048, -1, 0, 2047]) {
      const expected = Number(interpret(base, x));
      expect(differing(wrongAt([x], -5))).toEqual({ input: x, expected, got: expected - 5, ulp: 5 });
    }
    expect(differing(base)).toBeUndefined();
  });
});
