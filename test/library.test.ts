import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/cli/config.js';
import { trustIn } from '../src/cli/trust.js';
import { flagsOf } from '../src/cli/options.js';
import { specFrom } from '../src/cli/settings.js';
import { renderDiagnostic } from '../src/diagnostic.js';
import * as library from '../src/index.js';
import { resolveSpec } from '../src/spec.js';

const { ApproxgenError, emit, explore, formatName, interpret, parseFormat, planHash, synthesize, verify } =
  library;
type Kernel = Awaited<ReturnType<typeof synthesize>>;

const SMALL = { function: 'tanh', format: 'Q4.6' } as const;
let kernel: Kernel;
const folder = mkdtempSync(join(tmpdir(), 'approxgen-library-'));
beforeAll(async () => {
  kernel = await synthesize(SMALL);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a call throws, which has to be a diagnostic. */
async function refusalOf(call: () => unknown): Promise<InstanceType<typeof ApproxgenError>> {
  try {
    await call();
  } catch (error) {
    if (error instanceof ApproxgenError) return error;
    throw error;
  }
  return expect.fail('nothing was thrown');
}

/** A caller without types. */
const loose = <T>(value: unknown): T => value as T;

type Call = () => unknown;
interface Malformed {
  readonly call: string;
  readonly run: Call;
  readonly code: string;
  readonly path: string;
  readonly says: RegExp;
}

const malformedSpec = (call: string, spec: unknown, code: string, path: string, says: RegExp): Malformed => ({
  call,
  run: () => synthesize(loose(spec)),
  code,
  path,
  says,
});

const MALFORMED: readonly Malformed[] = [
  malformedSpec(
    'synthesize({})',
    {},
    'no-function',
    'spec.function',
    /expected function, expr or module\n {2}try function: 'tanh'/,
  ),
  malformedSpec(
    'synthesize()',
    undefined,
    'wrong-type',
    'spec',
    /it is missing; expected an object such as \{ function: 'tanh' \}/,
  ),
  malformedSpec('synthesize(null)', null, 'wrong-type', 'spec', /null is nothing; expected an object/),
  malformedSpec(
    "synthesize('tanh')",
    'tanh',
    'wrong-type',
    'spec',
    /"tanh" is a text; expected an object such as/,
  ),
  malformedSpec('synthesize([])', [], 'wrong-type', 'spec', /\[\] is an empty list/),
  malformedSpec(
    'synthesize of a function',
    Math.tanh,
    'wrong-type',
    'spec',
    /the function tanh is of the type function/,
  ),
  malformedSpec(
    'with ulps',
    { ...SMALL, ulps: 1 },
    'unknown-key',
    'spec',
    /"ulps" is not a key here\n {2}did you mean ulp\?/,
  ),
  malformedSpec('with ordre', { ...SMALL, ordre: 3 }, 'unknown-key', 'spec', /did you mean order\?/),
  malformedSpec('with func', { func: 'tanh' }, 'unknown-key', 'spec', /did you mean function\?/),
  malformedSpec('with targets', { ...SMALL, targets: ['c'] }, 'unknown-key', 'spec', /emit takes them/),
  malformedSpec('with workers', { ...SMALL, workers: 1 }, 'unknown-key', 'spec', /second argument/),
  malformedSpec(
    'with a number for the function',
    { function: 3 },
    'wrong-type',
    'spec.function',
    /3 is a number; expected a text/,
  ),
  malformedSpec(
    'with an unknown function',
    { function: 'tahn' },
    'unknown-function',
    'spec.function',
    /did you mean tanh\? An expression in x goes after expr/,
  ),
  malformedSpec(
    'with an expression that can’t be read',
    { expr: 'x*' },
    'bad-expression',
    'spec.expr',
    /column 3/,
  ),
  malformedSpec(
    'with a function and an expression',
    { function: 'tanh', expr: 'x' },
    'two-functions',
    'spec.expr',
    /spec\.function and spec\.expr are both given/,
  ),
  malformedSpec(
    'with a module that is not there',
    { module: './absent.mjs' },
    'bad-module',
    'spec.module',
    /no such file/,
  ),
  malformedSpec(
    'with both spellings',
    { ...SMALL, in: 'Q4.6', input: 'Q4.6' },
    'two-spellings',
    'spec.input',
    /spec\.in and spec\.input are two spellings of one option/,
  ),
  malformedSpec(
    'with a text for a number',
    { ...SMALL, ulp: '1' },
    'wrong-type',
    'spec.ulp',
    /"1" is a text; expected a number/,
  ),
  malformedSpec(
    'with NaN',
    { ...SMALL, ulp: NaN },
    'bad-target',
    'spec.ulp',
    /NaN is not an error target; expected a number above 0\n {2}try ulp: 1/,
  ),
  malformedSpec(
    'with a bigint',
    { ...SMALL, order: 3n },
    'wrong-type',
    'spec.order',
    /3n is a bigint; expected a number, or "auto"/,
  ),
  malformedSpec(
    'with half an order',
    { ...SMALL, order: 2.5 },
    'bad-number',
    'spec.order',
    /2\.5 is not a possible order/,
  ),
  malformedSpec(
    'with an unknown rounding',
    { ...SMALL, rounding: 'halfeven' },
    'bad-choice',
    'spec.rounding',
    /did you mean half-even\?\n {2}expected one of floor/,
  ),
  malformedSpec(
    'with a text for a range',
    { ...SMALL, range: '-8,8' },
    'wrong-type',
    'spec.range',
    /"-8,8" is a text; expected a list of two numbers/,
  ),
  malformedSpec(
    'with three ends',
    { ...SMALL, range: [1, 2, 3] },
    'wrong-type',
    'spec.range',
    /\[1,2,3\] is a list; expected a list of two numbers/,
  ),
  malformedSpec(
    'with a reversed range',
    { ...SMALL, range: [4, -4] },
    'reversed-range',
    'spec.range',
    /try range: \[-4, 4\]/,
  ),
  malformedSpec(
    'with a malformed format',
    { ...SMALL, format: 'Q8' },
    'malformed-format',
    'spec.format',
    /"Q8" is not a fixed-point format/,
  ),
  malformedSpec(
    'with a format in the other spelling',
    { function: 'tanh', in: 'Q0.16' },
    'unsupported-format',
    'spec.in',
    /no room for the sign/,
  ),
  malformedSpec(
    'with a truth value for a name',
    { ...SMALL, name: true },
    'wrong-type',
    'spec.name',
    /true is a truth value; expected a text/,
  ),
  malformedSpec(
    'with a histogram of unlike lists',
    { ...SMALL, measure: 'data', histogram: { values: [1, 2], counts: [1] } },
    'bad-histogram',
    'spec.histogram',
    /2 values with 1 counts/,
  ),
  malformedSpec(
    'with a target that can’t be met',
    { ...SMALL, ulp: 0.1 },
    'target-not-met',
    'spec.ulp',
    /below half an ulp/,
  ),
  malformedSpec(
    'with a tail that misses',
    { ...SMALL, format: 'Q8.6', range: [-1, 1] },
    'tail-misses-target',
    'spec.range',
    /try range: \[-[\d.]+, [\d.]+\]/,
  ),
  {
    call: 'synthesize with worker',
    run: () => synthesize(SMALL, loose({ worker: 1 })),
    code: 'unknown-key',
    path: 'options',
    says: /did you mean workers\?/,
  },
  {
    call: 'synthesize without workers',
    run: () => synthesize(SMALL, { workers: 0 }),
    code: 'bad-number',
    path: 'options.workers',
    says: /integer from 1 to 256/,
  },
  {
    call: 'synthesize with options that are none',
    run: () => synthesize(SMALL, loose(3)),
    code: 'wrong-type',
    path: 'options',
    says: /3 is a number; expected an object/,
  },
  {
    call: 'synthesize with progress that is no function',
    run: () => synthesize(SMALL, loose({ onProgress: true })),
    code: 'wrong-type',
    path: 'options.onProgress',
    says: /expected a function/,
  },
  {
    call: 'explore({})',
    run: () => explore({}),
    code: 'no-function',
    path: 'spec.function',
    says: /no function is given/,
  },
  {
    call: 'explore of a wide format',
    run: () => explore({ function: 'tanh', format: 'Q32.32' }),
    code: 'unsupported-format',
    path: 'spec.format',
    says: /up to 32 bits/,
  },
  {
    call: 'explore with workers',
    run: () => explore(SMALL, loose({ workers: 2 })),
    code: 'unknown-key',
    path: 'options',
    says: /"workers" is not a key here/,
  },
  {
    call: 'verify()',
    run: () => verify(loose(undefined)),
    code: 'malformed-plan',
    path: 'plan',
    says: /undefined is not a plan\n {2}synthesize gives one/,
  },
  {
    call: 'verify({})',
    run: () => verify(loose({})),
    code: 'malformed-plan',
    path: 'plan',
    says: /\{\} is not a plan/,
  },
  {
    call: 'verify of half a plan',
    run: () => verify(loose({ ...kernel.plan, steps: undefined })),
    code: 'malformed-plan',
    path: 'plan',
    says: /not a well-formed plan/,
  },
  {
    call: 'verify of an unknown function',
    run: () => verify({ ...kernel.plan, function: 'tahn' }),
    code: 'unknown-function',
    path: 'plan.function',
    says: /did you mean tanh\?/,
  },
  {
    call: 'verify with options that are none',
    run: () => verify(kernel.plan, loose('all')),
    code: 'wrong-type',
    path: 'options',
    says: /"all" is a text/,
  },
  {
    call: "emit for ['nope']",
    run: () => emit(kernel.plan, kernel.certificate, ['nope']),
    code: 'unknown-target',
    path: 'targets[0]',
    says: /"nope" is not a target\n {2}expected one of plan, ts/,
  },
  {
    call: "emit for 'c'",
    run: () => emit(kernel.plan, kernel.certificate, loose('c')),
    code: 'wrong-type',
    path: 'targets',
    says: /expected such as \['ts', 'c'\]/,
  },
  {
    call: 'emit for a number',
    run: () => emit(kernel.plan, kernel.certificate, loose(['ts', 3])),
    code: 'unknown-target',
    path: 'targets[1]',
    says: /3 is not a target/,
  },
  {
    call: 'emit without a certificate',
    run: () => emit(kernel.plan, loose(undefined)),
    code: 'other-plan',
    path: 'certificate',
    says: /undefined is no certificate/,
  },
  {
    call: 'emit with the certificate of another',
    run: () => emit(kernel.plan, { ...kernel.certificate, planHash: '0' }),
    code: 'other-plan',
    path: 'certificate',
    says: /of another plan/,
  },
  {
    call: 'emit with an unknown option',
    run: () => emit(kernel.plan, kernel.certificate, ['ts'], loose({ vector: true })),
    code: 'unknown-key',
    path: 'options',
    says: /did you mean vectors\?/,
  },
  {
    call: 'emit of a name that C has',
    run: () => emit({ ...kernel.plan, name: 'register' }, kernel.certificate, ['ts', 'c']),
    code: 'bad-name',
    path: 'targets[1]',
    says: /in C: it is a keyword\n {2}try name: 'register_kernel'/,
  },
  {
    call: 'interpret(plan, 1.5)',
    run: () => interpret(kernel.plan, 1.5),
    code: 'bad-input',
    path: 'input',
    says: /1\.5 is not a raw integer\n {2}such as 64n for 1\.0/,
  },
  {
    call: "interpret(plan, '1')",
    run: () => interpret(kernel.plan, loose('1')),
    code: 'bad-input',
    path: 'input',
    says: /"1" is not a raw integer/,
  },
  {
    call: 'interpret(plan)',
    run: () => interpret(kernel.plan, loose(undefined)),
    code: 'bad-input',
    path: 'input',
    says: /undefined is not/,
  },
  {
    call: 'interpret beyond the format',
    run: () => interpret(kernel.plan, 512n),
    code: 'input-outside-format',
    path: 'input',
    says: /512 is not an input of Q4\.6; expected -512 to 511/,
  },
  {
    call: 'interpret of no plan',
    run: () => interpret(loose(null), 0n),
    code: 'malformed-plan',
    path: 'plan',
    says: /null is not a plan/,
  },
  {
    call: 'planHash of no plan',
    run: () => planHash(loose('plan')),
    code: 'malformed-plan',
    path: 'plan',
    says: /"plan" is not a plan/,
  },
  {
    call: 'parseFormat()',
    run: () => parseFormat(loose(undefined)),
    code: 'malformed-format',
    path: '',
    says: /undefined is not a fixed-point format/,
  },
  {
    call: 'parseFormat(8)',
    run: () => parseFormat(loose(8)),
    code: 'malformed-format',
    path: '',
    says: /8 is not a fixed-point format/,
  },
  {
    call: 'formatName of a text',
    run: () => formatName(loose('Q8.24')),
    code: 'malformed-format',
    path: '',
    says: /"Q8\.24" is not a format/,
  },
];

describe('a malformed call of the library', () => {
  it.each(MALFORMED)('$call is refused in words', async ({ run, code, path, says }) => {
    const { diagnostic, exitStatus } = await refusalOf(run);
    expect({ code: diagnostic.code, path: diagnostic.path ?? '' }).toEqual({ code, path });
    expect(renderDiagnostic(diagnostic)).toMatch(says);
    expect(exitStatus).toBe(
      /target/.test(code) && !code.startsWith('unknown') && !code.startsWith('bad') ? 1 : 2,
    );
    // Options of the command line are no way to mend a program.
    expect(renderDiagnostic(diagnostic)).not.toMatch(/--[a-z]/);
  });
});

/** What is wrong with options, as a library, a configuration and a command line say it. */
const WRONG: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ function: 'tahn' }, 'function'],
  [{ expr: 'x*' }, 'expr'],
  [{ function: 'tanh', format: 'Q8' }, 'format'],
  [{ function: 'tanh', in: 'Q0.16' }, 'in'],
  [{ function: 'tanh', ulp: 0 }, 'ulp'],
  [{ function: 'tanh', order: 13 }, 'order'],
  [{ function: 'tanh', rounding: 'up' }, 'rounding'],
  [{ function: 'tanh', 'step-rounding': 'up' }, 'step-rounding'],
  [{ function: 'tanh', range: [8, -8] }, 'range'],
  [{ function: 'tanh', exact: [0.3] }, 'exact'],
  [{ function: 'tanh', measure: 'gauss' }, 'measure'],
  [{ function: 'tanh', name: '../x' }, 'name'],
  [{ function: 'tanh', expr: 'x' }, 'expr'],
  [{ function: 'tanh', fn: 'tanh' }, 'function'],
  [{}, 'function'],
];

