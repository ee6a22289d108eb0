import { createAdam, type Adam, type AdamSettings } from '../nn/adam.js';
import { countHits, squaredErrorLoss } from '../nn/classification.js';
import { createBatchNetwork, type BatchNetwork } from '../nn/batch.js';
import { networkLayout, type NetworkKernels, type NetworkShape } from '../nn/network.js';
import { createParameters, type Parameters } from '../nn/parameters.js';
import type { Backend } from '../tensor/backend.js';
import type { Kernel } from '../tensor/kernel.js';
import type { Values } from '../tensor/tensor.js';
import { loadBatch, type Samples } from './samples.js';

export interface TrainingKernels extends NetworkKernels {
  readonly rsqrt: Kernel;
}

/** Loss and hits over a set of samples. */
export interface Score {
  /** ½·mean((prediction − target)²) over all samples and classes. */
  readonly loss: number;
  readonly hits: number;
  readonly count: number;
}

/** What happened in one batch, for whoever watches. */
export interface BatchReport<V extends Values> {
  readonly network: BatchNetwork<V>;
  /** Counted from 0. */
  readonly batch: number;
  readonly batches: number;
  readonly score: Score;
}

export interface TrainerSettings {
  readonly shape: NetworkShape;
  readonly batch: number;
  readonly adam: AdamSettings;
}

export interface EpochOptions<V extends Values> {
  readonly rate?: number;
  readonly afterGradients?: (report: BatchReport<V>) => void;
}

export interface Trainer<V extends Values> {
  readonly backend: Backend<V>;
  readonly parameters: Parameters<V>;
  readonly adam: Adam<V>;
  /**
   * One pass over the samples in the given order, with one update per batch; a last batch that is not full is
   * used as it is. Yields after each update, so that the caller may look, pause or stop; returns the score,
   * which is that of each batch before its update.
   *
   * @param options.rate factor on the learning rate; 1 unless given
   * @param options.afterGradients called with each batch when its gradients are there and before the update
   */
  batches(
    samples: Samples<V>,
    order: Int32Array,
    options?: EpochOptions<V>,
  ): Generator<UpdateReport<V>, Score>;
  /**
   * Scores the parameters without changing anything.
   *
   * @param visit called after each batch of samples, from `first` on
   */
  evaluate(samples: Samples<V>, visit?: (network: BatchNetwork<V>, first: number) => void): Score;
}

export interface UpdateReport<V extends Values> extends BatchReport<V> {
  /** The stored step size α_t of Adam. */
  readonly stepSize: number;
}

/** Parameters start at zero: initialize or load them. */
export function createTrainer<V extends Values>(
  backend: Backend<V>,
  kernels: TrainingKernels,
  settings: TrainerSettings,
): Trainer<V> {
  const { shape, batch } = settings;
  const parameters = createParameters(backend, networkLayout(shape));
  const adam = createAdam(backend, parameters, kernels.rsqrt, settings.adam);
  const networks = new Map<string, BatchNetwork<V>>();

  /** Recorded once per batch size. A full batch is evaluated on the network that it is trained on. */
  function network(size: number, gradients: boolean): BatchNetwork<V> {
    const key = `${size} ${gradients}`;
    let recorded = networks.get(key);
    if (recorded === undefined) {
      recorded = createBatchNetwork(backend, shape, parameters, kernels, size, { gradients });
      networks.set(key, recorded);
    }
    return recorded;
  }

  function* batchesOf(count: number): Generator<readonly [first: number, size: number]> {
    for (let first = 0; first < count; first += batch) yield [first, Math.min(batch, count - first)];
  }

  /** Loads a batch, computes, and scores the predictions. */
  function runBatch(
    unrolled: BatchNetwork<V>,
    samples: Samples<V>,
    order: Int32Array,
    from: number,
    pass: 'forward' | 'forwardAndBackward',
  ): Score {
    const labels = new Uint8Array(unrolled.batch);
    loadBatch(backend, unrolled, samples, order, from, labels);
    unrolled[pass](samples.values);
    const networks = unrolled.strips.map(({ network }) => network);
    return {
      loss: squaredErrorLoss(backend, networks),
      hits: unrolled.strips.reduce(
        (hits, { network, first }) => hits + countHits(network.prediction, labels.subarray(first)),
        0,
      ),
      count: unrolled.batch,
    };
  }

  return {
    backend,
    parameters,
    adam,
    *batches(samples, order, { rate = 1, afterGradients } = {}) {
      const scores: Score[] = [];
      const batches = Math.ceil(order.length / batch);
      for (const [first, size] of batchesOf(order.length)) {
        const unrolled = network(size, true);
        const score = runBatch(unrolled, samples, order, first, 'forwardAndBackward');
        const report = { network: unrolled, batch: scores.length, batches, score };
        afterGradients?.(report);
        scores.push(score);
        yield { ...report, stepSize: adam.step(rate) };
      }
      return totalScore(scores);
    },
    evaluate(samples, visit) {
      const order = Int32Array.from({ length: samples.count }, (_, i) => i);
      const scores: Score[] = [];
      for (const [first, size] of batchesOf(samples.count)) {
        const unrolled = network(size, size === batch);
        scores.push(runBatch(unrolled, samples, order, first, 'forward'));
        visit?.(unrolled, first);
      }
      return totalScore(scores);
    },
  };
}

/** The score over all batches, each weighted by its size. */
function totalScore(scores: readonly Score[]): Score {
  const count = scores.reduce((sum, score) => sum + score.count, 0);
  return {
    loss: scores.reduce((sum, score) => sum + score.loss * score.count, 0) / count,
    hits: scores.reduce((sum, score) => sum + score.hits, 0),
    count,
  };
}

/** Runs one epoch to its end. */
export function trainEpoch<V extends Values>(
  trainer: Trainer<V>,
  samples: Samples<V>,
  order: Int32Array,
): Score {
  const batches = trainer.batches(samples, order);
  for (;;) {
    const next = batches.next();
    if (next.done === true) return next.value;
  }
}
