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

/** Runs what the wasm target prints: the AssemblyScript, compiled as its .wasm file is. */
export async function runWasm(plan: KernelPlan, certificate: Certificate): Promise<WasmKernel> {
  return instantiateKernel(plan, await compileKernel(plan, assemblySource(plan, certificate)));
}

/** The array form of what the wasm target prints, for formats of at most 32 bits. */
export async function wasmRunner(plan: KernelPlan, certificate: Certificate): Promise<PlanRunner> {
  const bytes = await compileKernel(plan, assemblySource(plan, certificate));
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  const { memory } = exports;
  const src = Math.ceil(exports.firstFreeByte() / 16) * 16;
  return (first, outputs) => {
    const missing = src + 4 * outputs.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const words = new Int32Array(memory.buffer, src, outputs.length);
    for (let i = 0; i < words.length; i++) words[i] = first + i;
    exports.array(src, src, words.length);
    outputs.set(plan.output.signed ? words : new Uint32Array(memory.buffer, src, words.length));
  };
}

/** @param bytes a compiled kernel of the plan */
export function instantiateKernel(plan: KernelPlan, bytes: Uint8Array): WasmKernel {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  const { memory } = exports;
  const words = hasWordFormats(plan);
  const bits = words ? 32 : 64;
  // Words come with the bits of the output, whatever its sign.
  const output = (word: number | bigint) =>
    plan.output.signed ? BigInt(word) : BigInt.asUintN(bits, BigInt(word));
  const src = Math.ceil(exports.firstFreeByte() / 16) * 16;
  return {
    scalar: (x) => output(exports.scalar(words ? Number(x) : x)),
    array(inputs) {
      const missing = src + (bits / 8) * inputs.length - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      const view = words
        ? new Int32Array(memory.buffer, src, inputs.length)
        : new BigInt64Array(memory.buffer, src, inputs.length);
      inputs.forEach((x, i) => (view[i] = words ? Number(x) : x));
      exports.array(src, src, inputs.length);
      return Array.from<number | bigint, bigint>(view, output);
    },
  };
}
