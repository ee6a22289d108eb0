/** Stored numbers: raw integers of a Q-format, or doubles of the comparison twin. */
export type Values = Int32Array | Float64Array;

/**
 * A matrix, row-major: element (r, c) is `values[r · columns + c]`. By convention a column is a sample.
 *
 * `gradient`, where there is one, has the same layout and holds ∂loss/∂value. In fixed-point it is a sum of
 * int32 contributions that is not clamped until it is used, held exactly as integers in doubles.
 */
export interface Tensor<V extends Values> {
  readonly rows: number;
  readonly columns: number;
  readonly values: V;
  readonly gradient?: Float64Array;
}

/** A tensor that takes part in differentiation. */
export interface TrackedTensor<V extends Values> extends Tensor<V> {
  readonly gradient: Float64Array;
}

export function elementCount(tensor: { readonly rows: number; readonly columns: number }): number {
  return tensor.rows * tensor.columns;
}

/** `10×128`, for messages. */
export function shapeText(tensor: { readonly rows: number; readonly columns: number }): string {
  return `${tensor.rows}×${tensor.columns}`;
}

/** A view of some rows: it shares the values, and the gradient where there is one. */
export function rowsOf<V extends Values>(
  tensor: TrackedTensor<V>,
  first: number,
  count: number,
): TrackedTensor<V>;
export function rowsOf<V extends Values>(tensor: Tensor<V>, first: number, count: number): Tensor<V>;
export function rowsOf<V extends Values>(tensor: Tensor<V>, first: number, count: number): Tensor<V> {
  const { columns, values, gradient } = tensor;
  const from = first * columns;
  const end = from + count * columns;
  return {
    rows: count,
    columns,
    values: values.subarray(from, end) as V, // a view has its array's type
    ...(gradient === undefined ? {} : { gradient: gradient.subarray(from, end) }),
  };
}
