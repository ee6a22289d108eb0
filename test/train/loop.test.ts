import { describe, expect, it } from 'vitest';
import { initializeParameters } from '../../src/nn/initialize.js';
import { createFloatBackend, MATH_KERNEL } from '../../src/tensor/float/backend.js';
import { createTrainer, trainEpoch, type BatchReport } from '../../src/train/loop.js';
import type { Samples } from '../../src/train/samples.js';

const SHAPE = { features: 2, timeSteps: 3, classes: 2, hidden: 4, rankW: 0, rankU: 0 };
const ADAM = { learningRate: 0.05, beta1: 0.9, beta2: 0.999, epsilon: 2 ** -14 };
const KERNELS = { sigmoid: MATH_KERNEL, tanh: MATH_KERNEL, rsqrt: MATH_KERNEL };
const COUNT = 22;

/** Sample n is a run of numbers around n; its class is whether n is odd. */
const samples: Samples<Float64Array> = {
  values: Float64Array.from({ length: COUNT * 6 }, (_, i) => Math.floor(i / 6) + (i % 6) / 10),
  labels: Uint8Array.from({ length: COUNT }, (_, n) => n % 2),
  count: COUNT,
};
/** Linear in the sample, so that a trained network can do it. */
const separable: Samples<Float64Array> = {
  ...samples,
  values: samples.values.map((_, i) => (samples.labels[Math.floor(i / 6)] === 1 ? 1 : -1)),
};

function newTrainer(batch: number) {
  const backend = createFloatBackend();
  const trainer = createTrainer(backend, KERNELS, { shape: SHAPE, batch, adam: ADAM });
  initializeParameters(backend, trainer.parameters, 1);
  return trainer;
}

describe('an epoch', () => {
  it('takes the samples in the given order, time step by time step, and the last few as they are', () => {
    const trainer = newTrainer(8);
    const order = Int32Array.from({ length: COUNT }, (_, i) => (i * 5) % COUNT);
    const seen: number[] = [];
    const check = ({ network, batch, batches }: BatchReport<Float64Array>): void => {
      expect([batches, network.batch]).toEqual([3, batch < 2 ? 8 : 6]);
      for (let j = 0; j < network.batch; j++) {
        const sample = order[8 * batch + j];
        const [{ network: only }] = network.strips;
        only.inputs.forEach(({ values }, t) => {
          for (let f = 0; f < 2; f++) {
            expect(values[f * network.batch + j]).toBe(samples.values[sample * 6 + t * 2 + f]);
          }
        });
        expect(only.target.values[(sample % 2) * network.batch + j]).toBe(4);
        seen.push(sample);
      }
    };
    const batches = trainer.batches(samples, order, { afterGradients: check });
    while (batches.next().done !== true);
    expect(seen).toEqual([...order]);
  });

  it('scores every sample once, whatever the batch size', () => {
    const whole = newTrainer(COUNT).evaluate(samples);
    expect(whole.count).toBe(COUNT);
    for (const batch of [1, 5, 21, 40]) {
      const score = newTrainer(batch).evaluate(samples);
      expect([score.hits, score.count]).toEqual([whole.hits, COUNT]);
      expect(score.loss).toBeCloseTo(whole.loss, 12);
    }
  });

  it('learns what can be learnt', () => {
    const trainer = newTrainer(8);
    const order = Int32Array.from({ length: COUNT }, (_, i) => i);
    const before = trainer.evaluate(separable).loss;
    for (let epoch = 0; epoch < 60; epoch++) trainEpoch(trainer, separable, order);
    const after = trainer.evaluate(separable);
    expect(after.hits).toBe(COUNT);
    expect(after.loss).toBeLessThan(before / 10);
  });
});

describe('an evaluation', () => {
  it('changes nothing', () => {
    const trainer = newTrainer(8);
    const before = trainer.parameters.flat.values.slice();
    expect(trainer.evaluate(samples)).toEqual(trainer.evaluate(samples));
    expect(trainer.parameters.flat.values).toEqual(before);
    expect(trainer.parameters.flat.gradient.every((value) => value === 0)).toBe(true);
  });
});
