import type { Tensor } from '../tensor.js';

/**
 * total += a∘b, bounds += the greatest magnitude of a term in the row. That is rounded, but below 2^53 the
 * rounded product is the exact one.
 */
export function addElementwise(
  total: Float64Array,
  bounds: Float64Array,
  a: Tensor<Int32Array>,
  b: Tensor<Int32Array>,
): void {
  const left = a.values;
  const right = b.values;
  for (let r = 0, i = 0; r < a.rows; r++) {
    let peak = 0;
    for (const end = i + a.columns; i < end; i++) {
      const term = left[i] * right[i];
      total[i] += term;
      peak = Math.max(peak, Math.abs(term));
    }
    bounds[r] += peak;
  }
}

/** total += a·1 for a column a: each element times one, in its whole row. */
export function addColumn(
  total: Float64Array,
  bounds: Float64Array,
  a: Tensor<Int32Array>,
  columns: number,
  one: number,
): void {
  for (let r = 0, i = 0; r < a.rows; r++) {
    const term = a.values[r] * one;
    for (const end = i + columns; i < end; i++) total[i] += term;
    bounds[r] += Math.abs(term);
  }
}
