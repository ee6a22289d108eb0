import { describe, expect, it } from 'vitest';
import { gasOf } from '../../src/emit/solidity-gas.js';
import { libraryName, solidityTarget } from '../../src/emit/solidity.js';
import { lower } from '../../src/emit/lower.js';
import { textOf } from '../../src/emit/target.js';
import { called, compiled } from '../conformance/builds/solidity.js';
import { conformingJobs, withExceptions, type Job } from '../conformance/jobs.js';
import { PLANS } from '../conformance/plans.js';
import { needs } from '../support/needs.js';
import { unprovenCertificate } from './module.js';

const textOfPlan = async (plan: Job['plan']) =>
  textOf((await solidityTarget.emit(plan, unprovenCertificate(plan)))[0]);

/** What the contract that calls a kernel takes itself for an array of none, and of one. */
const EMPTY = 690;
const ONE = 978;

describe('gas', () => {
  needs('solc', '@ethereumjs/evm');

  it('is about what is stated', async () => {
    // Plans that are other ones than those that the figures were fitted to are among them.
    const listed = Array.from({ length: 700 }, (_, i) => BigInt(2 * i - 700));
    const long = { ...withExceptions(PLANS['odd, tail apart'](), listed), name: 'long' };
    const jobs = [
      ...conformingJobs(10, 80).filter((_, i) => i % 11 === 5),
      { about: '700 listed inputs', plan: long, inputs: [3n, 4n, 2000n], outputs: [] },
    ];
    const contracts = await compiled(jobs, true);
    expect((await called(contracts[0], [])).gas).toBe(EMPTY);
    for (const [i, { about, plan, inputs }] of jobs.entries()) {
      const stated = gasOf(lower(plan));
      let most = 0;
      for (const x of inputs.slice(0, 12)) most = Math.max(most, (await called(contracts[i], [x])).gas - ONE);
      expect([about, most / stated < 1.1, most / stated > 0.6]).toEqual([about, true, true]);
    }
  });

  it('of a call with what is no input is spent on a refusal that says so', async () => {
    const plan = { ...PLANS['8 bits, 32-bit products'](), name: 'k' };
    const [contract] = await compiled([{ about: '', plan, inputs: [], outputs: [] }], true);
    await expect(called(contract, [128n])).rejects.toThrow('revert');
    await expect(called(contract, [-129n])).rejects.toThrow('revert');
    expect((await called(contract, [127n])).outputs).toHaveLength(1);
  });
});

describe('a Solidity library', () => {
  it('states its gas, has a function that hides nothing, and no arithmetic that is checked', async () => {
    const plan = { ...PLANS['split'](), function: 'exp(x)+0' };
    const text = await textOfPlan(plan);
    expect(text).toMatch(new RegExp(`^// Gas +about ${gasOf(lower(plan))} a call`, 'm'));
    expect(text).toContain('function f(int256 x) internal pure returns (int256) {');
    expect(text).not.toMatch(/int256 f =/);
    expect(text.match(/unchecked \{/g)?.length).toBeGreaterThan(0);
  });

  it('has its tables in its code: nothing is copied to memory', async () => {
    for (const plan of ['listed exceptions', 'sigmoid Q32.32', 'odd, tail as a row']) {
      const text = (await textOfPlan(PLANS[plan]())).replace(/\/\/.*/g, '');
      expect(text).toMatch(/function _segments\(uint256 row\)/);
      expect(text).not.toMatch(/\bmemory\b|\bbytes\b/);
    }
  });

  it.each([
    ['tanh_q8_24', 'TanhQ8_24'],
    ['tanh_q4_12_q1_15', 'TanhQ4_12Q1_15'],
    ['k', 'K'],
  ])('is called by its kernel’s name: %s', (name, library) => {
    expect(libraryName(name)).toBe(library);
  });
});
