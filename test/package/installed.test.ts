import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../cli/compile.js';
import { bundle, nodeOutcome, page, type Outcome } from './browser.js';
import { installedBytes, installPacked, type Installation } from './installed.js';

const CLI = ['node_modules/approxgen/dist/src/cli/main.js'];

let installed: Installation;
beforeAll(() => {
  installed = installPacked();
  const kernels = [{ function: 'sigmoid', error: '3*2^-8' }];
  installed.write('approx-configs/gates.json', JSON.stringify({ defaults: { format: 'Q4.8' }, kernels }));
  installed.node(...CLI, '--fn', 'tanh', '--format', 'Q4.12');
}, 300_000);
afterAll(() => installed?.remove());

const read = (path: string) => readFileSync(join(installed.packageFolder, path), 'utf8');

describe('the package', () => {
  it('takes less than 40 MB with all that is installed with it', () => {
    const bytes = installedBytes(installed.packageFolder);
    expect([...bytes.keys()]).toContain('prettier');
    const megabytes = [...bytes.values()].reduce((sum, size) => sum + size, 0) / 2 ** 20;
    expect(megabytes, JSON.stringify([...bytes])).toBeLessThan(40);
  });

  it('holds code, types, templates, the loops of the proof and the schema, and nothing else', () => {
    const kinds = [
      /^(?:LICENSE|README\.md|package\.json)$/,
      /^dist\/src\/(?:index|plan\/index|node\/index|node\/worker|cli\/main)\.js$/,
      /^dist\/src\/chunks\/[\w-]+\.js$/,
      /^dist\/types\/[\w/-]+\.d\.ts$/,
      /^dist\/wasm\/prove\.wasm$/,
      /^templates\/[\w-]+\/[\w-]+\.hbs$/,
      /^approx-configs\/schema\.json$/,
    ];
    expect(installed.files.filter((path) => !kinds.some((kind) => kind.test(path)))).toEqual([]);
    for (const kind of kinds) expect(installed.files.filter((path) => kind.test(path))).not.toEqual([]);
  });

  it('names no map, since it has none', () => {
    const code = installed.files.filter((path) => /\.(?:js|ts)$/.test(path));
    expect(code.filter((path) => read(path).includes('sourceMappingURL'))).toEqual([]);
  });

  it('leaves fields to be filled in by its owner', () => {
    expect(JSON.parse(read('package.json'))).toMatchObject({ repository: '', homepage: '', keywords: [] });
  });

  it('asks for AssemblyScript only where kernels are compiled with it, in the version that gives the same bytes', () => {
    const { peerDependencies, peerDependenciesMeta, devDependencies } = JSON.parse(read('package.json')) as {
      readonly [key: string]: Readonly<Record<string, unknown>>;
    };
    expect(peerDependencies).toEqual({ assemblyscript: devDependencies.assemblyscript });
    expect(peerDependenciesMeta).toEqual({ assemblyscript: { optional: true } });
    const install = `npm install --save-dev --save-exact assemblyscript@${devDependencies.assemblyscript}`;
    const compile = installed.node(...CLI, '--fn', 'tanh', '--format', 'Q4.12', '--target', 'wasm');
    expect(compile.stderr).toContain(install);
    expect(compile.status).toBe(2);
    expect(installed.node(...CLI, 'targets').stdout).toContain(install);
  });
});

describe('the command, installed', () => {
  it('says the version that it is', () => {
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    expect(installed.node(...CLI, '--version').stdout).toBe(`${version}\n`);
  });

  it('makes a kernel in every language that needs no compiler, and proves it again', () => {
    const names = ['ts', 'c', 'rust', 'python', 'verilog', 'vhdl', 'solidity', 'ezpc', 'mp-spdz'];
    const args = ['--fn', 'tanh', '--format', 'Q4.12', '--ulp', '1', '--target', names.join(',')];
    const made = installed.node(...CLI, ...args, '--vectors', '--outdir', 'all', '--json', '--quiet');
    expect(made.stderr).toBe('');
    expect(made.status).toBe(0);
    const { kernels } = JSON.parse(made.stdout) as { kernels: [{ files: readonly string[] }] };
    for (const name of names) {
      expect(kernels[0].files.filter((file) => file.startsWith(`all/${name}/`))).not.toEqual([]);
    }
    for (const target of ['plan', 'ts']) {
      const proven = installed.node(...CLI, 'verify', 'all', '--target', target, '--quiet');
      expect(proven).toMatchObject({ status: 0, stderr: '' });
      expect(proven.stdout).toContain('all 65536 inputs run: error');
    }
  });

  it('proves in worker threads', () => {
    const args = ['--fn', 'relu', '--format', 'Q10.12', '--dry-run', '--workers', '2'];
    expect(installed.node(...CLI, ...args)).toMatchObject({ status: 0 });
  });

  it('proves in worker threads what is printed', () => {
    installed.node(...CLI, '--fn', 'relu', '--format', 'Q10.12', '--outdir', 'wide');
    const proven = installed.node(...CLI, 'verify', 'wide', '--quiet', '--target', 'ts', '--workers', '2');
    expect(proven).toMatchObject({ status: 0, stderr: '' });
    expect(proven.stdout).toContain('all 4194304 inputs run: error');
  });

  it('builds configurations, and prints the schema of them', () => {
    expect(installed.node(...CLI, 'build')).toMatchObject({ status: 0 });
    expect(installed.node(...CLI, 'build', '--check')).toMatchObject({ status: 0 });
    const schema: unknown = JSON.parse(installed.node(...CLI, 'schema').stdout);
    expect(schema).toEqual(JSON.parse(read('approx-configs/schema.json')));
  });
});

