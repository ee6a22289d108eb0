import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../src/diagnostic.js';
import { configPlace } from '../src/spec/place.js';
import { resolveSpec, type KernelSpec } from '../src/spec.js';

function refusal(spec: KernelSpec, configPath?: string): ApproxgenError {
  try {
    if (configPath === undefined) resolveSpec(spec);
    else resolveSpec(spec, configPlace(configPath));
  } catch (error) {
    if (error instanceof ApproxgenError) return error;
    throw error;
  }
  throw new TypeError(`${JSON.stringify(spec)} was accepted`);
}

interface Refused {
  readonly what: string;
  readonly spec: Partial<Record<keyof KernelSpec, unknown>>;
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** One of the choices that are listed. */
  readonly choices?: string;
}

const refused: readonly Refused[] = [
  {
    what: 'an unknown function',
    spec: { function: 'tahn' },
    code: 'unknown-function',
    path: '--fn',
    message: '"tahn"',
    hint: 'did you mean tanh?',
  },
  {
    what: 'a number for a format',
    spec: { format: 'Q8' },
    code: 'malformed-format',
    path: '--format',
    message: '"Q8"',
  },
  {
    what: 'a format too wide',
    spec: { format: 'Q40.25' },
    code: 'unsupported-format',
    path: '--format',
    message: '65 bits',
  },
  {
    what: 'a relative target of a format too wide to be run',
    spec: { format: 'Q40.24', relative: 0.01 },
    code: 'unsupported-target',
    path: '--relative',
    message: 'more than 32 bits',
  },
  {
    what: 'a format without sign',
    spec: { input: 'Q0.16' },
    code: 'unsupported-format',
    path: '--in',
    message: '"Q0.16"',
  },
  {
    what: 'a bad output',
    spec: { output: 'Q8.x' },
    code: 'malformed-format',
    path: '--out',
    message: '"Q8.x"',
  },
  {
    what: 'a reversed range',
    spec: { range: [8, -8] },
    code: 'reversed-range',
    path: '--range',
    message: '8,-8',
    hint: '--range=-8,8',
  },
  { what: 'an empty range', spec: { range: [2, 2] }, code: 'empty-range', path: '--range', message: '2,2' },
  {
    what: 'a range between two inputs',
    spec: { range: [0.1, 0.11], format: 'Q4.4' },
    code: 'empty-range',
    path: '--range',
    message: 'Q4.4',
  },
  {
    what: 'a range above the format',
    spec: { range: [-8, 129] },
    code: 'unrepresentable-range',
    path: '--range',
    message: 'Q8.24',
  },
  {
    what: 'a range below the format',
    spec: { range: [-1, 8], format: 'UQ8.8' },
    code: 'unrepresentable-range',
    path: '--range',
    message: 'UQ8.8',
  },
  { what: 'NaN in a range', spec: { range: [NaN, 8] }, code: 'bad-range', path: '--range', message: 'NaN' },
  {
    what: 'an endless range',
    spec: { range: [0, Infinity] },
    code: 'bad-range',
    path: '--range',
    message: 'Infinity',
  },
  {
    what: 'a range outside the domain',
    spec: { function: 'rsqrt', range: [-1, 4] },
    code: 'outside-domain',
    path: '--range',
    message: 'rsqrt is not defined at -1',
  },
  {
    what: 'zero in the range of log2',
    spec: { function: 'log2', range: [0, 4] },
    code: 'outside-domain',
    path: '--range',
    message: 'log2 is not defined at 0',
  },
  ...[-1, 13, 2.5, NaN].map((order) => ({
    what: `order ${order}`,
    spec: { order },
    code: 'bad-number',
    path: '--order',
    message: `${order} is not a possible order`,
  })),
  ...(['ulp', 'error', 'relative'] as const).flatMap((key) =>
    [0, -1, NaN, Infinity].map((value) => ({
      what: `${key} ${value}`,
      spec: { [key]: value },
      code: 'bad-target',
      path: `--${key}`,
      message: `${value} is not an error target`,
    })),
  ),
  { what: 'no segments', spec: { segments: 0 }, code: 'bad-number', path: '--segments', message: '0 is' },
  { what: 'half a segment', spec: { segments: 1.5 }, code: 'bad-number', path: '--segments', message: '1.5' },
  {
    what: 'too many segments',
    spec: { segments: 4097 },
    code: 'bad-number',
    path: '--segments',
    message: '4096',
  },
  { what: 'negative guard bits', spec: { guard: -1 }, code: 'bad-number', path: '--guard', message: '-1' },
  { what: 'too many guard bits', spec: { guard: 25 }, code: 'bad-number', path: '--guard', message: '24' },
  {
    what: 'an unknown rounding',
    spec: { rounding: 'up' },
    code: 'bad-choice',
    path: '--rounding',
    message: '"up"',
    choices: 'half-even',
  },
  {
    what: 'an unknown step rounding',
    spec: { stepRounding: 'Floor' },
    code: 'bad-choice',
    path: '--step-rounding',
    message: '"Floor"',
    hint: 'did you mean floor?',
    choices: 'half-away',
  },
  {
    what: 'an unknown overflow',
    spec: { overflow: 'clip' },
    code: 'bad-choice',
    path: '--overflow',
    message: '"clip"',
    choices: 'saturate',
  },
  {
    what: 'unknown coefficients',
    spec: { coefficients: 'float' },
    code: 'bad-choice',
    path: '--coefficients',
    message: '"float"',
    choices: 'scaled',
  },
  ...['', '1tanh', 'my kernel', 'a/../b', 'tanh.ts', 'a'.repeat(65), 'tänh'].map((name) => ({
    what: `the name "${name.slice(0, 12)}"`,
    spec: { name },
    code: 'bad-name',
    path: '--name',
    message: `"${name}"`,
  })),
];

