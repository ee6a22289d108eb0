import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import type { ScalarKernel } from './ts-run.js';
import { assemblySource, compileKernel } from './wasm.js';

/** A compiled kernel at work. */
export interface WasmKernel {
  readonly scalar: ScalarKernel;
  /** All outputs, through the module's array form. */
  readonly array: (inputs: readonly number[]) => readonly number[];
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly scalar: ScalarKernel;
  readonly array: (src: number, dst: number, count: number) => void;
  readonly firstFreeByte: () => number;
}

/** Runs what the wasm target prints: the AssemblyScript, compiled as its .wasm file is. */
export async function runWasm(plan: KernelPlan, certificate: Certificate): Promise<WasmKernel> {
  return instantiateKernel(plan, await compileKernel(plan, assemblySource(plan, certificate)));
}

/** @param bytes a compiled kernel of the plan */
export function instantiateKernel(plan: KernelPlan, bytes: Uint8Array): WasmKernel {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  const { memory } = exports;
  const unsigned = !plan.output.signed;
  const src = Math.ceil(exports.firstFreeByte() / 16) * 16;
  return {
    scalar: (x) => (unsigned ? exports.scalar(x) >>> 0 : exports.scalar(x)),
    array(inputs) {
      const missing = src + 4 * inputs.length - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      const words = new Int32Array(memory.buffer, src, inputs.length);
      words.set(inputs);
      exports.array(src, src, inputs.length);
      return [...(unsigned ? new Uint32Array(memory.buffer, src, inputs.length) : words)];
    },
  };
}