describe('what is wrong with options', () => {
  it.each(WRONG)('%j has one code, and its own path in each place', async (options, key) => {
    const flags = Object.fromEntries(
      Object.entries(options).map(([name, value]) => {
        const text = Array.isArray(value) ? value.join(',') : String(value);
        const main = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
        return [name === 'function' ? '--function' : main, text];
      }),
    );
    const inFlags = async () => {
      const { values, place } = flagsOf<Record<string, unknown>>('approxgen', flags);
      resolveSpec(await specFrom(values, place), place);
    };
    const inConfig = async () => {
      const { kernels } = await parseConfig(
        JSON.stringify({ kernels: [options] }),
        'a.json',
        trustIn(undefined),
      );
      resolveSpec(kernels[0].spec, kernels[0].place);
    };
    const refusals = [];
    for (const call of [() => synthesize(loose(options)), inConfig, inFlags]) {
      refusals.push((await refusalOf(call)).diagnostic);
    }
    const [ofLibrary, ofConfig, ofFlags] = refusals;
    expect(ofConfig.code).toBe(ofLibrary.code);
    expect(ofFlags.code).toBe(ofLibrary.code);
    expect([ofLibrary.path, ofConfig.path]).toEqual([`spec.${key}`, `a.json: kernels[0].${key}`]);
    expect([`--${key}`, '--fn']).toContain(ofFlags.path);
  });
});

