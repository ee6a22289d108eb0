import { describe, expect, it } from 'vitest';
import { createFixedBackend, defaultBackend, usefulThreads } from '../../src/train/backends.js';
import { loadKernels } from '../../src/train/kernels.js';

describe('the threads that are used unless told otherwise', () => {
  it.each([
    [128, 8, 4],
    [128, 2, 2],
    [128, 1, 1],
    [512, 4, 4],
    [64, 4, 2],
    [63, 4, 1],
    [1, 4, 1],
  ])('for batches of %i on %i cores are %i', (batch, cores, threads) => {
    expect(usefulThreads(batch, cores)).toBe(threads);
  });
});

describe('the backend', () => {
  it('is wasm where there is SIMD, and js where there is none', async () => {
    expect(defaultBackend()).toBe('wasm');
    const kernels = await loadKernels('default');
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    try {
      expect(defaultBackend()).toBe('js');
      await expect(createFixedBackend('wasm', kernels, 128, 1, () => {})).rejects.toThrow(/SIMD/);
    } finally {
      WebAssembly.validate = validate;
    }
  });

  it('has the numbers of Q8.24 either way', async () => {
    for (const name of ['js', 'wasm'] as const) {
      const backend = await createFixedBackend(name, await loadKernels('default'), 128, 1, () => {});
      expect([backend.name, backend.encode(1)]).toEqual([name, 2 ** 24]);
    }
  });
});