/** Writes every package that is imported by its name to a file. */
const TRACE = `
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
if (import.meta.url.endsWith('?hooks')) appendFileSync('trace.txt', '');
else register(import.meta.url + '?hooks');
export function resolve(specifier, context, next) {
  if (/^@?[a-z]/.test(specifier) && !specifier.includes(':')) appendFileSync('trace.txt', specifier + '\\n');
  return next(specifier, context);
}
`;

/** What takes longer to load than the command itself. */
const HEAVY = ['assemblyscript', 'diff', 'handlebars', 'ml-matrix', 'piscina', 'prettier', 'zod'];

describe('a run loads what it needs, and nothing heavy besides', () => {
  const small = ['--fn', 'tanh', '--format', 'Q4.12'];
  /** Where no other target has printed the kernel, which then would print it anew. */
  const apart = ['--outdir', 'apart'];

  it.each<[readonly string[], readonly string[]]>([
    [['--version'], []],
    [['--help'], []],
    [['list'], []],
    [['targets'], []],
    [['explore', '--help'], []],
    [
      [...small, '--dry-run', '--target', 'plan', ...apart],
      ['ml-matrix', 'zod'],
    ],
    [
      [...small, '--dry-run'],
      ['handlebars', 'ml-matrix', 'zod'],
    ],
    [
      [...small, '--target', 'c', ...apart],
      ['handlebars', 'ml-matrix', 'zod'],
    ],
    [small, ['handlebars', 'ml-matrix', 'prettier', 'zod']],
    [
      ['--fn', 'relu', '--format', 'Q10.12', '--target', 'plan'],
      ['ml-matrix', 'piscina', 'zod'],
    ],
    [['verify', 'generated/plan/tanh_q4_12.json'], ['zod']],
    [
      ['build', '--dry-run'],
      ['diff', 'handlebars', 'ml-matrix', 'zod'],
    ],
  ])('approxgen %j', (args, expected) => {
    installed.write('trace.mjs', TRACE);
    installed.write('trace.txt', '');
    const { status } = installed.node('--import', './trace.mjs', ...CLI, ...args);
    const names = readFileSync(join(installed.folder, 'trace.txt'), 'utf8').trim().split('\n');
    const packages = new Set(names.map((name) => name.split('/')[0]));
    expect(packages).toContain('commander');
    expect(HEAVY.filter((name) => packages.has(name))).toEqual(expected);
    expect(status).toBe(0);
  });
});

const KERNEL = `{ function: 'tanh', input: 'Q4.12', output: 'Q1.15', order: 2, ulp: 1 }`;
const DIGEST = /^[0-9a-f]{64} [0-9a-f]{64} 24956\n$/;

