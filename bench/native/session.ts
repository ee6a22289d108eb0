import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

/** What another program is to train: in the form that lstm.c and lstm.py read. */
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

/** Little-endian, as all of these machines are: int32 count, β₁, β₂, ε; double learning rate; then the arrays. */
export function encodeProblem(problem: Problem): Buffer {
  const { samples, labels, parameters, adam, learningRate } = problem;
  const head = Buffer.alloc(24);
  [labels.length, adam.beta1, adam.beta2, adam.epsilon].forEach((value, i) =>
    head.writeInt32LE(value, 4 * i),
  );
  head.writeDoubleLE(learningRate, 16);
  return Buffer.concat([head, bytesOf(samples), labels, bytesOf(parameters)]);
}

export async function writeProblem(path: string, problem: Problem): Promise<void> {
  await writeFile(path, encodeProblem(problem));
}

function bytesOf(values: Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** A program that runs epochs when told to, and measures itself. */
export interface NativeSession {
  /** @returns its seconds, without the transfer, and its parameters afterwards */
  epoch(order: Int32Array): Promise<{ readonly seconds: number; readonly parameters: Int32Array }>;
  /** Ends the program. */
  close(): Promise<void>;
}

/**
 * Starts a program that speaks the protocol of lstm.c.
 *
 * @throws Error from `epoch`, with what it wrote to standard error, where the program ends early
 */
export function startSession(
  command: string,
  args: readonly string[],
  parameterCount: number,
): NativeSession {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  let failure: Error | undefined;
  child.on('error', (error) => (failure = error));
  child.stdin.on('error', () => {}); // it ended: its output says so too
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const output = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const answerBytes = 8 + 4 * parameterCount;
  let pending = Buffer.alloc(0);

  return {
    async epoch(order) {
      const head = Buffer.alloc(4);
      head.writeInt32LE(order.length);
      child.stdin.write(Buffer.concat([head, bytesOf(order)]));
      while (pending.length < answerBytes) {
        const { done, value } = await output.next();
        if (done === true) {
          await finished(child.stderr).catch(() => {});
          throw failure ?? new Error(`${command} ended: ${errors.trim() || `status ${child.exitCode}`}`);
        }
        pending = Buffer.concat([pending, value]);
      }
      const answer = pending.subarray(0, answerBytes);
      pending = pending.subarray(answerBytes);
      const parameters = Int32Array.from({ length: parameterCount }, (_, i) => answer.readInt32LE(8 + 4 * i));
      return { seconds: answer.readDoubleLE(0), parameters };
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null || failure !== undefined) return;
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      child.stdin.end();
      child.stdout.resume();
      await ended;
    },
  };
}
