import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ezpcGates, ezpcName, ezpcTarget } from '../../src/emit/ezpc.js';
import { lowerSecret } from '../../src/emit/secret-lower.js';
import { fittedPlan } from '../conformance/fitted.js';
import { expectConforming } from '../conformance/expectation.js';
import { inputsOf } from '../conformance/inputs.js';
import { PLANS } from '../conformance/plans.js';
import { randomPlans } from '../conformance/random-plan.js';
import { runEzpc } from './ezpc-interpreter.js';
import { tokensOf, WORDS } from './ezpc-tokens.js';
import { SECRET_PLANS } from './secret-plans.js';
import { printedPlan, printedSpec } from './secret-targets.js';

describe('an EzPC program means what the interpreter means', () => {
  it('for what its targets do in ways of their own', async () => {
    const refused: string[] = [];
    for (const [name, make] of Object.entries(SECRET_PLANS)) {
      const plan = make();
      const printed = await printedPlan(ezpcTarget, plan);
      if (typeof printed === 'string') {
        refused.push(`${name}: ${printed}`);
        continue;
      }
      const inputs = inputsOf(plan, 100);
      expectConforming(plan, inputs, runEzpc(printed.text, inputs));
    }
    expect(refused).toEqual([]);
  });

  it('for plans that no search would propose', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlans, async (plan) => {
        const printed = await printedPlan(ezpcTarget, plan);
        if (typeof printed === 'string') return;
        const inputs = inputsOf(plan, 40);
        expectConforming(plan, inputs, runEzpc(printed.text, inputs));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the text of an EzPC program', () => {
  it.each([
    ['tanh_q4_4', { function: 'tanh', format: 'Q4.4', order: 1 }],
    ['rsqrt_q4_4', { function: 'rsqrt', format: 'Q4.4', rounding: 'half-even' }],
  ] as const)('%s', async (name, spec) => {
    const { text } = await printedSpec(ezpcTarget, spec);
    await expect(text).toMatchFileSnapshot(`../golden/ezpc/${name}.ezpc`);
  });

  it('asks for no gate that it does not count', async () => {
    for (const name of [
      'point symmetric',
      'normalised, half-even',
      'sin Q8.24',
      'pseudo-stochastic everywhere',
    ]) {
      const plan = PLANS[name]();
      const printed = await printedPlan(ezpcTarget, plan);
      if (typeof printed === 'string') throw new Error(printed);
      const count = (pattern: RegExp) => printed.text.match(pattern)?.length ?? 0;
      const indicators = count(/\? 1L : 0L;/g);
      const conversions = count(/uint64_bl /g) + count(/>>> \d+;$/gm);
      expect(count(/>=.*\?/g)).toBe(indicators);
      expect(ezpcGates(lowerSecret(plan))).toBe(indicators * 128 + conversions * 63);
      expect(printed.text).toContain(`about ${ezpcGates(lowerSecret(plan))} AND gates an element`);
    }
  });

  it('keeps comments from the preprocessor and from ending early', async () => {
    const plan = PLANS['point symmetric']();
    const command = 'approxgen --expr "(*x*)" http://a /* b';
    const hostile = { ...plan, provenance: { ...plan.provenance, command } };
    const printed = await printedPlan(ezpcTarget, hostile);
    if (typeof printed === 'string') throw new Error(printed);
    expect(() => tokensOf(printed.text)).not.toThrow();
    expect(runEzpc(printed.text, [0n])).toEqual([2048n]);
  });

  it('names functions so that no keyword and no underscore is left', () => {
    expect(ezpcName('tanh_q4_12_q1_15', 'Array')).toBe('tanhQ4p12Q1p15Array');
    expect(ezpcName('for', 'Scalar')).toBe('forScalar');
    expect(ezpcName('a__b_', 'Scalar')).toBe('aBScalar');
    expect(WORDS.has('forScalar')).toBe(false);
  });
});

describe('what EzPC can’t do is refused before the proof', () => {
  it('integers beyond 63 bits, with their width', () => {
    const plan = fittedPlan({
      function: 'sigmoid',
      input: 'Q4.28',
      output: 'Q1.31',
      guard: 36,
      range: [-8, 7.5],
    });
    expect(() => ezpcTarget.check?.(plan)).toThrow(/integers of \d+ bits; EzPC's are exact up to 63/);
  });
});
