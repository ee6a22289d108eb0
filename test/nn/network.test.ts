import { describe, expect, it } from 'vitest';
import { countHits, squaredErrorLoss, writeTargets } from '../../src/nn/classification.js';
import { initializeParameters } from '../../src/nn/initialize.js';
import { networkLayout, unrollNetwork, type NetworkShape } from '../../src/nn/network.js';
import { createParameters, parameter, stackedParameters } from '../../src/nn/parameters.js';
import { createFloatBackend, MATH_KERNEL } from '../../src/tensor/float/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { originalKernels } from '../golden/original-kernels.js';

const kernels = { sigmoid: MATH_KERNEL, tanh: MATH_KERNEL };
const SHAPES: readonly (NetworkShape & { readonly title: string })[] = [
  { title: 'full', features: 3, timeSteps: 4, hidden: 5, classes: 3, rankW: 0, rankU: 0 },
  { title: 'low rank', features: 4, timeSteps: 3, hidden: 5, classes: 2, rankW: 2, rankU: 3 },
];
const BATCH = 7;

describe.each(SHAPES)('the network in floating point, $title', (shape) => {
  const backend = createFloatBackend();
  const parameters = createParameters(backend, networkLayout(shape));
  initializeParameters(backend, parameters, 1);
  const network = unrollNetwork(backend, shape, parameters, kernels, BATCH);
  network.inputs.forEach(({ values }, t) => values.forEach((_, i) => (values[i] = Math.sin(i + 3 * t))));
  const labels = Uint8Array.from({ length: BATCH }, (_, j) => j % shape.classes);
  writeTargets(backend, network.target, labels);
  const loss = (): number => {
    network.tape.forward();
    return squaredErrorLoss(backend, [network]);
  };

  it('has the gradient that differences of the loss show', () => {
    loss();
    network.tape.backward();
    const { values, gradient } = parameters.flat;
    const step = 1e-5;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      values[i] = value + step;
      const above = loss();
      values[i] = value - step;
      const below = loss();
      values[i] = value;
      expect(gradient[i]).toBeCloseTo((above - below) / (2 * step), 7);
    }
    expect(gradient.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  });

  it('is what fixed-point computes, up to its rounding', () => {
    const fixed = createJsBackend();
    const raw = createParameters(fixed, networkLayout(shape));
    initializeParameters(fixed, raw, 1);
    const twin = unrollNetwork(fixed, shape, raw, originalKernels, BATCH);
    twin.inputs.forEach(({ values }, t) =>
      values.forEach((_, i) => (values[i] = fixed.encode(network.inputs[t].values[i]))),
    );
    writeTargets(fixed, twin.target, labels);
    twin.tape.forward();
    loss();
    twin.prediction.values.forEach((value, i) =>
      expect(Math.abs(value / 2 ** 24 - network.prediction.values[i])).toBeLessThan(0.01),
    );
  });

  it('says what range each place needs', () => {
    loss();
    const peak = Math.max(...network.prediction.values.map(Math.abs));
    expect(backend.ranges.get('linear')).toBeGreaterThanOrEqual(peak);
    expect([...backend.ranges.keys()]).toEqual(
      expect.arrayContaining(['lstm.gates', 'lstm.cell', 'lstm.hidden', 'linear']),
    );
  });
});

describe('parameters', () => {
  const shape = SHAPES[1];
  const backend = createJsBackend();
  const parameters = createParameters(backend, networkLayout(shape));

  it('are laid out as the recorded runs have them', () => {
    expect(parameters.layout.map(({ name }) => name).join(' ')).toBe(
      'Wf Wi Wc Wo Uf Ui Uc Uo bf bi bc bo Wl bl Wr Ur',
    );
  });

  it('share their memory with the flat vector and with stacks of them', () => {
    const stacked = stackedParameters(parameters, ['Wi', 'Wc']);
    parameter(parameters, 'Wc').values[3] = 77;
    parameter(parameters, 'Wc').gradient[3] = 88;
    const offset = 3 * shape.hidden * shape.rankW - shape.hidden * shape.rankW;
    expect(parameters.flat.values[offset + 3]).toBe(77);
    expect(stacked.values[shape.hidden * shape.rankW + 3]).toBe(77);
    expect(stacked.gradient[shape.hidden * shape.rankW + 3]).toBe(88);
    expect([stacked.rows, stacked.columns]).toEqual([2 * shape.hidden, shape.rankW]);
  });

  it('are not stacked where they do not follow each other', () => {
    expect(() => stackedParameters(parameters, ['Wf', 'Wc'])).toThrow(RangeError);
    expect(() => stackedParameters(parameters, ['Wo', 'Uf'])).toThrow(RangeError);
    expect(() => parameter(parameters, 'Wx')).toThrow(/Wx/);
  });
});

/** Two numbers in Q8.24. */
function rawPair(...values: readonly [number, number]): Tensor<Int32Array> {
  return { rows: 1, columns: 2, values: Int32Array.from(values, (value) => value * 2 ** 24) };
}

describe('scores', () => {
  it('count the first of the greatest predictions', () => {
    const prediction = { rows: 3, columns: 4, values: Float64Array.of(1, 5, 2, 0, 1, 5, 3, 0, 1, 4, 3, -1) };
    expect(countHits(prediction, Uint8Array.of(0, 0, 1, 0))).toBe(4);
    expect(countHits(prediction, Uint8Array.of(1, 1, 2, 1))).toBe(0);
  });

  it('are half the mean square, in real numbers', () => {
    const backend = createJsBackend();
    expect(squaredErrorLoss(backend, [{ prediction: rawPair(1, -2), target: rawPair(4, 2) }])).toBe(
      (9 + 16) / 4,
    );
  });
});
