import type { Backend } from '../tensor/backend.js';
import { elementCount, type Tensor, type Values } from '../tensor/tensor.js';

/** The prediction for the right class should be +4 and for every other −4. */
export const TARGET_AMPLITUDE = 4;

/** Writes the targets of a batch: +amplitude in the row of the label, −amplitude elsewhere. */
export function writeTargets<V extends Values>(
  backend: Backend<V>,
  target: Tensor<V>,
  labels: Uint8Array,
): void {
  target.values.fill(backend.encode(-TARGET_AMPLITUDE));
  const right = backend.encode(TARGET_AMPLITUDE);
  for (let j = 0; j < target.columns; j++) target.values[labels[j] * target.columns + j] = right;
}

/** What was predicted, and what should have been. */
export interface Predicted<V extends Values> {
  readonly prediction: Tensor<V>;
  readonly target: Tensor<V>;
}

/**
 * ½·mean((prediction − target)²), in double precision: for reports, nothing depends on it. The sum goes row by row
 * through all strips of columns, so that it is the same for any division.
 */
export function squaredErrorLoss<V extends Values>(
  backend: Backend<V>,
  strips: readonly Predicted<V>[],
): number {
  const unit = backend.decode(1);
  const [{ prediction: first }] = strips;
  let sum = 0;
  for (let row = 0; row < first.rows; row++) {
    for (const { prediction, target } of strips) {
      const { columns } = prediction;
      for (let i = row * columns, end = i + columns; i < end; i++) {
        const error = (prediction.values[i] - target.values[i]) * unit;
        sum += error * error;
      }
    }
  }
  return sum / (2 * strips.reduce((count, { prediction }) => count + elementCount(prediction), 0));
}

/** How many samples have their greatest prediction (the first, where several are) in the row of their label. */
export function countHits<V extends Values>(prediction: Tensor<V>, labels: Uint8Array): number {
  const { values, rows, columns } = prediction;
  let hits = 0;
  for (let j = 0; j < columns; j++) {
    let best = 0;
    for (let c = 1; c < rows; c++) {
      if (values[c * columns + j] > values[best * columns + j]) best = c;
    }
    if (best === labels[j]) hits++;
  }
  return hits;
}