describe('the library, installed', () => {
  it.each([
    ['an ES module', 'user.mjs', "import { synthesize, interpret } from 'approxgen';"],
    ['CommonJS', 'user.cjs', "const { synthesize, interpret } = require('approxgen');"],
  ])('is used from %s', (_, file, line) => {
    installed.write(
      file,
      `${line}
      synthesize(${KERNEL}).then(({ plan, certificate }) => {
        console.log(certificate.planHash, certificate.digest, String(interpret(plan, 4096n)));
      });`,
    );
    const { status, stdout } = installed.node(file);
    expect(stdout).toMatch(DIGEST);
    expect(status).toBe(0);
  });

  it('gives plans alone from approxgen/plan, loading nothing else', () => {
    installed.write(
      'plan.cjs',
      `const { checkWellFormed, interpret, planHash } = require('approxgen/plan');
      const { plan, certificate } = require('./generated/plan/tanh_q4_12.json');
      checkWellFormed(plan);
      console.log(planHash(plan) === certificate.planHash, interpret(plan, 0n));`,
    );
    expect(installed.node('plan.cjs').stdout).toBe('true 0n\n');
  });

  it('offers its data files', () => {
    installed.write(
      'files.cjs',
      `for (const path of ['package.json', 'schema.json', 'prove.wasm', 'templates/ts/kernel.hbs'])
        console.log(require('node:fs').readFileSync(require.resolve('approxgen/' + path)).length > 0);`,
    );
    expect(installed.node('files.cjs').stdout).toBe('true\n'.repeat(4));
  });

  // Without the types of Node and of the DOM, and with every declaration checked.
  it.each([
    ['node16', 'node16', 'user.mts'],
    ['nodenext', 'nodenext', 'user.mts'],
    ['nodenext', 'nodenext', 'user.cts'],
    ['bundler', 'esnext', 'user.mts'],
  ])(
    'has types for strict TypeScript with moduleResolution %s (%s, %s)',
    (moduleResolution, module, file) => {
      installed.write(
        file,
        `import { emit, synthesize, verify, type Certificate, type Host, type KernelPlan, type KernelSpec } from 'approxgen';
      import { interpret, planHash, type PlanSegment } from 'approxgen/plan';
      const spec: KernelSpec = ${KERNEL};
      export async function main(): Promise<string> {
        const { plan, certificate }: { plan: KernelPlan; certificate: Certificate } = await synthesize(spec);
        const segments: readonly PlanSegment[] = plan.segments;
        const files = await emit(plan, certificate, ['ts']);
        const { met } = await verify(plan, { workers: 1 });
        const host: Host = { readFile: () => undefined };
        return [planHash(plan), interpret(plan, 1n), segments.length, files[0]?.path, met, host].join();
      }
      // @ts-expect-error: an order is no text
      export const wrong: KernelSpec = { function: 'tanh', order: 'three' };
      `,
      );
      installed.write(
        'tsconfig.json',
        JSON.stringify({
          compilerOptions: {
            module,
            moduleResolution,
            target: 'es2022',
            lib: ['es2022'],
            types: [],
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            skipLibCheck: false,
            noEmit: true,
          },
          files: [file],
        }),
      );
      expect(installed.node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.')).toEqual({
        status: 0,
        stdout: '',
        stderr: '',
      });
    },
  );
});

describe('the library in a browser', () => {
  it.each([
    { function: 'tanh', input: 'Q4.12', output: 'Q1.15', order: 2, ulp: 1 },
    { function: 'sigmoid', input: 'Q4.8', output: 'Q2.30', ulp: 2 },
    { function: 'rsqrt', format: 'Q32.32', ulp: 2 },
    { function: 'd tanh', format: 'Q3.7', ulp: 0.5 },
  ])('makes, proves and prints what it does in Node: %j', async (spec) => {
    const { withHost, outcome } = await page(installed);
    withHost();
    const expected = nodeOutcome(installed, spec, ['ts', 'c']);
    expect(expected.again).toBe(true);
    expect(JSON.parse(JSON.stringify(await outcome(spec, ['ts', 'c'])))).toEqual(expected);
  });

  it('does so without any host, which only printing needs', async () => {
    const { outcome } = await page(installed);
    const spec = { function: 'tanh', input: 'Q4.8', output: 'Q1.11' };
    const found = JSON.parse(JSON.stringify(await outcome(spec, []))) as Outcome;
    expect(found).toEqual(nodeOutcome(installed, spec, []));
    expect(found.files.map(({ path }) => path)).toEqual(['plan/tanh_q4_8_q1_11.json']);
    const message = 'printing a kernel needs readFile, which this host does not have';
    await expect(outcome(spec, ['c'])).rejects.toMatchObject({ diagnostic: { code: 'host-lacks', message } });
  });

  it('needs no part of Node, for plans neither what makes them', async () => {
    const all = await bundle(installed, "export * from 'approxgen'; export * from 'approxgen/plan';");
    const plans = await bundle(installed, "export * from 'approxgen/plan';", true);
    expect(all).toContain('propose');
    await expect(bundle(installed, "import 'approxgen'; import 'node:fs';")).rejects.toThrow(/node:fs/);
    // Most of it is the library that checks forms.
    expect(plans.length).toBeLessThan(130_000);
  });
});
