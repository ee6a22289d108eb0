import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { interpret } from '../../src/plan/interpret.js';
import { resolveSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { PLANS } from '../conformance/plans.js';
import { loadModule, printed } from './module.js';

const ARRAYS = {
  'odd, tail as a row': [Int32Array, Int32Array],
  'normalised, scaled': [Int32Array, Int32Array],
  'unsigned 32-bit output': [Int32Array, Uint32Array],
  'tanh UQ0.32': [Uint32Array, Uint32Array],
} as const;

describe.each(Object.entries(ARRAYS))('the array function: %s', (name, [Source, Target]) => {
  const plan = PLANS[name]();
  const [lo, hi] = [minRaw(plan.input), maxRaw(plan.input)];
  const inputs = Array.from({ length: 500 }, (_, i) => lo + Math.floor(((hi - lo) * i) / 499));

  it('gives what the scalar function gives', async () => {
    const { scalar, array } = await loadModule(plan);
    const dst = new Target(inputs.length);
    array(Source.from(inputs), dst);
    expect([...dst]).toEqual(inputs.map(scalar));
    expect([...dst]).toEqual(inputs.map((x) => Number(interpret(plan, x))));
  });

  it('works in place, and leaves the rest of a longer destination alone', async () => {
    const { array } = await loadModule(plan);
    const expected = new Target(inputs.length);
    array(Source.from(inputs), expected);
    if (Source.name === Target.name) {
      const same = Source.from(inputs);
      array(same, same);
      expect([...same]).toEqual([...expected]);
    }
    const longer = new Target(inputs.length + 2).fill(7);
    array(Source.from(inputs), longer);
    expect([...longer]).toEqual([...expected, 7, 7]);
  });

  it('refuses a destination that is too short, before it writes', async () => {
    const { array } = await loadModule(plan);
    const dst = new Target(3).fill(7);
    expect(() => array(Source.from(inputs.slice(0, 4)), dst)).toThrow(/dst holds 3 of 4 elements/);
    expect([...dst]).toEqual([7, 7, 7]);
  });
});

/** A result, or the name of what was thrown instead. */
function outcome(run: () => number): number | string {
  try {
    return run();
  } catch (error) {
    return (error as Error).name;
  }
}

describe('a printed module', () => {
  it('says who it is and what its proof showed', async () => {
    const spec = resolveSpec({ function: 'tanh', input: 'Q4.4', output: 'Q1.9', ulp: 8, order: 2 });
    const { plan, certificate } = await synthesize(spec);
    const { facts } = await loadModule(plan, certificate);
    expect(facts).toMatchObject({
      name: 'tanh_q4_4_q1_9',
      function: 'tanh',
      input: 'Q4.4',
      output: 'Q1.9',
      inputFracBits: 4,
      outputFracBits: 9,
      order: 2,
      segments: plan.segments.length,
      maxUlp: certificate.claim.maxUlp,
      worstInput: certificate.claim.worstInput,
      crc32: certificate.crc32,
      planHash: certificate.planHash,
    });
    expect(facts.range).toEqual([plan.range.lo, plan.range.hi]);
  });

  it.each(['odd, tail as a row', 'comparisons, order 0', 'split', 'normalised, added'])(
    'labels every row of its table with the interval: %s',
    async (name) => {
      const plan = PLANS[name]();
      const text = await printed(plan);
      const unit = 2 ** -plan.argumentFracBits;
      for (const { lo, hi, origin, coefficients } of plan.segments) {
        expect(text).toContain(`${[...coefficients, origin].join(', ')}, // [${lo * unit}, ${hi * unit})`);
      }
    },
  );

  it('has the same bytes for the same plan', async () => {
    expect(await printed(PLANS.split())).toBe(await printed(PLANS.split()));
  });

  it('is TypeScript that a strict compiler takes, with nothing unused', { timeout: 60_000 }, async () => {
    const names = [
      'odd, tail as a row',
      'comparisons with a tail',
      'even, clamped steps',
      'unsigned, low tail',
      'pseudo-stochastic everywhere',
      'half-away everywhere',
      'normalised, scaled',
      'split',
      '8 bits, 32-bit products',
      'unsigned 32-bit output',
    ];
    const files = new Map<string, string>();
    for (const [i, name] of names.entries()) files.set(`/kernel${i}.ts`, await printed(PLANS[name]()));
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitReturns: true,
      exactOptionalPropertyTypes: true,
      isolatedModules: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      types: [],
    };
    const host = ts.createCompilerHost(options);
    const readSource = host.getSourceFile.bind(host);
    host.getSourceFile = (file, version) => {
      const text = files.get(file);
      return text === undefined ? readSource(file, version) : ts.createSourceFile(file, text, version);
    };
    const program = ts.createProgram([...files.keys()], options, host);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
    expect(problems).toEqual([]);
  });

  it('throws where an overflow is an error', async () => {
    const plan = PLANS['odd, output saturates']();
    const loose = { ...plan, finish: { ...plan.finish, overflow: 'error' as const } };
    const { scalar } = await loadModule(loose);
    const top = maxRaw(plan.input);
    for (const x of [0, 1, -1, top, -top]) {
      expect(outcome(() => scalar(x))).toBe(outcome(() => Number(interpret(loose, x))));
    }
  });
});
