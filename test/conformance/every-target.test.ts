import { describe, expect, it } from 'vitest';
import { conformingJobs, wrongOutputs } from './jobs.js';
import { taken, thinned, TOOLED } from './tooled.js';

const ALL = conformingJobs(1000, 100);

describe.each(TOOLED.map((tooled) => ({ name: tooled.target.name, ...tooled })))(
  'the $name target means what the interpreter means',
  ({ target, builds, widest, slow = false }) => {
    const { kept, refused } = taken(slow ? thinned(ALL, 3, 150) : ALL, target);

    it.for(builds)('$name', { timeout: 300_000 }, async (build, { skip }) => {
      const reason = build.missing();
      if (reason) return skip(reason);
      expect(wrongOutputs(kept, await build.answer(kept))).toEqual([]);
    });

    it('or refuses the plan, with the reason', () => {
      const expected =
        widest === undefined ? /^$/ : new RegExp(`of \\d+ bits; the target ${target.name} has ${widest}$`);
      expect(refused.filter((message) => !expected.test(message))).toEqual([]);
      expect(refused.length > 0).toBe(widest !== undefined);
      expect(refused.length).toBeLessThan(ALL.length / 8);
    });
  },
);
