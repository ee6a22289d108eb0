import { spawn } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { bytesOf, int32s } from './problem.js';

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
          throw failure ?? new Error(lastWords(errors) ?? `${command} ended with status ${child.exitCode}`);
        }
        pending = Buffer.concat([pending, value]);
      }
      const answer = pending.subarray(0, answerBytes);
      pending = pending.subarray(answerBytes);
      return { seconds: answer.readDoubleLE(0), parameters: int32s(answer.subarray(8)) };
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

/** The line of standard error that says what was wrong, without the trace around it. */
export function lastWords(errors: string): string | undefined {
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^\w*Error: /.test(line)) ?? lines.at(-1))?.trim();
}
