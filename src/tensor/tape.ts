import type { Backend, Product } from './backend.js';
import { GATES, type CellPlaces, type GatedCell } from './cell.js';
import type { Kernel } from './kernel.js';
import { operationTable } from './operations.js';
import type { GatedCellOperands, Step } from './step.js';
import { elementCount, rowsOf, shapeText, type Tensor, type TrackedTensor, type Values } from './tensor.js';

/** A gradient sums int32 contributions, exactly in doubles, as long as there are fewer than 2^22 of them. */
const MAX_STEPS = 2 ** 20;

/**
 * A computation that is recorded once and replayed for each batch, in the buffers that it was recorded with.
 * Each recording method checks the shapes (RangeError), gives its output, and computes nothing yet.
 */
export interface Tape<V extends Values> {
  readonly backend: Backend<V>;
  /** A tensor of zeros, to be filled by the caller, without a gradient. */
  constant(rows: number, columns: number): Tensor<V>;
  /** Like `constant`, but tracked: a leaf whose gradient the caller reads. */
  variable(rows: number, columns: number): TrackedTensor<V>;

  add(a: Tensor<V>, b: Tensor<V>, place: string): Tensor<V>;
  subtract(a: Tensor<V>, b: Tensor<V>, place: string): Tensor<V>;
  /** Elementwise. */
  multiply(a: Tensor<V>, b: Tensor<V>, place: string): Tensor<V>;
  /** (M×K) · (K×N). */
  matmul(a: Tensor<V>, b: Tensor<V>, place: string): Tensor<V>;
  /** A sum of matrix and elementwise products, rounded once. */
  productSum(products: readonly Product<V>[], place: string): Tensor<V>;
  /** The rows from `first` on as a tensor of their own, which shares values and gradient: nothing is copied. */
  rows(input: Tensor<V>, first: number, count: number): Tensor<V>;
  /** A copy of `rows` × `columns` elements from the given corner. */
  slice(input: Tensor<V>, firstRow: number, firstColumn: number, rows: number, columns: number): Tensor<V>;
  /** All elements, as 1×1. */
  sum(input: Tensor<V>, place: string): Tensor<V>;
  sigmoid(input: Tensor<V>, kernel: Kernel, place: string): Tensor<V>;
  tanh(input: Tensor<V>, kernel: Kernel, place: string): Tensor<V>;
  /**
   * The cell of a long short-term memory: `products` are sums of 4·n rows, of which the gates are made (see
   * gated-cell.ts), `previous` is the state of n rows.
   */
  gatedCell(
    products: readonly Product<V>[],
    previous: Tensor<V>,
    kernels: GatedCellOperands<V>['kernels'],
    places: CellPlaces,
  ): GatedCell<V>;
  /**
   * The loss ½·mean((prediction − target)²): where `backward` starts.
   *
   * @param total how many elements the mean is over, where these are some of them
   */
  squaredError(prediction: Tensor<V>, target: Tensor<V>, place: string, total?: number): void;

  /** Computes every recorded value, in order. */
  forward(): void;
  /** Clears the gradients that this tape made, then runs every step backward. Gradients of leaves add up. */
  backward(): void;
  /** The same, operation by operation: for a run that the backend records as a whole. */
  readonly operations: { forward(): void; backward(): void };
}

/**
 * @param options.gradients false for evaluation only: nothing is tracked, which halves the memory
 */
