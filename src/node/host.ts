import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import type { AssemblyCompiler, Host, TextStyle, Workers } from '../host.js';
import { packageFile } from '../package-root.js';

const ASSEMBLY_COMPILER: string = 'assemblyscript/asc';

/** Node: the package's own files, worker threads, and what is installed beside it, each loaded when it is needed. */
export const nodeHost: Host = Object.freeze<Host>({
  readFile: (path) => {
    const file = packageFile(path);
    return existsSync(file) ? readFileSync(file) : undefined;
  },
  crc32,
  startWorkers: async (role, threads = availableParallelism()): Promise<Workers> => {
    const { Piscina } = await import('piscina');
    // From sources (tests, tsx) the worker is TypeScript as well, and needs the same loader.
    const fromSource = import.meta.url.endsWith('.ts');
    // Wherever a bundler puts this, a folder below `src`: the worker is found from there.
    const worker = new URL(fromSource ? '../node/worker.ts' : '../node/worker.js', import.meta.url);
    const pool = new Piscina({
      filename: fileURLToPath(worker),
      name: role,
      execArgv: fromSource ? ['--import', 'tsx'] : [],
      minThreads: threads,
      maxThreads: threads,
    });
    return { run: (task) => pool.run(task), close: () => pool.destroy() };
  },
  format: async (text: string, style: TextStyle): Promise<string> => {
    // prettier's whole takes twice as long to load as these parts of it.
    const [{ format }, babel, estree] = await Promise.all([
      import('prettier/standalone'),
      import('prettier/plugins/babel'),
      import('prettier/plugins/estree'),
    ]);
    return format(text, { ...style, plugins: [babel, estree.default] });
  },
  loadAssemblyCompiler: async () => (await import(ASSEMBLY_COMPILER)) as AssemblyCompiler,
  importModule: async (path) => {
    const file = resolve(path);
    if (!existsSync(file)) return undefined;
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  },
});
