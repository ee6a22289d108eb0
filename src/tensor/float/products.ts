import type { Product } from '../backend.js';
import { addMatmul, matmulTransposed } from '../matmul.js';
import { createScratch } from '../scratch.js';
import { elementCount, type Tensor, type TrackedTensor } from '../tensor.js';

type FloatTensor = Tensor<Float64Array>;
type TrackedFloat = TrackedTensor<Float64Array>;

/** Sums of products in double precision. */
export interface FloatProducts {
  productSum(dst: FloatTensor, products: readonly Product<Float64Array>[]): void;
  accumulateLeft(a: TrackedFloat, g: TrackedFloat, b: FloatTensor): void;
  accumulateRight(b: TrackedFloat, a: FloatTensor, g: TrackedFloat): void;
}

export function createFloatProducts(): FloatProducts {
  const left = createScratch();
  const right = createScratch();
  const sums = createScratch();

  /** A copy with room for three rows more, as the blocked loops need. */
  function padded(scratch: typeof left, values: Float64Array, columns: number): Float64Array {
    const copy = scratch.reserve(values.length + 3 * columns);
    copy.set(values);
    return copy;
  }

  function cleared(rows: number, columns: number): Float64Array {
    const total = sums.reserve((rows + 1) * columns);
    total.fill(0, 0, rows * columns);
    return total;
  }

  function addProduct(total: Float64Array, product: Product<Float64Array>): void {
    const { kind, a } = product;
    if (kind === 'matmul') {
      const { b } = product;
      addMatmul(total, padded(left, a.values, a.columns), b.values, 0, a.rows, a.columns, b.columns);
    } else if (kind === 'multiply') {
      addElementwise(total, a.values, product.b.values, elementCount(a));
    } else {
      addColumn(total, a, product.columns);
    }
  }

  return {
    productSum(dst, products) {
      const total = cleared(dst.rows, dst.columns);
      for (const product of products) addProduct(total, product);
      copyArray(dst.values, total, elementCount(dst));
    },
    accumulateLeft(a, g, b) {
      const factors = padded(left, g.gradient, g.columns);
      const operand = padded(right, b.values, b.columns);
      const total = sums.reserve(elementCount(a) + 3 * a.columns);
      matmulTransposed(total, factors, operand, g.rows, g.columns, b.rows);
      addArray(a.gradient, total, elementCount(a));
    },
    accumulateRight(b, a, g) {
      const factors = left.reserve((a.columns + 1) * a.rows);
      transpose(factors, a);
      const total = cleared(b.rows, b.columns);
      addMatmul(total, factors, g.gradient, 0, a.columns, a.rows, g.columns);
      addArray(b.gradient, total, elementCount(b));
    },
  };
}

function addElementwise(total: Float64Array, a: Float64Array, b: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) total[i] += a[i] * b[i];
}

function addColumn(total: Float64Array, { rows, values }: FloatTensor, columns: number): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (const end = i + columns; i < end; i++) total[i] += values[r];
  }
}

function addArray(dst: Float64Array, src: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) dst[i] += src[i];
}

function copyArray(dst: Float64Array, src: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) dst[i] = src[i];
}

function transpose(dst: Float64Array, { rows, columns, values }: FloatTensor): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, i++) dst[c * rows + r] = values[i];
  }
}
