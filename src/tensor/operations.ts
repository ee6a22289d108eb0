import type { Backend, Product } from './backend.js';
import { gatedCellStep } from './gated-cell.js';
import type { Binary, Operands, OperationTable, Step } from './step.js';
import { elementCount, type Tensor, type TrackedTensor, type Values } from './tensor.js';

/**
 * The calculus: which product of which values is the gradient of what. The arithmetic is the backend's.
 * Overflow in a backward step is counted under the place of the operation and `.gradient`.
 */
export function operationTable<V extends Values>(backend: Backend<V>): OperationTable<V> {
  const perform = (action: () => void): void =>
    backend.perform === undefined ? action() : backend.perform(action);

  /** Runs a backward step for a tracked output, once all that uses the output has contributed. */
  function backward(
    output: Tensor<V>,
    place: string,
    step: (g: Tracked<V>, place: string) => void,
  ): () => void {
    if (!isTracked(output)) return () => {};
    const gradientPlace = `${place}.gradient`;
    return () => {
      backend.settleGradient(output, gradientPlace);
      step(output, gradientPlace);
    };
  }

  function accumulateProductTerm(product: Product<V>, g: Tracked<V>, place: string): void {
    const { kind, a } = product;
    if (kind === 'matmul') {
      const { b, parts } = product;
      if (isTracked(a)) backend.accumulateLeft(a, g, b, place);
      if (isTracked(b)) backend.accumulateRight(b, a, g, parts ?? 1, place);
    } else if (kind === 'column') {
      if (isTracked(a)) backend.accumulateRowSums(a, g, place);
    } else {
      const { b } = product;
      const length = elementCount(g);
      if (isTracked(a)) backend.accumulateProduct(a.gradient, g.gradient, b.values, length, place);
      if (isTracked(b)) backend.accumulateProduct(b.gradient, g.gradient, a.values, length, place);
    }
  }

  function sumOrDifference(sign: 1 | -1) {
    return ({ a, b, output, place }: Binary<V>): Step => {
      const length = elementCount(output);
      return {
        forward: () =>
          sign === 1
            ? backend.add(output.values, a.values, b.values, length, place)
            : backend.subtract(output.values, a.values, b.values, length, place),
        backward: backward(output, place, (g) => {
          if (isTracked(a)) backend.accumulate(a.gradient, g.gradient, 1, length);
          if (isTracked(b)) backend.accumulate(b.gradient, g.gradient, sign, length);
        }),
      };
    };
  }

  function productSum({ products, output, place }: Operands<V>['productSum']): Step {
    return {
      forward: () => backend.productSum(output, products, place),
      backward: backward(output, place, (g, gradientPlace) => {
        for (const product of products) accumulateProductTerm(product, g, gradientPlace);
      }),
    };
  }

  const table: OperationTable<V> = {
    add: sumOrDifference(1),
    subtract: sumOrDifference(-1),
    multiply({ a, b, output, place }) {
      const length = elementCount(output);
      const product: Product<V> = { kind: 'multiply', a, b };
      return {
        forward: () => backend.multiply(output.values, a.values, b.values, length, place),
        backward: backward(output, place, (g, gradientPlace) =>
          accumulateProductTerm(product, g, gradientPlace),
        ),
      };
    },
    matmul: ({ a, b, output, place }) => productSum({ products: [{ kind: 'matmul', a, b }], output, place }),
    productSum,
    slice({ input, output, firstRow, firstColumn, place }) {
      /** Calls `visit` with the position of each element in the output and in the input. */
      const forEach = (visit: (inner: number, outer: number) => void): void => {
        for (let r = 0; r < output.rows; r++) {
          for (let c = 0; c < output.columns; c++) {
            visit(r * output.columns + c, (firstRow + r) * input.columns + firstColumn + c);
          }
        }
      };
      return {
        forward: () => perform(() => forEach((inner, outer) => (output.values[inner] = input.values[outer]))),
        backward: backward(output, place, ({ gradient }) => {
          if (!isTracked(input)) return;
          perform(() => forEach((inner, outer) => (input.gradient[outer] += gradient[inner])));
        }),
      };
    },
    sum({ input, output, place }) {
      const length = elementCount(input);
      return {
        forward: () => backend.sum(output.values, input.values, length, place),
        backward: backward(output, place, ({ gradient }) => {
          if (!isTracked(input)) return;
          perform(() => {
            for (let i = 0; i < length; i++) input.gradient[i] += gradient[0];
          });
        }),
      };
    },
    sigmoid({ input, output, kernel, place }) {
      const length = elementCount(output);
      return {
        forward: () => backend.sigmoid(output.values, input.values, length, kernel),
        backward: backward(output, place, (g, gradientPlace) => {
          if (!isTracked(input)) return;
          backend.accumulateSigmoid(input.gradient, g.gradient, output.values, length, gradientPlace);
        }),
      };
    },
    tanh({ input, output, kernel, place }) {
      const length = elementCount(output);
      return {
        forward: () => backend.tanh(output.values, input.values, length, kernel),
        backward: backward(output, place, (g, gradientPlace) => {
          if (!isTracked(input)) return;
          backend.accumulateTanh(input.gradient, g.gradient, output.values, length, gradientPlace);
        }),
      };
    },
    gatedCell: (operands) => gatedCellStep(backend, table, operands),
    squaredError({ prediction, target, total, place }) {
      const length = elementCount(prediction);
      return {
        forward: () => {},
        backward: () => {
          if (!isTracked(prediction)) return;
          backend.accumulateSquaredError(
            prediction.gradient,
            prediction.values,
            target.values,
            length,
            `${place}.gradient`,
            total,
          );
        },
      };
    },
  };
  return table;
}

type Tracked<V extends Values> = TrackedTensor<V>;

export function isTracked<V extends Values>(tensor: Tensor<V>): tensor is TrackedTensor<V> {
  return tensor.gradient !== undefined;
}
