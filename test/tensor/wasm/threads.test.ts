import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import workerThreads, { type Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createAdam } from '../../../src/nn/adam.js';
import { networkLayout, unrollNetwork } from '../../../src/nn/network.js';
import { createParameters } from '../../../src/nn/parameters.js';
import { createRandomWords } from '../../../src/nn/random.js';
import type { Backend } from '../../../src/tensor/backend.js';
import { createJsBackend } from '../../../src/tensor/js/backend.js';
import { createWasmBackend } from '../../../src/tensor/wasm/backend.js';
import type { Balance } from '../../../src/tensor/wasm/shares.js';
import { originalKernels } from '../../golden/original-kernels.js';

type Raw = Backend<Int32Array>;

/** More threads than most machines have cores: then some sleep where others wait for them. */
const contestants: readonly (readonly [string, Raw])[] = [
  ['js', createJsBackend()],
  ...[1, 2, 3, 7].map((threads) => [`${threads} threads`, createWasmBackend({ threads })] as const),
  ['3 threads, divided anew each time', createWasmBackend({ threads: 3, balance: randomShares() })],
];

/** Some threads have next to nothing, or nothing, to do. */
function randomShares(): Balance {
  const random = createRandomWords(1, 2);
  const part = (): number => [0, 1, 1, 9][random() & 3] + 1e-3;
  return (shares) => {
    const parts = shares.map(part);
    const whole = parts.reduce((total, each) => total + each, 0);
    return parts.map((each) => each / whole);
  };
}
afterAll(() => {
  for (const [, backend] of contestants) backend.dispose?.();
});

interface Case {
  readonly hidden: number;
  readonly features: number;
  readonly timeSteps: number;
  readonly batch: number;
  readonly rankW: number;
  readonly rankU: number;
  /** Of parameters and inputs, in bits: many overflow from about 28 on. */
  readonly bits: number;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  hidden: fc.integer({ min: 1, max: 12 }),
  features: fc.integer({ min: 1, max: 9 }),
  timeSteps: fc.integer({ min: 1, max: 4 }),
  batch: fc.oneof(fc.integer({ min: 1, max: 33 }), fc.integer({ min: 1, max: 130 })),
  rankW: fc.constantFrom(0, 1),
  rankU: fc.constantFrom(0, 1),
  bits: fc.integer({ min: 20, max: 31 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

const SMALL: Case = {
  hidden: 2,
  features: 2,
  timeSteps: 1,
  batch: 40,
  rankW: 0,
  rankU: 0,
  bits: 22,
  seed: 3,
};

/** Some steps of training from random parameters on random inputs, and everything that they leave behind. */
function train(backend: Raw, { bits, seed, batch, ...sizes }: Case, steps: number) {
  const shape = { ...sizes, classes: 3 };
  const random = createRandomWords(seed, 1);
  const draw = (values: Int32Array): void => {
    for (let i = 0; i < values.length; i++) values[i] = (random() | 0) >> (32 - bits);
  };
  const parameters = createParameters(backend, networkLayout(shape));
  const adam = createAdam(backend, parameters, originalKernels.rsqrt, {
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 2 ** -24,
  });
  draw(parameters.flat.values);
  const network = unrollNetwork(backend, shape, parameters, originalKernels, batch);
  const before = new Map(backend.overflows.byPlace);
  const gradients: Float64Array[] = [];
  for (let step = 0; step < steps; step++) {
    for (const input of network.inputs) draw(input.values);
    draw(network.target.values);
    network.tape.forward();
    network.tape.backward();
    gradients.push(Float64Array.from(parameters.flat.gradient));
    adam.step();
  }
  const overflows = [...backend.overflows.byPlace]
    .map(([place, count]) => `${place} ${count - (before.get(place) ?? 0)}`)
    .filter((line) => !line.endsWith(' 0'));
  return {
    gradients,
    overflows: overflows.toSorted(),
    parameters: Int32Array.from(parameters.flat.values),
    prediction: Int32Array.from(network.prediction.values),
  };
}

describe('a recorded network', () => {
  it('gives the same numbers and overflows on every backend and number of threads', () => {
    let overflowed = 0;
    fc.assert(
      fc.property(cases, (c) => {
        const [expected, ...others] = contestants.map(([, backend]) => train(backend, c, 2));
        overflowed += expected.overflows.length;
        for (const [i, other] of others.entries()) expect(other, contestants[i + 1][0]).toEqual(expected);
      }),
      { numRuns: 25 },
    );
    expect(overflowed).toBeGreaterThan(0);
  });

  it('survives thousands of meetings of more threads than there are cores', () => {
    const c: Case = { ...SMALL, timeSteps: 2, batch: 130 };
    const [expected, ...others] = contestants.map(([, backend]) => train(backend, c, 300));
    for (const [i, other] of others.entries()) expect(other, contestants[i + 1][0]).toEqual(expected);
  });
});

/** Runs what makes workers, and gives those that it made. */
function workersOf(run: () => void): Worker[] {
  const made: Worker[] = [];
  const { Worker: Original } = workerThreads;
  workerThreads.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      made.push(this);
    }
  };
  syncBuiltinESMExports();
  try {
    run();
  } finally {
    workerThreads.Worker = Original;
    syncBuiltinESMExports();
  }
  return made;
}

describe('the workers', () => {
  it('are missed where one has died: the next program says so, and waits for nobody', async () => {
    let backend = contestants[0][1];
    const workers = workersOf(() => (backend = createWasmBackend({ threads: 3 })));
    expect(workers).toHaveLength(2);
    train(backend, SMALL, 1);
    await Promise.all(workers.map((worker) => once(worker, 'online')));
    await setTimeout(1500); // until they wait for a program; before that, the calling thread would work alone
    await workers[1].terminate();
    const start = performance.now();
    expect(() => train(backend, SMALL, 2000)).toThrow(
      /worker thread of the wasm backend has stopped: it ended/,
    );
    expect(performance.now() - start).toBeLessThan(10_000);
    backend.dispose?.();
  });

  it('are replaced by the calling thread where none can be had', () => {
    const { Worker: Original } = workerThreads;
    const notes: string[] = [];
    workerThreads.Worker = function none() {
      throw new Error('none left');
    } as unknown as typeof Worker;
    syncBuiltinESMExports();
    const backend = createWasmBackend({ threads: 2, notify: (note) => notes.push(note) });
    workerThreads.Worker = Original;
    syncBuiltinESMExports();
    expect(notes.join()).toMatch(/none left/);
    expect(train(backend, SMALL, 2)).toEqual(train(contestants[0][1], SMALL, 2));
  });

  it('are left aside once the backend has been disposed of', () => {
    const backend = createWasmBackend({ threads: 2 });
    const expected = train(backend, SMALL, 2);
    backend.dispose?.();
    expect(train(backend, SMALL, 2)).toEqual(expected);
  });
});
