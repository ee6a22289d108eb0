import { describe, expect, test } from 'vitest';
import { trainingStepMacs } from '../../bench/macs.js';
import { createParameters } from '../../src/nn/parameters.js';
import { networkLayout, unrollNetwork, type NetworkShape } from '../../src/nn/network.js';
import type { Backend } from '../../src/tensor/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';

/** A backend that counts the multiply-accumulates of the matrix products it is asked for. */
function counting(): { readonly backend: Backend<Int32Array>; take(): number } {
  let count = 0;
  const js = createJsBackend();
  const backend: Backend<Int32Array> = {
    ...js,
    productSum(dst, products, place) {
      for (const product of products) {
        if (product.kind === 'matmul') count += product.a.rows * product.a.columns * product.b.columns;
      }
      js.productSum(dst, products, place);
    },
    accumulateLeft(a, g, b, place) {
      count += a.rows * a.columns * g.columns;
      js.accumulateLeft(a, g, b, place);
    },
    accumulateRight(b, a, g, parts, place) {
      count += b.rows * b.columns * a.rows;
      js.accumulateRight(b, a, g, parts, place);
    },
  };
  return {
    backend,
    take() {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}

const kernel = {
  name: 'identity',
  scalar: (x: number) => x,
  array: (src: Int32Array, dst: Int32Array) => dst.set(src),
};

describe('multiply-accumulates of a training step', () => {
  const base = { features: 6, timeSteps: 3, classes: 5, hidden: 4, rankW: 0, rankU: 0 };
  const shapes: readonly NetworkShape[] = [
    base,
    { ...base, rankW: 2 },
    { ...base, rankU: 3 },
    { ...base, rankW: 2, rankU: 1 },
    { ...base, timeSteps: 1 },
  ];
  test.each(shapes)('are those that the backend is asked for: %o', (shape) => {
    const { backend, take } = counting();
    const parameters = createParameters(backend, networkLayout(shape));
    const { tape } = unrollNetwork(backend, shape, parameters, { sigmoid: kernel, tanh: kernel }, 7);
    tape.forward();
    const forward = take();
    tape.backward();
    expect(trainingStepMacs(shape, 7)).toEqual({ forward, backward: take() });
  });
});
