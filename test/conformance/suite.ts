import { describe, expect, it } from 'vitest';
import { taken, thinned } from './builds/build.js';
import { EVERY_TARGET } from './builds/every.js';
import { skipWithout } from '../support/needs.js';
import { wrongOutputs, type Job } from './jobs.js';

/** The one suite, for builds that are slow or that are not: each runs the plans that its target takes. */
export function describeConformance(jobs: readonly Job[], slow: boolean): void {
  const targets = EVERY_TARGET.map(({ name, target, builds }) => ({
    name,
    target,
    builds: builds.filter((build) => (build.slow ?? false) === slow),
  })).filter(({ builds }) => builds.length > 0);
  describe.each(targets)('the $name target means what the interpreter means', ({ target, builds }) => {
    const { kept } = taken(jobs, target);

    it.for(builds)('$name', async (build, { skip }) => {
      skipWithout(skip, build.missing());
      const tried = build.thinned ? thinned(kept, build.thinned.every, build.thinned.inputs) : kept;
      expect(wrongOutputs(tried, await build.answer(tried))).toEqual([]);
    });
  });
}
