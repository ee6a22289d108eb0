import { describe, expect, it } from 'vitest';
import { createWasmBackend } from '../../../src/tensor/wasm/backend.js';
import { loadKernels } from '../../../src/train/kernels.js';
import { linkKernels } from '../../../src/train/linked-kernels.js';
import type { Kernel } from '../../../src/tensor/kernel.js';

/** Multiples of 2^20 and their neighbours, both ends, and 2^20 seeded inputs of every magnitude. */
function inputs(): Int32Array {
  const numbers = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];
  for (let bound = -(2 ** 31); bound < 2 ** 31; bound += 2 ** 20) numbers.push(bound - 1, bound, bound + 1);
  for (let i = 0, state = 1; i < 2 ** 20; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    numbers.push(state >> (i % 31));
  }
  return Int32Array.from(numbers);
}

const SETS = ['default', 'original'] as const;
const NAMES = ['sigmoid', 'tanh', 'rsqrt'] as const;
const METHODS = { sigmoid: 'sigmoid', tanh: 'tanh', rsqrt: 'reciprocalSquareRoot' } as const;

describe.each(SETS)('kernels of the set %s', (set) => {
  it.each(NAMES)('%s in the engine is the generated one; another hash is not run by it', async (name) => {
    const kernels = await loadKernels(set);
    const kernel = kernels[name];
    const backend = createWasmBackend({ kernels: await linkKernels(kernels, () => {}) });
    const numbers = inputs();
    const [src, dst] = [backend.allocate(numbers.length), backend.allocate(numbers.length)];
    src.set(numbers);
    let calls = 0;
    const spied: Kernel = {
      ...kernel,
      array: (from, to) => {
        calls++;
        kernel.array(from, to);
      },
    };
    const expected = new Int32Array(numbers.length);
    kernel.array(numbers, expected);
    const wrong = (): number => expected.findIndex((y, i) => y !== dst[i]);

    backend[METHODS[name]](dst, src, numbers.length, spied);
    expect([calls, wrong()]).toEqual([0, -1]);

    dst.fill(7);
    backend[METHODS[name]](dst, src, numbers.length, { ...spied, planHash: '0'.repeat(64) });
    expect([calls, wrong()]).toEqual([1, -1]);
  });
});
