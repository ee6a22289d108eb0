import type { CellPlaces, TrackedCell } from './cell.js';
import type { Kernel } from './kernel.js';
import type { OverflowLog } from './overflow-log.js';
import type { Tensor, TrackedTensor, Values } from './tensor.js';

/** One term of a sum of products. */
export type Product<V extends Values> = MatrixProduct<V> | ElementwiseProduct<V> | ColumnProduct<V>;

/** a·b. */
export interface MatrixProduct<V extends Values> {
  readonly kind: 'matmul';
  readonly a: Tensor<V>;
  readonly b: Tensor<V>;
  /**
   * How many equal blocks of rows of `a` are matrices of their own that merely stand on top of each other:
   * each contributes to the gradient of `b` on its own, rounded. 1 unless given.
   */
  readonly parts?: number;
}

/** a∘b. */
export interface ElementwiseProduct<V extends Values> {
  readonly kind: 'multiply';
  readonly a: Tensor<V>;
  readonly b: Tensor<V>;
}

/** a·1: the column `a` (M×1) in every one of `columns` columns, as a bias is added. */
export interface ColumnProduct<V extends Values> {
  readonly kind: 'column';
  readonly a: Tensor<V>;
  readonly columns: number;
}

/**
 * An arithmetic, as operations on buffers that it allocated itself. The operations write into a given
 * destination and allocate nothing once they have seen the largest size; elementwise ones may work in place.
 *
 * In fixed-point every result is the exact value, rounded once (pseudo-stochastically), then clamped to
 * ±(2^31 − 1); clamped results are counted in `overflows` under the operation's `place`.
 * `length` is the number of leading elements to work on.
 */
export interface Backend<V extends Values> {
  readonly name: string;
  readonly overflows: OverflowLog;

  /** A buffer of zeros. */
  allocate(length: number): V;
  /** A gradient of zeros. */
  allocateGradient(length: number): Float64Array;
  /** Indices for `gatherColumns`: a recorded run looks at what they are each time that it is carried out. */
  allocateIndices(length: number): Int32Array;
  /**
   * Gives a function that carries out what the runs do, as often as it is called: the same operations on the same
   * buffers. A run may be called at once, for the operations to be noted; a backend that has no better way than
   * calling it each time has no `record`.
   *
   * Several runs do the same on strips of columns of a batch, each on matrices of its own and with the same
   * parameters, and may go on at the same time. What they add to the gradient of a parameter is one sum, rounded once,
   * as if the strips were one matrix.
   */
  record?(runs: readonly (() => void)[]): () => void;
  /** Into how many strips a batch of that many columns is divided best; 1 unless given. More than one needs `record`. */
  strips?(columns: number): number;
  /** Ends what the backend has running beside the caller. The backend is not to be used any more. */
  dispose?(): void;
  /** Runs an action of the caller's in its place among the operations, where `record` keeps them. */
  perform?(action: () => void): void;
  /** How a real number is stored: rounded half-even and clamped, in fixed-point. */
  encode(value: number): number;
  /** The real number that is stored. Exact. */
  decode(stored: number): number;

  /**
   * Column j of dst = the elements of `src` from `starts[j]` on: how a batch of samples, each a run of numbers, becomes a
   * matrix with a sample in each column. `starts` may be any array, but in a recorded run one from `allocateIndices`.
   */
  gatherColumns(dst: Tensor<V>, src: V, starts: Int32Array): void;
  add(dst: V, a: V, b: V, length: number, place: string): void;
  subtract(dst: V, a: V, b: V, length: number, place: string): void;
  multiply(dst: V, a: V, b: V, length: number, place: string): void;
  /** Adds a stored number to every element. */
  addConstant(dst: V, a: V, constant: number, length: number, place: string): void;
  /** Multiplies every element by a stored number. */
  scale(dst: V, a: V, factor: number, length: number, place: string): void;
  /** dst = Σ products: one exact sum, rounded once. Shapes are the caller's to check. */
  productSum(dst: Tensor<V>, products: readonly Product<V>[], place: string): void;
  /** dst[0] = the sum of all elements. */
  sum(dst: V, src: V, length: number, place: string): void;
  sigmoid(dst: V, src: V, length: number, kernel: Kernel): void;
  tanh(dst: V, src: V, length: number, kernel: Kernel): void;
  /** 1/√x. */
  reciprocalSquareRoot(dst: V, src: V, length: number, kernel: Kernel): void;

  clearGradient(gradient: Float64Array, length: number): void;
  /** Clamps a gradient in place, once all contributions are in and before anything uses it. */
  settleGradient(tensor: TrackedTensor<V>, place: string): void;
  /** dst = gradient, which is settled, as stored numbers. */
  loadGradient(dst: V, gradient: Float64Array, length: number): void;
  /** dst += sign · g. */
  accumulate(dst: Float64Array, g: Float64Array, sign: 1 | -1, length: number): void;
  /** dst += g∘other. */
  accumulateProduct(dst: Float64Array, g: Float64Array, other: V, length: number, place: string): void;
  /** For y = a·b: the gradient of a += g·bᵀ, g being that of y. */
  accumulateLeft(a: TrackedTensor<V>, g: TrackedTensor<V>, b: Tensor<V>, place: string): void;
  /** For y = a·b: the gradient of b += aᵀ·g, g being that of y; each of the `parts` of a on its own. */
  accumulateRight(b: TrackedTensor<V>, a: Tensor<V>, g: TrackedTensor<V>, parts: number, place: string): void;
  /** For y = a·1: the gradient of the column a += the sum of each row of g. */
  accumulateRowSums(a: TrackedTensor<V>, g: TrackedTensor<V>, place: string): void;
  /** dst += y∘(1 − y)∘g, from the output y = sigmoid(x); rounded after each product, left to right. */
  accumulateSigmoid(dst: Float64Array, g: Float64Array, y: V, length: number, place: string): void;
  /** dst += (1 − y∘y)∘g, from the output y = tanh(x); rounded after 1 − y∘y and after the product. */
  accumulateTanh(dst: Float64Array, g: Float64Array, y: V, length: number, place: string): void;
  /**
   * The gradient of ½·mean((y − target)²): dst += y/length − target/length, both products rounded, with
   * 1/length rounded first.
   *
   * @param total how many elements the mean is over, where these are some of them
   */
  accumulateSquaredError(
    dst: Float64Array,
    y: V,
    target: V,
    length: number,
    place: string,
    total?: number,
  ): void;
  /**
   * The elementwise part of the way back through a gated cell, from the gradients of `h` and `c`: sets that of `sums`
   * and adds to that of `previous` what the composition in gated-cell.ts does, and counts the same overflows. The
   * gradients of `h` and `c` are not to be used any more. A backend that gains nothing by it does not have it.
   *
   * @returns false where it has done nothing, because the composition has to
   */
  cellGradient?(cell: TrackedCell<V>, places: CellPlaces): boolean;
}
