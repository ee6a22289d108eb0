import { rawFromReal } from '../../fixedpoint/int32.js';
import type { Backend } from '../backend.js';
import { gatherColumns } from '../gather.js';
import { createOverflowLog } from '../overflow-log.js';
import { cellGradient } from './cell-gradient.js';
import * as elementwise from './elementwise.js';
import * as gradients from './gradients.js';
import { createProductSums } from './products.js';
import { createRounding } from './rounding.js';

export interface JsBackendOptions {
  /** n of Q(32−n).n, 1 to 30; 24 unless given. */
  readonly fracBits?: number;
}

/** Fixed-point on int32 in plain JavaScript: portable, and the same to the last bit on every machine. */
export function createJsBackend(options: JsBackendOptions = {}): Backend<Int32Array> {
  const fracBits = options.fracBits ?? 24;
  const one = 2 ** fracBits;
  const rounding = createRounding(fracBits);
  const overflows = createOverflowLog();
  const products = createProductSums(fracBits);

  return {
    name: 'js',
    overflows,
    allocate: (length) => new Int32Array(length),
    allocateGradient: (length) => new Float64Array(length),
    allocateIndices: (length) => new Int32Array(length),
    encode: (value) => rawFromReal(value, fracBits),
    decode: (stored) => stored / one,

    gatherColumns,
    add(dst, a, b, length, place) {
      overflows.add(place, elementwise.addArrays(dst, a, b, length));
    },
    subtract(dst, a, b, length, place) {
      overflows.add(place, elementwise.subtractArrays(dst, a, b, length));
    },
    multiply(dst, a, b, length, place) {
      overflows.add(place, elementwise.multiplyArrays(dst, a, b, length, fracBits));
    },
    addConstant(dst, a, constant, length, place) {
      overflows.add(place, elementwise.addConstantToArray(dst, a, constant, length));
    },
    scale(dst, a, factor, length, place) {
      overflows.add(place, elementwise.scaleArray(dst, a, factor, length, fracBits));
    },
    productSum(dst, terms, place) {
      overflows.add(place, products.productSum(dst, terms));
    },
    sum(dst, src, length, place) {
      overflows.add(place, elementwise.sumArray(dst, src, length));
    },
    sigmoid: (dst, src, length, kernel) => kernel.array(leading(src, length), leading(dst, length)),
    tanh: (dst, src, length, kernel) => kernel.array(leading(src, length), leading(dst, length)),
    reciprocalSquareRoot: (dst, src, length, kernel) =>
      kernel.array(leading(src, length), leading(dst, length)),

    clearGradient(gradient, length) {
      gradient.fill(0, 0, length);
    },
    settleGradient(tensor, place) {
      overflows.add(place, products.settle(tensor));
    },
    loadGradient(dst, gradient, length) {
      for (let i = 0; i < length; i++) dst[i] = gradient[i];
    },
    accumulate(dst, g, sign, length) {
      for (let i = 0; i < length; i++) dst[i] += sign * g[i];
    },
    accumulateProduct(dst, g, other, length, place) {
      overflows.add(place, gradients.accumulateProducts(dst, g, other, length, rounding));
    },
    accumulateLeft(a, g, b, place) {
      overflows.add(place, products.accumulateLeft(a, g, b));
    },
    accumulateRight(b, a, g, parts, place) {
      overflows.add(place, products.accumulateRight(b, a, g, parts));
    },
    accumulateRowSums(a, g, place) {
      overflows.add(place, elementwise.accumulateRowSums(a.gradient, g.gradient, g.rows, g.columns));
    },
    accumulateSigmoid(dst, g, y, length, place) {
      overflows.add(place, gradients.accumulateSlopes(dst, g, y, 0, length, rounding));
    },
    accumulateTanh(dst, g, y, length, place) {
      overflows.add(place, gradients.accumulateSlopes(dst, g, y, one, length, rounding));
    },
    cellGradient: (cell) => cellGradient(cell, rounding),
    accumulateSquaredError(dst, y, target, length, place, total = length) {
      const share = rawFromReal(1 / total, fracBits);
      overflows.add(place, gradients.accumulateErrorShare(dst, y, target, share, length, fracBits));
    },
  };
}

/** The array itself where it has that length, as it has in a recorded tape: no view is made then. */
function leading(array: Int32Array, length: number): Int32Array {
  return array.length === length ? array : array.subarray(0, length);
}
