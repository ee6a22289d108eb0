import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { findFunction } from '../../src/function/catalogue.js';
import { interpret } from '../../src/plan/interpret.js';
import { fastestLoops, scalarLoops, simdLoops } from '../../src/plan/loops.js';
import { planRunner, type PlanRunner } from '../../src/plan/run.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { crc32Of } from '../../src/verify/crc32.js';
import { exactError } from '../../src/verify/reference.js';
import { referenceSetting, shardVerifier } from '../../src/verify/shard.js';
import { EMPTY_STATS, mergeStats, type ErrorStats } from '../../src/verify/stats.js';

const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q8.8', ulp: 2 },
  { function: 'rsqrt', format: 'Q4.12' },
  { function: 'rsqrt', format: 'Q4.12', relative: 2 ** -8 },
  { function: 'sqrt', format: 'Q4.12' },
  { function: 'cbrt', format: 'Q4.12' },
  { function: 'exp', format: 'Q4.12' },
  { function: 'log2', format: 'Q5.11' },
];

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('shards of %s', (_, spec) => {
  const { plan } = propose(resolveSpec(spec));
  const verifyShard = shardVerifier(plan, findFunction(plan.function));
  const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];

  it('say the same wherever the inputs are divided', () => {
    const whole = verifyShard({ first, last });
    for (const cuts of [[0], [1], [-1, 0, 1, 2], [-4096, 17, 4096, 4099], [first + 1, last]]) {
      const edges = [first, ...cuts, last + 1];
      const parts = edges
        .slice(1)
        .map((edge, i): ErrorStats =>
          edges[i] === edge ? EMPTY_STATS : verifyShard({ first: edges[i], last: edge - 1 }),
        );
      expect(parts.reduce(mergeStats, EMPTY_STATS)).toEqual(whole);
    }
  });

  it('say the same in plain JavaScript', () => {
    expect(simdLoops()).toBeDefined();
    const plain = shardVerifier(plan, findFunction(plan.function), scalarLoops());
    expect(plain({ first, last })).toEqual(verifyShard({ first, last }));
  });
});

describe('a shard', () => {
  const { plan } = propose(resolveSpec({ function: 'rsqrt', format: 'Q4.12' }));
  const verifyShard = shardVerifier(plan, findFunction('rsqrt'));

  it('counts inputs without a value apart, but in the CRC', () => {
    const stats = verifyShard({ first: -3, last: 2 });
    expect(stats).toMatchObject({ inputs: 2, undefinedInputs: 4 });
    const words = Int32Array.from([-3, -2, -1, 0, 1, 2], (x) => Number(interpret(plan, x)));
    expect(stats.crc32).toBe(crc32Of(new Uint8Array(words.buffer)));
  });

  it('runs another source on them as well', () => {
    const run = planRunner(plan, scalarLoops());
    const wrong: PlanRunner = (first, outputs) => {
      run(first, outputs);
      if (first <= -2 && -2 < first + outputs.length) outputs[-2 - first]--;
    };
    const crcOf = (source: PlanRunner) =>
      shardVerifier(plan, findFunction('rsqrt'), scalarLoops(), source)({ first: -3, last: 2 }).crc32;
    expect(crcOf(run)).toBe(verifyShard({ first: -3, last: 2 }).crc32);
    expect(crcOf(wrong)).not.toBe(crcOf(run));
  });

  it('judges inputs that the plan says have no value and that have one', () => {
    const [hole] = plan.undefined!;
    const shy = { ...plan, undefined: [{ ...hole, hi: 900 }] };
    const found = shardVerifier(shy, findFunction('rsqrt'))({ first: -10, last: 1000 });
    expect(found).toMatchObject({ inputs: 1000, undefinedInputs: 11, worstInput: 900 });
    expect(found.maxUlp).toBeCloseTo(32767 - 4096 / Math.sqrt(900 / 4096), 6);
  });

  it('of such inputs alone has no worst input', () => {
    expect(verifyShard({ first: -10, last: 0 })).toMatchObject({
      inputs: 0,
      undefinedInputs: 11,
      maxUlp: 0,
      worstInput: null,
      correctlyRounded: 0,
    });
  });
});

describe('a tail', () => {
  const { plan } = propose(resolveSpec({ function: 'tanh', input: 'Q8.16', output: 'Q1.15', ulp: 2 }));
  const shard = { first: 2 ** 22, last: 2 ** 22 + 2 ** 15 - 1 };
  const outputAt = (x: number) => Number(interpret(plan, x));

  /** Runs a kernel whose output at one input is one less than the plan's. */
  const verifyWrongAt = (input: number): ErrorStats => {
    const loops = fastestLoops();
    const run = planRunner(plan, loops);
    const wrong: PlanRunner = (first, outputs) => {
      run(first, outputs);
      if (first <= input && input < first + outputs.length) outputs[input - first]--;
    };
    return shardVerifier(plan, findFunction('tanh'), loops, wrong)(shard);
  };

  it('is run: one wrong output in it changes what is said', () => {
    const words = new Int32Array(2 ** 15).fill(outputAt(shard.first));
    const right = shardVerifier(plan, findFunction('tanh'))(shard);
    expect(right.crc32).toBe(crc32Of(new Uint8Array(words.buffer)));
    for (const place of [0, 1, 2, 3, 6, 4095, 4096, 4097, 10_001, 2 ** 15 - 2, 2 ** 15 - 1]) {
      const stats = verifyWrongAt(shard.first + place);
      const wrongWords = Int32Array.from(words);
      wrongWords[place]--;
      expect(stats.crc32, String(place)).toBe(crc32Of(new Uint8Array(wrongWords.buffer)));
      expect(stats.worstInput, String(place)).toBe(shard.first + place);
      expect(stats.maxUlp).toBeCloseTo(right.maxUlp + 1, 3);
    }
  });
});

