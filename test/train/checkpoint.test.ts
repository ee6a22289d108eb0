import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNpz, parseNpz } from '../../src/data/npz.js';
import { createParameters } from '../../src/nn/parameters.js';
import { createFloatBackend } from '../../src/tensor/float/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import { formatCheckpoint, loadCheckpoint } from '../../src/train/checkpoint.js';

const LAYOUT = [
  { name: 'W', rows: 2, columns: 3 },
  { name: 'b', rows: 2, columns: 1 },
];
const RAW = Int32Array.of(1, -2, 3, 2 ** 31 - 1, -(2 ** 31 - 1), 0, 2 ** 24, -(2 ** 23));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'approxgen-checkpoint-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function saved(bytes: Uint8Array): Promise<string> {
  const file = join(directory, 'model.npz');
  await writeFile(file, bytes);
  return file;
}

describe('a checkpoint', () => {
  it('gives back every bit, each tensor under its name', async () => {
    const bytes = formatCheckpoint(LAYOUT, RAW, { seed: 1 });
    expect(parseNpz(bytes).get('b')).toEqual({ shape: [2, 1], dtype: 'i4', data: RAW.slice(6) });
    const backend = createJsBackend();
    const parameters = createParameters(backend, LAYOUT);
    await loadCheckpoint(await saved(bytes), backend, parameters);
    expect(parameters.flat.values).toEqual(RAW);
  });

  it('goes from fixed-point to floating point and back', async () => {
    const float = createFloatBackend();
    const real = createParameters(float, LAYOUT);
    await loadCheckpoint(await saved(formatCheckpoint(LAYOUT, RAW, {})), float, real);
    expect([...real.flat.values]).toEqual(Array.from(RAW, (raw) => raw / 2 ** 24));
    const fixed = createJsBackend();
    const raw = createParameters(fixed, LAYOUT);
    await loadCheckpoint(await saved(formatCheckpoint(LAYOUT, real.flat.values, {})), fixed, raw);
    expect(raw.flat.values).toEqual(RAW);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['lacks a tensor', () => formatCheckpoint(LAYOUT.slice(0, 1), RAW, {}), /needs b of 2×1.*there is none/],
    [
      'has another shape',
      () => formatCheckpoint([{ name: 'W', rows: 3, columns: 2 }, LAYOUT[1]], RAW, {}),
      /needs W of 2×3.*3×2/,
    ],
    [
      'holds too large a value',
      () => formatCheckpoint(LAYOUT, Float64Array.of(0, 0, 0, 0, 0, 0, 200, 0), {}),
      /b holds 200/,
    ],
    ['holds a NaN', () => formatCheckpoint(LAYOUT, new Float64Array(8).fill(NaN), {}), /W holds NaN/],
    ['has no arrays', () => formatNpz(new Map()), /needs W/],
  ])('that %s is refused and changes nothing', async (_, bytes, message) => {
    const backend = createJsBackend();
    const parameters = createParameters(backend, LAYOUT);
    parameters.flat.values.fill(5);
    await expect(loadCheckpoint(await saved(bytes()), backend, parameters)).rejects.toThrow(message);
    expect(parameters.flat.values.every((value) => value === 5)).toBe(true);
  });
});
