import type { Backend } from '../tensor/backend.js';
import { elementCount, type TrackedTensor, type Values } from '../tensor/tensor.js';

/** The name and shape of one parameter tensor. */
export interface ParameterShape {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The parameters of a model in one flat vector, each tensor row-major, in the order of the layout. `flat` and
 * the tensors share their memory, so that an optimizer sees one vector and a layer its own matrices.
 */
export interface Parameters<V extends Values> {
  readonly layout: readonly ParameterShape[];
  readonly flat: TrackedTensor<V>;
  readonly tensors: ReadonlyMap<string, TrackedTensor<V>>;
}

/** @returns parameters of zeros */
export function createParameters<V extends Values>(
  backend: Backend<V>,
  layout: readonly ParameterShape[],
): Parameters<V> {
  const count = layout.reduce((sum, shape) => sum + elementCount(shape), 0);
  const flat: TrackedTensor<V> = {
    rows: 1,
    columns: count,
    values: backend.allocate(count),
    gradient: backend.allocateGradient(count),
  };
  const tensors = new Map<string, TrackedTensor<V>>();
  let offset = 0;
  for (const { name, rows, columns } of layout) {
    const end = offset + rows * columns;
    tensors.set(name, {
      rows,
      columns,
      values: flat.values.subarray(offset, end) as V, // a view has its array's type
      gradient: flat.gradient.subarray(offset, end),
    });
    offset = end;
  }
  return { layout, flat, tensors };
}

/** @throws RangeError for a name that the layout does not have */
export function parameter<V extends Values>(parameters: Parameters<V>, name: string): TrackedTensor<V> {
  const tensor = parameters.tensors.get(name);
  if (tensor === undefined) throw new RangeError(`no parameter is named ${name}`);
  return tensor;
}

/**
 * Tensors that follow each other in the layout, stacked to one matrix that shares their memory.
 *
 * @throws RangeError where they do not follow each other, or differ in their columns
 */
export function stackedParameters<V extends Values>(
  parameters: Parameters<V>,
  names: readonly string[],
): TrackedTensor<V> {
  const first = parameters.layout.findIndex(({ name }) => name === names[0]);
  const shapes = parameters.layout.slice(first, first + names.length);
  const { columns } = shapes[0];
  if (!shapes.every((shape, i) => shape.name === names[i] && shape.columns === columns)) {
    throw new RangeError(`the parameters ${names.join(', ')} do not lie on top of each other`);
  }
  const offset = parameters.layout.slice(0, first).reduce((sum, shape) => sum + elementCount(shape), 0);
  const rows = shapes.reduce((sum, shape) => sum + shape.rows, 0);
  const end = offset + rows * columns;
  const { values, gradient } = parameters.flat;
  return {
    rows,
    columns,
    values: values.subarray(offset, end) as V, // a view has its array's type
    gradient: gradient.subarray(offset, end),
  };
}
