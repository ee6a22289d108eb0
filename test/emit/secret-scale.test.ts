import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleOf } from '../../src/emit/secret-scale.js';
import { parseFormat } from '../../src/fixedpoint/format.js';
import { applyOverflow, OVERFLOW_MODES } from '../../src/fixedpoint/overflow.js';
import { roundShift } from '../../src/fixedpoint/rounding.js';
import { finishShift } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';

const output = parseFormat('Q4.4');

/** As much of a plan as the scale depends on. */
const plans = fc
  .record({
    ends: fc.tuple(fc.integer({ min: -600, max: 600 }), fc.integer({ min: 0, max: 300 })),
    guardBits: fc.integer({ min: -3, max: 9 }),
    slope: fc.constantFrom(-2, -1, 1, 2),
    offset: fc.integer({ min: -12, max: 12 }),
    rounding: fc.constantFrom(
      'floor' as const,
      'half-up' as const,
      'half-even' as const,
      'half-away' as const,
    ),
    overflow: fc.constantFrom(...OVERFLOW_MODES.filter((mode) => mode !== 'error')),
    added: fc.integer({ min: -20, max: 20 }),
  })
  .map(({ ends: [lo, length], guardBits, slope, offset, rounding, overflow, added }) => ({
    lo,
    hi: lo + length,
    plan: {
      output,
      guardBits,
      reduce: { kind: 'split', exponent: { effect: 'scale', slope, offset } },
      finish: { rounding, overflow, offset: added },
      bounds: { accumulator: { lo: String(lo), hi: String(lo + length), bits: 0 } },
    } as unknown as KernelPlan,
  }));

describe('a shift by a secret number of bits', () => {
  const counts = Array.from({ length: 25 }, (_, i) => BigInt(i - 12));

  it('is a factor and a shift that give the same output for every accumulator and every count', () => {
    fc.assert(
      fc.property(plans, ({ plan, lo, hi }) => {
        const scale = scaleOf(plan, counts);
        if (!scale) throw new Error('there is a scale');
        const { rounding, overflow, offset = 0 } = plan.finish;
        const finished = (rounded: bigint) => applyOverflow(rounded + BigInt(offset), output, overflow);
        for (let y = BigInt(lo); y <= BigInt(hi); y++) {
          counts.forEach((count, i) => {
            const wanted = roundShift(y, finishShift(plan, count), rounding);
            const found = roundShift(y * scale.factors[i], scale.shift, rounding);
            if (finished(wanted) !== finished(found))
              expect({ y, count, found }).toEqual({ y, count, found: wanted });
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});
