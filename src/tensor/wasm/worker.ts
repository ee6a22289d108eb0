/** int32 words by which the threads of an engine agree. */
export enum Control {
  /** How many have arrived at the barrier; see assembly/tensor/barrier.ts for this word and the next two. */
  Arrived = 0,
  Generation = 1,
  Failed = 2,
  /** Goes up with each program that is to be run. */
  Start = 16,
  Program = 17,
  Count = 18,
  /** How many workers wait for their first program. */
  Ready = 19,
  Words = 32,
}

/** What a worker is started with. */
export interface WorkerSettings {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly fracBits: number;
  readonly thread: number;
  readonly threads: number;
  /** Address of the `Control` words. */
  readonly control: number;
  /** Address of the word that holds the address of this thread's state. */
  readonly state: number;
  /** Address of how columns are divided. */
  readonly shares: number;
}

/**
 * The program of a worker, as text: it needs nothing but Node, and so runs the same from TypeScript sources,
 * in a test runner and from the built package. It is the loop
 *
 *     wait for a program; run this thread's share of it; stop where that failed
 */
export const WORKER_SOURCE = `'use strict';
const { workerData } = require('node:worker_threads');
const { module, memory, fracBits, thread, threads, control, state, shares } = workerData;
const words = new Int32Array(memory.buffer, control, ${Control.Words});
const stateAddress = new Int32Array(memory.buffer, state, 1);
const host = () => { throw new Error('actions are run by the first thread alone'); };
const now = () => performance.now();
try {
  const engine = new WebAssembly.Instance(module, { env: { memory, host, now } }).exports;
  engine.setFractionBits(fracBits);
  let seen = Atomics.load(words, ${Control.Start});
  Atomics.add(words, ${Control.Ready}, 1);
  for (;;) {
    engine.waitForChange(control + 4 * ${Control.Start}, seen);
    seen = Atomics.load(words, ${Control.Start});
    const program = words[${Control.Program}];
    const count = words[${Control.Count}];
    if (!engine.run(program, count, thread, threads, stateAddress[0], control, shares)) break;
  }
} catch (error) {
  Atomics.store(words, ${Control.Failed}, 1);
  Atomics.notify(words, ${Control.Generation});
  throw error;
}
`;
