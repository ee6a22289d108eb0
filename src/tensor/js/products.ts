import { INT32_LIMIT } from '../../fixedpoint/int32.js';
import type { Product } from '../backend.js';
import { addMatmul, matmulTransposed } from '../matmul.js';
import { createScratch } from '../scratch.js';
import { elementCount, type Tensor, type TrackedTensor } from '../tensor.js';
import { addBounds, allWithin, createGradientBounds, isExact } from './bounds.js';
import { clampArray } from './elementwise.js';
import { load, loadTransposed, loadWithPeaks } from './load.js';
import { accumulateAll, accumulateRounded, createRounding, roundAll, roundSums } from './rounding.js';
import { addColumn, addElementwise } from './terms.js';
import {
  accumulateWide,
  addElementwiseProduct,
  addRowProduct,
  addToAll,
  clearWideRow,
  createWideRow,
  roundWide,
  type Operand,
  type WideRow,
} from './wide.js';

type RawTensor = Tensor<Int32Array>;
type TrackedRaw = TrackedTensor<Int32Array>;

/** Sums of products in Q-format: exact, rounded once, clamped. Each function returns how many were clamped. */
export interface ProductSums {
  productSum(dst: RawTensor, products: readonly Product<Int32Array>[]): number;
  accumulateLeft(a: TrackedRaw, g: TrackedRaw, b: RawTensor): number;
  accumulateRight(b: TrackedRaw, a: RawTensor, g: TrackedRaw, parts: number): number;
  /** Clamps a gradient, which is to be done whenever one has changed. */
  settle(g: TrackedRaw): number;
}

/**
 * Every row of sums is first bounded from its operands. Below 2^53 it is accumulated in doubles, where it is
 * then exact; otherwise that row is done again beside an exact residue, at a few times the cost. Where no sum can be
 * clamped either, as is usual, they are rounded without a check. The choice changes the time, never the result.
 */
