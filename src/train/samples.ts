import type { Split } from '../data/split.js';
import { writeTargets } from '../nn/classification.js';
import type { BatchNetwork } from '../nn/batch.js';
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
 * Fills the targets of a network, and says where its inputs are, for the samples `order[from]`, `order[from + 1]`, …
 *
 * @param labels receives the labels of the batch
 */
export function loadBatch<V extends Values>(
  backend: Backend<V>,
  { strips }: BatchNetwork<V>,
  samples: Samples<V>,
  order: Int32Array,
  from: number,
  labels: Uint8Array,
): void {
  for (const { network, first, starts } of strips) {
    for (let j = 0; j < network.batch; j++) {
      const sample = order[from + first + j];
      starts[j] = sample * network.input.rows;
      labels[first + j] = samples.labels[sample];
    }
    writeTargets(backend, network.target, labels.subarray(first, first + network.batch));
  }
}
