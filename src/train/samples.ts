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
  const { input, batch, tape } = network;
  const starts = new Int32Array(batch);
  for (let j = 0; j < batch; j++) {
    starts[j] = order[from + j] * input.rows;
    labels[j] = samples.labels[order[from + j]];
  }
  tape.backend.gatherColumns(input, samples.values, starts);
  writeTargets(tape.backend, network.target, labels);
}
