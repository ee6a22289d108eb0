import { availableParallelism } from 'node:os';
import { usageError } from '../diagnostic.js';
import type { Backend } from '../tensor/backend.js';
import { createJsBackend } from '../tensor/js/backend.js';
import { createWasmBackend } from '../tensor/wasm/backend.js';
import { supportsSimd } from '../tensor/wasm/module.js';
import { FRAC_BITS, type LoadedKernels } from './kernels.js';
import { linkKernels } from './linked-kernels.js';

/**
 * Columns that a thread should have at least. What a step costs whatever its width is then less than a fifth, and
 * waiting for the others still less: two threads were measured to gain down to 8 columns each.
 */
const COLUMNS_PER_THREAD = 32;

/** How many threads are worth having for batches of that many samples, on this machine. */
export function usefulThreads(batch: number, cores: number = availableParallelism()): number {
  return Math.max(1, Math.min(cores, Math.floor(batch / COLUMNS_PER_THREAD)));
}

/** The fastest fixed-point backend that this engine can run. */
export function defaultBackend(): 'wasm' | 'js' {
  return supportsSimd() ? 'wasm' : 'js';
}

/**
 * A fixed-point backend in Q8.24. All of them give the same numbers.
 *
 * @param kernels that the wasm backend is to run itself
 * @param threads as many as are useful unless given; only `wasm` has more than one
 * @param notify receives a message where there will be fewer threads than asked for
 * @throws ApproxgenError (status 2) where WebAssembly lacks what the wasm backend needs
 */
export async function createFixedBackend(
  name: 'wasm' | 'js',
  kernels: LoadedKernels,
  batch: number,
  threads: number | undefined,
  notify: (message: string) => void,
): Promise<Backend<Int32Array>> {
  if (name === 'js') return createJsBackend({ fracBits: FRAC_BITS });
  if (!supportsSimd()) {
    throw usageError(
      'no-simd',
      'the wasm backend needs WebAssembly with SIMD, which this engine does not have',
      'train with --backend js, which gives the same numbers',
      '--backend',
    );
  }
  return createWasmBackend({
    fracBits: FRAC_BITS,
    threads: threads ?? usefulThreads(batch),
    notify,
    kernels: await linkKernels(kernels, notify),
  });
}
