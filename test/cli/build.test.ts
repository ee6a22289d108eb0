import { describe, expect, it } from 'vitest';
import { approxgen, documentOf, inWorkplace, ROOT } from './run.js';

const CONFIG = {
  defaults: { format: 'Q4.6', order: 2 },
  kernels: [
    { function: 'tanh', error: '3*2^-7' },
    { function: 'sigmoid', name: 'gate', ulp: '1+1' },
  ],
};
const FILES = ['gate', 'tanh_q4_6'].flatMap((name) => [`plan/${name}.json`, `ts/${name}.ts`]);

describe.concurrent('approxgen build', () => {
  it('makes every kernel of the folder, then keeps their proofs, and finds them up to date', () =>
    inWorkplace(async ({ run, write, listing }) => {
      write('approx-configs/a.json', CONFIG);
      write('approx-configs/schema.json', '{}');
      const first = await run(['build', '--json']);
      expect(first.status).toBe(0);
      expect(documentOf(first).kernels.map(({ name, proof }) => [name, proof])).toEqual([
        ['tanh_q4_6', 'run'],
        ['gate', 'run'],
      ]);
      const built = listing();
      const generated = Object.keys(built).filter((path) => path.startsWith('generated/'));
      expect(generated.toSorted()).toEqual(FILES.map((path) => `generated/${path}`).toSorted());
      expect(built['generated/ts/gate.ts']).toMatch(/^\/\/ Made by {2}approxgen .*--ulp 2 /m);
      const [again, check] = [await run(['build', '--json']), await run(['build', '--check'])];
      expect(documentOf(again).kernels.map(({ proof }) => proof)).toEqual(['kept', 'kept']);
      expect([again.status, check.status]).toEqual([0, 0]);
      expect(check.stderr).toContain('up to date');
      expect(listing()).toEqual(built);
    }));

  it('takes the shape of a kernel from its configuration', () =>
    inWorkplace(async ({ run, write, read }) => {
      write('approx-configs/a.json', {
        defaults: { format: 'Q4.6', continuous: true },
        kernels: [
          { function: 'tanh', monotone: true },
          { function: 'sigmoid', continuous: '1+1', monotone: false },
          { function: 'exp', continuous: false },
        ],
      });
      expect((await run(['build', '--quiet'])).status).toBe(0);
      const shapeOf = (name: string): unknown =>
        (JSON.parse(read(`generated/plan/${name}_q4_6.json`)) as { plan: { shape?: unknown } }).plan.shape;
      expect(['tanh', 'sigmoid', 'exp'].map(shapeOf)).toEqual([
        { monotone: true, continuous: 1 },
        { continuous: 2 },
        undefined,
      ]);
    }));

  it('--check shows what is stale and writes nothing', () =>
    inWorkplace(async ({ run, write, read, listing }) => {
      write('approx-configs/a.json', { kernels: [CONFIG.kernels[1]], defaults: CONFIG.defaults });
      await run(['build']);
      const path = 'generated/ts/gate.ts';
      const text = read(path);
      const changed = text.replace(
        /^( {2}-?\d+, -?)(\d)/m,
        (_, start: string, digit: string) => start + ((Number(digit) + 1) % 10),
      );
      expect(changed).not.toBe(text);
      write(path, changed);
      const before = listing();
      const [value, json] = await Promise.all([
        run(['build', '--check']),
        run(['build', '--check', '--json']),
      ]);
      expect([value.status, json.status]).toEqual([1, 1]);
      expect(value.stderr).toMatch(/^--- generated\/ts\/gate\.ts/m);
      expect(value.stderr).toMatch(/^-  .*\/\/ \[/m);
      expect(value.stderr).toMatch(/^\+  .*\/\/ \[/m);
      expect(value.stderr).toMatch(/1 generated file\(s\) in generated are stale\n {2}run approxgen build/);
      expect(documentOf(json).diagnostics[0].code).toBe('stale');
      expect(listing()).toEqual(before);
      // A changed configuration makes both files stale.
      write(path, text);
      write('approx-configs/a.json', {
        kernels: [{ ...CONFIG.kernels[1], order: 3 }],
        defaults: CONFIG.defaults,
      });
      const config = await run(['build', '--check']);
      expect(config.status).toBe(1);
      expect(config.stderr).toContain('2 generated file(s)');
    }));

  it('brings back what the configurations say, other targets included, and --check tells the difference', () =>
    inWorkplace(async ({ run, write, read, listing }) => {
      write('approx-configs/a.json', { kernels: [CONFIG.kernels[0]], defaults: CONFIG.defaults });
      await run(['build']);
      await run([
        '--fn',
        'tanh',
        '--format',
        'Q4.6',
        '--order',
        '2',
        '--error',
        '3*2^-7',
        '--target',
        'c,verilog',
      ]);
      expect((await run(['build'])).status).toBe(0); // the same plan, made by a configuration
      expect((await run(['build', '--check'])).status).toBe(0);
      const built = listing();
      expect(built).toHaveProperty('generated/c/tanh_q4_6.h');
      const header = read('generated/c/tanh_q4_6.h');
      expect((await run(['--fn', 'tanh', '--format', 'Q4.6', '--order', '3', '--ulp', '1'])).status).toBe(0);
      const check = await run(['build', '--check']);
      expect(check.status).toBe(1);
      for (const file of ['plan/tanh_q4_6.json', 'ts/tanh_q4_6.ts', 'c/tanh_q4_6.h', 'verilog/tanh_q4_6.v']) {
        expect(check.stderr).toContain(`--- generated/${file}`);
      }
      const [kernel] = documentOf(await run(['build', '--json'])).kernels;
      expect(kernel.replaced?.command).toContain('--order 3');
      expect(kernel.reprinted).toEqual(['c', 'verilog']);
      expect(listing()).toEqual(built);
      // A file of another target alone may be stale, too.
      write('generated/c/tanh_q4_6.h', header.replace(/sha256 \w{8}/, 'sha256 00000000'));
      const stale = await run(['build', '--check']);
      expect([stale.status, stale.stderr]).toEqual([1, expect.stringContaining('1 generated file(s)')]);
    }));

  it('--check counts what a target printed of another plan and can not print of this one', () =>
    inWorkplace(async ({ run, write, listing }) => {
      await run(['--fn', 'tanh', '--format', 'Q4.6', '--name', 'k', '--target', 'ezpc']);
      write('approx-configs/a.json', {
        kernels: [{ function: 'tanh', format: 'Q8.30', name: 'k', ulp: 2 }],
      });
      const check = await run(['build', '--check']);
      expect(check.status).toBe(1);
      expect(check.stderr).toMatch(
        /^generated\/ezpc\/k\.ezpc is of another plan, and ezpc can't print this one: /m,
      );
      expect(listing()).toHaveProperty('generated/ezpc/k.ezpc');
      expect((await run(['build'])).status).toBe(0);
      expect(listing()).not.toHaveProperty('generated/ezpc/k.ezpc');
      expect((await run(['build', '--check'])).status).toBe(0);
    }));

  it('--dry-run writes nothing', () =>
    inWorkplace(async ({ run, write, listing }) => {
      write('one.json', CONFIG);
      const before = listing();
      expect((await run(['build', 'one.json', '--dry-run'])).status).toBe(0);
      expect(listing()).toEqual(before);
    }));

  it('takes the spellings of the command line', () =>
    inWorkplace(async ({ run, write }) => {
      write('long.json', {
        targets: ['c'],
        defaults: { output: 'Q1.7', stepRounding: 'floor' },
        kernels: [{ function: 'tanh', input: 'Q4.4' }],
      });
      write('short.json', {
        target: ['c'],
        defaults: { out: 'Q1.7', 'step-rounding': 'floor' },
        kernels: [{ fn: 'tanh', in: 'Q4.4' }],
      });
      const [long, short] = await Promise.all(
        ['long', 'short'].map((name) => run(['build', `${name}.json`, '--outdir', name, '--json'])),
      );
      expect([long.status, short.status]).toEqual([0, 0]);
      const [a, b] = [long, short].map((outcome) => documentOf(outcome).kernels[0]);
      expect(b.planHash).toBe(a.planHash);
      expect(b.files).toEqual(a.files.map((file) => file.replace('long', 'short')));
    }));

  const kernels = [{ function: 'tanh', format: 'Q4.6' }];
  it.each([
    ['malformed JSON', '{ "kernels": [', [/c\.json: it is not JSON/]],
    [
      'an unknown key',
      { kernels: [{ function: 'tanh', ordre: 3 }] },
      [/c\.json: kernels\[0\]: "ordre"/, /did you mean order/],
    ],
    ['an unknown key at the top', { kernels, kernel: [] }, [/c\.json: "kernel"/, /did you mean kernels/]],
    [
      'an unknown default',
      { kernels, defaults: { ulps: 1 } },
      [/c\.json: defaults: "ulps"/, /did you mean ulp/],
    ],
    ['no kernels', { kernels: [] }, [/c\.json: kernels: \[\] is an empty list; expected a list of kernels/]],
    ['no object', [], [/c\.json: \[\] is an empty list; expected an object with "kernels"/]],
    ['nothing', {}, [/c\.json: kernels: it is missing; expected a list of kernels/]],
    [
      'a wrong type',
      { kernels: [{ function: 3 }] },
      [/kernels\[0\]\.function: 3 is a number; expected a text/],
    ],
    [
      'a text for a range',
      { kernels: [{ function: 'tanh', range: '-8,8' }] },
      [/kernels\[0\]\.range: "-8,8" is a text/],
    ],
    [
      'a range with hints of its own',
      { kernels: [{ function: 'tanh', range: [8, -8] }] },
      [/kernels\[0\]\.range: /, /try "range": \[-8, 8\]/],
    ],
    [
      'both spellings',
      { kernels: [{ function: 'tanh', in: 'Q4.6', input: 'Q4.6' }] },
      [/kernels\[0\]\.input: .*kernels\[0\]\.in and .*kernels\[0\]\.input are two spellings/],
    ],
    [
      'a value in the other spelling',
      { kernels: [{ fn: 'tanh', in: 'Q0.16' }] },
      [/kernels\[0\]\.in: "Q0\.16"/],
    ],
    [
      'a key like fn',
      { kernels: [{ func: 'tanh' }] },
      [/kernels\[0\]: "func" is not a key here\n {2}did you mean function\?\n/],
    ],
    ['a key like out', { kernels: [{ function: 'tanh', outpt: 'Q4.4' }] }, [/did you mean output\?/]],
    [
      'an option of the command',
      { kernels, outdir: 'x' },
      [/"outdir" is not a key here\n {2}.*approxgen build --outdir/],
    ],
    [
      'a setting beside the kernels',
      { kernels, ulp: 1 },
      [/"ulp" is not a key here\n {2}"defaults" and the entries of "kernels" take it/],
    ],
    [
      'targets in a kernel',
      { kernels: [{ function: 'tanh', targets: ['c'] }] },
      [/it stands beside "kernels"/],
    ],
    [
      'a range for all',
      { kernels, defaults: { range: [1, 2] } },
      [/defaults: "range" .*\n {2}the entries of "kernels" take it/],
    ],
    [
      'no function',
      { kernels: [{ ulp: 1 }] },
      [
        /kernels\[0\]\.function: no function is given; expected "function", "expr" or "module"\n {2}try "function": "tanh"/,
      ],
    ],
    [
      'targets as a text',
      { kernels, targets: 'c' },
      [/c\.json: targets: "c" is a text; expected a list of targets: \["ts", "c"\]/],
    ],
    [
      'an unknown function',
      { kernels: [{ function: 'tahn' }] },
      [/kernels\[0\]\.function: "tahn"/, /did you mean tanh/],
    ],
    [
      'a wrong format',
      { kernels: [...kernels, { function: 'tanh', format: 'Q8' }] },
      [/kernels\[1\]\.format: "Q8"/],
    ],
    ['a wrong expression', { kernels: [{ function: 'tanh', error: '3*' }] }, [/kernels\[0\]\.error: "3\*"/]],
    ['an unknown rounding', { kernels: [{ function: 'tanh', rounding: 'up' }] }, [/kernels\[0\]\.rounding/]],
    [
      'two of one name',
      { kernels: [...kernels, ...kernels] },
      [/two kernels are named tanh_q4_6/, /kernels\[1\]\.name/],
    ],
    ['an unknown target', { kernels, targets: ['ts', 'tss'] }, [/targets: "tss"/, /did you mean ts\?/]],
  ] as const)('refuses %s', (_, config, patterns) =>
    inWorkplace(async ({ run, write, listing }) => {
      write('c.json', config);
      const before = listing();
      const { status, stdout, stderr } = await run(['build', 'c.json']);
      expect({ status, stdout: stdout.toString() }).toEqual({ status: 2, stdout: '' });
      for (const pattern of patterns) expect(stderr).toMatch(pattern);
      expect(listing()).toEqual(before);
    }),
  );

  it('refuses sources that do not exist or hold nothing', () =>
    inWorkplace(async ({ run, write }) => {
      write('empty/readme.txt', '');
      const [absent, none, empty] = await Promise.all([
        run(['build', 'absent.json']),
        run(['build']),
        run(['build', 'empty']),
      ]);
      expect([absent.status, none.status, empty.status]).toEqual([2, 2, 2]);
      expect(absent.stderr).toContain('"absent.json" does not exist');
      expect(none.stderr).toContain('"approx-configs" does not exist');
      expect(empty.stderr).toContain('"empty" holds no configuration');
    }));
});

describe('what is committed', () => {
  it('is what approxgen build writes', async () => {
    const { status, stderr } = await approxgen(['build', '--check'], ROOT);
    expect(stderr).toContain('up to date');
    expect(status).toBe(0);
  });
});
