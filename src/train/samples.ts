import type { Split } from '../data/split.js';
import { writeTargets } from '../nn/classification.js';
import type { UnrolledNetwork } from '../nn/network.js';
import type { Backend } from '../tensor/backend.js';
import type { Values } from '../tensor/tensor.js';

/** Labelled sequences as stored numbers. */
export interface Samples<V extends Values> {
  /** count × (time steps · features), row-major: one sample is one run of numbers. */
  readonly values: V;
  readonly labels: Uint8Array;
  readonly count: number;
}

/** Stores a split in a backend's numbers: half-even in fixed-point. */
export function encodeSamples<V extends Values>(backend: Backend<V>, split: Split): Samples<V> {
  const values = backend.allocate(split.pixels.length);
  for (let i = 0; i < values.length; i++) values[i] = backend.encode(split.pixels[i]);
  return { values, labels: split.labels, count: split.count };
}

/**
 * Fills the inputs and targets of a network with the samples `order[from]`, `order[from + 1]`, …
 *
 * @param labels receives the labels of the batch
 */
export function loadBatch<V extends Values>(
  network: UnrolledNetwork<V>,
  samples: Samples<V>,
  order: Int32Array,
  from: number,
  labels: Uint8Array,
): void {
  const { inputs, batch, tape } = network;
  const features = inputs[0].rows;
  const sampleLength = inputs.length * features;
  for (let j = 0; j < batch; j++) {
    const sample = order[from + j];
    labels[j] = samples.labels[sample];
    for (let t = 0; t < inputs.length; t++) {
      gatherColumn(
        inputs[t].values,
        batch,
        j,
        samples.values,
        sample * sampleLength + t * features,
        features,
      );
    }
  }
  writeTargets(tape.backend, network.target, labels);
}

/** Column j of a features × batch matrix = the numbers of `src` from `start`. */
function gatherColumn(
  dst: Values,
  batch: number,
  j: number,
  src: Values,
  start: number,
  features: number,
): void {
  for (let f = 0; f < features; f++) dst[f * batch + j] = src[start + f];
}
