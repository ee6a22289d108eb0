import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scalarLoops } from '../../src/plan/loops.js';
import { progressionOf } from '../../src/plan/reduce-run.js';
import { RUN_LENGTH } from '../../src/plan/run.js';

describe('the progression of a reduction', () => {
  const loops = scalarLoops();

  it('is what every product is, however long the run and the multiplier, or is none', () => {
    const bits = fc.integer({ min: 1, max: 52 });
    const multiplier = bits.chain((n) => fc.maxSafeNat().map((m) => 2 ** n + (m % 2 ** n)));
    const run = fc.record({ lo: fc.nat(2 ** 31 - 1), length: fc.constantFrom(1, 100, 4096, RUN_LENGTH) });
    fc.assert(
      fc.property(run, multiplier, fc.integer({ min: -2, max: 60 }), ({ lo, length }, m, shift) => {
        const progression = progressionOf({ lo, hi: lo + length - 1 }, m, shift, 0);
        if (!progression || Math.abs(progression.start) > 2 ** 52) return;
        const args = loops.allocate(length);
        loops.progression(args, progression);
        for (const i of [0, 1, length >> 1, length - 2, length - 1].filter((at) => at >= 0 && at < length)) {
          expect(BigInt(args[i])).toBe((BigInt(lo + i) * BigInt(m)) >> BigInt(shift));
        }
      }),
      { numRuns: 3000, examples: [[{ lo: 1, length: RUN_LENGTH }, 2 ** 40 - 1, 0]] },
    );
  });

  it('exists for the multipliers of formats of 32 bits', () => {
    expect(progressionOf({ lo: 2 ** 30, hi: 2 ** 30 + RUN_LENGTH - 1 }, 2 ** 37 - 1, 30, 0)).toBeDefined();
  });
});
