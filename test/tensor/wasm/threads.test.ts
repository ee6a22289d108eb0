import { syncBuiltinESMExports } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import workerThreads, { type Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createAdam } from '../../../src/nn/adam.js';
import { createBatchNetwork } from '../../../src/nn/batch.js';
import {
  networkLayout,
  unrollNetwork,
  type NetworkKernels,
  type NetworkShape,
} from '../../../src/nn/network.js';
import { createParameters, parameter, type Parameters } from '../../../src/nn/parameters.js';
import { createRandomWords } from '../../../src/nn/random.js';
import type { Backend } from '../../../src/tensor/backend.js';
import { createJsBackend } from '../../../src/tensor/js/backend.js';
import { createTape } from '../../../src/tensor/tape.js';
import { createWasmBackend } from '../../../src/tensor/wasm/backend.js';
import { Control, type WorkerSettings } from '../../../src/tensor/wasm/worker.js';
import { originalKernels } from '../../golden/original-kernels.js';

type Raw = Backend<Int32Array>;

/** More threads than most machines have cores: then some sleep where others wait for them. */
const contestants: readonly (readonly [string, Raw])[] = [
  ['js', createJsBackend()],
  ...[1, 2, 3, 7].map((threads) => [`${threads} threads`, createWasmBackend({ threads })] as const),
  // Several strips for each thread.
  ...[1, 2].map((threads) => {
    const backend = createWasmBackend({ threads, stripColumns: 9 });
    return [`${threads} threads, narrow strips`, backend] as const;
  }),
];

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

/** A network on which training is possible. */
interface Trainable {
  /** Draws inputs and targets, sample by sample, and computes gradients. */
  compute(draw: (values: Int32Array) => void): void;
  prediction(): Int32Array;
}

/** What `makeNetwork` makes. */
type Make = (
  backend: Raw,
  shape: NetworkShape,
  parameters: Parameters<Int32Array>,
  batch: number,
  kernels?: NetworkKernels,
) => Trainable;

/** One tape: the columns of each matrix are divided among the threads. */
const divided: Make = (backend, shape, parameters, batch, kernels = originalKernels) => {
  const { tape, input, target, prediction } = unrollNetwork(backend, shape, parameters, kernels, batch);
  const sample = new Int32Array(input.rows + target.rows);
  return {
    compute(draw) {
      for (let j = 0; j < batch; j++) {
        draw(sample);
        for (let row = 0; row < input.rows; row++) input.values[row * batch + j] = sample[row];
        for (let row = 0; row < target.rows; row++) {
          target.values[row * batch + j] = sample[input.rows + row];
        }
      }
      tape.forward();
      tape.backward();
    },
    prediction: () => Int32Array.from(prediction.values),
  };
};

/** A tape for each thread, with columns of its own. */
const inStrips: Make = (backend, shape, parameters, batch, kernels = originalKernels) => {
  const network = createBatchNetwork(backend, shape, parameters, kernels, batch);
  const { rows } = network.strips[0].network.input;
  const samples = backend.allocate(rows * batch);
  const sample = new Int32Array(rows + shape.classes);
  return {
    compute(draw) {
      for (const { network: part, first, starts } of network.strips) {
        for (let j = 0; j < part.batch; j++) {
          draw(sample);
          starts[j] = (first + j) * rows;
          samples.set(sample.subarray(0, rows), starts[j]);
          for (let row = 0; row < shape.classes; row++) {
            part.target.values[row * part.batch + j] = sample[rows + row];
          }
        }
      }
      network.forwardAndBackward(samples);
    },
    prediction: () => Int32Array.from(network.prediction().values),
  };
};

/** Some steps of training from random parameters on random inputs, and everything that they leave behind. */
function train(backend: Raw, { bits, seed, batch, ...sizes }: Case, steps: number, make = divided) {
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
  const network = make(backend, shape, parameters, batch);
  const before = new Map(backend.overflows.byPlace);
  const gradients: Float64Array[] = [];
  for (let step = 0; step < steps; step++) {
    network.compute(draw);
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
    prediction: network.prediction(),
  };
}

