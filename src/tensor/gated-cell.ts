import type { Backend, Product } from './backend.js';
import type { Kernel } from './kernel.js';
import type { OperationTable, Step } from './operations.js';
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

export interface GatedCellOperands<V extends Values> extends GatedCell<V> {
  /** What the gates are before their activation: sums of products, rounded once. Shares its values with `gates`. */
  readonly sums: Tensor<V>;
  readonly products: readonly Product<V>[];
  readonly kernels: { readonly sigmoid: Kernel; readonly tanh: Kernel };
  readonly places: CellPlaces;
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

/**
 * The cell of a long short-term memory as one step. What it means is the composition of the operations of the table;
 * a backend with `cellGradient` does the elementwise part of the way back in one go, with the same numbers in
 * `sums.gradient`, in the gradient of `previous`, and in what is counted.
 */
export function gatedCellStep<V extends Values>(
  backend: Backend<V>,
  table: OperationTable<V>,
  operands: GatedCellOperands<V>,
): Step {
  const { sums, gates, previous, c, squashed, h, products, kernels, places } = operands;
  const [f, i, candidate, o] = GATES.map((gate) => gateRows(gates, gate));
  const product = table.productSum({ products, output: sums, place: places.sums });
  const activations = GATES.map((gate) => {
    const unary = { input: gateRows(sums, gate), output: gateRows(gates, gate), place: places.gates[gate] };
    return gate === 'c'
      ? table.tanh({ ...unary, kernel: kernels.tanh })
      : table.sigmoid({ ...unary, kernel: kernels.sigmoid });
  });
  const state = table.productSum({
    products: [
      { kind: 'multiply', a: f, b: previous },
      { kind: 'multiply', a: i, b: candidate },
    ],
    output: c,
    place: places.c,
  });
  const elementwise = [
    ...activations,
    state,
    table.tanh({ input: c, output: squashed, kernel: kernels.tanh, place: places.c }),
    table.multiply({ a: o, b: squashed, output: h, place: places.h }),
  ];
  const inner = [sums, gates, squashed].flatMap(({ gradient }) => gradient ?? []);
  const cell = { sums, gates, previous, c, squashed, h };
  const { cellGradient } = backend;
  return {
    forward() {
      product.forward();
      for (const step of elementwise) step.forward();
    },
    backward() {
      if (cellGradient !== undefined && isTrackedCell(cell)) {
        cellGradient(cell, places);
      } else {
        for (const gradient of inner) backend.clearGradient(gradient, gradient.length);
        for (const step of elementwise.toReversed()) step.backward();
      }
      product.backward();
    },
  };
}

function isTrackedCell<V extends Values>(cell: GatedCell<V> & { sums: Tensor<V> }): cell is TrackedCell<V> {
  return [cell.sums, cell.c, cell.h].every(({ gradient }) => gradient !== undefined);
}
