import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerArguments, INSTALL_COMPILER } from '../assembly-compiler.js';
import { ApproxgenError } from '../diagnostic.js';
import { packageFile } from '../package-root.js';
import { kernelIdentity } from '../tensor/kernel.js';
import { FIRST_PAGES, KERNEL_BASE, type LinkedKernels } from '../tensor/wasm/module.js';
import { compileApart } from './compile-apart.js';
import { kernelAssembly } from './kernel-assembly.js';
import { GENERATED, type LoadedKernels } from './kernels.js';

/** Kernels that were compiled and may be asked for again: the two sets, and some that were tried. */
const MOST_CACHED = 8;
/** What a process that was killed while it wrote has left is removed after so long. */
const ABANDONED_MS = 3_600_000;

const ENTRY = 'entry.ts';
const MEMORY_FLAGS = [
  '--importMemory',
  '--noExportMemory',
  '--sharedMemory',
  ...['--enable', 'threads', '--enable', 'bulk-memory'],
  ...['--initialMemory', String(FIRST_PAGES), '--maximumMemory', '16384'],
  ...['--memoryBase', String(KERNEL_BASE)],
];

/** Where kernels come from, where what was compiled is kept, and what compiles. */
export interface LinkPlaces {
  readonly generated?: URL;
  /** A folder of compiled kernels, each named by what it was compiled from. */
  readonly cache?: string;
  readonly compile?: typeof compileApart;
}

/**
 * The kernels of a set as a module for the wasm backend: compiled from what `approxgen` printed, or can print from
 * their plans, which takes about two seconds, unless it was compiled before.
 *
 * @param notify receives a message where something takes time, or where the kernels have to be called from JavaScript
 * @returns undefined where they can't be linked; training is then right, but slower, and on one thread
 */
export async function linkKernels(
  kernels: LoadedKernels,
  notify: (message: string) => void,
  places: LinkPlaces = {},
): Promise<LinkedKernels | undefined> {
  const list = Object.values(kernels);
  const generated = places.generated ?? GENERATED;
  const sources = new Map<string, string>();
  for (const kernel of list) {
    const text = await kernelAssembly(kernel, generated);
    if (text === undefined) {
      const plan = relative(process.cwd(), fileURLToPath(new URL(`plan/${kernel.name}.json`, generated)));
      notify(
        `${SLOWER}: ${plan} is not the plan that ${kernel.name} was printed from; ` +
          'make the kernel again, or all of them: npx approxgen build',
      );
      return undefined;
    }
    sources.set(`${kernel.name}.ts`, text);
  }
  sources.set(ENTRY, entry(list.map(({ name }) => name)));
  try {
    return { module: await compiled(sources, notify, places), identities: list.map(kernelIdentity) };
  } catch (error) {
    if (!(error instanceof ApproxgenError)) throw error;
    notify(`${SLOWER}: ${error.diagnostic.message}; ${error.diagnostic.hint}`);
    return undefined;
  }
}

const SLOWER = 'the kernels are called from JavaScript, which is slower, and on one thread';

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
  { cache = packageFile('node_modules', '.cache', 'approxgen'), compile = compileApart }: LinkPlaces,
): Promise<WebAssembly.Module> {
  // Whatever decides on the bytes: sources, options, and the compiler by its version.
  const decides = [[...sources], compilerArguments(ENTRY, MEMORY_FLAGS), INSTALL_COMPILER];
  const key = createHash('sha256').update(JSON.stringify(decides)).digest('hex').slice(0, 16);
  const file = join(cache, `kernels-${key}.wasm`);
  const cached = readCached(file);
  if (cached) return cached;
  const names = [...sources.keys()].filter((name) => name !== ENTRY).map((name) => name.replace(/\.ts$/, ''));
  notify(`compiling ${names.join(', ')} for the wasm backend: some seconds, once`);
  const bytes = await compile(sources, ENTRY, MEMORY_FLAGS);
  keep(cache, file, bytes);
  return new WebAssembly.Module(bytes);
}

/** Anything but a module is as good as no file: another is compiled. */
function readCached(file: string): WebAssembly.Module | undefined {
  try {
    const module = new WebAssembly.Module(readFileSync(file));
    const now = new Date();
    utimesSync(file, now, now); // what is used is kept
    return module;
  } catch {
    return undefined;
  }
}

/** Writes the file whole or not at all; where that can't be done, the next run compiles again. */
function keep(cache: string, file: string, bytes: Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(cache, { recursive: true });
    makeRoom(cache);
    writeFileSync(temporary, bytes);
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}

/** Removes what was not used for longest, and what is half written since long. */
function makeRoom(cache: string): void {
  const aged = readdirSync(cache)
    .filter((name) => name.startsWith('kernels-'))
    .map((name) => ({ name, time: statSync(join(cache, name)).mtimeMs }))
    .toSorted((a, b) => b.time - a.time);
  const old = aged.filter(({ name }) => name.endsWith('.wasm')).slice(MOST_CACHED - 1);
  const abandoned = aged.filter(
    ({ name, time }) => name.endsWith('.tmp') && Date.now() - time > ABANDONED_MS,
  );
  for (const { name } of [...old, ...abandoned]) rmSync(join(cache, name), { force: true });
}
