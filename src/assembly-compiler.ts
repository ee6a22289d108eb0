import { usageError } from './diagnostic.js';

/** What kernels are compiled with, wherever they are to run. */
const FLAGS = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--converge', '--noAssert'];

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
  const { error, stderr } = await compiler.main([entry, '--outFile', 'kernel.wasm', ...FLAGS, ...flags], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) {
    throw new Error(`the AssemblyScript compiler refused a generated kernel: ${stderr.toString()}`, {
      cause: error,
    });
  }
  return bytes;
}

/** What is used of the compiler. Its own types would redefine globals of the whole program. */
interface Compiler {
  readonly main: (
    argv: readonly string[],
    io: {
      readonly readFile: (name: string) => string | null;
      readonly writeFile: (name: string, contents: string | Uint8Array) => void;
      readonly listFiles: () => readonly string[];
    },
  ) => Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

const COMPILER: string = 'assemblyscript/asc';

/** It is loaded only when a kernel is compiled, so that all else works where it is not installed. */
async function loadCompiler(): Promise<Compiler> {
  try {
    return (await import(COMPILER)) as Compiler;
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw usageError(
      'compiler-missing',
      'the wasm target needs the AssemblyScript compiler, which is not installed',
      'install it: npm install --save-dev assemblyscript@0.28.20, or leave out the target wasm',
      '--target wasm',
    );
  }
}
