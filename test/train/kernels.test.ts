import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { KERNEL_SETS, loadKernels } from '../../src/train/kernels.js';

describe.each(KERNEL_SETS)('the kernel set "%s"', (set) => {
  it('is generated, and near the functions that it stands for', async () => {
    const { sigmoid, tanh, rsqrt } = await loadKernels(set);
    const x = Int32Array.from({ length: 41 }, (_, i) => (i - 20) * 5_000_000);
    const references: [typeof tanh, (x: number) => number, Int32Array][] = [
      [sigmoid, (v) => 1 / (1 + Math.exp(-v)), x],
      [tanh, Math.tanh, x],
      [rsqrt, (v) => 1 / Math.sqrt(v), x.slice(21)],
    ];
    for (const [kernel, reference, inputs] of references) {
      const results = new Int32Array(inputs.length);
      kernel.array(inputs, results);
      results.forEach((result, i) => {
        expect(kernel.scalar(inputs[i])).toBe(result);
        const exact = reference(inputs[i] / 2 ** 24);
        expect(Math.abs(result / 2 ** 24 - exact), `${kernel.name} at ${inputs[i]}`).toBeLessThan(0.004);
      });
    }
  });
});

describe('generated kernels', () => {
  it('that are missing or of another format are told apart, with what to do', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'approxgen-kernels-'));
    const url = pathToFileURL(`${directory}/`);
    const missing = await loadKernels('default', url).catch((error: unknown) => error);
    expect(missing).toMatchObject({ diagnostic: { code: 'kernel-missing', path: '--kernels' } });
    expect(missing).toMatchObject({ diagnostic: { message: expect.stringContaining('sigmoid_q8_24.ts') } });
    await writeFile(
      join(directory, 'sigmoid_q8_24.ts'),
      'export const sigmoid = () => 0, sigmoidArray = sigmoid, kernel = { name: "", planHash: "", inputFracBits: 16 };',
    );
    await expect(loadKernels('default', url)).rejects.toMatchObject({
      diagnostic: { code: 'kernel-malformed', hint: expect.stringContaining('approxgen build') },
    });
    await rm(directory, { recursive: true });
  });
});
