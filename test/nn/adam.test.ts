import { describe, expect, it } from 'vitest';
import { createAdam, FLOAT_EPSILON } from '../../src/nn/adam.js';
import { createParameters } from '../../src/nn/parameters.js';
import { createFloatBackend, MATH_KERNEL } from '../../src/tensor/float/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import { originalKernels } from '../golden/original-kernels.js';
import { int32s, primitives } from '../golden/primitives.js';

describe('Adam', () => {
  it('makes the steps of the original program', () => {
    const { param0, a, b1Raw, b2Raw, eRaw, steps } = primitives.adam;
    const one = 2 ** 24;
    const backend = createJsBackend();
    const parameters = createParameters(backend, [{ name: 'p', rows: 1, columns: param0.length }]);
    const adam = createAdam(backend, parameters, originalKernels.rsqrt, {
      learningRate: a,
      beta1: b1Raw / one,
      beta2: b2Raw / one,
      epsilon: eRaw / one,
    });
    parameters.flat.values.set(int32s(param0));
    for (const { grad, alphaRaw, m, n, param } of steps) {
      parameters.flat.gradient.set(int32s(grad));
      expect(adam.step()).toBe(alphaRaw);
      expect(adam.m).toEqual(int32s(m));
      expect(adam.n).toEqual(int32s(n));
      expect(parameters.flat.values).toEqual(int32s(param));
    }
  });

  it('is the textbook formula in floating point', () => {
    const backend = createFloatBackend();
    const parameters = createParameters(backend, [{ name: 'p', rows: 1, columns: 1 }]);
    const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: FLOAT_EPSILON };
    const adam = createAdam(backend, parameters, MATH_KERNEL, settings);
    let [p, m, n] = [0, 0, 0];
    for (let t = 1; t <= 5; t++) {
      const g = 0.3 * t - 1;
      m = 0.9 * m + 0.1 * g;
      n = 0.999 * n + 0.001 * g * g;
      const rate = (0.01 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      p -= (rate * m) / Math.sqrt(n + FLOAT_EPSILON);
      parameters.flat.gradient[0] = g;
      adam.step();
      expect(parameters.flat.values[0]).toBeCloseTo(p, 12);
    }
  });

  it('clamps a gradient that grew beyond int32, and counts it', () => {
    const backend = createJsBackend();
    const parameters = createParameters(backend, [{ name: 'p', rows: 1, columns: 2 }]);
    const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 2 ** -24 };
    const adam = createAdam(backend, parameters, originalKernels.rsqrt, settings);
    parameters.flat.gradient.set([2 ** 35, 100]);
    adam.step();
    expect(backend.overflows.byPlace.get('adam.gradient')).toBe(1);
    expect(adam.m[0]).toBeGreaterThan(2 ** 27);
  });
});
