import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compileAssembly } from '../assembly-compiler.js';
import { ApproxgenError } from '../diagnostic.js';
import { packageFile } from '../package-root.js';
import { FIRST_PAGES, KERNEL_BASE, type LinkedKernels } from '../tensor/wasm/module.js';
import type { LoadedKernels } from './kernels.js';

/** Compiled kernels, each named by what it was compiled from. */
const CACHE = packageFile('dist', 'wasm');
const ASSEMBLY = packageFile('generated', 'wasm');
/** Kernels that were compiled and may be asked for again: the two sets, and some that were tried. */
const MOST_CACHED = 8;

const MEMORY_FLAGS = [
  '--importMemory',
  '--noExportMemory',
  '--sharedMemory',
  ...['--enable', 'threads', '--enable', 'bulk-memory'],
  ...['--initialMemory', String(FIRST_PAGES), '--maximumMemory', '16384'],
  ...['--memoryBase', String(KERNEL_BASE)],
];

/**
 * The kernels of a set as a module for the wasm backend: compiled from what `approxgen` printed to generated/wasm,
 * which takes seconds, unless it was compiled before.
 *
 * @param notify receives a message where something takes time, or where the kernels have to be called from JavaScript
 * @returns undefined where they can't be linked; training is then right, but slower, and on one thread
 */
export async function linkKernels(
  kernels: LoadedKernels,
  notify: (message: string) => void,
): Promise<LinkedKernels | undefined> {
  const list = Object.values(kernels);
  const identities = list.map(({ name, planHash }) => `${name} ${planHash}`);
  const sources = new Map<string, string>();
  for (const [i, { name }] of list.entries()) {
    const file = join(ASSEMBLY, `${name}.assembly.ts`);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (text === undefined || !text.includes(`'${identities[i]}'`)) {
      const what = text === undefined ? 'is not there' : 'is of another plan';
      notify(
        `${relative(process.cwd(), file)} ${what}, so ${name} is called from JavaScript: slower, and on one thread. ` +
          'Make the kernel with --target ts,wasm, or all of them: npx approxgen build',
      );
      return undefined;
    }
    sources.set(`${name}.ts`, text);
  }
  sources.set('entry.ts', entry(list.map(({ name }) => name)));
  try {
    return { module: await compiled(sources, notify), identities };
  } catch (error) {
    if (!(error instanceof ApproxgenError)) throw error;
    const { message, hint } = error.diagnostic;
    notify(`the kernels are called from JavaScript: slower, and on one thread (${message}; ${hint})`);
    return undefined;
  }
}

/** Exports what `LinkedKernels` says. */
function entry(names: readonly string[]): string {
  return [
    ...names.map((name, i) => `export { array as kernel${i} } from './${name}';`),
    'export function firstFreeByte(): usize {',
    '  return __heap_base;',
    '}',
  ].join('\n');
}

async function compiled(
  sources: ReadonlyMap<string, string>,
  notify: (message: string) => void,
): Promise<WebAssembly.Module> {
  const key = createHash('sha256')
    .update(JSON.stringify([[...sources], MEMORY_FLAGS]))
    .digest('hex')
    .slice(0, 16);
  const file = join(CACHE, `kernels-${key}.wasm`);
  const cached = readCached(file);
  if (cached) return cached;
  notify('compiling the kernels for the wasm backend, which is done once');
  const bytes = await compileAssembly(sources, 'entry.ts', MEMORY_FLAGS);
  keep(file, bytes);
  return new WebAssembly.Module(bytes);
}

/** Anything but a module is as good as no file: another is compiled. */
function readCached(file: string): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch {
    return undefined;
  }
}

/** Writes the file whole or not at all; where that can't be done, the next run compiles again. */
function keep(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(CACHE, { recursive: true });
    const others = readdirSync(CACHE).filter((name) => /^kernels-.*\.wasm$/.test(name));
    for (const name of others.slice(0, Math.max(0, others.length - MOST_CACHED + 1))) {
      rmSync(join(CACHE, name), { force: true });
    }
    writeFileSync(temporary, bytes);
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}
