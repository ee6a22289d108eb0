import { describe, expect, it } from 'vitest';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import { createWasmBackend } from '../../src/tensor/wasm/backend.js';
import { trainEpoch } from '../../src/train/loop.js';
import {
  crcOfInt64,
  predictAll,
  readIntegers,
  readJson,
  recordingsMissing,
  startRun,
} from '../golden/training-runs.js';
import { skipBlock } from '../support/needs.js';

interface RecordedEpoch {
  readonly trainHits: number;
  readonly testHits: number;
  readonly testLossRaw: number;
  readonly paramsCrc32: number;
}

const BACKENDS = [
  ['js', () => createJsBackend()],
  ['wasm, 1 thread', () => createWasmBackend()],
  ['wasm, 2 threads', () => createWasmBackend({ threads: 2 })],
  ['wasm, 3 threads', () => createWasmBackend({ threads: 3 })],
] as const;

describe('300 epochs', () => {
  skipBlock(recordingsMissing);

  it.each(BACKENDS)('on %s are those of the original program, bit for bit to the last', async (_, create) => {
    const epochs = readJson<RecordedEpoch[]>('final300/epochs_300.json');
    const run = await startRun({ rankW: 4, rankU: 0 }, 'base/params_init.npy', create());
    const { trainer, train, test } = run;
    const { flat } = trainer.parameters;
    const permutations = readIntegers('final300/permutations_300.npy');
    expect(epochs).toHaveLength(300);
    for (const [epoch, recorded] of epochs.entries()) {
      const order = permutations.subarray(epoch * train.count, (epoch + 1) * train.count);
      const score = trainEpoch(trainer, train, order);
      expect(crcOfInt64(flat.values), `epoch ${epoch}`).toBe(recorded.paramsCrc32);
      const evaluation = trainer.evaluate(test);
      expect([score.hits, evaluation.hits], `epoch ${epoch}`).toEqual([
        recorded.trainHits,
        recorded.testHits,
      ]);
      expect(evaluation.loss).toBeCloseTo(recorded.testLossRaw / 2 ** 24, 5);
    }
    expect(flat.values).toEqual(readIntegers('final300/params.npy'));
    expect(predictAll(run)).toEqual(readIntegers('final300/test_ypred.npy'));
    expect(trainer.backend.overflows.total).toBe(0);
    trainer.backend.dispose?.();
  });
});
