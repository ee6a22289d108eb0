import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { PlanRunner } from '../plan/run.js';
import type { Certificate } from '../verify/certificate.js';
import type { ScalarKernel } from './ts-run.js';
import { assemblySource, compileKernel } from './wasm.js';

/** A compiled kernel at work. */
export interface WasmKernel {
  readonly scalar: ScalarKernel;
  /** All outputs, through the module's array form. */
  readonly array: (inputs: readonly bigint[]) => readonly bigint[];
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly scalar: (xRaw: number | bigint) => number | bigint;
  readonly array: (src: number, dst: number, count: number) => void;
  readonly firstFreeByte: () => number;
}

/** What a compiled kernel exports, and the first byte that may hold inputs; `reserve` makes room from there on. */
export function openKernel(bytes: Uint8Array) {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  const { memory } = exports;
  const start = Math.ceil(exports.firstFreeByte() / 16) * 16;
  return {
    ...exports,
    start,
    reserve(length: number): void {
      const missing = start + length - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    },
  };
}

/** Runs what the wasm target prints: the AssemblyScript, compiled as its .wasm file is. */
export async function runWasm(plan: KernelPlan, certificate: Certificate): Promise<WasmKernel> {
  return instantiateKernel(plan, await compileKernel(plan, await assemblySource(plan, certificate)));
}

/** The array form of what the wasm target prints, for formats of at most 32 bits. */
export async function wasmRunner(plan: KernelPlan, certificate: Certificate): Promise<PlanRunner> {
  const bytes = await compileKernel(plan, await assemblySource(plan, certificate));
  const { memory, array, start: src, reserve } = openKernel(bytes);
  return (first, outputs) => {
    reserve(4 * outputs.length);
    const words = new Int32Array(memory.buffer, src, outputs.length);
    for (let i = 0; i < words.length; i++) words[i] = first + i;
    array(src, src, words.length);
    outputs.set(plan.output.signed ? words : new Uint32Array(memory.buffer, src, words.length));
  };
}

/** @param bytes a compiled kernel of the plan */
export function instantiateKernel(plan: KernelPlan, bytes: Uint8Array): WasmKernel {
  const { memory, scalar, array, start: src, reserve } = openKernel(bytes);
  const words = hasWordFormats(plan);
  const bits = words ? 32 : 64;
  // Words come with the bits of the output, whatever its sign.
  const output = (word: number | bigint) =>
    plan.output.signed ? BigInt(word) : BigInt.asUintN(bits, BigInt(word));
  return {
    scalar: (x) => output(scalar(words ? Number(x) : x)),
    array(inputs) {
      reserve((bits / 8) * inputs.length);
      const view = words
        ? new Int32Array(memory.buffer, src, inputs.length)
        : new BigInt64Array(memory.buffer, src, inputs.length);
      inputs.forEach((x, i) => (view[i] = words ? Number(x) : x));
      array(src, src, inputs.length);
      return Array.from<number | bigint, bigint>(view, output);
    },
  };
}
