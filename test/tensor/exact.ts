import * as fc from 'fast-check';
import { roundShift } from '../../src/fixedpoint/rounding.js';
import { elementCount, type Tensor, type TrackedTensor } from '../../src/tensor/tensor.js';

/** What the backends are compared with: bigint, rounded once, clamped, and counted where clamped. */
export interface Exact {
  readonly value: number;
  readonly overflow: boolean;
}

const LIMIT = 2n ** 31n - 1n;

export function clamp(value: bigint): Exact {
  if (value > LIMIT) return { value: Number(LIMIT), overflow: true };
  if (value < -LIMIT) return { value: Number(-LIMIT), overflow: true };
  return { value: Number(value), overflow: false };
}

export function roundAndClamp(value: bigint, fracBits: number): Exact {
  return clamp(roundShift(value, fracBits, 'pseudo-stochastic'));
}

/** The element (row, column) of a·b before rounding. */
export function dot(a: Tensor<Int32Array>, row: number, b: Tensor<Int32Array>, column: number): bigint {
  let sum = 0n;
  for (let k = 0; k < a.columns; k++) {
    sum += BigInt(a.values[row * a.columns + k]) * BigInt(b.values[k * b.columns + column]);
  }
  return sum;
}

export function transpose(tensor: Tensor<Int32Array>): Tensor<Int32Array> {
  const { rows, columns, values } = tensor;
  const result = new Int32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c];
  }
  return { rows: columns, columns: rows, values: result };
}

/** Every element of a result, by its row and column. */
export function eachElement(
  rows: number,
  columns: number,
  compute: (row: number, column: number) => Exact,
): { values: number[]; overflows: number } {
  const results = Array.from({ length: rows * columns }, (_, i) =>
    compute(Math.floor(i / columns), i % columns),
  );
  return {
    values: results.map(({ value }) => value),
    overflows: results.filter(({ overflow }) => overflow).length,
  };
}

/** A matrix whose elements are of about the given magnitudes: small ones stay exact in doubles, large do not. */
export function matrices(rows: number, columns: number, bits: number): fc.Arbitrary<Tensor<Int32Array>> {
  const limit = 2 ** bits - 1;
  const element = fc.oneof(
    { arbitrary: fc.integer({ min: -limit, max: limit }), weight: 8 },
    { arbitrary: fc.constantFrom(0, 1, -1, limit, -limit), weight: 2 },
  );
  return fc
    .array(element, { minLength: rows * columns, maxLength: rows * columns })
    .map((values) => ({ rows, columns, values: Int32Array.from(values) }));
}

/** The same tensor with a gradient of zeros. */
export function tracked(tensor: Tensor<Int32Array>): TrackedTensor<Int32Array> {
  return { ...tensor, gradient: new Float64Array(elementCount(tensor)) };
}

/** A tensor whose gradient is the given matrix; its values do not matter. */
export function withGradient(gradient: Tensor<Int32Array>): TrackedTensor<Int32Array> {
  return {
    rows: gradient.rows,
    columns: gradient.columns,
    values: new Int32Array(elementCount(gradient)),
    gradient: Float64Array.from(gradient.values),
  };
}

export function emptyLike(rows: number, columns: number): Tensor<Int32Array> {
  return { rows, columns, values: new Int32Array(rows * columns) };
}
