import { rowsOf, type Tensor, type TrackedTensor, type Values } from './tensor.js';

/** The gates in the order of their rows: forget, input, candidate, output. */
export const GATES = ['f', 'i', 'c', 'o'] as const;
export type Gate = (typeof GATES)[number];

/** The tensors of a gated cell: `gates` has 4·n rows, one block a gate; all others have n. */
export interface GatedCell<V extends Values> {
  /** The activated gates; their gradient is that of the activated gates. */
  readonly gates: Tensor<V>;
  /** The state before. */
  readonly previous: Tensor<V>;
  /** The state: c = f∘previous + i∘candidate. */
  readonly c: Tensor<V>;
  /** tanh(c). */
  readonly squashed: Tensor<V>;
  /** The output: h = o∘tanh(c). */
  readonly h: Tensor<V>;
}

/** Where overflows of a gated cell are counted. */
export interface CellPlaces {
  readonly sums: string;
  readonly gates: Readonly<Record<Gate, string>>;
  readonly c: string;
  readonly h: string;
}

/** A gated cell whose gradients are wanted. */
export interface TrackedCell<V extends Values> extends GatedCell<V> {
  readonly sums: TrackedTensor<V>;
  readonly c: TrackedTensor<V>;
  readonly h: TrackedTensor<V>;
}

/** The rows of one gate. */
export function gateRows<V extends Values>(stacked: Tensor<V>, gate: Gate): Tensor<V> {
  const rows = stacked.rows / GATES.length;
  return rowsOf(stacked, GATES.indexOf(gate) * rows, rows);
}
