import type { Product } from './backend.js';
import type { CellPlaces, GatedCell } from './cell.js';
import type { Kernel } from './kernel.js';
import type { Tensor, Values } from './tensor.js';

/** A recorded operation: it reads and writes the same buffers each time. */
export interface Step {
  forward(): void;
  /** Adds the contributions of this operation to the gradients of its operands. */
  backward(): void;
}

interface Unary<V extends Values> {
  readonly input: Tensor<V>;
  readonly output: Tensor<V>;
  readonly place: string;
}

export interface Binary<V extends Values> {
  readonly a: Tensor<V>;
  readonly b: Tensor<V>;
  readonly output: Tensor<V>;
  readonly place: string;
}

/** What each operation works on. */
export interface Operands<V extends Values> {
  readonly add: Binary<V>;
  readonly subtract: Binary<V>;
  readonly multiply: Binary<V>;
  readonly slice: Unary<V> & { readonly firstRow: number; readonly firstColumn: number };
  readonly sum: Unary<V>;
  readonly matmul: Binary<V>;
  readonly productSum: {
    readonly products: readonly Product<V>[];
    readonly output: Tensor<V>;
    readonly place: string;
  };
  readonly sigmoid: Unary<V> & { readonly kernel: Kernel };
  readonly tanh: Unary<V> & { readonly kernel: Kernel };
  readonly gatedCell: GatedCellOperands<V>;
  readonly squaredError: {
    readonly prediction: Tensor<V>;
    readonly target: Tensor<V>;
    /** How many elements the mean is over: those of the whole batch, of which these may be some. */
    readonly total: number;
    readonly place: string;
  };
}

/** One row per operation: its value and its gradient. */
export type OperationTable<V extends Values> = {
  readonly [Kind in keyof Operands<V>]: (operands: Operands<V>[Kind]) => Step;
};

export interface GatedCellOperands<V extends Values> extends GatedCell<V> {
  /** What the gates are before their activation: sums of products, rounded once. Shares its values with `gates`. */
  readonly sums: Tensor<V>;
  readonly products: readonly Product<V>[];
  readonly kernels: { readonly sigmoid: Kernel; readonly tanh: Kernel };
  readonly places: CellPlaces;
}
