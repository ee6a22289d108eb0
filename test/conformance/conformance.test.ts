import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { planRunner } from '../../src/plan/run.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { runWasm } from '../../src/emit/wasm-run.js';
import { loadModule, printed, unprovenCertificate } from '../emit/module.js';
import { PLANS } from './plans.js';
import { randomPlans } from './random-plan.js';

/** A way to run a plan: raw outputs for raw inputs, ascending. */
interface ConformingTarget {
  readonly name: string;
  /** How many random plans it is tried on, where not 150. */
  readonly randomPlans?: number;
  readonly load: (plan: KernelPlan) => Promise<(inputs: readonly number[]) => readonly number[]>;
}

const TARGETS: readonly ConformingTarget[] = [
  {
    name: 'runner',
    load: (plan) => {
      const run = planRunner(plan);
      return Promise.resolve((inputs) => runOverRuns(run, inputs));
    },
  },
  {
    name: 'ts',
    load: async (plan) => {
      const { scalar } = await loadModule(plan);
      return (inputs) => inputs.map(scalar);
    },
  },
  {
    name: 'wasm',
    // The compiler takes a third of a second.
    randomPlans: 16,
    load: async (plan) => {
      const { scalar, array } = await runWasm(plan, unprovenCertificate(plan));
      return (inputs) => {
        const outputs = array(inputs);
        const other = inputs.findIndex((x, i) => scalar(x) !== outputs[i]);
        if (other >= 0) throw new Error(`the scalar and the array form differ at ${inputs[other]}`);
        return outputs;
      };
    },
  },
];

/** The runner takes consecutive inputs: each stretch of them is one call. */
function runOverRuns(
  run: (first: number, outputs: Float64Array) => void,
  inputs: readonly number[],
): readonly number[] {
  const outputs: number[] = [];
  for (let from = 0; from < inputs.length;) {
    let to = from + 1;
    while (to < inputs.length && inputs[to] === inputs[to - 1] + 1) to++;
    const results = new Float64Array(to - from);
    run(inputs[from], results);
    // Its results go into integer arrays, which don't know −0.
    outputs.push(...Array.from(results, (y) => y + 0));
    from = to;
  }
  return outputs;
}

/** Formats up to this many bits are run on every input. */
const ALL_BITS = 12;

/** Every input of a small format; of a large one the places where something begins or ends, and samples. */
function inputsOf(plan: KernelPlan, samples: number): number[] {
  const [lo, hi] = [minRaw(plan.input), maxRaw(plan.input)];
  if (plan.input.bits <= ALL_BITS && samples > 1000)
    return Array.from({ length: hi - lo + 1 }, (_, i) => lo + i);
  const { low, high } = plan.tails;
  const places = [lo, hi, 0, plan.range.lo, plan.range.hi, plan.undefined?.upTo, low?.bound, high?.bound];
  for (const segment of plan.segments.filter((_, i) => i % Math.ceil(plan.segments.length / 200) === 0)) {
    places.push(segment.lo, segment.hi, segment.origin);
  }
  for (let bit = 0; bit < 32; bit++) places.push(2 ** bit);
  const around = places.flatMap((place) =>
    place === undefined ? [] : [-1, 0, 1].flatMap((by) => [place + by, -(place + by)]),
  );
  const inputs = new Set(around.map((x) => x + 0));
  for (let i = 0, state = 12345; i < samples; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // Half of the samples are spread over the format, half over the magnitudes.
    const spread = i % 2 === 0 ? state / 2 ** 32 : (state / 2 ** 32) * 2 ** -(i % 30);
    inputs.add(i % 4 < 2 ? lo + Math.floor(spread * (hi - lo + 1)) : Math.floor(spread * hi));
  }
  return [...inputs].filter((x) => x >= lo && x <= hi).toSorted((a, b) => a - b);
}

/** Asserts that outputs are the interpreter's, to the sign of zero. */
function expectConforming(plan: KernelPlan, inputs: readonly number[], outputs: readonly number[]): void {
  const bad = inputs.findIndex((x, i) => !Object.is(outputs[i], Number(interpret(plan, x))));
  if (bad < 0) return;
  const x = inputs[bad];
  expect({ x, output: outputs[bad] }).toEqual({ x, output: Number(interpret(plan, x)) });
}

const made = new Map<string, KernelPlan>();
function planNamed(name: string): KernelPlan {
  const plan = made.get(name) ?? PLANS[name]();
  made.set(name, plan);
  return plan;
}

describe.each(TARGETS)(
  'the $name target means what the interpreter means',
  ({ load, randomPlans: runs = 150 }) => {
    it.each(Object.keys(PLANS))('%s', async (name) => {
      const plan = planNamed(name);
      checkWellFormed(plan);
      const inputs = inputsOf(plan, 2500);
      expectConforming(plan, inputs, (await load(plan))(inputs));
    });

    it('for plans that no search would propose', async () => {
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(randomPlans, async (plan) => {
          let run;
          try {
            checkWellFormed(plan);
            run = await load(plan);
          } catch (error) {
            // Too wide for a target, which says so.
            if (!(error instanceof ApproxgenError)) throw error;
            refused++;
            return;
          }
          const inputs = inputsOf(plan, 40);
          expectConforming(plan, inputs, run(inputs));
        }),
        { numRuns: runs },
      );
      expect(refused).toBeLessThan(runs / 2);
    });
  },
);

describe('the table of plans', () => {
  const texts: string[] = [];

  it('holds every form that the ts target writes', async () => {
    for (const name of Object.keys(PLANS)) texts.push(await printed(planNamed(name)));
    const forms: Readonly<Record<string, RegExp>> = {
      imul: /Math\.imul\(y, t\) \+/,
      'imul, floor': /Math\.imul\(y, t\) >>/,
      'imul, no shift': /Math\.imul\(y, t\) >> 0|y = Math\.imul\(y, t\)|Math\.imul/,
      'double, half-up': /y \* t \* [\d.e-]+ \+ [\d.e-]+ \+ ROUND - ROUND/,
      'double, half-even': /y \* t \* [\d.e-]+ \+ ROUND - ROUND/,
      'double, floor': /y \* t \* [\d.e-]+ - [\d.e-]+ \+ ROUND - ROUND/,
      split: /shiftedProduct\(y, t/,
      'split input': /const z = (Math\.floor|shiftedProduct)/,
      'floor helper': /roundFloor\(y \* t/,
      'half-away helper': /roundHalfAway\(y \* t/,
      'pseudo-stochastic helper': /roundPseudo\(y \* t/,
      'cells, bytes': /const CELLS = new Uint8Array/,
      comparisons: /segmentOf\(a\)/,
      'tail row': /const inside = /,
      'tail apart': /if \(a >= \d+\) return/,
      'low tail': /if \(a < \d+\) return/,
      clamp: /y = Math\.max\(-\d+, Math\.min\(/,
      scale: /SCALE\[k\]/,
      tie: /TIE\[k/,
      normalised: /Math\.clz32\(xRaw\)/,
      saturation: /y < -?\d+ \? -?\d+ : y > \d+/,
      wrap: /y << \d+\) >> \d+/,
      'unsigned result': />>> 0;\n\}/,
    };
    const absent = Object.entries(forms).filter(([, form]) => !texts.some((text) => form.test(text)));
    expect(absent.map(([form]) => form)).toEqual([]);
  });

  afterAll(() => {
    texts.length = 0;
  });
});
