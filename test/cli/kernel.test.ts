import { describe, expect, it } from 'vitest';
import { renderDiagnostic } from '../../src/diagnostic.js';
import { documentOf, inWorkplace, type JsonDocument } from './run.js';

const NO_DOCUMENT: JsonDocument = { kernels: [], diagnostics: [] };

const TANH = ['--fn', 'tanh', '--format', 'Q4.6', '--ulp', '1'];

describe.concurrent('approxgen --fn', () => {
  it('proves a kernel, writes it and reports it', () =>
    inWorkplace(async ({ run, listing }) => {
      const { status, stdout, stderr } = await run([...TANH, '--quiet']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(Object.keys(listing())).toEqual(['generated/plan/tanh_q4_6.json', 'generated/ts/tanh_q4_6.ts']);
      expect(stdout.toString()).toMatch(/^tanh_q4_6: tanh, Q4\.6 → Q4\.6, order 3\n/);
      expect(stdout.toString()).toMatch(/all 1024 inputs.*CRC-32 [0-9a-f]{8}/);
    }));

  it('prints one JSON document with everything that there is to know', () =>
    inWorkplace(async ({ run, listing }) => {
      const outcome = await run([...TANH, '--json', '--outdir', 'out', '--name', 'my_tanh']);
      expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({ status: 0, stderr: '' });
      const { kernels, diagnostics } = documentOf(outcome);
      expect(diagnostics).toEqual([]);
      expect(kernels).toHaveLength(1);
      const [kernel] = kernels;
      expect(kernel).toMatchObject({
        name: 'my_tanh',
        function: 'tanh',
        input: 'Q4.6',
        output: 'Q4.6',
        order: 3,
        inputsChecked: 1024,
        proof: 'run',
        files: ['out/plan/my_tanh.json', 'out/ts/my_tanh.ts'],
      });
      for (const key of [
        'segments',
        'guardBits',
        'tableBytes',
        'maxUlp',
        'worstInput',
        'correctlyRounded',
      ] as const) {
        expect(kernel[key], key).toEqual(expect.any(Number));
      }
      expect(kernel).toHaveProperty('lowerBound');
      expect(kernel.segmentation).toMatch(/^(uniform|lookup|compare)$/);
      expect(kernel.range).toEqual([expect.any(Number), expect.any(Number)]);
      expect(kernel.crc32).toMatch(/^[0-9a-f]{8}$/);
      expect(kernel.planHash).toMatch(/^[0-9a-f]{64}$/);
      expect(kernel.maxUlp).toBeLessThanOrEqual(1);
      expect(Object.keys(listing())).toEqual(kernel.files);
    }));

  it('makes a kernel whose outputs never go against the function, and says what that takes', () =>
    inWorkplace(async ({ run, read }) => {
      const { status, stdout } = await run([...TANH, '--monotone', '--continuous', '--quiet']);
      expect(status).toBe(0);
      expect(stdout.toString()).toMatch(
        /^ {2}monotone, pieces meet within 1 ulp: \d+ segments?; without, \d+ would do$/m,
      );
      const text = read('generated/ts/tanh_q4_6.ts');
      const [, command] = /^\/\/ Made by {2}approxgen (--fn .*)$/m.exec(text) ?? [];
      expect(command).toContain(' --monotone --continuous 1 ');
      // The command makes the kernel again.
      const again = await run([...command.split(' '), '--outdir', 'again', '--quiet']);
      expect(again.status).toBe(0);
      const hashOf = (path: string): unknown =>
        (JSON.parse(read(path)) as { certificate: { planHash: string } }).certificate.planHash;
      expect(hashOf('again/plan/tanh_q4_6.json')).toBe(hashOf('generated/plan/tanh_q4_6.json'));
    }));

  it.each([
    [['--fn', 'sin', '--format', 'Q4.6', '--range=-3,3', '--monotone'], 2, 'not-monotone'],
    [['--fn', 'tanh', '--continuous=-1'], 2, 'bad-continuous'],
    [['--fn', 'tanh', '--format', 'Q32.32', '--monotone'], 2, 'unsupported-shape'],
    [['--fn', 'tanh', '--format', 'Q4.6', '--order', '0', '--ulp', '9', '--continuous'], 1, 'shape-not-met'],
  ] as const)('refuses a shape that can not be had: %s', (args, status, code) =>
    inWorkplace(async ({ run, listing }) => {
      const outcome = await run([...args, '--json']);
      expect(outcome.status).toBe(status);
      expect(documentOf(outcome).diagnostics[0].code).toBe(code);
      expect(listing()).toEqual({});
    }),
  );

  it.each([
    ['--segmentation auto --cost speed --step-rounding half-even'],
    ['--segmentation auto --cost mpc --order 2 --ulp 2'],
    ['--order auto --cost hardware'],
    ['--segmentation dyadic --segments 3 --polish none --exact none --coefficients same --guard 4'],
    ['--measure beta(2,3) --polish none --rounding half-even --overflow saturate-symmetric'],
    ['--relative 0.01 --ulp 4 --name mine'],
  ])('prints a command that makes the kernel again: %s', (options) =>
    inWorkplace(async ({ run, shell, read }) => {
      const args = ['--fn', 'tanh', '--format', 'Q4.12', '--target', 'plan', ...options.split(' ')];
      const [{ name, planHash }] = documentOf(await run([...args, '--json'])).kernels;
      const { plan } = JSON.parse(read(`generated/plan/${name}.json`)) as {
        plan: { provenance: { command: string } };
      };
      const again = await shell(`${plan.provenance.command} --target plan --outdir again --json`);
      expect(documentOf(again).kernels[0]).toMatchObject({ name, planHash });
    }),
  );

  it.each(['x-1', 'x-e', 'x^2*sin(x)', 'd tanh'])('prints such a command for %s too', (text) =>
    inWorkplace(async ({ run, shell, read }) => {
      const flag = text === 'd tanh' ? '--fn' : '--expr';
      const args = [flag, text, '--format', 'Q4.4'];
      const [{ name, planHash }] = documentOf(await run([...args, '--json'])).kernels;
      const { plan } = JSON.parse(read(`generated/plan/${name}.json`)) as {
        plan: { provenance: { command: string } };
      };
      expect(plan.provenance.command).toContain(`approxgen ${flag} `);
      expect(read(`generated/ts/${name}.ts`).includes(`${text}(x)`)).toBe(flag === '--fn');
      const again = await shell(`${plan.provenance.command} --target plan --outdir again --json`);
      expect(documentOf(again).kernels[0]).toMatchObject({ name, planHash });
    }),
  );

  it('writes nothing in a dry run, and says so where it may speak', () =>
    inWorkplace(async ({ run, listing }) => {
      const [loud, quiet] = await Promise.all([
        run([...TANH, '--dry-run']),
        run([...TANH, '--dry-run', '--quiet']),
      ]);
      expect([loud.status, quiet.status]).toEqual([0, 0]);
      expect(loud.stderr).toContain('nothing was written');
      expect(quiet.stderr).toBe('');
      expect(listing()).toEqual({});
    }));

  it('takes expressions for numbers', () =>
    inWorkplace(async ({ run }) => {
      const args = ['--fn', 'tanh', '--format', 'Q4.8', '--json', '--dry-run'];
      const [expression, number] = await Promise.all([
        run([...args, '--error', '3*2^-8', '--range', '-2^2,sqrt(16)', '--order', '1+1']),
        run([...args, '--error', '0.01171875', '--range=-4,4', '--order', '2']),
      ]);
      expect(expression.status).toBe(0);
      const [a, b] = [expression, number].map((outcome) => documentOf(outcome).kernels[0]);
      expect(a.planHash).toBe(b.planHash);
      expect(a.maxUlp).toBeLessThanOrEqual(3);
    }));

  it('keeps a proof as long as its plan is the same, and runs it again when told to', () =>
    inWorkplace(async ({ run, listing }) => {
      const proofs: string[] = [];
      await run(TANH);
      const before = listing();
      for (const extra of [[], ['--force'], ['--order', '2', '--force']]) {
        proofs.push(documentOf(await run([...TANH, ...extra, '--json'])).kernels[0].proof);
        if (proofs.length < 3) expect(listing()).toEqual(before);
      }
      expect(proofs).toEqual(['kept', 'run', 'run']);
    }));

  it('makes a kernel anew where its plan file was changed by one unit or cut short', () =>
    inWorkplace(async ({ run, listing, write, read }) => {
      const path = 'generated/plan/tanh_q4_6.json';
      await run(TANH);
      const before = listing();
      const text = read(path);
      const file = JSON.parse(text) as { plan: { segments: { coefficients: number[] }[] } };
      file.plan.segments[0].coefficients[0] += 1;
      for (const damage of [JSON.stringify(file), text.slice(0, -40)]) {
        write(path, damage);
        const outcome = await run([...TANH, '--json']);
        expect({ damage, status: outcome.status, proof: documentOf(outcome).kernels[0]?.proof }).toEqual({
          damage,
          status: 0,
          proof: 'run',
        });
        expect(listing()).toEqual(before);
      }
    }));

  it('replaces a kernel of its name without ceremony, and says what that was and how it was made', () =>
    inWorkplace(async ({ run, listing }) => {
      const made = [...TANH, '--name', 'k', '--segmentation', 'uniform'];
      const first = documentOf(await run([...made, '--order', '2', '--json'])).kernels[0];
      const before = listing();
      const dry = await run([...made, '--order', '3', '--dry-run']);
      expect([dry.status, listing()]).toEqual([0, before]);
      const { status, stdout } = await run([...made, '--order', '3']);
      expect(status).toBe(0);
      const digits = first.planHash.slice(0, 8);
      expect(stdout.toString()).toMatch(
        new RegExp(
          `^ {2}replaced k \\(plan ${digits}…\\), which was made by approxgen --fn tanh .*--order 2`,
          'm',
        ),
      );
      const again = documentOf(await run([...made, '--order', '3', '--json'])).kernels[0];
      expect(again).not.toHaveProperty('replaced');
      const back = documentOf(await run([...made, '--order', '2', '--json'])).kernels[0];
      expect(back.replaced).toEqual({
        planHash: again.planHash,
        command: expect.stringContaining('--order 3'),
      });
      expect(listing()).toEqual(before);
    }));

  it('prints anew what other targets, and vectors, had printed of the kernel that it replaces', () =>
    inWorkplace(async ({ run, read }) => {
      await run([...TANH, '--target', 'ts,c,verilog,wasm,solidity', '--vectors', '--order', '2']);
      const before = read('generated/vectors/tanh_q4_6.csv');
      const outcome = await run([...TANH, '--order', '3', '--json']);
      const { reprinted, planHash, files } = documentOf(outcome).kernels[0];
      expect(reprinted).toEqual(['wasm', 'c', 'verilog', 'solidity']);
      expect(read('generated/vectors/tanh_q4_6.csv')).not.toBe(before);
      expect(files.map((file) => file.replace('generated/', '').split('/')[0])).toEqual(
        expect.arrayContaining(['plan', 'ts', 'c', 'verilog', 'vectors']),
      );
      const texts = ['ts/tanh_q4_6.ts', 'c/tanh_q4_6.h', 'verilog/tanh_q4_6.v', 'solidity/TanhQ4_6.sol'];
      for (const file of [...texts, 'wasm/tanh_q4_6.ts', 'wasm/tanh_q4_6.assembly.ts']) {
        expect(read(`generated/${file}`)).toContain(planHash);
      }
      // Once they are of this plan, they are no news.
      const again = documentOf(await run([...TANH, '--order', '3', '--json'])).kernels[0];
      expect([again.reprinted, again.files]).toEqual([[], files]);
    }));

  it("removes what a target printed of the kernel that it replaces, where it can't print this one", () =>
    inWorkplace(async ({ run, listing }) => {
      const made = ['--fn', 'tanh', '--name', 'k', '--ulp', '2'];
      await run([...made, '--format', 'Q4.6', '--target', 'ezpc']);
      expect(listing()).toHaveProperty('generated/ezpc/k.ezpc');
      const { status, stdout } = await run([...made, '--format', 'Q8.30']);
      expect([status, stdout.toString()]).toEqual([
        0,
        expect.stringMatching(/^ {2}removed generated\/ezpc\/k\.ezpc: ezpc can't print this plan: /m),
      ]);
      expect(listing()).not.toHaveProperty('generated/ezpc/k.ezpc');
    }));

  const MODULE = '\0asm\u0001\0\0\0';
  const VECTORS = 'input,output\n1,2\n';
  it.each([
    ...['{}', 'null', '[]', '{"plan":{},"certificate":{}}', 'my plan', ''].map(
      (text) => ['plan/k.json', text, 'ts', false] as const,
    ),
    ['ts/k.ts', 'export const mine = 1;', 'ts', false],
    ['wasm/k.wasm', 'mine', 'wasm', false],
    ['wasm/k.wasm', MODULE, 'wasm', false],
    ['vectors/k.csv', 'mine', 'ts', true],
    ['vectors/k.csv', VECTORS, 'ts', true],
    ['c/k_test.c', 'int main(void) {}', 'c', true],
    ['verilog/k_tb.v', 'module mine; endmodule', 'verilog', false],
  ] as const)('never touches what approxgen did not make, and says so before any work: %s, %j', (...row) =>
    inWorkplace(async ({ run, write, listing }) => {
      const [path, text, target, vectors] = row;
      write(`generated/${path}`, text);
      const before = listing();
      // A target that the search could not meet: it is not even begun.
      const impossible = ['--fn', 'tanh', '--format', 'Q4.6', '--ulp', '0.1', '--name', 'k'];
      const asked = [...impossible, '--target', target, ...(vectors ? ['--vectors'] : [])];
      for (const extra of [[], ['--force'], ['--dry-run']]) {
        const { status, stderr } = await run([...asked, ...extra]);
        expect([status, stderr]).toEqual([
          2,
          expect.stringContaining(`generated/${path} is there and was not`),
        ]);
      }
      write('c.json', {
        targets: [target],
        vectors,
        kernels: [
          { function: 'sigmoid', format: 'Q4.6' },
          { function: 'tanh', format: 'Q4.6', name: 'k' },
        ],
      });
      const built = await run(['build', 'c.json']);
      expect([built.status, built.stderr]).toEqual([
        2,
        expect.stringContaining(`generated/${path} is there`),
      ]);
      const { 'c.json': _config, ...after } = listing();
      expect(after).toEqual(before);
    }),
  );

  it('leaves a file of a target that is not asked for to its owner', () =>
    inWorkplace(async ({ run, write, read }) => {
      write('generated/c/k.h', 'mine');
      write('generated/c/k_test.c', 'mine');
      expect((await run([...TANH, '--name', 'k'])).status).toBe(0);
      expect((await run([...TANH, '--name', 'k', '--order', '2'])).status).toBe(0);
      expect([read('generated/c/k.h'), read('generated/c/k_test.c')]).toEqual(['mine', 'mine']);
    }));

  it('writes all files or none', () =>
    inWorkplace(async ({ run, write, listing }) => {
      write('generated/wasm', 'a file where a folder has to be');
      const before = listing();
      const { status, stderr } = await run([...TANH, '--target', 'ts,wasm']);
      expect([status, stderr]).toEqual([2, expect.stringContaining("can't write generated/wasm/tanh_q4_6")]);
      expect(listing()).toEqual(before);
    }));

  it('replaces no file of a kernel whose name is another, but not in the target', () =>
    inWorkplace(async ({ run, listing }) => {
      await run([...TANH, '--name', 'a_b', '--target', 'solidity']);
      const before = listing();
      const { status, stderr } = await run([...TANH, '--name', 'a__b', '--target', 'solidity']);
      expect([status, stderr]).toEqual([2, expect.stringMatching(/AB\.sol belongs to another kernel, a_b/)]);
      expect(listing()).toEqual(before);
    }));

  it('measures what a kernel takes where it is asked to, and writes nothing of it', () =>
    inWorkplace(async ({ run, listing }) => {
      const plain = documentOf(await run([...TANH, '--json']));
      const files = listing();
      const costs = documentOf(await run([...TANH, '--json', '--costs', '--force']));
      expect(plain.kernels[0].targets[0]).not.toHaveProperty('measured');
      expect(costs.kernels[0].targets).toEqual([
        {
          ...plain.kernels[0].targets[0],
          measured: { scalarNanoseconds: expect.any(Number), arrayNanoseconds: expect.any(Number) },
        },
      ]);
      const text = (await run([...TANH, '--costs'])).stdout.toString();
      expect(text).toMatch(/^ {2}ts: .*, [\d.]+ ns one at a time, [\d.]+ ns by arrays$/m);
      expect(listing()).toEqual(files);
    }));

  it('gives the same files for any number of workers', () =>
    inWorkplace(async ({ run, listing }) => {
      await Promise.all(['1', '3'].map((n) => run([...TANH, '--workers', n, '--outdir', `w${n}`])));
      const files = listing();
      expect(Object.keys(files)).toHaveLength(4);
      expect(files['w1/ts/tanh_q4_6.ts']).toBe(files['w3/ts/tanh_q4_6.ts']);
      expect(files['w1/plan/tanh_q4_6.json']).toBe(files['w3/plan/tanh_q4_6.json']);
    }));
});

/** Arguments, exit status, and what the message has to say. */
const FAILURES: readonly (readonly [string, readonly string[], number, readonly RegExp[]])[] = [
  ['no function', [], 2, [/--fn/, /try approxgen --fn tanh/]],
  [
    'an unknown function',
    ['--fn', 'tahn'],
    2,
    [/"tahn"/, /tanh, sigmoid, hard-sigmoid/, /did you mean tanh/],
  ],
  ['a malformed format', ['--fn', 'tanh', '--format', 'Q8'], 2, [/--format: "Q8"/, /Qm\.n/, /try Q8\.24/]],
  ['a format without a sign bit', ['--fn', 'tanh', '--in', 'Q0.16'], 2, [/--in: "Q0.16"/, /UQ0\.16/]],
  ['a wide format', ['--fn', 'tanh', '--out', 'Q32.33'], 2, [/--out: "Q32.33" has 65 bits/, /8 to 64/]],
  [
    'a relative target of a wide format',
    ['--fn', 'tanh', '--out', 'Q32.32', '--relative', '0.01'],
    2,
    [/--relative: a relative target/, /try --ulp or --error/],
  ],
  ['half a range', ['--fn', 'tanh', '--range=-8'], 2, [/--range: "-8"/, /--range=-8,8/]],
  ['a reversed range', ['--fn', 'tanh', '--range', '8,-8'], 2, [/8,-8/, /try --range=-8,8/]],
  ['an empty range', ['--fn', 'tanh', '--range', '1,1'], 2, [/1,1 is empty/]],
  [
    'a range between two inputs',
    ['--fn', 'tanh', '--format', 'Q4.4', '--range', '0.01,0.02'],
    2,
    [/no input of Q4\.4/],
  ],
  [
    'a range that is too wide',
    ['--fn', 'tanh', '--format', 'Q4.4', '--range=-9,9'],
    2,
    [/-9,9 does not fit in Q4\.4, which holds -8 to 7\.9375/],
  ],
  ['a range outside the domain', ['--fn', 'rsqrt', '--range', '0,1'], 2, [/rsqrt is not defined at 0/]],
  ['an order that is too high', ['--fn', 'tanh', '--order', '13'], 2, [/--order: 13/, /0 to 12/]],
  ['half an order', ['--fn', 'tanh', '--order', '2.5'], 2, [/2\.5/, /integer/]],
  ['a target of zero', ['--fn', 'tanh', '--ulp', '0'], 2, [/--ulp: 0/, /above 0/]],
  ['no number', ['--fn', 'tanh', '--error', '3*'], 2, [/--error: "3\*"/, /3\*2\^-12/]],
  ['too many guard bits', ['--fn', 'tanh', '--guard', '25'], 2, [/--guard: 25/, /0 to 24/]],
  [
    'no workers',
    ['--fn', 'tanh', '--workers', '0'],
    2,
    [/--workers: 0|0 is not a number of workers/, /1 to 256/],
  ],
  ['an unknown rounding', ['--fn', 'tanh', '--rounding', 'up'], 2, [/--rounding: "up"/, /half-even/]],
  ['an unknown step rounding', ['--fn', 'tanh', '--step-rounding', 'up'], 2, [/--step-rounding: "up"/]],
  ['a name that is a path', ['--fn', 'tanh', '--name', '../x'], 2, [/--name: "..\/x"/, /letters, digits/]],
  ['an unknown target', ['--fn', 'tanh', '--target', 'ts,tss'], 2, [/--target: "tss"/, /did you mean ts\?/]],
  ['an unknown option', ['--fn', 'tanh', '--ulpp', '1'], 2, [/--ulpp/, /--ulp/]],
  ['a missing value', ['--fn', 'tanh', '--ulp'], 2, [/--ulp: it has no value/, /expected --ulp <x>/]],
  ['an unknown command', ['bild'], 2, [/"bild" is not a command/, /did you mean build/]],
  [
    'an argument too many',
    ['list', 'all'],
    2,
    [/"all" is one word too many; approxgen list takes options only/],
  ],
  [
    'a folder that is a file',
    ['--fn', 'tanh', '--format', 'Q4.6', '--outdir', 'file/below'],
    2,
    [/--outdir: can't write to "file\/below"/, /not a folder/],
  ],
  [
    'a target that can’t be met',
    ['--fn', 'exp', '--format', 'Q4.12', '--range=-8,2', '--ulp', '0.51'],
    1,
    [/0\.51 ulp can't be met/, /best reached: [\d.]+ ulp/, /can be met/],
  ],
  ['a target below half an ulp', ['--fn', 'tanh', '--format', 'Q4.6', '--ulp', '0.1'], 1, [/0\.1 ulp/]],
  [
    'a tail that misses the target',
    ['--fn', 'tanh', '--format', 'Q8.6', '--range=-1,1'],
    1,
    [/--range: beyond 1, a constant errs by [\d.]+ ulp/, /try --range=/],
  ],
];

describe.concurrent('approxgen refuses, in words and as data, and writes nothing', () => {
  it.each(FAILURES)('%s', (_, args, status, patterns) =>
    inWorkplace(async ({ run, write, listing }) => {
      write('file', 'not a folder');
      const before = listing();
      // A missing value would take --json for one.
      const json = args.at(-1) !== '--ulp';
      const { status: found, stdout, stderr } = await run(json ? [...args, '--json'] : args);
      expect(found, stderr).toBe(status);
      const output = stdout.toString();
      expect(json ? stderr : output).toBe('');
      const { kernels, diagnostics } = json ? (JSON.parse(output) as JsonDocument) : NO_DOCUMENT;
      expect(kernels).toEqual([]);
      expect(diagnostics).toHaveLength(json ? 1 : 0);
      const text = json ? renderDiagnostic(diagnostics[0]) : stderr;
      for (const pattern of patterns) expect(text).toMatch(pattern);
      expect(listing()).toEqual(before);
    }),
  );

  it('the same words on standard error as in the document', () =>
    inWorkplace(async ({ run }) => {
      const args = ['--fn', 'tahn'];
      const [plain, json] = await Promise.all([run(args), run([...args, '--json'])]);
      expect(plain.stderr).toBe(`${renderDiagnostic(documentOf(json).diagnostics[0])}\n`);
      expect(plain.stdout.toString()).toBe('');
    }));
});
