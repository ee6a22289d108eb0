import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/plan/interpret.js';
import { runningPlan } from '../../src/plan/wide-run.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { hasTool, runIcarus, runVerilator } from '../emit/hardware-run.js';
import { expectConforming } from './expectation.js';
import { crcOf, everyInput, jobsOfEveryForm, PLANS_OF_16_BITS } from './hardware-plans.js';

/** Milliseconds that simulators may take on a busy machine; alone, they take a few seconds each. */
const PATIENCE = 300_000;

describe.skipIf(!hasTool('iverilog'))('Verilog in Icarus (skipped without iverilog)', () => {
  it('means what the interpreter means, for every form of plan', { timeout: PATIENCE }, async () => {
    const jobs = jobsOfEveryForm(60, 250, 100);
    const outputs = await runIcarus(jobs);
    jobs.forEach(({ plan, inputs }, i) => expectConforming(plan, inputs, outputs[i]));
  });

  it('has the CRC of the plan over all inputs of 16 bits, in three stages', { timeout: PATIENCE }, () =>
    expectSameCrc(runIcarus, () => 3),
  );
});

describe.skipIf(!hasTool('verilator'))('Verilog in Verilator (skipped without verilator)', () => {
  it('has the CRC of the plan over all inputs of 16 bits, in no or one stage', { timeout: PATIENCE }, () =>
    expectSameCrc(runVerilator, (i) => i % 2),
  );
});

async function expectSameCrc(run: typeof runIcarus, latency: (i: number) => number): Promise<void> {
  const jobs = Object.values(PLANS_OF_16_BITS).map((make, i) => {
    const plan = make();
    checkWellFormed(plan);
    return { plan, pipeline: latency(i), inputs: everyInput(plan) };
  });
  const outputs = await run(jobs);
  const expected = jobs.map(({ plan, inputs }) => {
    const running = runningPlan(plan);
    return crcOf(inputs.map((x) => interpret(running, x)));
  });
  expect(outputs.map(crcOf)).toEqual(expected);
}
