import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import { createWasmBackend } from '../../src/tensor/wasm/backend.js';
import type { BatchReport } from '../../src/train/loop.js';
import type { Samples } from '../../src/train/samples.js';
import {
  crcOfInt32,
  crcOfInt64,
  predictAll,
  readIntegers,
  readJson,
  recordingsMissing,
  startRun,
  type RecordedStep,
  type RunMeta,
} from '../golden/training-runs.js';
import { skipBlock } from '../support/needs.js';

const BACKENDS = {
  js: () => createJsBackend(),
  'wasm on 1 thread': () => createWasmBackend(),
  'wasm on 2 threads': () => createWasmBackend({ threads: 2 }),
  'wasm on 3 threads': () => createWasmBackend({ threads: 3 }),
};
const NAMES = Object.keys(BACKENDS) as (keyof typeof BACKENDS)[];
const CASES = ['base', 'fullrank', 'lowU'].flatMap((run) => NAMES.map((name) => [run, name] as const));

/** SHA-256 of the samples as the recordings have them: time step, feature, sample. */
function hashOf({ values, count }: Samples<Int32Array>): string {
  const length = values.length / count;
  const byFeature = new Int32Array(values.length);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < length; i++) byFeature[i * count + n] = values[n * length + i];
  }
  return createHash('sha256').update(new Uint8Array(byFeature.buffer)).digest('hex');
}

describe('the recorded runs', () => {
  skipBlock(recordingsMissing);

  it.each(CASES)('%s on %s: every step and every epoch, bit for bit', async (name, backend) => {
    const meta = readJson<RunMeta>(`${name}/meta.json`);
    const steps = readJson<RecordedStep[]>(`${name}/batches.json`);
    const run = await startRun(meta, `${name}/params_init.npy`, BACKENDS[backend]());
    const { trainer, train, test } = run;
    expect(hashOf(train)).toBe(meta.trainXRawSha256_int32_T_F_N);
    expect(hashOf(test)).toBe(meta.testXRawSha256_int32_T_F_N);
    expect(trainer.parameters.layout).toEqual(
      meta.paramLayout.map(({ name: parameter, shape }) => ({
        name: parameter,
        rows: shape[0],
        columns: shape[1],
      })),
    );

    const { flat } = trainer.parameters;
    const permutations = readIntegers(`${name}/permutations.npy`);
    const parametersByEpoch = readIntegers(`${name}/params_epoch_end.npy`);
    let step = 0;
    for (let epoch = 0; epoch < meta.epochs; epoch++) {
      const order = permutations.subarray(epoch * train.count, (epoch + 1) * train.count);
      const afterGradients = ({ network, score: { hits, loss } }: BatchReport<Int32Array>): void => {
        const recorded = steps[step];
        const place = `step ${step}`;
        expect(crcOfInt32(network.prediction().values), place).toBe(recorded.ypredCrc32);
        expect(crcOfInt64(flat.gradient), place).toBe(recorded.gradsCrc32);
        expect(hits, place).toBe(recorded.hits);
        expect(loss, place).toBeCloseTo(recorded.lossRaw / 2 ** 24, 5);
      };
      const batches = trainer.batches(train, order, { afterGradients });
      let next = batches.next();
      for (; next.done !== true; next = batches.next()) {
        expect(next.value.stepSize, `step ${step}`).toBe(steps[step].alphaRaw);
        expect(crcOfInt64(flat.values), `step ${step}`).toBe(steps[step].paramsCrc32);
        step++;
      }
      const score = next.value;
      const count = flat.columns;
      expect(flat.values).toEqual(parametersByEpoch.slice(epoch * count, (epoch + 1) * count));

      const metrics = meta.epochsMetrics[epoch];
      const evaluation = trainer.evaluate(test);
      expect([score.hits, evaluation.hits]).toEqual([metrics.trainHits, metrics.testHits]);
      expect(Math.abs(score.loss / metrics.trainLoss - 1)).toBeLessThan(1e-6);
      expect(Math.abs(evaluation.loss / metrics.testLoss - 1)).toBeLessThan(1e-6);
      if (epoch === 0 || epoch === 4) {
        expect(predictAll(run)).toEqual(readIntegers(`${name}/test_ypred_epoch${epoch}.npy`));
      }
    }
    expect(step).toBe(steps.length);
    expect(trainer.backend.overflows.total).toBe(0);
    trainer.backend.dispose?.();
  });
});
