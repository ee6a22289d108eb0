import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelPlan } from '../../src/plan/plan.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { printed } from '../emit/module.js';
import { expectConforming } from './expectation.js';
import { inputsOf } from './inputs.js';
import { PLANS } from './plans.js';
import { randomPlans } from './random-plan.js';
import { TARGETS } from './targets.js';

const made = new Map<string, KernelPlan>();
function planNamed(name: string): KernelPlan {
  const plan = made.get(name) ?? PLANS[name]();
  made.set(name, plan);
  return plan;
}

describe.each(TARGETS)(
  'the $name target means what the interpreter means',
  ({ load, randomPlans: runs = 200 }) => {
    it.each(Object.keys(PLANS))('%s', async (name) => {
      const plan = planNamed(name);
      checkWellFormed(plan);
      const inputs = inputsOf(plan, 2500);
      expectConforming(plan, inputs, (await load(plan))(inputs));
    });

    it('for plans that no search would propose', async () => {
      await fc.assert(
        fc.asyncProperty(randomPlans, async (plan) => {
          const inputs = inputsOf(plan, 40);
          expectConforming(plan, inputs, (await load(plan))(inputs));
        }),
        { numRuns: runs },
      );
    });
  },
);

describe('the table of plans', () => {
  it('holds every form that the ts target writes', async () => {
    const texts: string[] = [];
    for (const name of Object.keys(PLANS)) texts.push(await printed(planNamed(name)));
    const forms: Readonly<Record<string, RegExp>> = {
      imul: /Math\.imul\(y, t\) \+/,
      'imul, floor': /Math\.imul\(y, t\) >>/,
      'imul, no shift': /Math\.imul\(y, t\) >> 0|y = Math\.imul\(y, t\)|Math\.imul/,
      'double, half-up': /y \* t( \* [\d.e-]+)? \+ [\d.e-]+ \+ ROUND(_\d+)? \+ C\d/,
      'double, half-even': /y \* t( \* [\d.e-]+)? \+ ROUND(_\d+)? \+ C\d/,
      'double, floor': /y \* t( \* [\d.e-]+)? - [\d.e-]+ \+ ROUND(_\d+)? \+ C\d/,
      'double, truncated': /y = y \* t( \* [\d.e-]+)? \+ C0\[row\]!;\n\s+y = (y|\(y) >> \d+/,
      'double, truncated with an excess': /y = \(y >> \d+\) - \d+;/,
      'steps scaled on their own': /y \* t \* [\d.e-]+/,
      'coefficients scaled': /const C\d = column\(\d, 2 \*\* -\d+\);/,
      'cells of the tail, in order': /const CELLS = Uint8Array\.from/,
      'cells of the tail, mapped': /CELLS\.set\(\[/,
      'a common origin': /const t = \(?\(.* & \d+\)/,
      'an origin a row': /- ORIGIN\[row\]/,
      split: /shiftedProduct\(y, t/,
      'split input': /const z = (Math\.floor|shiftedProduct)/,
      'a wider multiplier': /const z = floorProduct\(/,
      'floor helper': /roundFloor\(y \* t/,
      'half-away helper': /roundHalfAway\(y \* t/,
      'pseudo-stochastic helper': /roundPseudo\(y \* t/,
      'cells, bytes': /const CELLS = new Uint8Array/,
      comparisons: /segmentOf\(a\)/,
      'tail row': /const inside = /,
      'tail apart': /if \(a >= \d+\) return/,
      'low tail': /if \(a < \d+\) return/,
      'affine tail': /if \(a >= \d+\) \{\s+let y = a \* /,
      'low affine tail': /if \(a < -?\d+\) \{\s+let y = /,
      clamp: /y = Math\.max\(-\d+, Math\.min\(/,
      scale: /SCALE\[k\]/,
      'scale, floor': /Math\.floor\(y \* SCALE\[k\]!\)/,
      'scale, half-away': /roundHalfAway\(y, SHIFT\[k/,
      'limited counts': /const exponent = Math\.(max|min)\(/,
      tie: /TIE\[k/,
      normalised: /Math\.clz32\(xRaw\)/,
      'folded, then normalised': /Math\.clz32\(magnitude\)/,
      'an added exponent': /y \+= k \* -?\d+/,
      'an offset at the end': /ROUND -\s+ROUND - \d+/,
      quadrants: /const quadrant = k & 3;/,
      mirrored: /\(0b1010 >> quadrant\) & 1/,
      'negated quadrant': /y = 0 - y;/,
      'folded with a slope': /y = \d+ \* xRaw \+ y/,
      'inputs without a value': /if \(xRaw >= \d+\) return/,
      saturation: /y < -?\d+ \? -?\d+ : y > \d+/,
      wrap: /y << \d+\) >> \d+/,
      'unsigned result': />>> 0;\n\}/,
      'bigint inside': /const x = BigInt\(xRaw\);/,
      'bigint outside': /\(xRaw: bigint\): bigint/,
      'unsigned 64-bit arrays': /dst: BigUint64Array/,
    };
    const absent = Object.entries(forms).filter(([, form]) => !texts.some((text) => form.test(text)));
    expect(absent.map(([form]) => form)).toEqual([]);
  });
});
