import { describe, expect, it } from 'vitest';
import { mpSpdzTarget } from '../../src/emit/mp-spdz.js';
import { secretVectors } from '../../src/emit/secret-vectors.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { expectConforming } from '../conformance/expectation.js';
import { inputsOf } from '../conformance/inputs.js';
import { PLANS } from '../conformance/plans.js';
import { needs } from '../support/needs.js';
import { SECRET_PLANS } from './secret-plans.js';
import { printedPlan, printedSpec, runMpSpdz, runOneMpSpdz, type MpSpdzJob } from './secret-targets.js';

async function textOfPlan(name: string): Promise<string> {
  const printed = await printedPlan(mpSpdzTarget, PLANS[name]());
  if (typeof printed === 'string') throw new Error(printed);
  return printed.text;
}

describe('an MP-SPDZ program on integers', () => {
  needs('python3');

  it('gives what the interpreter gives for what its targets do in ways of their own', async () => {
    const refused: string[] = [];
    const jobs: (MpSpdzJob & { readonly plan: KernelPlan })[] = [];
    for (const [name, make] of Object.entries(SECRET_PLANS)) {
      const plan = make();
      const printed = await printedPlan(mpSpdzTarget, plan);
      if (typeof printed === 'string') refused.push(`${name}: ${printed}`);
      else jobs.push({ plan, text: printed.text, inputs: inputsOf(plan, 100) });
    }
    const results = runMpSpdz(jobs);
    expect(results.length).toBe(jobs.length);
    jobs.forEach(({ plan, inputs }, i) => {
      const { lines, error } = results[i];
      expect(error).toBeUndefined();
      expectConforming(plan, inputs, (lines ?? []).map(BigInt));
    });
    expect(refused).toEqual([]);
  });

  it('tests itself: all of its vectors agree, and a changed coefficient shows', async () => {
    const text = await textOfPlan('point symmetric');
    const tested = (program: string) => runOneMpSpdz({ text: program, inputs: [], test: true });
    expect(tested(text)).toEqual([expect.stringMatching(/^0 of \d+ test vectors differ$/)]);
    const changed = text.replace(/132385/, '132449');
    expect(changed).not.toBe(text);
    expect(tested(changed)[0]).not.toMatch(/^0 of/);
  });

  it('states widths that are needed: one bit less is found out', async () => {
    const text = await textOfPlan('tanh Q8.24');
    const inputs = inputsOf(PLANS['tanh Q8.24'](), 500);
    const narrower = (pattern: RegExp) =>
      text.replace(pattern, (_, before: string, bits: string) => `${before}${Number(bits) - 1})`);
    for (const pattern of [/(right_shift\(\d+, )(\d+)\)/, /(greater_equal\(0, )(\d+)\)/]) {
      expect(narrower(pattern)).not.toBe(text);
      expect(() => runOneMpSpdz({ text: narrower(pattern), inputs })).toThrow(/takes more than/);
    }
  });
});

describe('the text of an MP-SPDZ program', () => {
  it.each([
    ['tanh_q4_4', { function: 'tanh', format: 'Q4.4', order: 1 }],
    ['rsqrt_q4_4', { function: 'rsqrt', format: 'Q4.4', rounding: 'half-even' }],
  ] as const)('%s', async (name, spec) => {
    const { text } = await printedSpec(mpSpdzTarget, spec);
    await expect(text).toMatchFileSnapshot(`../golden/mp-spdz/${name}.mpc`);
  });

  it('refuses names that mean something else, and integers wider than a ring', () => {
    const plan = PLANS['point symmetric']();
    for (const name of ['lambda', 'sint', 'program', 'inputs']) {
      expect(() => mpSpdzTarget.check?.({ ...plan, name })).toThrow(
        /can't be the name of a kernel in MP-SPDZ: (it is a keyword|programs use it)/,
      );
    }
    expect(() => mpSpdzTarget.check?.(PLANS['reciprocal UQ64.0']())).toThrow(/integers of \d+ bits/);
  });
});

describe('test vectors', () => {
  it('stand on both sides of every place where a segment begins, at both ends and at zero', () => {
    const plan = PLANS['point symmetric']();
    const vectors = secretVectors(plan, 256);
    const inputs = new Set(vectors.map(({ input }) => input));
    const places = plan.segments.slice(1).map(({ lo }) => BigInt(lo));
    const wanted = [-32768n, 32767n, -1n, 0n, 1n, ...places.flatMap((a) => [a - 1n, a, -a, 1n - a])];
    expect(wanted.filter((x) => !inputs.has(x))).toEqual([]);
    expect(vectors.filter(({ input, output }) => interpret(plan, input) !== output)).toEqual([]);
  });
});
