import { bytesOf, int32s } from './problem.js';

/**
 * Speaks the protocol of lstm.c on standard input and output, for a program of its own in Node: for each order of
 * samples it runs an epoch, and answers with its seconds and the raw parameters afterwards.
 */
export async function serveEpochs(
  runEpoch: (order: Int32Array) => void | Promise<void>,
  parameters: () => Int32Array,
): Promise<void> {
  let pending = Buffer.alloc(0);
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    if (pending.length < 4 || pending.length < 4 + 4 * pending.readInt32LE(0)) continue;
    const order = int32s(pending.subarray(4));
    pending = Buffer.alloc(0);
    const start = performance.now();
    await runEpoch(order);
    const answer = Buffer.alloc(8);
    answer.writeDoubleLE((performance.now() - start) / 1000);
    process.stdout.write(Buffer.concat([answer, bytesOf(parameters())]));
  }
}
