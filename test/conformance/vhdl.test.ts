import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/plan/interpret.js';
import { hasTool, runGhdl } from '../emit/hardware-run.js';
import { expectConforming } from './expectation.js';
import { crcOf, everyInput, jobsOfEveryForm, PLANS_OF_16_BITS } from './hardware-plans.js';

/** Milliseconds that simulators may take on a busy machine; alone, they take a few seconds each. */
const PATIENCE = 300_000;

const LATENCIES = [0, 1, 3, undefined] as const;

/** Every how many-th input is run: GHDL takes half a minute and more for all 65,536 of one kernel. */
const EVERY = 16;

describe.skipIf(!hasTool('ghdl'))('VHDL in GHDL (skipped without ghdl)', () => {
  it('means what the interpreter means, for every form of plan', { timeout: PATIENCE }, async () => {
    const jobs = jobsOfEveryForm(12, 50, 40);
    const outputs = await runGhdl(jobs, '93');
    jobs.forEach(({ plan, inputs }, i) => expectConforming(plan, inputs, outputs[i]));
  });

  it(
    'has the CRC of the plan over 4096 inputs of 16 bits, every sixteenth',
    { timeout: PATIENCE },
    async () => {
      const jobs = Object.values(PLANS_OF_16_BITS).map((make, i) => {
        const plan = make();
        const inputs = everyInput(plan).filter((_, place) => place % EVERY === (place >> 8) % EVERY);
        return { plan, pipeline: LATENCIES[i % 4], inputs };
      });
      const outputs = await runGhdl(jobs, '08');
      jobs.forEach(({ plan, inputs }, i) => {
        expect(inputs).toHaveLength(4096);
        expect(crcOf(outputs[i])).toBe(crcOf(inputs.map((x) => interpret(plan, x))));
      });
    },
  );
});
