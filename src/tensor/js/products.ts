import { elementCount, type Tensor, type TrackedTensor } from '../tensor.js';
import type { Product } from '../backend.js';
import {
  addMatmul,
  greatestRowSum,
  load,
  loadTransposed,
  loadWithRowPeaks,
  matmulTransposed,
} from './matmul.js';
import { accumulateRounded, EXACT_SUM, roundSums } from './rounding.js';
import { createScratch } from './scratch.js';
import {
  accumulateWide,
  addMatmulTransposedWide,
  addMatmulWide,
  addProductsWide,
  clearWideSums,
  createWideSums,
  roundWide,
  type WideSums,
} from './wide.js';

type Int32Tensor = Tensor<Int32Array>;

/** Sums of products in Q-format: exact, rounded once, clamped. Each function returns how many were clamped. */
export interface ProductSums {
  productSum(dst: Int32Tensor, products: readonly Product<Int32Array>[]): number;
  accumulateLeft(a: TrackedTensor<Int32Array>, g: TrackedTensor<Int32Array>, b: Int32Tensor): number;
  accumulateRight(b: TrackedTensor<Int32Array>, a: Int32Tensor, g: TrackedTensor<Int32Array>): number;
}

/**
 * Each sum is first bounded from the operands. Below 2^53 it is accumulated in doubles, where it is then
 * exact; otherwise it is done again with an exact residue, at about three times the cost. The choice changes
 * the time, never the result.
 */
export function createProductSums(fracBits: number): ProductSums {
  const left = createScratch();
  const right = createScratch();
  const peaks = createScratch();
  const sums = createScratch();
  let wide = createWideSums(0);

  const even = (count: number): number => count + (count & 1);

  function clearedWide(length: number): WideSums {
    if (wide.sums.length < length) wide = createWideSums(length);
    else clearWideSums(wide);
    return wide;
  }

  /** Adds a product to `total` and returns the greatest magnitude that a sum of its terms can have. */
  function addProduct(total: Float64Array, { kind, a, b }: Product<Int32Array>): number {
    if (kind === 'multiply') return addElementwise(total, a.values, b.values, elementCount(a));
    const factors = left.reserve(even(a.rows) * a.columns);
    const operand = right.reserve(elementCount(b));
    const rowPeaks = peaks.reserve(b.rows);
    load(factors, a.values, elementCount(a));
    loadWithRowPeaks(operand, b.values, b.rows, b.columns, rowPeaks);
    addMatmul(total, factors, operand, a.rows, a.columns, b.columns);
    return greatestRowSum(factors, a.rows, a.columns, rowPeaks);
  }

  function productSumWide(dst: Int32Tensor, products: readonly Product<Int32Array>[]): number {
    const total = clearedWide(elementCount(dst));
    for (const { kind, a, b } of products) {
      if (kind === 'multiply') {
        addProductsWide(total, a.values, b.values, elementCount(dst));
      } else {
        const factors = left.reserve(elementCount(a));
        const operand = right.reserve(elementCount(b));
        load(factors, a.values, elementCount(a));
        load(operand, b.values, elementCount(b));
        addMatmulWide(total, factors, operand, a.rows, a.columns, b.columns);
      }
    }
    return roundWide(dst.values, total, elementCount(dst), fracBits);
  }

  return {
    productSum(dst, products) {
      const length = elementCount(dst);
      const total = sums.reserve(even(dst.rows) * dst.columns);
      total.fill(0, 0, length);
      let bound = 0;
      for (const product of products) {
        bound += addProduct(total, product);
        if (bound >= EXACT_SUM) return productSumWide(dst, products);
      }
      return roundSums(dst.values, total, length, fracBits);
    },

    accumulateLeft(a, g, b) {
      const { rows, columns: inner } = g;
      const operand = right.reserve(even(b.rows) * inner);
      const factors = left.reserve(even(rows) * inner);
      const rowPeaks = peaks.reserve(Math.max(b.rows, inner));
      loadWithRowPeaks(operand, b.values, b.rows, inner, rowPeaks);
      let peak = 0;
      for (let k = 0; k < b.rows; k++) peak = Math.max(peak, rowPeaks[k]);
      if (peak === 0) return 0;
      rowPeaks.fill(peak, 0, inner);
      factors.set(g.gradient);
      if (greatestRowSum(factors, rows, inner, rowPeaks) >= EXACT_SUM) {
        const total = clearedWide(elementCount(a));
        addMatmulTransposedWide(total, factors, operand, rows, inner, b.rows);
        return accumulateWide(a.gradient, total, elementCount(a), fracBits);
      }
      const total = sums.reserve(elementCount(a));
      matmulTransposed(total, factors, operand, rows, inner, b.rows);
      return accumulateRounded(a.gradient, total, elementCount(a), fracBits);
    },

    accumulateRight(b, a, g) {
      const length = elementCount(b);
      const factors = left.reserve(even(a.columns) * a.rows);
      const operand = right.reserve(elementCount(g));
      const rowPeaks = peaks.reserve(g.rows);
      loadTransposed(factors, a.values, a.rows, a.columns);
      loadWithRowPeaks(operand, g.gradient, g.rows, g.columns, rowPeaks);
      if (greatestRowSum(factors, a.columns, a.rows, rowPeaks) >= EXACT_SUM) {
        const total = clearedWide(length);
        addMatmulWide(total, factors, operand, a.columns, a.rows, g.columns);
        return accumulateWide(b.gradient, total, length, fracBits);
      }
      const total = sums.reserve(even(a.columns) * g.columns);
      total.fill(0, 0, length);
      addMatmul(total, factors, operand, a.columns, a.rows, g.columns);
      return accumulateRounded(b.gradient, total, length, fracBits);
    },
  };
}

/** total += a∘b; returns the greatest magnitude of a term (a rounded double, but exact where below 2^53). */
function addElementwise(total: Float64Array, a: Int32Array, b: Int32Array, length: number): number {
  let peak = 0;
  for (let i = 0; i < length; i++) {
    const term = a[i] * b[i];
    total[i] += term;
    peak = Math.max(peak, Math.abs(term));
  }
  return peak;
}