describe('the library', () => {
  it('takes both spellings, an expression, a truth value and none', async () => {
    const long = await synthesize({ function: 'tanh', input: 'Q4.4', output: 'Q1.7', stepRounding: 'floor' });
    const short = await synthesize({ fn: 'tanh', in: 'Q4.4', out: 'Q1.7', 'step-rounding': 'floor' });
    expect(planHash(short.plan)).toBe(planHash(long.plan));
    const square = await synthesize({ expr: 'x^2/8', format: 'Q4.6', exact: 'none', continuous: true });
    expect(square.plan).toMatchObject({
      function: 'x^2/8',
      name: 'x_pow_2_over_8_q4_6',
      shape: { continuous: 1 },
    });
    expect(square.plan.provenance.parameters.find(({ name }) => name === 'fn')?.source).toBe('library');
    expect((await verify(square.plan)).met).toBe(true);
  });

  it('takes a module, also to prove its plan again', async () => {
    const file = join(folder, 'half.mjs');
    writeFileSync(
      file,
      `export const name = 'half';
       export const evaluate = (x) => x / 2;
       export const exact = (raw, fracBits, bits) => { const s = BigInt(bits - fracBits - 1); return s >= 0n ? raw << s : raw >> -s; };`,
    );
    const { plan } = await synthesize({ module: file, format: 'Q4.4', range: [-7, 7], ulp: 2, order: 1 });
    expect((await verify(plan)).met).toBe(true);
  });

  it('leaves what it is given as it is', async () => {
    const spec = Object.freeze({
      function: 'tanh',
      format: 'Q4.4',
      range: Object.freeze([-4, 4]),
      ulp: undefined,
    });
    await expect(synthesize(loose(spec))).resolves.toHaveProperty('plan');
  });

  it('compares plans', async () => {
    const ways: number[] = [];
    const onProgress = (_: 'search' | 'run', done: number): void => {
      ways.push(done);
    };
    const { front, exhaustive } = await explore({ ...SMALL, order: 2, polish: 'minimax' }, { onProgress });
    expect(exhaustive).toBe(true);
    expect(front.length).toBeGreaterThan(0);
    expect(ways.length).toBeGreaterThan(1);
  });

  it('lists what can be approximated and printed', async () => {
    const functions = library.listFunctions();
    expect(functions.find(({ name }) => name === 'rsqrt')).toMatchObject({ domain: 'x > 0' });
    expect(functions.length).toBeGreaterThan(40);
    const targets = library.listTargets();
    expect(targets.map(({ name }) => name)).toContain('c');
    const { plan, certificate } = kernel;
    const files = await emit(plan, certificate, ['c', 'python']);
    expect(files.map(({ path }) => path)).toEqual([
      'plan/tanh_q4_6.json',
      'c/tanh_q4_6.h',
      'python/tanh_q4_6.py',
    ]);
  });

  it('interprets every input that the plan has, whether a number or a bigint', () => {
    expect(interpret(kernel.plan, 64)).toBe(interpret(kernel.plan, 64n));
    expect([-512, 511].map((raw) => interpret(kernel.plan, raw))).toEqual([-64n, 64n]);
  });
});
