import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/emit/targets.js';
import { taken } from './builds/build.js';
import { EVERY_TARGET } from './builds/every.js';
import { conformingJobs } from './jobs.js';
import { describeConformance } from './suite.js';

const ALL = conformingJobs(1000, 100);

describeConformance(ALL, false);

describe('what a target does not take', () => {
  it.each(EVERY_TARGET)('$name: refused with the reason', ({ target, refusals }) => {
    const { kept, refused } = taken(ALL, target);
    for (const { about, error } of refused) {
      const { code, message, hint } = error.diagnostic;
      expect([about, code, message]).toEqual([about, code, expect.stringMatching(refusals[code] ?? /^$/)]);
      expect(hint).toMatch(/\w/);
      expect(error.exitStatus).toBe(2);
    }
    const met = new Set(refused.map(({ error }) => error.diagnostic.code));
    expect([...met].toSorted()).toEqual(Object.keys(refusals).toSorted());
    expect(kept.length).toBeGreaterThan(ALL.length / 2);
  });

  it('is listed, plan by plan, with the error that a user gets', async () => {
    const named = ALL.filter(({ about }) => !about.startsWith('random'));
    const lines = EVERY_TARGET.flatMap(({ name, target }) =>
      taken(named, target).refused.map(({ about, error }) => {
        const { code, message } = error.diagnostic;
        return `${name}: ${about}: ${code}: ${message.replace(/^k\d+/, 'it')}`;
      }),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../golden/refusals.txt');
  });

  it('is not a whole target: every one is tried', () => {
    expect(EVERY_TARGET.map(({ name }) => name).toSorted()).toEqual(
      TARGETS.map(({ name }) => name).toSorted(),
    );
  });
});
