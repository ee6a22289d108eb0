import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** Modules in the place of a generated one, and what is said of them. */
const FACTS =
  'name: "sigmoid_q8_24", planHash: "0", maxUlp: 1, range: [0, 1], input: "Q8.24", output: "Q8.24"';
const MALFORMED: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
  ['exports nothing', 'export {};', /does not export sigmoid, sigmoidArray/],
  ['was cut short', 'export const sigmoid = (', /can't be loaded: \S/],
  ['fails when it is loaded', 'throw new Error("no");', /can't be loaded: no$/],
  [
    'is of another format',
    `export const sigmoid = () => 0, sigmoidArray = sigmoid, kernel = { ${FACTS}, input: "Q4.24" };`,
    /the facts of a kernel sigmoid_q8_24 in Q8\.24/,
  ],
  [
    'is of another name',
    `export const sigmoid = () => 0, sigmoidArray = sigmoid, kernel = { ${FACTS}, name: "gate" };`,
    /the facts of a kernel sigmoid_q8_24 in Q8\.24/,
  ],
  [
    'is of another function',
    `export const tanh = () => 0, tanhArray = tanh, kernel = { ${FACTS} };`,
    /does not export sigmoid, sigmoidArray/,
  ],
];

describe('generated kernels', () => {
  it('that are missing are named, with what to do', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'approxgen-kernels-'));
    const missing = await loadKernels('default', pathToFileURL(`${directory}/`)).catch(
      (error: unknown) => error,
    );
    expect(missing).toMatchObject({
      diagnostic: {
        code: 'kernel-missing',
        path: '--kernels',
        message: expect.stringContaining('ts/sigmoid_q8_24.ts'),
        hint: expect.stringContaining('approxgen build'),
      },
    });
    await rm(directory, { recursive: true });
  });

  it.each(MALFORMED)(
    'of which one %s are refused with the reason and what to do',
    async (_, text, reason) => {
      const directory = await mkdtemp(join(tmpdir(), 'approxgen-kernels-'));
      await mkdir(join(directory, 'ts'));
      await writeFile(join(directory, 'ts', 'sigmoid_q8_24.ts'), text);
      await expect(loadKernels('default', pathToFileURL(`${directory}/`))).rejects.toMatchObject({
        exitStatus: 2,
        diagnostic: {
          code: 'kernel-malformed',
          message: expect.stringMatching(reason),
          hint: expect.stringContaining('approxgen build'),
        },
      });
      await rm(directory, { recursive: true });
    },
  );
});
