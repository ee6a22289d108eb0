import type { NetworkShape } from '../src/nn/network.js';

/** Multiply-accumulates of one training step, in the matrix products alone. */
export interface StepMacs {
  readonly forward: number;
  readonly backward: number;
}

/**
 * Counts what the matrix products of one training step multiply and add. A product of M×K and K×N has M·K·N. Its
 * gradient with regard to the left operand has as many again, and as many for the right operand where that is
 * tracked: neither the input nor the state before the first time step is. Elementwise products, biases, kernels and
 * the optimizer are not counted, though they take their time.
 */
export function trainingStepMacs(shape: NetworkShape, batch: number): StepMacs {
  const { features, hidden, rankW, rankU, timeSteps, classes } = shape;
  const rows = 4 * hidden;
  const project = rankW * features;
  const input = rows * (rankW || features);
  const projectState = rankU * hidden;
  const recurrent = rows * (rankU || hidden);
  const head = classes * hidden;

  const forward = timeSteps * (project + input + projectState + recurrent) + head;
  const right =
    timeSteps * (rankW > 0 ? input : 0) +
    (rankU > 0 ? timeSteps * recurrent : 0) +
    (timeSteps - 1) * (rankU > 0 ? projectState : recurrent) +
    head;
  return { forward: forward * batch, backward: (forward + right) * batch };
}
