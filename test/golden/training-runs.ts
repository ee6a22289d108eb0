import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { loadDataset } from '../../src/data/dataset.js';
import { parseNpy, type NpyArray } from '../../src/data/npy.js';
import type { Backend } from '../../src/tensor/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import { createTrainer, type Trainer } from '../../src/train/loop.js';
import { encodeSamples, type Samples } from '../../src/train/samples.js';
import { originalKernels } from './original-kernels.js';

/** Recorded runs and the data set are too large for the repository; they lie next to it where they are. */
const SHARED = new URL('../../../shared/', import.meta.url);
const RUNS = new URL('golden/train/', SHARED);
const USPS = new URL('usps/', SHARED);

/** Undefined where the recordings are there; otherwise why a test skips. */
export const recordingsMissing: string | undefined =
  existsSync(RUNS) && existsSync(USPS) ? undefined : 'the recorded training runs are not at ../shared';

export interface RunMeta {
  readonly rankW: number;
  readonly rankU: number;
  readonly epochs: number;
  readonly trainXRawSha256_int32_T_F_N: string;
  readonly testXRawSha256_int32_T_F_N: string;
  readonly paramLayout: readonly { name: string; shape: readonly [number, number] }[];
  readonly epochsMetrics: readonly {
    trainLoss: number;
    trainHits: number;
    testLoss: number;
    testHits: number;
  }[];
}

export interface RecordedStep {
  readonly hits: number;
  readonly lossRaw: number;
  readonly alphaRaw: number;
  readonly ypredCrc32: number;
  readonly gradsCrc32: number;
  readonly paramsCrc32: number;
}

/** The settings of all recorded runs but for the ranks. */
export const SHAPE = { features: 16, timeSteps: 16, hidden: 10, classes: 10 };
export const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 2 ** -24 };
export const BATCH = 128;

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, RUNS), 'utf8')) as T;
}

/** Integers of a recorded array. */
export function readIntegers(file: string): Int32Array {
  return toInt32s(parseNpy(readFileSync(new URL(file, RUNS)), file), file);
}

/** @throws RangeError where an element is not an int32 */
export function toInt32s({ data }: NpyArray, name: string): Int32Array {
  const integers = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    integers[i] = Number(data[i]);
    if (integers[i] !== Number(data[i])) throw new RangeError(`${data[i]} in ${name} is not an int32`);
  }
  return integers;
}

/** CRC-32 of integers as little-endian int64, as the recordings have it. */
export function crcOfInt64(values: ArrayLike<number>): number {
  return crc32(new Uint8Array(BigInt64Array.from(Array.from(values), BigInt).buffer));
}

/** CRC-32 of the int32 that an array holds. */
export function crcOfInt32(values: Int32Array): number {
  return crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

export interface RecordedRun {
  readonly trainer: Trainer<Int32Array>;
  readonly train: Samples<Int32Array>;
  readonly test: Samples<Int32Array>;
}

/** A trainer at the start of a recorded run, and the data it ran on. */
export async function startRun(
  ranks: { readonly rankW: number; readonly rankU: number },
  initial: string,
  backend: Backend<Int32Array> = createJsBackend(),
): Promise<RecordedRun> {
  const shape = { ...SHAPE, rankW: ranks.rankW, rankU: ranks.rankU };
  const trainer = createTrainer(backend, originalKernels, { shape, batch: BATCH, adam: ADAM });
  trainer.parameters.flat.values.set(readIntegers(initial));
  const dataset = await loadDataset(USPS.pathname);
  return {
    trainer,
    train: encodeSamples(backend, dataset.train),
    test: encodeSamples(backend, dataset.test),
  };
}

/** The predictions for all samples, classes × count. */
export function predictAll({ trainer, test }: RecordedRun): Int32Array {
  const predictions = new Int32Array(SHAPE.classes * test.count);
  trainer.evaluate(test, (network, first) => {
    const { batch } = network;
    const { values } = network.prediction();
    for (let c = 0; c < SHAPE.classes; c++) {
      const row = values.subarray(c * batch, (c + 1) * batch);
      predictions.set(row, c * test.count + first);
    }
  });
  return predictions;
}
