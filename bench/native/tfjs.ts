import { createRequire } from 'node:module';
import type { NetworkShape } from '../../src/nn/network.js';
import { readProblem } from './problem.js';
import { serveEpochs } from './serve.js';

/*
 * The same network as one writes it with TensorFlow.js: its LSTM layer behind a projection of the input, its Adam, on
 * its backend for plain JavaScript. The protocol is that of lstm.c; the arguments are the problem and its shape as
 * JSON. Parameters come and go as raw Q8.24. The package is not ours: it is taken where the machine has it.
 */

/** Of TensorFlow.js, what is used here. */
interface Tensorflow {
  ready(): Promise<void>;
  setBackend(name: string): Promise<boolean>;
  tensor(values: Float32Array, shape: readonly number[]): Disposable;
  sequential(): Model;
  readonly layers: {
    dense(settings: object): object;
    lstm(settings: object): object;
    timeDistributed(settings: object): object;
  };
  readonly train: { adam(rate: number, beta1: number, beta2: number, epsilon: number): object };
}

interface Disposable {
  dispose(): void;
  dataSync(): Float32Array;
}

interface Model {
  add(layer: object): void;
  compile(settings: object): void;
  setWeights(weights: readonly Disposable[]): void;
  getWeights(): readonly Disposable[];
  trainOnBatch(x: Disposable, y: Disposable): Promise<unknown>;
}

const ONE = 2 ** 24;
/** In the order of the flat vector, and in TensorFlow's. */
const GATES = 'fico';
const THEIR_GATES = 'ifco';

/** Matrices of the flat vector that TensorFlow has as one, transposed: where each begins, its rows and columns. */
interface Place {
  readonly parts: readonly number[];
  readonly rows: number;
  readonly columns: number;
}

function places({ features, hidden, rankW, classes }: NetworkShape): readonly Place[] {
  const ofGates = (start: number, columns: number): Place => ({
    parts: [...THEIR_GATES].map((gate) => start + GATES.indexOf(gate) * hidden * columns),
    rows: hidden,
    columns,
  });
  const u = 4 * hidden * rankW;
  const b = u + 4 * hidden * hidden;
  const head = b + 4 * hidden;
  const bias = head + classes * hidden;
  const projection = bias + classes;
  return [
    { parts: [projection], rows: rankW, columns: features },
    ofGates(0, rankW),
    ofGates(u, hidden),
    ofGates(b, 1),
    { parts: [head], rows: classes, columns: hidden },
    { parts: [bias], rows: classes, columns: 1 },
  ];
}

/** Visits each element of a place: its index in the flat vector and in TensorFlow's tensor. */
function forEachElement(
  { parts, rows, columns }: Place,
  visit: (flat: number, theirs: number) => void,
): void {
  const width = parts.length * rows;
  for (const [part, start] of parts.entries()) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        visit(start + row * columns + column, column * width + part * rows + row);
      }
    }
  }
}

const [path, json] = process.argv.slice(2);
const shape = JSON.parse(json) as NetworkShape & { readonly batch: number };
const { features, hidden, rankW, classes, timeSteps, batch } = shape;
const size = timeSteps * features;
const problem = await readProblem(path, size);
const { learningRate, adam } = problem;

const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as Tensorflow;
await tf.setBackend('cpu');
await tf.ready();
const model = tf.sequential();
const projection = tf.layers.dense({ units: rankW, useBias: false });
model.add(tf.layers.timeDistributed({ layer: projection, inputShape: [timeSteps, features] }));
model.add(tf.layers.lstm({ units: hidden, recurrentActivation: 'sigmoid' }));
model.add(tf.layers.dense({ units: classes }));
// What 1/sqrt saturates at in Q8.24, as an epsilon outside of the root.
const optimizer = tf.train.adam(learningRate, adam.beta1 / ONE, adam.beta2 / ONE, 2 ** -7);
model.compile({ optimizer, loss: 'meanSquaredError' });
const all = places(shape);
model.setWeights(
  all.map((place) => {
    const { parts, rows, columns } = place;
    const values = new Float32Array(parts.length * rows * columns);
    forEachElement(place, (flat, theirs) => (values[theirs] = problem.parameters[flat] / ONE));
    return tf.tensor(values, columns === 1 ? [values.length] : [columns, parts.length * rows]);
  }),
);

const samples = Float32Array.from(problem.samples, (raw) => raw / ONE);

async function update(order: Int32Array): Promise<void> {
  const inputs = new Float32Array(order.length * size);
  const targets = new Float32Array(order.length * classes).fill(-4);
  order.forEach((sample, j) => {
    inputs.set(samples.subarray(sample * size, (sample + 1) * size), j * size);
    targets[j * classes + problem.labels[sample]] = 4;
  });
  const x = tf.tensor(inputs, [order.length, timeSteps, features]);
  const y = tf.tensor(targets, [order.length, classes]);
  await model.trainOnBatch(x, y);
  x.dispose();
  y.dispose();
}

/** The parameters, raw. */
function flatVector(): Int32Array {
  const flat = new Int32Array(problem.parameters.length);
  for (const [i, tensor] of model.getWeights().entries()) {
    const values = tensor.dataSync();
    forEachElement(all[i], (at, theirs) => (flat[at] = Math.round(values[theirs] * ONE)));
  }
  return flat;
}

await serveEpochs(async (order) => {
  for (let first = 0; first < order.length; first += batch) {
    await update(order.subarray(first, first + batch));
  }
}, flatVector);
