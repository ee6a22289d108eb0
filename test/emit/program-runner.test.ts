import { afterEach, describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { targetRunner } from '../../src/emit/run-target.js';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { planRunner } from '../../src/plan/run.js';
import { PLANS } from '../conformance/plans.js';
import { skipWithout } from '../support/needs.js';
import { missing } from '../support/tools.js';
import { unprovenCertificate } from './module.js';

const TOOLS = { c: 'cc', rust: 'rustc', python: 'python3' } as const;
const NAMES = ['odd, tail as a row', 'normalised, unsigned, odd fraction', 'unsigned 32-bit output'];

const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});

describe.each(Object.entries(TOOLS) as [keyof typeof TOOLS, (typeof TOOLS)[keyof typeof TOOLS]][])(
  '%s kernels in a program of their own',
  (target, tool) => {
    it.for(NAMES)('give what the plan gives, block by block: %s', async (name, { skip }) => {
      skipWithout(skip, missing(tool));
      const plan = PLANS[name]();
      const run = await targetRunner(plan, unprovenCertificate(plan), target);
      const own = planRunner(plan);
      const [least, most] = [minRaw(plan.input), maxRaw(plan.input)];
      for (const [first, length] of [
        [least, 100],
        [least + 50, 100],
        [most - 999, 1000],
        [least, 1],
      ]) {
        const [outputs, expected] = [new Float64Array(length), new Float64Array(length)];
        run(first, outputs);
        own(first, expected);
        expect(outputs).toEqual(expected);
      }
    });

    it('say what is not installed', async () => {
      const plan = PLANS[NAMES[0]]();
      process.env.PATH = '/nowhere';
      const refusal = await targetRunner(plan, unprovenCertificate(plan), target)
        .then((run) => run(0, new Float64Array(1)))
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ApproxgenError);
      expect((refusal as ApproxgenError).message).toMatch(
        new RegExp(`kernels of the target ${target} are run with ${tool}`),
      );
    });
  },
);
