import { afterEach, describe, expect, it, vi } from 'vitest';
import { emit, targetCosts } from '../../src/emit/targets.js';
import type { MeasuredCost } from '../../src/emit/target-cost.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { measuredCosts } from '../../src/report/measured-cost.js';
import { timedInputs } from '../../src/report/timing.js';
import { PLANS } from '../conformance/plans.js';
import { unprovenCertificate } from '../emit/module.js';
import { skipWithout } from '../support/needs.js';
import { missing } from '../support/tools.js';

/** What is measured in each of the targets. */
async function measuredOf(plan: KernelPlan, targets: readonly string[]): Promise<readonly MeasuredCost[]> {
  const certificate = unprovenCertificate(plan);
  const files = await emit(plan, certificate, targets);
  const costs = targetCosts(plan, targets, files);
  const measured = await measuredCosts(plan, certificate, costs, files, {});
  expect(measured.map(({ target }) => target)).toEqual(targets);
  return measured.map((cost) => cost.measured ?? {});
}

const PROGRAMS = [
  ['c', 'cc'],
  ['rust', 'rustc'],
  ['python', 'python3'],
] as const;

afterEach(() => vi.unstubAllEnvs());

describe('what is measured of a kernel', () => {
  it.each(['odd, tail apart', 'sigmoid Q32.32'] as const)('in JavaScript: %s', async (name) => {
    for (const cost of await measuredOf(PLANS[name](), ['ts', 'wasm'])) {
      expect(Object.keys(cost).toSorted()).toEqual(['arrayNanoseconds', 'scalarNanoseconds']);
      for (const nanoseconds of Object.values(cost)) expectPlausible(nanoseconds as number);
    }
  });

  it.for(PROGRAMS)('in %s', async ([target, tool], { skip }) => {
    skipWithout(skip, missing(tool));
    const plan = { ...PLANS['sigmoid Q32.32'](), name: 'k' };
    const [{ scalarNanoseconds, unmeasured }] = await measuredOf(plan, [target]);
    expect(unmeasured).toBeUndefined();
    expectPlausible(scalarNanoseconds);
  });

  it('in hardware, once for both languages', async ({ skip }) => {
    skipWithout(skip, missing('yosys'));
    const plan = { ...PLANS['8 bits, 32-bit products'](), name: 'k' };
    const [verilog, vhdl] = await measuredOf(plan, ['verilog', 'vhdl']);
    expect(verilog).toEqual(vhdl);
    expect(verilog.flipFlops).toBeGreaterThan(8);
    expect(verilog.gates).toBeGreaterThan(verilog.flipFlops ?? Infinity);
    expect(verilog.path).toBeGreaterThan(1);
    expect(verilog.luts).toBeGreaterThan(8);
  });

  it('names the tool that is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const plan = { ...PLANS['odd, tail apart'](), name: 'k' };
    const found = await measuredOf(plan, ['c', 'rust', 'python', 'verilog', 'vhdl', 'solidity']);
    for (const [i, tool] of ['cc', 'rustc', 'python3', 'yosys', 'yosys'].entries()) {
      expect(found[i]).toEqual({ unmeasured: expect.stringMatching(`^not measured: .*\\(install ${tool}`) });
    }
    expect(found[5]).toEqual({});
  });
});

describe('inputs that are timed', () => {
  it.each([
    { lo: -32768, hi: 32767 },
    { lo: 0, hi: 3 },
    { lo: '-9223372036854775808', hi: '9223372036854775807' },
  ] as const)('lie all over the range, in no order: %j', (range) => {
    const inputs = timedInputs({ range });
    const [lo, hi] = [BigInt(range.lo), BigInt(range.hi)];
    const quarters = [0, 0, 0, 0];
    for (const x of inputs) quarters[Number(((x - lo) * 4n) / (hi - lo + 1n))]++;
    for (const count of quarters) expect(count / inputs.length).toBeCloseTo(0.25, 2);
    const up = inputs.filter((x, i) => i > 0 && x > inputs[i - 1]).length;
    expect(up / inputs.length).toBeLessThan(0.7);
  });
});

function expectPlausible(nanoseconds: number | undefined): void {
  expect(nanoseconds).toBeGreaterThan(0.05);
  expect(nanoseconds).toBeLessThan(1e6);
}