describe.each([
  { name: 'divided by columns', make: divided },
  { name: 'in strips', make: inStrips },
])('a recorded network, $name', ({ make }) => {
  it('gives the same numbers and overflows on every backend and number of threads', () => {
    let overflowed = 0;
    fc.assert(
      fc.property(cases, (c) => {
        const [expected, ...others] = contestants.map(([, backend]) => train(backend, c, 2, make));
        overflowed += expected.overflows.length;
        for (const [i, other] of others.entries()) expect(other, contestants[i + 1][0]).toEqual(expected);
      }),
      { numRuns: 25 },
    );
    expect(overflowed).toBeGreaterThan(0);
  });

  it('survives thousands of meetings of more threads than there are cores', () => {
    const c: Case = { ...SMALL, timeSteps: 2, batch: 130 };
    const [expected, ...others] = contestants.map(([, backend]) => train(backend, c, 300, make));
    for (const [i, other] of others.entries()) expect(other, contestants[i + 1][0]).toEqual(expected);
  });
});

describe('strips', () => {
  const [, backend] = contestants[2];
  const parameters = createParameters(backend, [{ name: 'W', rows: 3, columns: 2 }]);
  const { flat } = parameters;

  /** A product with the parameters on a strip of its own. */
  function strip(columns: number) {
    const tape = createTape(backend);
    const x = tape.variable(2, columns);
    const w = parameter(parameters, 'W');
    tape.squaredError(tape.matmul(w, x, 'product'), tape.constant(3, columns), 'loss', 3 * 8);
    return { tape, x, run: () => (tape.operations.forward(), tape.operations.backward()) };
  }

  it('call kernels that the engine does not have', () => {
    const { sigmoid, tanh } = originalKernels;
    const own = [sigmoid, tanh].map(({ name, scalar, array }) => ({ name, scalar, array }));
    const kernels: NetworkKernels = { sigmoid: own[0], tanh: own[1] };
    const c: Case = { ...SMALL, timeSteps: 3, batch: 33, bits: 27 };
    const called: Make = (b, shape, of, batch) => inStrips(b, shape, of, batch, kernels);
    for (const [name, each] of contestants) {
      expect(train(each, c, 3, called), name).toEqual(train(contestants[0][1], c, 3));
    }
  });

  it('are refused where they share what they write', () => {
    const { run } = strip(4);
    expect(() => backend.record?.([run, run])).toThrow(/memory of their own/);
    const others = [strip(4), strip(4)];
    const clearing = others.map((other) => () => {
      backend.clearGradient(flat.gradient, flat.columns); // what the strips add up to
      other.run();
    });
    expect(() => backend.record?.(clearing)).toThrow(/memory of their own/);
  });

  it('are refused where they do not do the same', () => {
    const [first, second] = [strip(4), strip(4)];
    const more = (): void => {
      second.run();
      backend.add(second.x.values, second.x.values, second.x.values, 8, 'more');
    };
    expect(() => backend.record?.([first.run, more])).toThrow(/do the same/);
    expect(() => backend.record?.([first.run, second.run])).not.toThrow();
  });
});

interface Made {
  readonly worker: Worker;
  readonly settings: WorkerSettings;
}

/** Runs what makes workers, and gives those that it made. */
function workersOf(run: () => void): readonly Made[] {
  const made: Made[] = [];
  const { Worker: Original } = workerThreads;
  workerThreads.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      made.push({ worker: this, settings: args[1]?.workerData as WorkerSettings });
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

/** Until all workers wait for a program; before that, the calling thread would work alone. */
async function ready(workers: readonly Made[]): Promise<void> {
  const [{ settings }] = workers;
  const words = new Int32Array(settings.memory.buffer, settings.control, Control.Words);
  while (Atomics.load(words, Control.Ready) < workers.length) await setTimeout(10);
}

describe('the workers', () => {
  it('are missed where one has died: the next program says so, and waits for nobody', async () => {
    let backend = contestants[0][1];
    const workers = workersOf(() => (backend = createWasmBackend({ threads: 3 })));
    expect(workers).toHaveLength(2);
    train(backend, SMALL, 1);
    await ready(workers);
    await workers[1].worker.terminate();
    // Where it had waited, it would say that a worker did not finish its share.
    expect(() => train(backend, SMALL, 2000)).toThrow(
      /worker thread of the wasm backend has stopped: it ended/,
    );
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
