import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { referenceSetting, shardVerifier } from '../../src/verify/shard.js';
import { tailStats } from '../../src/verify/tail-stats.js';

const planOf = (spec: KernelSpec) => propose(resolveSpec(spec)).plan;

const PLANS = {
  'odd, both sides': planOf({ function: 'tanh', format: 'Q8.6', range: [-2, 2], ulp: 4 }),
  'point symmetric': planOf({ function: 'sigmoid', format: 'Q8.6', range: [-3, 3], ulp: 4 }),
  'one side': planOf({ function: 'sigmoid', format: 'UQ8.6', range: [0, 3], ulp: 4 }),
  'with a relative error': {
    ...planOf({ function: 'sigmoid', format: 'Q8.6', range: [-3, 3], ulp: 4 }),
    target: { relative: 1 },
  },
} satisfies Record<string, KernelPlan>;

/** The tails of a plan as stretches of inputs. */
function tailsOf(plan: KernelPlan) {
  const bound = Number(plan.tails.high!.bound);
  const high = { first: bound, last: 2 ** (plan.input.bits - (plan.input.signed ? 1 : 0)) - 1 };
  return plan.input.signed ? [{ first: -high.last - 1, last: -bound }, high] : [high];
}

describe.each(Object.entries(PLANS))('stats of a tail without running it: %s', (_, plan) => {
  const definition = findFunction(plan.function);
  const setting = referenceSetting(plan, definition);

  it('are those of running it, for any constant', () => {
    const constants = fc.integer({ min: 40, max: 80 });
    fc.assert(
      fc.property(constants, fc.constantFrom(...tailsOf(plan)), (output, tail) => {
        const moved = { ...plan, tails: { high: { bound: plan.tails.high!.bound, output } } };
        const run = shardVerifier(moved, definition)(tail);
        const { decidedExactly: _d, maxRelative, ...found } = tailStats(moved, setting, tail)!;
        const { decidedExactly: _r, maxRelative: ran, ...expected } = run;
        expect(found).toEqual(expected);
        // What is run carries the reference's margin on top.
        expect(maxRelative).toBeLessThanOrEqual(ran);
        expect(maxRelative).toBeGreaterThanOrEqual(ran * (1 - 1e-6));
      }),
      { numRuns: 30 },
    );
  });

  it('are right for tails of one input', () => {
    for (const { first } of tailsOf(plan)) {
      const tail = { first, last: first };
      const { decidedExactly: _d, maxRelative: _m, ...found } = tailStats(plan, setting, tail)!;
      expect(shardVerifier(plan, definition)(tail)).toMatchObject(found);
    }
  });
});
