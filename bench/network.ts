import { FLOAT_EPSILON } from '../src/nn/adam.js';
import { initializeParameters } from '../src/nn/initialize.js';
import type { NetworkShape } from '../src/nn/network.js';
import type { Backend } from '../src/tensor/backend.js';
import type { Values } from '../src/tensor/tensor.js';
import { createTrainer, type Trainer, type TrainingKernels } from '../src/train/loop.js';
import { CLASSES, FEATURES, TIME_STEPS } from '../src/train/options.js';

/** The network of the recorded runs of the original: hidden size 10, rank of W 4. */
export const SHAPE: NetworkShape = {
  features: FEATURES,
  timeSteps: TIME_STEPS,
  classes: CLASSES,
  hidden: 10,
  rankW: 4,
  rankU: 0,
};
export const BATCH = 128;
export const SEED = 1;
export const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.999 } as const;
export const EPSILON = 2 ** -24;

/** A trainer whose parameters are drawn; all backends in fixed point start from the same. */
export function benchTrainer<V extends Values>(
  backend: Backend<V>,
  kernels: TrainingKernels,
  shape: NetworkShape = SHAPE,
  batch: number = BATCH,
): Trainer<V> {
  const epsilon = backend.name === 'float' ? FLOAT_EPSILON : EPSILON;
  const trainer = createTrainer(backend, kernels, { shape, batch, adam: { ...ADAM, epsilon } });
  initializeParameters(backend, trainer.parameters, SEED);
  return trainer;
}
