import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/emit/targets.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { skipWithout } from '../support/needs.js';
import { run as runCommand } from '../support/processes.js';
import { missing } from '../support/tools.js';
import { approxgen, documentOf, inWorkplace, ROOT } from './run.js';

const TANH = ['--fn', 'tanh', '--format', 'Q4.6', '--order', '2'];

describe.concurrent('approxgen targets', () => {
  it('says of each how settled it is and what it needs', async () => {
    const { status, stdout } = await approxgen(['targets'], ROOT);
    expect(status).toBe(0);
    for (const { name, about, maturity, needs } of TARGETS) {
      expect(stdout.toString()).toMatch(new RegExp(`^${name} +${maturity} +`, 'm'));
      expect(stdout.toString()).toContain(about);
      expect(stdout.toString()).toContain(`needs ${needs}`);
    }
  });

  it('does so as one JSON document', async () => {
    const { stdout } = await approxgen(['targets', '--json'], ROOT);
    const { targets } = JSON.parse(stdout.toString()) as { targets: object[] };
    expect(targets).toEqual(
      TARGETS.map(({ name, about, maturity, needs }) => ({ name, about, maturity, needs })),
    );
  });
});

/** What is printed for a target, a tool that runs its test program, and how. */
const PROGRAMS = [
  ['c/tanh_q4_6.h', 'gcc', 'gcc -std=c99 -Wall -Wextra -Werror tanh_q4_6_test.c -o t && ./t'],
  ['rust/tanh_q4_6.rs', 'rustc', 'rustc --test tanh_q4_6_test.rs -o t && ./t'],
  ['python/tanh_q4_6.py', 'python3', 'python3 -B tanh_q4_6_test.py'],
] as const;

describe.concurrent('approxgen --vectors', () => {
  it('writes a table, and a program for each target that has them', () =>
    inWorkplace(async ({ run, read }) => {
      const made = await run([...TANH, '--target', 'c,rust,python,solidity', '--vectors', '--json']);
      expect(made.status).toBe(0);
      const [{ files, targets }] = documentOf(made).kernels;
      expect(files.map((file) => file.replace('generated/', ''))).toEqual([
        'plan/tanh_q4_6.json',
        'c/tanh_q4_6.h',
        'rust/tanh_q4_6.rs',
        'python/tanh_q4_6.py',
        'solidity/TanhQ4_6.sol',
        'vectors/tanh_q4_6.csv',
        'c/tanh_q4_6_test.c',
        'rust/tanh_q4_6_test.rs',
        'python/tanh_q4_6_test.py',
      ]);
      expect(targets.map(({ target }) => target)).toEqual(['c', 'rust', 'python', 'solidity']);
      const rows = read('generated/vectors/tanh_q4_6.csv').trim().split('\n');
      expect(rows.slice(0, 2)).toEqual(['input,output', expect.stringMatching(/^-512,-\d+$/)]);
      expect(rows).toContain('0,0');
    }));

  it.for(PROGRAMS)(
    'writes a program that passes, and notices a wrong kernel: %s',
    ([file, tool, command], { skip }) =>
      inWorkplace(async ({ run, read, write, folder }) => {
        skipWithout(skip, missing(tool));
        const [target] = file.split('/');
        expect((await run([...TANH, '--target', `plan,${target}`, '--vectors'])).status).toBe(0);
        const { plan } = JSON.parse(read('generated/plan/tanh_q4_6.json')) as { plan: KernelPlan };
        const slope = Number(plan.segments[0].coefficients[1]);
        const cwd = join(folder, 'generated', target);
        const ends = () => runCommand('sh', ['-c', command], { cwd });
        expect((await ends()).status).toBe(0);
        // The slope at zero.
        const text = read(`generated/${file}`);
        const changed = text
          .replace(`${slope}, `, `${slope + 40}, `)
          .replace(`c1: ${slope}`, `c1: ${slope + 40}`);
        expect(changed).not.toBe(text);
        write(`generated/${file}`, changed);
        expect((await ends()).status).not.toBe(0);
      }),
  );

  it('comes from a configuration as well', () =>
    inWorkplace(async ({ run, write, listing }) => {
      write('approx-configs/a.json', {
        targets: ['python'],
        vectors: true,
        kernels: [{ function: 'tanh', format: 'Q4.6' }],
      });
      expect((await run(['build'])).status).toBe(0);
      const names = Object.keys(listing());
      expect(names).toContain('generated/vectors/tanh_q4_6.csv');
      expect(names).toContain('generated/python/tanh_q4_6_test.py');
      expect((await run(['build', '--check'])).status).toBe(0);
    }));
});

