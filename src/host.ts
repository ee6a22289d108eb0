import { usageError } from './diagnostic.js';

/** How the `ts` and `wasm` targets want TypeScript to look, in the words of prettier's options. */
export interface TextStyle {
  readonly parser: 'babel-ts';
  readonly singleQuote: boolean;
  readonly printWidth: number;
}

/** What is used of the AssemblyScript compiler. Its own types would redefine globals of the whole program. */
export interface AssemblyCompiler {
  readonly main: (
    argv: readonly string[],
    io: {
      readonly readFile: (name: string) => string | null;
      readonly writeFile: (name: string, contents: string | Uint8Array) => void;
      readonly listFiles: () => readonly string[];
    },
  ) => Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

/** What the threads of a proof run: `verifyShard` on a plan, or on what a target prints of it. */
export type WorkerRole = 'plan' | 'target';

/** Threads at work. */
export interface Workers {
  /** The result of `verifyShard` on a task; tasks are cloned, and may end in any order. */
  readonly run: (task: object) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/**
 * What approxgen takes from the place where it runs: files, threads, compilers. Nothing else of it needs more than
 * a JavaScript engine, and whatever a host leaves out is done in this thread, or refused where it can't be.
 * The results are the same everywhere.
 */
export interface Host {
  /**
   * A file of the package by its path from the root, such as `templates/c/kernel.hbs`, or undefined where there is
   * none. With `dist/wasm/prove.wasm` a proof takes a quarter of the time; to print, a target needs its templates.
   */
  readonly readFile?: (path: string) => string | Uint8Array | undefined;
  /** CRC-32 (ISO 3309, as in zip and PNG) of bytes, going on from an earlier one. */
  readonly crc32?: (bytes: Uint8Array, seed: number) => number;
  /** Starts workers for a proof, as many as the machine has cores unless a number is given. */
  readonly startWorkers?: (role: WorkerRole, threads: number | undefined) => Promise<Workers>;
  /** Lays TypeScript out: prettier's `format`, with the plugins `babel` and `estree`. */
  readonly format?: (text: string, style: TextStyle) => Promise<string>;
  /** The AssemblyScript compiler; it rejects where that is not installed. */
  readonly loadAssemblyCompiler?: () => Promise<AssemblyCompiler>;
  /** What a user's module exports, by its path as the user wrote it; undefined where there is no such file. */
  readonly importModule?: (path: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

let current: Host = Object.freeze({});

/**
 * Says where approxgen runs, once, before it is asked for anything. `approxgen` does so itself in Node; elsewhere
 * everything runs in one thread and without files until a host is given.
 */
export function useHost(host: Host): void {
  current = host;
}

export function currentHost(): Host {
  return current;
}

/** @throws usage error where the host leaves out what is needed */
export function required<Part extends keyof Host>(part: Part, what: string): NonNullable<Host[Part]> {
  const found = current[part];
  if (found !== undefined) return found;
  throw usageError(
    'host-lacks',
    `${what} needs ${part}, which this host does not have`,
    `give it: useHost({ ${part}: … }), or run it in Node`,
  );
}