export function createTape<V extends Values>(
  backend: Backend<V>,
  options: { readonly gradients?: boolean } = {},
): Tape<V> {
  const tracking = options.gradients ?? true;
  const table = operationTable(backend);
  const steps: Step[] = [];
  const gradients: Float64Array[] = [];

  function constant(rows: number, columns: number): Tensor<V> {
    return { rows, columns, values: backend.allocate(rows * columns) };
  }

  /** An output, tracked where any of its operands is. */
  function output(rows: number, columns: number, operands: readonly Tensor<V>[]): Tensor<V> {
    const tensor = constant(rows, columns);
    if (!tracking || operands.every(({ gradient }) => gradient === undefined)) return tensor;
    const gradient = backend.allocateGradient(rows * columns);
    gradients.push(gradient);
    return { ...tensor, gradient };
  }

  let forward: (() => void) | undefined;
  let backward: (() => void) | undefined;

  /** Runs a pass; where the backend can keep what it did, it does so until another step is recorded. */
  const replay = (run: () => void): (() => void) => backend.record?.([run]) ?? run;

  function runForward(): void {
    for (const step of steps) step.forward();
  }

  function runBackward(): void {
    for (const gradient of gradients) backend.clearGradient(gradient, gradient.length);
    for (let i = steps.length - 1; i >= 0; i--) steps[i].backward();
  }

  function record(step: Step): void {
    forward = undefined;
    backward = undefined;
    if (steps.length === MAX_STEPS) {
      throw new RangeError(`a tape holds at most ${MAX_STEPS} steps, or its gradients would not be exact`);
    }
    steps.push(step);
  }

  function elementwise(a: Tensor<V>, b: Tensor<V>, place: string): Tensor<V> {
    requireShape(b, a.rows, a.columns, place);
    return output(a.rows, a.columns, [a, b]);
  }

  /** The shape of a product, having checked that there is one. */
  function productShape(product: Product<V>, place: string): readonly [number, number] {
    const { kind, a } = product;
    if (kind === 'column') {
      requireShape(a, a.rows, 1, place);
      return [a.rows, product.columns];
    }
    const { b } = product;
    if (kind === 'multiply') {
      requireShape(b, a.rows, a.columns, place);
      return [a.rows, a.columns];
    }
    requireShape(b, a.columns, b.columns, place);
    const parts = product.parts ?? 1;
    if (a.rows % parts !== 0) {
      throw new RangeError(`${place}: ${shapeText(a)} does not divide into ${parts} blocks of rows`);
    }
    return [a.rows, b.columns];
  }

  /** The shape of a sum of products, having checked that all have it, and their factors. */
  function productSumShape(products: readonly Product<V>[], place: string) {
    if (products.length === 0) throw new RangeError(`${place}: a sum of no products has no shape`);
    const [rows, columns] = productShape(products[0], place);
    for (const product of products) {
      const [otherRows, otherColumns] = productShape(product, place);
      requireShape({ rows: otherRows, columns: otherColumns }, rows, columns, place);
    }
    const factors = products.flatMap((product) =>
      product.kind === 'column' ? [product.a] : [product.a, product.b],
    );
    return { rows, columns, factors };
  }

  function productSum(products: readonly Product<V>[], place: string): Tensor<V> {
    const { rows, columns, factors } = productSumShape(products, place);
    const result = output(rows, columns, factors);
    record(table.productSum({ products, output: result, place }));
    return result;
  }

  /** A tensor inside an operation, which clears the gradient itself. */
  function inner(
    rows: number,
    columns: number,
    values: V,
    track: boolean,
    allocate: (length: number) => Float64Array = backend.allocateGradient,
  ): Tensor<V> {
    const tensor = { rows, columns, values };
    return track ? { ...tensor, gradient: allocate(rows * columns) } : tensor;
  }

  const passing = new Map<number, Float64Array>();

  /** A gradient that is set and used in one step alone: all of one length are one, which stays in the cache. */
  function passingGradient(length: number): Float64Array {
    const gradient = passing.get(length) ?? backend.allocateGradient(length);
    passing.set(length, gradient);
    return gradient;
  }

  return {
    backend,
    constant,
    variable: (rows, columns) => ({
      ...constant(rows, columns),
      gradient: backend.allocateGradient(rows * columns),
    }),
    add(a, b, place) {
      const result = elementwise(a, b, place);
      record(table.add({ a, b, output: result, place }));
      return result;
    },
    subtract(a, b, place) {
      const result = elementwise(a, b, place);
      record(table.subtract({ a, b, output: result, place }));
      return result;
    },
    multiply(a, b, place) {
      const result = elementwise(a, b, place);
      record(table.multiply({ a, b, output: result, place }));
      return result;
    },
    matmul(a, b, place) {
      const [rows, columns] = productShape({ kind: 'matmul', a, b }, place);
      const result = output(rows, columns, [a, b]);
      record(table.matmul({ a, b, output: result, place }));
      return result;
    },
    productSum,
    rows(input, first, count) {
      if (first < 0 || first + count > input.rows) {
        throw new RangeError(`rows: ${count} from ${first} on are not inside ${shapeText(input)}`);
      }
      return rowsOf(input, first, count);
    },
    slice(input, firstRow, firstColumn, rows, columns) {
      const inside =
        firstRow >= 0 &&
        firstColumn >= 0 &&
        firstRow + rows <= input.rows &&
        firstColumn + columns <= input.columns;
      if (!inside) {
        throw new RangeError(
          `slice: ${rows}×${columns} from (${firstRow}, ${firstColumn}) is not inside ${shapeText(input)}`,
        );
      }
      const result = output(rows, columns, [input]);
      record(table.slice({ input, output: result, firstRow, firstColumn, place: 'slice' }));
      return result;
    },
    sum(input, place) {
      const result = output(1, 1, [input]);
      record(table.sum({ input, output: result, place }));
      return result;
    },
    sigmoid(input, kernel, place) {
      const result = output(input.rows, input.columns, [input]);
      record(table.sigmoid({ input, output: result, kernel, place }));
      return result;
    },
    tanh(input, kernel, place) {
      const result = output(input.rows, input.columns, [input]);
      record(table.tanh({ input, output: result, kernel, place }));
      return result;
    },
    gatedCell(products, previous, kernels, places) {
      const { rows, columns, factors } = productSumShape(products, places.sums);
      if (rows % GATES.length !== 0) {
        throw new RangeError(`${places.sums}: ${rows} rows do not divide into ${GATES.length} gates`);
      }
      requireShape(previous, rows / GATES.length, columns, places.c);
      const c = output(previous.rows, columns, [...factors, previous]);
      const h = output(previous.rows, columns, [c]);
      const track = c.gradient !== undefined;
      const gates = inner(rows, columns, backend.allocate(rows * columns), track);
      const sums = inner(rows, columns, gates.values, track, passingGradient);
      const squashed = inner(c.rows, columns, backend.allocate(c.rows * columns), track);
      record(table.gatedCell({ products, sums, gates, previous, c, squashed, h, kernels, places }));
      return { gates, previous, c, squashed, h };
    },
    squaredError(prediction, target, place, total = elementCount(prediction)) {
      requireShape(target, prediction.rows, prediction.columns, place);
      record(table.squaredError({ prediction, target, total, place }));
    },

    forward() {
      forward ??= replay(runForward);
      forward();
    },
    backward() {
      backward ??= replay(runBackward);
      backward();
    },
    operations: { forward: runForward, backward: runBackward },
  };
}

function requireShape(
  tensor: { readonly rows: number; readonly columns: number },
  rows: number,
  columns: number,
  place: string,
): void {
  if (tensor.rows !== rows || tensor.columns !== columns) {
    throw new RangeError(`${place}: expected an operand of ${rows}×${columns}, got ${shapeText(tensor)}`);
  }
}
