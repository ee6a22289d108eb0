import { usageError } from './diagnostic.js';
import { required, type AssemblyCompiler } from './host.js';

/** How the compiler is had, an optional peer of this package: another version may give other bytes. */
export const INSTALL_COMPILER = 'npm install --save-dev --save-exact assemblyscript@0.28.20';

/** What kernels are compiled with, wherever they are to run. */
const FLAGS = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--converge', '--noAssert'];

/** The command line of the compiler for a kernel, or several. */
export function compilerArguments(entry: string, flags: readonly string[] = []): readonly string[] {
  return [entry, '--outFile', 'kernel.wasm', ...FLAGS, ...flags];
}

/** A kernel that was printed has to compile: whatever the compiler says of it is a bug. */
export function refusedKernel(stderr: string, cause: unknown): Error {
  return new Error(`the AssemblyScript compiler refused a generated kernel: ${stderr}`, { cause });
}

/**
 * Compiles AssemblyScript sources that import only each other: the same sources, the same bytes.
 *
 * @param flags further options of the compiler
 * @throws usage error where the compiler is not installed
 */
export async function compileAssembly(
  sources: ReadonlyMap<string, string>,
  entry: string,
  flags: readonly string[] = [],
): Promise<Uint8Array> {
  const compiler = await loadCompiler();
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await compiler.main(compilerArguments(entry, flags), {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) throw refusedKernel(stderr.toString(), error);
  return bytes;
}

/**
 * It is loaded only when a kernel is to be compiled, so that all else works where it is not installed.
 *
 * @throws usage error where it is not
 */
export async function loadCompiler(): Promise<AssemblyCompiler> {
  try {
    return await required('loadAssemblyCompiler', 'compiling a kernel to WebAssembly')();
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw usageError(
      'compiler-missing',
      'the wasm target needs the AssemblyScript compiler, which is not installed',
      `install it: ${INSTALL_COMPILER}, or leave out the target wasm`,
      '--target wasm',
    );
  }
}