describe('a spec is refused for', () => {
  it.each(refused)('$what, as $code', ({ spec, code, path, message, hint, choices }) => {
    const { diagnostic, exitStatus } = refusal({ function: 'tanh', ...spec } as KernelSpec);
    expect(exitStatus).toBe(2);
    expect(diagnostic).toMatchObject({ code, path });
    expect(diagnostic.message).toContain(message);
    if (hint !== undefined) expect(diagnostic.hint).toContain(hint);
    if (choices !== undefined) expect(diagnostic.choices).toContain(choices);
  });

  it('a key of a configuration by the key’s own path', () => {
    const { diagnostic } = refusal({ function: 'tanh', stepRounding: 'x' as 'floor' }, 'a.json: kernels[2]');
    expect(diagnostic.path).toBe('a.json: kernels[2].stepRounding');
  });
});

const target = (spec: Partial<KernelSpec>) => resolveSpec({ function: 'tanh', ...spec }).target;

describe('a spec', () => {
  it('is complete with a function alone', () => {
    const spec = resolveSpec({ function: 'tanh' });
    expect(spec).toMatchObject({
      input: { signed: true, bits: 32, fracBits: 24 },
      output: { signed: true, bits: 32, fracBits: 24 },
      range: undefined,
      order: 3,
      target: { ulp: 1 },
      segments: undefined,
      guard: undefined,
      name: 'tanh_q8_24',
    });
  });

  it.each([
    { range: [-8, 8], format: 'Q8.24', raw: [-(2 ** 27), 2 ** 27] },
    { range: [-128, 128], format: 'Q8.24', raw: [-(2 ** 31), 2 ** 31 - 1] },
    { range: [-0, 1], format: 'Q4.4', raw: [0, 16] },
    { range: [0.01, 1.03], format: 'Q4.4', raw: [1, 16] },
    { range: [-1.03, -0.01], format: 'Q4.4', raw: [-16, -1] },
    { range: [0, 16], format: 'UQ4.4', raw: [0, 255] },
  ])('of range $range in $format covers raw $raw', ({ range, format, raw }) => {
    const [from, to] = range;
    const resolved = resolveSpec({ function: 'tanh', range: [from, to], format }).range;
    expect([resolved?.lo, resolved?.hi]).toEqual(raw);
  });

  it.each([
    [{}, 'tanh_q8_24'],
    [{ format: 'Q4.12' }, 'tanh_q4_12'],
    [{ input: 'Q4.12', output: 'Q1.15' }, 'tanh_q4_12_q1_15'],
    [{ format: 'UQ4.12', output: 'UQ0.16' }, 'tanh_uq4_12_uq0_16'],
    [{ name: 'mine_2' }, 'mine_2'],
  ] as [Partial<KernelSpec>, string][])('%j is called %s', (spec, name) => {
    expect(resolveSpec({ function: 'tanh', ...spec }).name).toBe(name);
  });

  it('holds every target that is given, and only then none of the default', () => {
    expect(target({ relative: 0.01 })).toEqual({ relative: 0.01 });
    expect(target({ ulp: 2, error: 0.5, relative: 0.01 })).toEqual({ ulp: 2, error: 0.5, relative: 0.01 });
  });

  it('takes the least and the greatest of every number', () => {
    const least = { order: 0, segments: 1, guard: 0 };
    const greatest = { order: 12, segments: 4096, guard: 24 };
    for (const numbers of [least, greatest]) {
      expect(resolveSpec({ function: 'tanh', ...numbers })).toMatchObject(numbers);
    }
  });
});
