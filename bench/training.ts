import { loadDataset } from '../src/data/dataset.js';
import { FLOAT_EPSILON } from '../src/nn/adam.js';
import { initializeParameters } from '../src/nn/initialize.js';
import { createRandomWords, randomPermutation } from '../src/nn/random.js';
import type { Backend } from '../src/tensor/backend.js';
import { createFloatBackend, MATH_KERNEL } from '../src/tensor/float/backend.js';
import { createJsBackend } from '../src/tensor/js/backend.js';
import type { Values } from '../src/tensor/tensor.js';
import { loadKernels } from '../src/train/kernels.js';
import { createTrainer, trainEpoch, type TrainingKernels } from '../src/train/loop.js';
import { CLASSES, FEATURES, TIME_STEPS } from '../src/train/options.js';
import { encodeSamples } from '../src/train/samples.js';
import { median } from './statistics.js';

/** Seconds of one epoch: forward, backward and update of all training samples, without testing. */
export interface TrainingFigure {
  readonly backend: string;
  readonly medianSeconds: number;
  readonly bestSeconds: number;
  readonly samplesPerSecond: number;
}

export interface TrainingBench {
  readonly data: string;
  readonly samples: number;
  /** Of `calibrate`, the median of the runs between the epochs: divide by it to compare machines. */
  readonly calibrationNs: number;
  readonly figures: readonly TrainingFigure[];
}

const CALIBRATION_STEPS = 4_000_000;
/** Epochs before the clock starts: until then the loops are not yet compiled. */
const WARM_UP = 2;

/**
 * A fixed workload that no change to this project touches: multiply-accumulate in doubles and in int32, on
 * arrays that fit in the first-level cache, as the training loops do.
 *
 * @returns nanoseconds per step
 */
export function calibrate(): number {
  const x = Float64Array.from({ length: 1024 }, (_, i) => (i * 7919) % 1021);
  const y = Int32Array.from({ length: 1024 }, (_, i) => (i * 104729) % 65521);
  let sum = 0;
  let residue = 0;
  const start = performance.now();
  for (let i = 0; i < CALIBRATION_STEPS; i++) {
    const k = i & 1023;
    sum += x[k] * y[k];
    residue = (residue + Math.imul(y[k], residue ^ i)) | 0;
  }
  const elapsed = performance.now() - start;
  if (sum + residue === 0.5) throw new Error('unreachable: keeps the results in use');
  return (elapsed * 1e6) / CALIBRATION_STEPS;
}

/**
 * Seconds per epoch of each backend, with hidden size 10, rank of W 4 and batch 128. The backends take turns, so
 * that what else the machine does falls on all of them alike.
 *
 * @param rounds epochs of each backend that are measured
 * @param source as `--data`
 */
export async function benchTraining(rounds = 7, source?: string): Promise<TrainingBench> {
  const dataset = await loadDataset(source);
  const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999 };

  function contestant<V extends Values>(backend: Backend<V>, kernels: TrainingKernels, epsilon: number) {
    const shape = {
      features: FEATURES,
      timeSteps: TIME_STEPS,
      classes: CLASSES,
      hidden: 10,
      rankW: 4,
      rankU: 0,
    };
    const trainer = createTrainer(backend, kernels, { shape, batch: 128, adam: { ...adam, epsilon } });
    initializeParameters(backend, trainer.parameters, 1);
    const train = encodeSamples(backend, dataset.train);
    const seconds: number[] = [];
    return {
      name: backend.name,
      seconds,
      epoch(round: number): void {
        const order = randomPermutation(createRandomWords(1, round), train.count);
        const start = performance.now();
        trainEpoch(trainer, train, order);
        if (round >= WARM_UP) seconds.push((performance.now() - start) / 1000);
      },
    };
  }

  const math = { sigmoid: MATH_KERNEL, tanh: MATH_KERNEL, rsqrt: MATH_KERNEL };
  const contestants = [
    contestant(createJsBackend(), await loadKernels('default'), 2 ** -24),
    contestant(createFloatBackend(), math, FLOAT_EPSILON),
  ];
  const calibrations: number[] = [];
  for (let round = 0; round < WARM_UP + rounds; round++) {
    calibrations.push(calibrate());
    for (const { epoch } of contestants) epoch(round);
  }
  return {
    data: dataset.name,
    samples: dataset.train.count,
    calibrationNs: median(calibrations),
    figures: contestants.map(({ name, seconds }) => ({
      backend: name,
      medianSeconds: median(seconds),
      bestSeconds: Math.min(...seconds),
      samplesPerSecond: dataset.train.count / median(seconds),
    })),
  };
}
