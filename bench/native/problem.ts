import { readFile, writeFile } from 'node:fs/promises';

/** What a program is to train: in the form that lstm.c, lstm.py and node.ts read. */
export interface Problem {
  /** count × (time steps · features) raw numbers. */
  readonly samples: Int32Array;
  readonly labels: Uint8Array;
  /** The flat vector to start from, raw. */
  readonly parameters: Int32Array;
  /** Raw β₁, β₂ and ε. */
  readonly adam: { readonly beta1: number; readonly beta2: number; readonly epsilon: number };
  readonly learningRate: number;
}

const HEAD_BYTES = 24;

/** Little-endian, as all of these machines are: int32 count, β₁, β₂, ε; double learning rate; then the arrays. */
export function encodeProblem(problem: Problem): Buffer {
  const { samples, labels, parameters, adam, learningRate } = problem;
  const head = Buffer.alloc(HEAD_BYTES);
  [labels.length, adam.beta1, adam.beta2, adam.epsilon].forEach((value, i) =>
    head.writeInt32LE(value, 4 * i),
  );
  head.writeDoubleLE(learningRate, 16);
  return Buffer.concat([head, bytesOf(samples), labels, bytesOf(parameters)]);
}

/** @param sampleLength numbers in a sample */
export function decodeProblem(bytes: Buffer, sampleLength: number): Problem {
  const [count, beta1, beta2, epsilon] = [0, 4, 8, 12].map((at) => bytes.readInt32LE(at));
  const labelsAt = HEAD_BYTES + 4 * count * sampleLength;
  return {
    samples: int32s(bytes.subarray(HEAD_BYTES, labelsAt)),
    labels: new Uint8Array(bytes.subarray(labelsAt, labelsAt + count)),
    parameters: int32s(bytes.subarray(labelsAt + count)),
    adam: { beta1, beta2, epsilon },
    learningRate: bytes.readDoubleLE(16),
  };
}

export async function writeProblem(path: string, problem: Problem): Promise<void> {
  await writeFile(path, encodeProblem(problem));
}

export async function readProblem(path: string, sampleLength: number): Promise<Problem> {
  return decodeProblem(await readFile(path), sampleLength);
}

export function bytesOf(values: Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** A copy, as bytes need not lie on a multiple of four. */
export function int32s(bytes: Uint8Array): Int32Array {
  return new Int32Array(new Uint8Array(bytes).buffer);
}