export function createProductSums(fracBits: number): ProductSums {
  const one = 2 ** fracBits;
  const rounding = createRounding(fracBits);
  const left = createScratch();
  const right = createScratch();
  const sums = createScratch();
  const rowPeaks = createScratch();
  const rowBounds = createScratch();
  const gradients = createGradientBounds();
  let wideRow = createWideRow(0);

  function clearedRow(columns: number): WideRow {
    if (wideRow.sums.length < columns) wideRow = createWideRow(columns);
    else clearWideRow(wideRow);
    return wideRow;
  }

  /** Adds a product to `total`, and to `bounds` what the terms of each row can add up to. */
  function addProduct(total: Float64Array, bounds: Float64Array, product: Product<Int32Array>): void {
    const { kind, a } = product;
    if (kind === 'multiply') {
      addElementwise(total, bounds, a, product.b);
    } else if (kind === 'column') {
      addColumn(total, bounds, a, product.columns, one);
    } else {
      const { b } = product;
      const factors = left.reserve(even(a.rows) * a.columns);
      const operand = right.reserve(elementCount(b));
      const peaks = rowPeaks.reserve(b.rows);
      load(factors, a.values, elementCount(a));
      loadWithPeaks(operand, b.values, b.rows, b.columns, peaks);
      addBounds(bounds, factors, a.rows, a.columns, peaks, 0);
      addMatmul(total, factors, operand, 0, a.rows, a.columns, b.columns);
    }
  }

  /** One row of a sum of products, whatever its magnitude. */
  function productSumRow(dst: RawTensor, products: readonly Product<Int32Array>[], row: number): number {
    const { columns } = dst;
    const wide = clearedRow(columns);
    for (const product of products) {
      const { kind, a } = product;
      if (kind === 'multiply') {
        addElementwiseProduct(wide, a.values, product.b.values, row * columns, columns);
      } else if (kind === 'column') {
        addToAll(wide, a.values[row], one, columns);
      } else {
        addRowProduct(wide, operandOf(a), row, operandOf(product.b), a.columns, columns);
      }
    }
    return roundWide(dst.values, row * columns, wide, columns, fracBits);
  }

  return {
    settle(g) {
      // Where the magnitudes add up to less than the limit, as they mostly do, none of them exceeds it.
      const { rowSums } = gradients.measure(g);
      let sum = 0;
      for (let r = 0; r < g.rows; r++) sum += rowSums[r];
      if (sum <= INT32_LIMIT) return 0;
      const overflows = clampArray(g.gradient, g.gradient.length);
      if (overflows > 0) gradients.measure(g);
      return overflows;
    },

    productSum(dst, products) {
      const { rows, columns } = dst;
      const total = sums.reserve(even(rows) * columns);
      const bounds = rowBounds.reserve(rows);
      total.fill(0, 0, rows * columns);
      bounds.fill(0, 0, rows);
      for (const product of products) addProduct(total, bounds, product);
      if (allWithin(bounds, rows, rounding.limit)) {
        roundAll(dst.values, total, rows * columns, rounding);
        return 0;
      }

      let overflows = 0;
      for (let row = 0; row < rows; row++) {
        const start = row * columns;
        overflows += isExact(bounds[row])
          ? roundSums(dst.values, total, start, start + columns, rounding)
          : productSumRow(dst, products, row);
      }
      return overflows;
    },

    accumulateLeft(a, g, b) {
      const { rows, columns: inner } = g;
      const columns = b.rows;
      const operand = right.reserve(even(columns) * inner);
      const peaks = rowPeaks.reserve(columns);
      loadWithPeaks(operand, b.values, columns, inner, peaks);
      let peak = 0;
      for (let k = 0; k < columns; k++) peak = Math.max(peak, peaks[k]);
      if (peak === 0) return 0;
      const bounds = rowBounds.reserve(rows);
      const rowSums = gradients.of(g).rowSums;
      for (let i = 0; i < rows; i++) bounds[i] = rowSums[i] * peak;

      const total = sums.reserve(multipleOf4(rows) * columns);
      matmulTransposed(total, paddedRows(g, left), operand, rows, inner, columns);
      if (allWithin(bounds, rows, rounding.limit)) {
        accumulateAll(a.gradient, total, rows * columns, rounding);
        return 0;
      }

      const factors = operandOf({ ...g, values: Int32Array.from(g.gradient) });
      const transposed = { ...operandOf(b), rowStride: 1, columnStride: inner };
      let overflows = 0;
      for (let row = 0; row < rows; row++) {
        const start = row * columns;
        if (isExact(bounds[row])) {
          overflows += accumulateRounded(a.gradient, total, start, start + columns, rounding);
        } else {
          const wide = clearedRow(columns);
          addRowProduct(wide, factors, row, transposed, inner, columns);
          overflows += accumulateWide(a.gradient, start, wide, columns, fracBits);
        }
      }
      return overflows;
    },

    accumulateRight(b, a, g, parts) {
      const { rows, columns } = b;
      const { rowPeaks: peaks } = gradients.of(g);
      const inner = a.rows / parts;
      const factors = left.reserve(even(rows) * inner);
      const total = sums.reserve(even(rows) * columns);
      const bounds = rowBounds.reserve(rows);
      let overflows = 0;
      for (let first = 0; first < a.rows; first += inner) {
        loadTransposed(factors, a.values, first * rows, inner, rows);
        bounds.fill(0, 0, rows);
        addBounds(bounds, factors, rows, inner, peaks, first);
        total.fill(0, 0, rows * columns);
        addMatmul(total, factors, g.gradient, first * columns, rows, inner, columns);
        if (allWithin(bounds, rows, rounding.limit)) {
          accumulateAll(b.gradient, total, rows * columns, rounding);
          continue;
        }
        const operand = {
          ...operandOf({ ...g, values: Int32Array.from(g.gradient) }),
          start: first * columns,
        };
        const transposed = { values: a.values, start: first * rows, rowStride: 1, columnStride: rows };
        for (let row = 0; row < rows; row++) {
          const start = row * columns;
          if (isExact(bounds[row])) {
            overflows += accumulateRounded(b.gradient, total, start, start + columns, rounding);
          } else {
            const wide = clearedRow(columns);
            addRowProduct(wide, transposed, row, operand, inner, columns);
            overflows += accumulateWide(b.gradient, start, wide, columns, fracBits);
          }
        }
      }
      return overflows;
    },
  };
}

function even(count: number): number {
  return count + (count & 1);
}

function multipleOf4(count: number): number {
  return (count + 3) & ~3;
}

/** The gradient itself where its rows are a multiple of four; otherwise a copy with room for as many. */
function paddedRows(g: TrackedRaw, scratch: { reserve(length: number): Float64Array }): Float64Array {
  if ((g.rows & 3) === 0) return g.gradient;
  const copy = scratch.reserve(multipleOf4(g.rows) * g.columns);
  copy.set(g.gradient);
  return copy;
}

function operandOf(tensor: RawTensor): Operand {
  return { values: tensor.values, start: 0, rowStride: tensor.columns, columnStride: 1 };
}
