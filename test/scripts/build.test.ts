import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/version.js';
import { runSync } from '../support/processes.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'approxgen-build-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Compilers that write down that they were called, and leave what the real ones would. */
const COMPILER = `
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
const name = process.argv.includes('--target') ? process.argv.at(-1) : 'esbuild';
appendFileSync('calls', name + ' ');
if (existsSync('broken')) process.exit(1);
mkdirSync('dist/wasm', { recursive: true });
mkdirSync('dist/src/cli', { recursive: true });
writeFileSync(name === 'esbuild' ? 'dist/src/cli/main.js' : 'dist/wasm/' + name + '.wasm', '');
`;

/** The same where the build runs a module. */
const BUNDLER = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${COMPILER}`;

/** A package of one source file, whose build is the real script. */
function makePackage(): void {
  const files: Readonly<Record<string, string>> = {
    'src/a.ts': 'one',
    'node_modules/assemblyscript/bin/asc.js': COMPILER,
    'esbuild.config.mjs': BUNDLER,
  };
  for (const [path, text] of Object.entries(files)) put(path, text);
  cpSync(join(ROOT, 'scripts', 'build.mjs'), join(folder, 'scripts', 'build.mjs'), { recursive: true });
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** What was compiled, in any order. */
function build(command = 'ci'): readonly string[] {
  rmSync(join(folder, 'calls'), { force: true });
  const env = { ...process.env, npm_command: command };
  runSync(process.execPath, [join(folder, 'scripts', 'build.mjs')], { cwd: folder, env });
  if (!existsSync(join(folder, 'calls'))) return [];
  return readFileSync(join(folder, 'calls'), 'utf8').trim().split(' ').toSorted();
}

const EVERYTHING = ['esbuild', 'prove', 'tensor'];

describe('the build', () => {
  it('compiles what is not compiled yet, or was changed since, and nothing else', () => {
    makePackage();
    expect([build(), build(), build('pack')]).toEqual([EVERYTHING, [], []]);
    put('src/b.ts', 'two');
    expect([build(), build()]).toEqual([EVERYTHING, []]);
    put('src/a.ts', 'three');
    expect([build(), build()]).toEqual([EVERYTHING, []]);
    rmSync(join(folder, 'dist', 'wasm', 'tensor.wasm'));
    expect([build(), build()]).toEqual([EVERYTHING, []]);
  });

  it('leaves what is built as it is where npx asks for it, so that the command answers at once', () => {
    makePackage();
    expect(build('exec')).toEqual(EVERYTHING);
    put('src/a.ts', 'two');
    expect([build('exec'), build('ci')]).toEqual([[], EVERYTHING]);
  });

  it('begins anew after one that failed, even where the sources are again as they were', () => {
    makePackage();
    build();
    put('src/a.ts', 'wrong');
    put('broken', '');
    expect(build()).toContain('tensor');
    rmSync(join(folder, 'broken'));
    put('src/a.ts', 'one');
    expect(build()).toEqual(EVERYTHING);
  });
});

const command = join(ROOT, 'dist', 'src', 'cli', 'main.js');

describe('npx approxgen in a clone', () => {
  it.skipIf(!existsSync(command))('answers from what is built, in a home that is empty', () => {
    const before = statSync(command).mtimeMs;
    const env = {
      ...process.env,
      HOME: folder,
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    };
    const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
    const { status, stdout, stderr } = runSync(npx, ['approxgen', '--version'], { cwd: ROOT, env });
    expect([status, stdout.toString().trim(), stderr]).toEqual([0, VERSION, '']);
    expect(statSync(command).mtimeMs).toBe(before);
  });
});
