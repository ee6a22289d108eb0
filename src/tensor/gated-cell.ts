import type { Backend } from './backend.js';
import { GATES, gateRows, type GatedCell, type TrackedCell } from './cell.js';
import type { GatedCellOperands, OperationTable, Step } from './step.js';
import type { Tensor, Values } from './tensor.js';

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
      const done = isTrackedCell(cell) && cellGradient?.(cell, places);
      if (done !== true) {
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
