import { Matrix, solve } from 'ml-matrix';
import { PIXELS as PUBLIC_PIXELS, type Split } from '../../src/data/dataset.js';

/** A constant of this module: the test runner makes each use of an imported one a look-up, which the loops feel. */
const PIXELS = PUBLIC_PIXELS;

/** Scores `count` × 10, row-major. */
type Scores = Float64Array;

/** The part of `split` whose label is the highest score. */
function accuracy(scores: Scores, split: Split): number {
  let right = 0;
  for (let sample = 0; sample < split.count; sample++) {
    const row = scores.subarray(sample * 10, sample * 10 + 10);
    if (row.indexOf(Math.max(...row)) === split.labels[sample]) right++;
  }
  return right / split.count;
}

/** Scores of a linear classifier; `weights` is 257 × 10, row-major, its last row the bias. */
function linearScores(weights: Float64Array, split: Split): Scores {
  const scores = new Float64Array(split.count * 10);
  for (let sample = 0; sample < split.count; sample++) {
    writeScores(weights, split.pixels, sample * PIXELS, scores.subarray(sample * 10, sample * 10 + 10));
  }
  return scores;
}

/** Writes the ten scores of the sample that starts at `offset`. */
function writeScores(
  weights: Float64Array,
  pixels: Float64Array,
  offset: number,
  scores: Float64Array,
): void {
  for (let digit = 0; digit < 10; digit++) scores[digit] = weights[PIXELS * 10 + digit];
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const value = pixels[offset + pixel];
    for (let digit = 0; digit < 10; digit++) scores[digit] += value * weights[pixel * 10 + digit];
  }
}

/** Least squares on ±pixels and a bias against one column per digit, with a ridge of 1. */
export function ridgeAccuracy(train: Split, test: Split): number {
  const size = PIXELS + 1;
  const gram = new Float64Array(size * size);
  const moments = Matrix.zeros(size, 10);
  const row = new Float64Array(size).fill(1);
  for (let sample = 0; sample < train.count; sample++) {
    row.set(train.pixels.subarray(sample * PIXELS, (sample + 1) * PIXELS));
    const digit = train.labels[sample];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) gram[i * size + j] += row[i] * row[j];
      moments.set(i, digit, moments.get(i, digit) + row[i]);
    }
  }
  const normal = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      normal.set(i, j, gram[i * size + j] + (i === j ? 1 : 0));
      normal.set(j, i, normal.get(i, j));
    }
  }
  return accuracy(linearScores(Float64Array.from(solve(normal, moments).to1DArray()), test), test);
}

/** Softmax regression by stochastic gradient descent, one sample a step, the step falling from `step` to 0. */
export function softmaxAccuracy(train: Split, test: Split, epochs: number, step: number): number {
  const weights = new Float64Array((PIXELS + 1) * 10);
  const steps = epochs * train.count;
  const part = new Float64Array(10);
  for (let at = 0; at < steps; at++) {
    const sample = at % train.count;
    writeScores(weights, train.pixels, sample * PIXELS, part);
    const highest = Math.max(...part);
    let sum = 0;
    for (let digit = 0; digit < 10; digit++) sum += part[digit] = Math.exp(part[digit] - highest);
    const rate = step * (1 - at / steps);
    for (let digit = 0; digit < 10; digit++) {
      part[digit] = rate * ((train.labels[sample] === digit ? 1 : 0) - part[digit] / sum);
      weights[PIXELS * 10 + digit] += part[digit];
    }
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const value = train.pixels[sample * PIXELS + pixel];
      for (let digit = 0; digit < 10; digit++) weights[pixel * 10 + digit] += part[digit] * value;
    }
  }
  return accuracy(linearScores(weights, test), test);
}

/** The label of the nearest training sample (Euclidean), for the first `queries` test samples. */
export function nearestNeighbourAccuracy(train: Split, test: Split, queries: number): number {
  let right = 0;
  for (let query = 0; query < queries; query++) {
    let best = Infinity;
    let label = -1;
    for (let sample = 0; sample < train.count; sample++) {
      let square = 0;
      for (let pixel = 0; pixel < PIXELS && square < best; pixel++) {
        const difference = train.pixels[sample * PIXELS + pixel] - test.pixels[query * PIXELS + pixel];
        square += difference * difference;
      }
      if (square < best) {
        best = square;
        label = train.labels[sample];
      }
    }
    if (label === test.labels[query]) right++;
  }
  return right / queries;
}
