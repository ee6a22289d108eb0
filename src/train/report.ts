import type { Values } from '../tensor/tensor.js';
import { accuracy } from './log.js';
import type { TrainOptions } from './options.js';
import type { Session } from './session.js';

/** What a checkpoint and the JSON document say about a run. */
export function describeRun<V extends Values>(
  { trainer, shape, adam, epochs }: Session<V>,
  { batch, seed, init, decay, forgetBias }: TrainOptions,
  data: string,
): object {
  const last = epochs.at(-1);
  return {
    backend: trainer.backend.name,
    data,
    shape,
    parameters: trainer.parameters.flat.columns,
    batch,
    seed,
    ...(init === undefined ? { forgetBias } : { init }),
    adam,
    decay,
    epochs: epochs.length,
    ...(last === undefined
      ? {}
      : {
          trainLoss: last.train.loss,
          trainAccuracy: accuracy(last.train),
          testLoss: last.test.loss,
          testAccuracy: accuracy(last.test),
        }),
    overflows: Object.fromEntries(trainer.backend.overflows.byPlace),
  };
}
