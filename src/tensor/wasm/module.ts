import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = join('dist', 'wasm', 'tensor.wasm');

/** What assembly/tensor/index.ts exports. Addresses are in bytes. */
export interface EngineExports {
  readonly firstFreeByte: () => number;
  readonly setFractionBits: (bits: number) => void;
  /** Waits until the word at an address is no longer `seen`. */
  readonly waitForChange: (address: number, seen: number) => void;
  /** @returns 0 where another thread was waited for in vain */
  readonly run: (
    program: number,
    count: number,
    thread: number,
    threads: number,
    state: number,
    barrier: number,
  ) => number;
}

/**
 * Generated kernels for the engine, in a module of their own that shares its memory: `kernel0`, `kernel1`, … take
 * (src, dst, count), and `firstFreeByte` is where their tables end.
 */
export interface LinkedKernels {
  readonly module: WebAssembly.Module;
  /** "name hash" of each kernel, in order. */
  readonly identities: readonly string[];
}

/** What the module of linked kernels exports. */
interface KernelExports {
  readonly firstFreeByte: () => number;
  readonly [kernel: `kernel${number}`]: (src: number, dst: number, count: number) => void;
}

/** Where the tables of kernels begin; below lie the engine's own. */
export const KERNEL_BASE = 65536;
/** Pages that the memory has from the start: the engine's tables and those of the kernels fit in. */
export const FIRST_PAGES = 64;
/** The index of the first kernel in the table that the engine calls through. */
export const FIRST_KERNEL = 8;
export const KERNEL_TABLE = { initial: 64, element: 'anyfunc' } as const;

/** A module whose only function has one SIMD instruction: `v128.const`, `drop`. */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 253, 12],
  ...Array.from({ length: 16 }, () => 0),
  ...[26, 11],
);

/** Whether WebAssembly has SIMD here, which the engine needs. */
export function supportsSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(SIMD_PROBE);
}

let compiled: WebAssembly.Module | undefined;

/**
 * The compiled engine, in the first folder above this file that has it: the package's root.
 *
 * @throws Error where it has not been built
 */
export function engineModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(engineFile()));
  return compiled;
}

function engineFile(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    const file = join(folder, FILE);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) {
      throw new Error(`the wasm backend needs ${FILE}, which is not there: run "npm run build"`);
    }
  }
}

/** An engine of a thread. `host` carries out the numbered actions of JavaScript; `kernels` are linked to it. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  fracBits: number,
  host: (index: number) => void,
  kernels?: LinkedKernels,
): EngineExports {
  const table = new WebAssembly.Table(KERNEL_TABLE);
  const { exports } = new WebAssembly.Instance(module, { env: { memory, host, table } });
  const engine = exports as unknown as EngineExports;
  engine.setFractionBits(fracBits);
  if (!kernels) return engine;
  const isTaken = engine.firstFreeByte() > KERNEL_BASE || table.get(FIRST_KERNEL) !== null;
  if (isTaken) throw new RangeError('the engine reaches into its kernels');
  const linked = new WebAssembly.Instance(kernels.module, { env: { memory } }).exports as KernelExports;
  kernels.identities.forEach((_, i) => table.set(FIRST_KERNEL + i, linked[`kernel${i}`]));
  return { ...engine, firstFreeByte: linked.firstFreeByte };
}
