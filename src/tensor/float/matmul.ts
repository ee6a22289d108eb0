import type { Product } from '../backend.js';
import type { Tensor, TrackedTensor } from '../tensor.js';

type FloatTensor = Tensor<Float64Array>;

/** sums += the product. */
export function addProduct(sums: Float64Array, product: Product<Float64Array>, length: number): void {
  const { kind, a } = product;
  if (kind === 'matmul') {
    addMatmul(sums, a, product.b);
  } else if (kind === 'multiply') {
    for (let i = 0; i < length; i++) sums[i] += a.values[i] * product.b.values[i];
  } else {
    for (let i = 0; i < length; i++) sums[i] += a.values[Math.floor(i / product.columns)];
  }
}

/** sums_r += the sum of row r of the gradient of g. */
export function addRowSums(
  sums: Float64Array,
  { gradient, rows, columns }: TrackedTensor<Float64Array>,
): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (const end = i + columns; i < end; i++) sums[r] += gradient[i];
  }
}

/** sums (M×N) += a (M×K) · b (K×N). */
function addMatmul(sums: Float64Array, a: FloatTensor, b: FloatTensor): void {
  const { columns } = b;
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.values[i * a.columns + k];
      for (let j = 0; j < columns; j++) sums[i * columns + j] += factor * b.values[k * columns + j];
    }
  }
}

/** sums (M×K) += gradient of g (M×N) · bᵀ, b being K×N. */
export function addTransposedRight(sums: Float64Array, g: TrackedTensor<Float64Array>, b: FloatTensor): void {
  const { gradient, columns } = g;
  for (let i = 0; i < g.rows; i++) {
    for (let k = 0; k < b.rows; k++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += gradient[i * columns + j] * b.values[k * columns + j];
      sums[i * b.rows + k] += sum;
    }
  }
}

/** sums (K×N) += aᵀ · gradient of g (M×N), a being M×K. */
export function addTransposedLeft(sums: Float64Array, a: FloatTensor, g: TrackedTensor<Float64Array>): void {
  const { gradient, columns } = g;
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.values[i * a.columns + k];
      for (let j = 0; j < columns; j++) sums[k * columns + j] += factor * gradient[i * columns + j];
    }
  }
}