/** Its range reduction takes integers of 134 bits, of which C and Rust have 128 and EzPC 63. */
const WIDE = { function: 'sin', format: 'Q32.32' };

describe.concurrent('targets of which some can print a kernel and others can not', () => {
  it('are printed and named, each where it belongs', () =>
    inWorkplace(async ({ run, listing }) => {
      const args = ['--fn', WIDE.function, '--format', WIDE.format, '--target', 'c,ts,ezpc'];
      const { status, stdout, stderr } = await run(args);
      expect(status).toBe(1);
      const files = ['generated/plan/sin_q32_32.json', 'generated/ts/sin_q32_32.ts'];
      expect(Object.keys(listing())).toEqual(files);
      expect(stdout.toString().trimEnd().split('\n').slice(-2)).toEqual(files.map((file) => `  ${file}`));
      expect(stderr).toMatch(
        /^error: --target c: sin_q32_32 computes with integers of 134 bits; .* has 128$/m,
      );
      expect(stderr).toMatch(/^error: --target ezpc: sin_q32_32 has integers of 135 bits/m);
      const document = documentOf(await run([...args, '--json']));
      expect(document.kernels[0].files).toEqual(files);
      expect(document.diagnostics.map(({ code, path }) => [code, path])).toEqual([
        ['too-wide', '--target c'],
        ['too-wide', '--target ezpc'],
      ]);
    }));

  it('are refused together where none of them can, before anything is proven', () =>
    inWorkplace(async ({ run, listing }) => {
      const args = ['--fn', WIDE.function, '--format', WIDE.format, '--target'];
      const several = await run([...args, 'c,plan,ezpc', '--json']);
      expect(several.status).toBe(2);
      const [{ code, message }] = documentOf(several).diagnostics;
      expect(code).toBe('no-target');
      expect(message).toMatch(/^none of the targets can print sin_q32_32: c: .*128; ezpc: .*63$/);
      const one = await run([...args, 'c']);
      expect([one.status, one.stderr]).toEqual([2, expect.stringMatching(/^error: --target: .*128\n/)]);
      const unknown = await run([...args, 'ts,nope']);
      expect([unknown.status, unknown.stderr]).toEqual([
        2,
        expect.stringContaining('"nope" is not a target'),
      ]);
      expect(listing()).toEqual({});
    }));

  it('of a configuration leave every other kernel as it is', () =>
    inWorkplace(async ({ run, write, listing }) => {
      const config = write('approx-configs/a.json', {
        targets: ['c', 'ts'],
        kernels: [
          WIDE,
          { function: 'tanh', name: 'strict', format: 'Q4.6', ulp: 0.1 },
          { function: 'tanh', format: 'Q4.6' },
        ],
      });
      const { status, stdout, stderr } = await run(['build']);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: approx-configs\/a\.json: kernels\[0\], target c: .*has 128$/m);
      expect(stderr).toMatch(
        /^error: approx-configs\/a\.json: kernels\[1\]\.ulp: 0\.1 ulp is below half an ulp/m,
      );
      expect(stdout.toString().match(/^\w+:/gm)).toEqual(['sin_q32_32:', 'tanh_q4_6:']);
      const made = Object.keys(listing()).filter((path) => path.startsWith('generated/'));
      expect(made).toEqual([
        'generated/c/tanh_q4_6.h',
        'generated/plan/sin_q32_32.json',
        'generated/plan/tanh_q4_6.json',
        'generated/ts/sin_q32_32.ts',
        'generated/ts/tanh_q4_6.ts',
      ]);
      const document = documentOf(await run(['build', config, '--json']));
      expect(document.kernels.map(({ name }) => name)).toEqual(['sin_q32_32', 'tanh_q4_6']);
      expect(document.diagnostics.map(({ code }) => code)).toEqual(['too-wide', 'target-not-met']);
      expect((await run(['build', '--check'])).status).toBe(1);
    }));
});

describe.concurrent('names of kernels', () => {
  it('that would be written to one file are refused', () =>
    inWorkplace(async ({ run, write }) => {
      const kernel = { function: 'tanh', format: 'Q4.6' };
      write('approx-configs/a.json', {
        targets: ['solidity'],
        kernels: [
          { ...kernel, name: 'a_b' },
          { ...kernel, name: 'a__b' },
        ],
      });
      const { status, stderr } = await run(['build']);
      expect(status).toBe(2);
      expect(stderr).toContain('a__b and a_b would both be written to solidity/AB.sol');
    }));
});
