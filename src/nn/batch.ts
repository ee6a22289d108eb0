import type { Backend } from '../tensor/backend.js';
import type { Tensor, Values } from '../tensor/tensor.js';
import { unrollNetwork, type NetworkKernels, type NetworkShape, type UnrolledNetwork } from './network.js';
import type { Parameters } from './parameters.js';

/** Strips but the last have a multiple of this many columns: whole vectors. */
const GRAIN = 4;

/** Some columns of a batch as a network of their own. */
export interface Strip<V extends Values> {
  readonly network: UnrolledNetwork<V>;
  /** The first of its columns in the batch. */
  readonly first: number;
  /** Where each of its samples starts, for `gatherColumns`; the caller's to fill. */
  readonly starts: Int32Array;
}

/**
 * A network for batches of one size. A backend that has threads does the strips at the same time, each on matrices of
 * its own; what comes out is the same for any division.
 */
export interface BatchNetwork<V extends Values> {
  /** Samples in a batch. */
  readonly batch: number;
  /** Side by side. */
  readonly strips: readonly Strip<V>[];
  /** classes × batch: what the last pass predicted. */
  prediction(): Tensor<V>;
  /** Takes the inputs of each strip from `samples` and computes the predictions. */
  forward(samples: V): void;
  /** `forward`, then the gradients of the parameters, from the targets of each strip. */
  forwardAndBackward(samples: V): void;
}

/** The widths of the strips that a batch is divided into: as equal as whole vectors are, and none of them empty. */
export function stripWidths(batch: number, strips: number): number[] {
  const width = Math.max(GRAIN, Math.ceil(batch / strips / GRAIN) * GRAIN);
  return Array.from({ length: Math.ceil(batch / width) }, (_, i) => Math.min(width, batch - i * width));
}

/**
 * @param options.gradients false where only `forward` will be called
 */
export function createBatchNetwork<V extends Values>(
  backend: Backend<V>,
  shape: NetworkShape,
  parameters: Parameters<V>,
  kernels: NetworkKernels,
  batch: number,
  options: { readonly gradients?: boolean } = {},
): BatchNetwork<V> {
  let first = 0;
  const strips = stripWidths(batch, backend.strips?.(batch) ?? 1).map((width): Strip<V> => {
    const network = unrollNetwork(backend, shape, parameters, kernels, width, {
      ...options,
      wholeBatch: batch,
    });
    const strip = { network, first, starts: backend.allocateIndices(width) };
    first += width;
    return strip;
  });

  /** A pass over samples, which the backend records at the first time. */
  function pass(compute: (network: UnrolledNetwork<V>) => void): (samples: V) => void {
    const recorded = new Map<V, () => void>();
    return (samples) => {
      let run = recorded.get(samples);
      if (run === undefined) {
        const runs = strips.map(({ network, starts }) => (): void => {
          backend.gatherColumns(network.input, samples, starts);
          compute(network);
        });
        run = backend.record?.(runs) ?? runs[0];
        recorded.set(samples, run);
      }
      run();
    };
  }

  return {
    batch,
    strips,
    prediction: () => sideBySide(strips.map(({ network }) => network.prediction)),
    forward: pass(({ tape }) => tape.operations.forward()),
    forwardAndBackward: pass(({ tape }) => {
      tape.operations.forward();
      tape.operations.backward();
    }),
  };
}

/** One matrix of the columns of several. */
function sideBySide<V extends Values>(tensors: readonly Tensor<V>[]): Tensor<V> {
  if (tensors.length === 1) return tensors[0];
  const [{ rows, values: model }] = tensors;
  const columns = tensors.reduce((sum, tensor) => sum + tensor.columns, 0);
  const values = (
    model instanceof Float64Array ? new Float64Array(rows * columns) : new Int32Array(rows * columns)
  ) as V;
  let first = 0;
  for (const tensor of tensors) {
    for (let row = 0; row < rows; row++) {
      const from = row * tensor.columns;
      values.set(tensor.values.subarray(from, from + tensor.columns), row * columns + first);
    }
    first += tensor.columns;
  }
  return { rows, columns, values };
}