describe('the greatest error', () => {
  it('is asked of multiple precision at few inputs, however errors grow', () => {
    const { plan } = propose(resolveSpec({ function: 'tanh', format: 'Q8.24', ulp: 2 }));
    const tanh = findFunction('tanh');
    let asked = 0;
    const counting = {
      ...tanh,
      exact: (...args: Parameters<typeof tanh.exact>) => (asked++, tanh.exact(...args)),
    };
    const found = shardVerifier(plan, counting)({ first: 2 ** 25, last: 2 ** 25 + 2 ** 20 - 1 });
    expect(found.maxUlp).toBeGreaterThan(0.5);
    expect(asked).toBeLessThan(20);
  });
});

describe('a function of lines', () => {
  // Errors of 0 and of exactly half an ulp are as many as inputs. A third is not exact in doubles.
  it.each([
    ['relu', 'Q4.8', 'Q4.8', 40],
    ['x/2', 'Q4.8', 'Q4.8', 40],
    ['abs(x)*3/8 - 1/512', 'Q4.8', 'Q4.8', 40],
    ['max(x/4, -x)', 'Q4.8', 'Q5.9', 40],
    ['x/3', 'Q4.8', 'Q4.8', Infinity],
  ])(
    '%s, %s → %s: every input counts as multiple precision says, and few ask it',
    (name, input, output, most) => {
      const { plan } = propose(
        resolveSpec({ function: name, input, output, ulp: 1, range: [-4, 4 - 2 ** -8] }),
      );
      const definition = findFunction(name);
      const setting = referenceSetting(plan, definition);
      const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];
      const errors = Array.from({ length: last - first + 1 }, (_, i) =>
        exactError(setting, first + i, Number(interpret(plan, first + i))),
      );
      const maxUlp = errors.reduce((most, error) => Math.max(most, error));
      let asked = 0;
      const counting = {
        ...definition,
        exact: (...args: Parameters<typeof definition.exact>) => (asked++, definition.exact(...args)),
      };
      const stats = shardVerifier(plan, counting)({ first, last });
      expect(stats).toMatchObject({
        maxUlp,
        worstInput: first + errors.indexOf(maxUlp),
        correctlyRounded: errors.filter((error) => error <= 0.5).length,
        faithful: errors.filter((error) => error < 1).length,
      });
      expect(asked).toBeLessThan(most);
    },
  );
});

describe('verdicts at a threshold', () => {
  const { plan } = propose(resolveSpec({ function: 'tanh', format: 'Q3.5', order: 0, ulp: 4 }));
  const unit = 2 ** plan.guardBits;

  // tanh 0 is 0, so that a constant plan's error at 0 is the constant.
  it.each([
    [0, { maxUlp: 0, faithful: 1, correctlyRounded: 1 }],
    [1, { maxUlp: 1, faithful: 0, correctlyRounded: 0 }],
    [-1, { maxUlp: 1, faithful: 0, correctlyRounded: 0 }],
  ])('an error of exactly %i ulp', (output, expected) => {
    const segments = plan.segments.map((segment) => ({ ...segment, coefficients: [output * unit] }));
    const verifyShard = shardVerifier({ ...plan, segments }, findFunction('tanh'));
    expect(verifyShard({ first: 0, last: 0 })).toMatchObject(expected);
  });
});

describe('a function that is not monotone, or not defined everywhere', () => {
  const { plan } = propose(resolveSpec({ function: 'tanh', format: 'Q4.8', range: [-4, 4], ulp: 2 }));
  const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];

  it.each([
    'tanh(x) + sin(30*x)/64',
    'tanh(x) + cos(x)/100',
    'tanh(x) - gaussian(4*x)/50',
    'tanh(x) + abs(x)/1000',
  ])('%s has the worst input that trying all of them gives', (name) => {
    const definition = findFunction(name);
    const setting = referenceSetting(plan, definition);
    let worst = { error: -1, x: NaN };
    for (let x = first; x <= last; x++) {
      const error = exactError(setting, x, Number(interpret(plan, x)));
      if (error > worst.error) worst = { error, x };
    }
    const stats = shardVerifier(plan, definition)({ first, last });
    expect([stats.maxUlp, stats.worstInput]).toEqual([worst.error, worst.x]);
  });

  it('an extremum of f inside a run of equal results is the worst input', () => {
    const { plan: flat } = propose(resolveSpec({ function: 'tanh', input: 'Q8.24', output: 'Q8.8', ulp: 2 }));
    // Near zero every result is 0, and |0 − (cos(x − 2^-15) − 1/2) · 2^8| is greatest at 2^-15, by less than 2^-23 ulp.
    const stats = shardVerifier(flat, findFunction('cos(x - 2^-15) - 1/2'))({ first: 300, last: 800 });
    expect([stats.maxUlp, stats.worstInput]).toEqual([128, 512]);
  });

  it('an input without a value between others is run, counted apart, and not judged', () => {
    const whole = shardVerifier(plan, findFunction('tanh'))({ first, last });
    const gap = shardVerifier(plan, findFunction('tanh(x)*(x-1)/(x-1)'))({ first, last });
    expect(gap.undefinedInputs).toBe(1);
    expect(gap.inputs).toBe(whole.inputs - 1);
    expect(gap.crc32).toBe(whole.crc32);
    expect([gap.maxUlp, gap.worstInput]).toEqual([whole.maxUlp, whole.worstInput]);
  });
});
