import { describe, expect, it } from 'vitest';
import { flipFlops, latches, synthesize } from '../../bench/yosys.js';
import { verilogTarget } from '../../src/emit/verilog.js';
import { PLANS } from '../conformance/plans.js';
import { BENCHES, describeBenches } from '../emit/hardware-benches.js';
import { printedUnit } from '../emit/hardware-run.js';
import { needs } from '../support/needs.js';

describeBenches(BENCHES.filter(({ slow }) => slow));

describe('yosys', () => {
  needs('yosys');

  it.each(['point symmetric', 'normalised, scaled', 'sin Q8.8', 'odd, tail as a row'])(
    'synthesizes without latches, shallower in three stages than in one: %s',
    async (name) => {
      const plan = PLANS[name]();
      const made = await Promise.all(
        [0, 1, 3].map(async (n) => {
          const { unit } = await printedUnit(verilogTarget, plan, 'kernel', n);
          return synthesize(unit, 'kernel', 'synth');
        }),
      );
      const [none, one, three] = made;
      expect(made.map(latches)).toEqual([0, 0, 0]);
      expect(flipFlops(none)).toBe(0);
      // The output and the valid bit; what the synthesis proves constant is gone.
      expect(flipFlops(one)).toBeGreaterThan(8);
      expect(flipFlops(one)).toBeLessThanOrEqual(plan.output.bits + 1);
      expect(flipFlops(three)).toBeGreaterThan(flipFlops(one));
      expect(three.depth).toBeLessThan(0.7 * one.depth);
      console.log(
        `${name}: ${none.total} cells, path ${none.depth}; in three stages ${three.total} cells, ${flipFlops(three)} of them flip-flops, path ${three.depth}`,
      );
    },
  );
});
