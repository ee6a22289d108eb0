import type { Backend } from '../backend.js';
import type { Kernel } from '../kernel.js';
import { gatherColumns } from '../gather.js';
import { createOverflowLog } from '../overflow-log.js';
import { elementCount } from '../tensor.js';
import { createFloatProducts } from './products.js';

/** The comparison twin, which also says what range a fixed-point format would have to cover. */
export interface FloatBackend extends Backend<Float64Array> {
  /** The greatest magnitude that was seen in each place since the backend was made. */
  readonly ranges: ReadonlyMap<string, number>;
}

/**
 * Stands where a network wants kernels: this backend computes with `Math` and calls none.
 */
export const MATH_KERNEL: Kernel = Object.freeze({
  name: 'Math',
  scalar: notCalled,
  array: notCalled,
});

function notCalled(): never {
  throw new Error('the float backend calls no kernel; another backend needs a fixed-point one');
}

/**
 * Double-precision arithmetic: nothing is rounded to a format, nothing overflows, and the functions are those
 * of `Math`, whatever kernel is given. Results may differ in the last bits between JavaScript engines.
 */
export function createFloatBackend(): FloatBackend {
  const ranges = new Map<string, number>();
  const products = createFloatProducts();

  /** Every operation ends here: the range of what it wrote. */
  function observe(place: string, values: Float64Array, length: number): void {
    let peak = ranges.get(place) ?? 0;
    for (let i = 0; i < length; i++) peak = Math.max(peak, Math.abs(values[i]));
    ranges.set(place, peak);
  }

  return {
    name: 'float',
    overflows: createOverflowLog(),
    ranges,
    allocate: (length) => new Float64Array(length),
    allocateGradient: (length) => new Float64Array(length),
    allocateIndices: (length) => new Int32Array(length),
    encode: (value) => value,
    decode: (stored) => stored,

    gatherColumns,
    add(dst, a, b, length, place) {
      for (let i = 0; i < length; i++) dst[i] = a[i] + b[i];
      observe(place, dst, length);
    },
    subtract(dst, a, b, length, place) {
      for (let i = 0; i < length; i++) dst[i] = a[i] - b[i];
      observe(place, dst, length);
    },
    multiply(dst, a, b, length, place) {
      for (let i = 0; i < length; i++) dst[i] = a[i] * b[i];
      observe(place, dst, length);
    },
    addConstant(dst, a, constant, length, place) {
      for (let i = 0; i < length; i++) dst[i] = a[i] + constant;
      observe(place, dst, length);
    },
    scale(dst, a, factor, length, place) {
      for (let i = 0; i < length; i++) dst[i] = a[i] * factor;
      observe(place, dst, length);
    },
    productSum(dst, terms, place) {
      products.productSum(dst, terms);
      observe(place, dst.values, elementCount(dst));
    },
    sum(dst, src, length, place) {
      let sum = 0;
      for (let i = 0; i < length; i++) sum += src[i];
      dst[0] = sum;
      observe(place, dst, 1);
    },
    sigmoid(dst, src, length) {
      for (let i = 0; i < length; i++) dst[i] = 1 / (1 + Math.exp(-src[i]));
    },
    tanh(dst, src, length) {
      for (let i = 0; i < length; i++) dst[i] = Math.tanh(src[i]);
    },
    reciprocalSquareRoot(dst, src, length) {
      for (let i = 0; i < length; i++) dst[i] = 1 / Math.sqrt(src[i]);
    },

    clearGradient(gradient, length) {
      gradient.fill(0, 0, length);
    },
    settleGradient(tensor, place) {
      observe(place, tensor.gradient, tensor.gradient.length);
    },
    loadGradient(dst, gradient, length) {
      for (let i = 0; i < length; i++) dst[i] = gradient[i];
    },
    accumulate(dst, g, sign, length) {
      for (let i = 0; i < length; i++) dst[i] += sign * g[i];
    },
    accumulateProduct(dst, g, other, length) {
      for (let i = 0; i < length; i++) dst[i] += g[i] * other[i];
    },
    accumulateLeft: products.accumulateLeft,
    accumulateRight: products.accumulateRight,
    accumulateRowSums(a, { gradient, rows, columns }) {
      for (let r = 0, i = 0; r < rows; r++) {
        for (const end = i + columns; i < end; i++) a.gradient[r] += gradient[i];
      }
    },
    accumulateSigmoid(dst, g, y, length) {
      for (let i = 0; i < length; i++) dst[i] += y[i] * (1 - y[i]) * g[i];
    },
    accumulateTanh(dst, g, y, length) {
      for (let i = 0; i < length; i++) dst[i] += (1 - y[i] * y[i]) * g[i];
    },
    accumulateSquaredError(dst, y, target, length, _place, total = length) {
      for (let i = 0; i < length; i++) dst[i] += (y[i] - target[i]) / total;
    },
  };
}
