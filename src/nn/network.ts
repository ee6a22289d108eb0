import type { Backend } from '../tensor/backend.js';
import type { Kernel } from '../tensor/kernel.js';
import { createTape, type Tape } from '../tensor/tape.js';
import type { Tensor, Values } from '../tensor/tensor.js';
import { recordLinear, linearLayout } from './linear.js';
import { gateLayout, projectionLayout, recordLstmStep, type LstmShape, type LstmStep } from './lstm.js';
import type { Parameters, ParameterShape } from './parameters.js';

/** A sequence classifier: one LSTM cell over the time steps, then a linear layer on the last hidden state. */
export interface NetworkShape extends LstmShape {
  readonly timeSteps: number;
  readonly classes: number;
}

export interface NetworkKernels {
  readonly sigmoid: Kernel;
  readonly tanh: Kernel;
}

/** In the order of the flat vector: gates, linear layer, low-rank projections. */
export function networkLayout(shape: NetworkShape): ParameterShape[] {
  return [...gateLayout(shape), ...linearLayout(shape.hidden, shape.classes), ...projectionLayout(shape)];
}

/** The network, unrolled over time and recorded for one batch size. Parameters are shared by all sizes. */
export interface UnrolledNetwork<V extends Values> {
  readonly batch: number;
  readonly tape: Tape<V>;
  /** All time steps on top of each other: column j is sample j as one run of numbers. */
  readonly input: Tensor<V>;
  /** The rows of `input` of each time step, features × batch. */
  readonly inputs: readonly Tensor<V>[];
  /** classes × batch: what the prediction should be. */
  readonly target: Tensor<V>;
  readonly steps: readonly LstmStep<V>[];
  /** classes × batch. */
  readonly prediction: Tensor<V>;
}

/**
 * @param options.gradients false where only `forward` will be called
 * @param options.wholeBatch samples that the loss is the mean over, where these are some of them
 */
export function unrollNetwork<V extends Values>(
  backend: Backend<V>,
  shape: NetworkShape,
  parameters: Parameters<V>,
  kernels: NetworkKernels,
  batch: number,
  options: { readonly gradients?: boolean; readonly wholeBatch?: number } = {},
): UnrolledNetwork<V> {
  const tape = createTape(backend, options);
  const zeros = tape.constant(shape.hidden, batch);

  const input = tape.constant(shape.timeSteps * shape.features, batch);
  const inputs: Tensor<V>[] = [];
  const steps: LstmStep<V>[] = [];
  for (let t = 0; t < shape.timeSteps; t++) {
    const x = tape.rows(input, t * shape.features, shape.features);
    const state = t === 0 ? { c: zeros, h: zeros } : steps[t - 1];
    inputs.push(x);
    steps.push(recordLstmStep(tape, parameters, kernels, x, state));
  }
  const prediction = recordLinear(tape, parameters, steps[shape.timeSteps - 1].h);
  const target = tape.constant(shape.classes, batch);
  tape.squaredError(prediction, target, 'loss', shape.classes * (options.wholeBatch ?? batch));
  return { batch, tape, input, inputs, target, steps, prediction };
}
