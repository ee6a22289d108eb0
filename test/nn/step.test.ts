import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNpz } from '../../src/data/npz.js';
import { createAdam } from '../../src/nn/adam.js';
import { writeTargets } from '../../src/nn/classification.js';
import { networkLayout, unrollNetwork } from '../../src/nn/network.js';
import { createParameters } from '../../src/nn/parameters.js';
import { GATES, gateRows } from '../../src/tensor/cell.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { originalKernels } from '../golden/original-kernels.js';
import { ADAM, BATCH, SHAPE, toInt32s } from '../golden/training-runs.js';

const recorded = parseNpz(readFileSync(new URL('../golden/base_step0.npz', import.meta.url)));

function integers(name: string): Int32Array {
  const array = recorded.get(name);
  if (array === undefined) throw new RangeError(`no recorded array ${name}`);
  return toInt32s(array, name);
}

const js = createJsBackend();
/** The composition of single operations keeps the gradients inside the cells; going back in one pass does not. */
const { cellGradient: _, ...composition } = js;
const backends = [
  { name: 'operation by operation', backend: composition },
  { name: 'cells in one pass', backend: js },
];

/** Everything that the original program computed in its first step: 16 time steps of 10 hidden units. */
describe.each(backends)('the first training step of the original program, $name', ({ backend }) => {
  const shape = { ...SHAPE, rankW: 4, rankU: 0 };
  const parameters = createParameters(backend, networkLayout(shape));
  const adam = createAdam(backend, parameters, originalKernels.rsqrt, ADAM);
  const network = unrollNetwork(backend, shape, parameters, originalKernels, BATCH);

  parameters.flat.values.set(integers('params_init'));
  const batch = integers('batchX');
  const size = SHAPE.features * BATCH;
  network.inputs.forEach(({ values }, t) => values.set(batch.subarray(t * size, (t + 1) * size)));
  writeTargets(backend, network.target, Uint8Array.from(integers('batchY')));
  network.tape.forward();
  network.tape.backward();
  const gradients = [...parameters.flat.gradient];
  adam.step();

  /** The tensors of time step t in the order of the recording. */
  const nodes = (t: number): Record<string, Tensor<Int32Array>> => {
    const { gates, c, h } = network.steps[t];
    const [f, i, candidate, o] = GATES.map((gate) => gateRows(gates, gate));
    return { f, i, o, candidate, cell: c, hidden: h };
  };
  const nodeSize = SHAPE.hidden * BATCH;
  const nodeOf = (all: Int32Array, t: number, node: number): Int32Array =>
    all.slice((t * 6 + node) * nodeSize, (t * 6 + node + 1) * nodeSize);

  it('computes every gate and state', () => {
    const forward = integers('forward');
    for (let t = 0; t < SHAPE.timeSteps; t++) {
      Object.entries(nodes(t)).forEach(([name, { values }], node) =>
        expect(values, `${name} at step ${t}`).toEqual(nodeOf(forward, t, node)),
      );
    }
    expect(network.prediction.values).toEqual(integers('ypred'));
  });

  it.runIf(backend === composition)('computes the gradient of every gate and state', () => {
    const backward = integers('backward');
    for (let t = 0; t < SHAPE.timeSteps; t++) {
      Object.entries(nodes(t)).forEach(([name, { gradient }], node) =>
        expect(Int32Array.from(gradient ?? []), `${name} at step ${t}`).toEqual(nodeOf(backward, t, node)),
      );
    }
  });

  it('computes the gradients of the prediction and of every parameter', () => {
    expect(Int32Array.from(network.prediction.gradient ?? [])).toEqual(integers('ypred_grad'));
    expect(Int32Array.from(gradients)).toEqual(integers('grads'));
  });

  it('updates the moments and the parameters, and clears the gradients', () => {
    expect(adam.m).toEqual(integers('adam_m'));
    expect(adam.n).toEqual(integers('adam_n'));
    expect(parameters.flat.values).toEqual(integers('params_after'));
    expect(parameters.flat.gradient.every((value) => value === 0)).toBe(true);
  });

  it('gives the same gradients when it is replayed', () => {
    parameters.flat.values.set(integers('params_init'));
    network.tape.forward();
    network.tape.backward();
    expect([...parameters.flat.gradient]).toEqual(gradients);
  });
});
