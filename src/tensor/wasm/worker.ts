import { FIRST_KERNEL, KERNEL_TABLE } from './module.js';

/** int32 words by which the threads of an engine agree. */
export enum Control {
  /** How many have arrived at the barrier; see assembly/tensor/barrier.ts for this word and the next two. */
  Arrived = 0,
  Generation = 1,
  Failed = 2,
  /** Goes up with each program that is to be run. */
  Start = 16,
  /** How many workers wait for their first program. */
  Ready = 17,
  Words = 32,
}

/** int32 words that tell a thread what to run. */
export enum Job {
  /** Addresses, of the program and of the thread's state. */
  Program = 0,
  State = 1,
  /** Instructions of the program. */
  Count = 2,
  Words = 4,
}

/** What a worker is started with. */
export interface WorkerSettings {
  readonly module: WebAssembly.Module;
  /** Kernels that are linked to it: see `LinkedKernels`. */
  readonly kernels: { readonly module: WebAssembly.Module; readonly count: number } | undefined;
  readonly memory: WebAssembly.Memory;
  readonly fracBits: number;
  readonly thread: number;
  readonly threads: number;
  /** Address of the `Control` words. */
  readonly control: number;
  /** Address of this thread's `Job` words. */
  readonly job: number;
}

/**
 * The program of a worker, as text: it needs nothing but Node, and so runs the same from TypeScript sources,
 * in a test runner and from the built package. It is the loop
 *
 *     wait for a program; run this thread's share of it; stop where that failed
 */
export const WORKER_SOURCE = `'use strict';
const { workerData } = require('node:worker_threads');
const { module, kernels, memory, fracBits, thread, threads, control, job } = workerData;
const words = new Int32Array(memory.buffer, control, ${Control.Words});
const task = new Int32Array(memory.buffer, job, ${Job.Words});
const host = () => { throw new Error('actions are run by the first thread alone'); };
try {
  const table = new WebAssembly.Table(${JSON.stringify(KERNEL_TABLE)});
  const engine = new WebAssembly.Instance(module, { env: { memory, host, table } }).exports;
  engine.setFractionBits(fracBits);
  if (kernels) {
    const linked = new WebAssembly.Instance(kernels.module, { env: { memory } }).exports;
    for (let i = 0; i < kernels.count; i++) table.set(${FIRST_KERNEL} + i, linked['kernel' + i]);
  }
  let seen = Atomics.load(words, ${Control.Start});
  Atomics.add(words, ${Control.Ready}, 1);
  for (;;) {
    engine.waitForChange(control + 4 * ${Control.Start}, seen);
    seen = Atomics.load(words, ${Control.Start});
    const program = task[${Job.Program}];
    const count = task[${Job.Count}];
    if (!engine.run(program, count, thread, threads, task[${Job.State}], control)) break;
  }
} catch (error) {
  Atomics.store(words, ${Control.Failed}, 1);
  Atomics.notify(words, ${Control.Generation});
  throw error;
}
`;
