import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { compilerArguments, INSTALL_COMPILER, refusedKernel } from '../assembly-compiler.js';
import { usageError } from '../diagnostic.js';

/**
 * The program of the worker, as text. It imports the compiler without the loader of TypeScript that training runs
 * under, which would take seconds to read a compiler of megabytes that is JavaScript already.
 */
const PROGRAM = `'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { compiler, args, sources } = workerData;
import(compiler).then(async ({ main }) => {
  let bytes;
  const { error, stderr } = await main(args, {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => { bytes = contents; },
    listFiles: () => [],
  });
  parentPort.postMessage({ bytes: error === null ? bytes : undefined, stderr: stderr.toString() });
});
`;

/** What the worker answers with: the module, or what the compiler said. */
interface Answer {
  readonly bytes: Uint8Array | undefined;
  readonly stderr: string;
}

/** Where the compiler is, as Node finds it from this file. */
export type FindCompiler = () => string;

const findCompiler: FindCompiler = () => createRequire(import.meta.url).resolve('assemblyscript/dist/asc.js');

/**
 * Compiles AssemblyScript sources that import only each other, in a thread of its own.
 *
 * @throws usage error where the compiler is not installed
 */
export async function compileApart(
  sources: ReadonlyMap<string, string>,
  entry: string,
  flags: readonly string[],
  find: FindCompiler = findCompiler,
): Promise<Uint8Array> {
  const compiler = pathToFileURL(located(find)).href;
  const workerData = { compiler, args: compilerArguments(entry, flags), sources };
  const worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData });
  const { bytes, stderr } = await new Promise<Answer>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new Error(`the AssemblyScript compiler ended with exit code ${code}`)),
    );
  });
  if (bytes === undefined) throw refusedKernel(stderr, undefined);
  return bytes;
}

function located(find: FindCompiler): string {
  try {
    return find();
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'MODULE_NOT_FOUND') throw cause;
    throw usageError(
      'compiler-missing',
      'the AssemblyScript compiler is not installed',
      `install it: ${INSTALL_COMPILER}`,
      '--backend',
    );
  }
}
