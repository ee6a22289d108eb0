import type { Dataset } from '../data/split.js';
import { FLOAT_EPSILON, type AdamSettings } from '../nn/adam.js';
import { initializeParameters } from '../nn/initialize.js';
import type { NetworkShape } from '../nn/network.js';
import { createRandomWords, randomPermutation } from '../nn/random.js';
import type { Backend } from '../tensor/backend.js';
import type { Values } from '../tensor/tensor.js';
import { loadCheckpoint } from './checkpoint.js';
import type { EpochRecord } from './log.js';
import { createTrainer, type Score, type Trainer, type TrainingKernels, type UpdateReport } from './loop.js';
import { rateOfEpoch } from './schedule.js';
import { CLASSES, FEATURES, TIME_STEPS, type TrainOptions } from './options.js';
import { encodeSamples, type Samples } from './samples.js';

/** A training run: a trainer, its data, and where it stands. */
export interface Session<V extends Values> {
  readonly trainer: Trainer<V>;
  readonly shape: NetworkShape;
  readonly adam: AdamSettings;
  readonly epochs: readonly EpochRecord[];
  /** The parameters after the last whole epoch; undefined before the first. */
  readonly lastWhole: V | undefined;
  /**
   * Runs one epoch, handing control back between updates.
   *
   * @param between called after each update; false stops the epoch, and the session is not to be continued
   * @returns undefined where it was stopped
   */
  runEpoch(between: (report: UpdateReport<V>) => Promise<boolean>): Promise<EpochRecord | undefined>;
}

export interface TrainingAttempt {
  readonly shape: NetworkShape;
  readonly adam: AdamSettings;
}

/** The network and the optimizer that the options ask for. */
export function trainingSettings(options: TrainOptions): TrainingAttempt {
  const { hidden, rankW, rankU, learningRate, adamEpsilon, backend } = options;
  return {
    shape: { features: FEATURES, timeSteps: TIME_STEPS, classes: CLASSES, hidden, rankW, rankU },
    adam: {
      learningRate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: adamEpsilon ?? (backend === 'float' ? FLOAT_EPSILON : 2 ** -24),
    },
  };
}

/**
 * Epoch e is shuffled with stream e of the seed: but for the decay of the learning rate, a run of 10 epochs is the
 * beginning of a run of 20.
 *
 * @param testing runs what tests the parameters after each epoch
 * @throws ApproxgenError (status 2) where `--init` cannot be used
 */
export async function createSession<V extends Values>(
  backend: Backend<V>,
  kernels: TrainingKernels,
  options: TrainOptions,
  loadData: () => Promise<Dataset>,
  testing: (test: () => Score) => Score = (test) => test(),
): Promise<Session<V> & { readonly dataset: Dataset }> {
  const { shape, adam } = trainingSettings(options);
  const trainer = createTrainer(backend, kernels, { shape, batch: options.batch, adam });
  if (options.init === undefined) {
    initializeParameters(backend, trainer.parameters, options.seed, { bf: options.forgetBias });
  } else await loadCheckpoint(options.init, backend, trainer.parameters);
  const dataset = await loadData();
  const train: Samples<V> = encodeSamples(backend, dataset.train);
  const test: Samples<V> = encodeSamples(backend, dataset.test);

  const epochs: EpochRecord[] = [];
  let lastWhole: V | undefined;
  return {
    trainer,
    shape,
    adam,
    dataset,
    epochs,
    get lastWhole() {
      return lastWhole;
    },
    async runEpoch(between) {
      const epoch = epochs.length + 1;
      const start = performance.now();
      const overflowsBefore = backend.overflows.total;
      const order = randomPermutation(createRandomWords(options.seed, epoch), train.count);
      const rate = rateOfEpoch(epochs.length, options.epochs, options.decay);
      const score = await runBatches(trainer.batches(train, order, { rate }), between);
      if (score === undefined) return undefined;
      const record: EpochRecord = {
        epoch,
        train: score,
        test: testing(() => trainer.evaluate(test)),
        seconds: (performance.now() - start) / 1000,
        overflows: backend.overflows.total - overflowsBefore,
      };
      epochs.push(record);
      lastWhole = trainer.parameters.flat.values.slice() as V; // a copy has its array's type
      return record;
    },
  };
}

async function runBatches<V extends Values>(
  batches: Generator<UpdateReport<V>, Score>,
  between: (report: UpdateReport<V>) => Promise<boolean>,
): Promise<Score | undefined> {
  for (;;) {
    const next = batches.next();
    if (next.done === true) return next.value;
    if (!(await between(next.value))) return undefined;
  }
}
