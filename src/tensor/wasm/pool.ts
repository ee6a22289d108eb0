import { Worker } from 'node:worker_threads';
import { engineModule, type LinkedKernels } from './module.js';
import type { LinearMemory } from './memory.js';
import { Control, Job, WORKER_SOURCE, type WorkerSettings } from './worker.js';

/** Instructions in memory, one after the other. */
export interface Stretch {
  readonly address: number;
  readonly count: number;
}

/** Threads that run a program together with the one that starts it. They never keep the process alive. */
export interface Pool {
  /** The address of the barrier's words. */
  readonly barrier: number;
  /** How many threads can run a program now: 1 until all workers have started. */
  threads(): number;
  /**
   * Lets the workers run their programs.
   *
   * @param programs one for each thread
   * @param states the address of each thread's state
   * @throws Error where a worker has stopped
   */
  start(programs: readonly Stretch[], states: readonly number[]): void;
  /** Says that the program was not finished here, so that nobody waits for this thread. */
  abandon(): void;
  dispose(): void;
}

export interface PoolOptions {
  readonly fracBits: number;
  /** At least 1, the calling one included. */
  readonly threads: number;
  /** Receives a message where the workers cannot be started, and the calling thread works alone. */
  readonly notify: (message: string) => void;
  readonly kernels?: LinkedKernels | undefined;
}

export function createPool(memory: LinearMemory, { fracBits, threads, notify, kernels }: PoolOptions): Pool {
  const words = memory.int32s(Control.Words);
  const jobs = memory.int32s(threads * Job.Words);
  const workers: Worker[] = [];
  let failure: string | undefined;
  let disposed = false;

  function fail(reason: string): void {
    if (disposed || failure !== undefined) return;
    failure = reason;
    Atomics.store(words, Control.Failed, 1);
    Atomics.notify(words, Control.Generation);
  }

  function dispose(): void {
    disposed = true;
    for (const worker of workers) void worker.terminate();
  }

  try {
    for (let thread = 1; thread < threads; thread++) {
      const settings: WorkerSettings = {
        module: engineModule(),
        kernels: kernels && { module: kernels.module, count: kernels.identities.length },
        memory: memory.memory,
        fracBits,
        thread,
        threads,
        control: words.byteOffset,
        job: jobs.byteOffset + 4 * Job.Words * thread,
      };
      const worker = new Worker(WORKER_SOURCE, { eval: true, workerData: settings });
      workers.push(worker);
      worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
      worker.on('exit', (code) => fail(`it ended with exit code ${code}`));
      worker.unref();
    }
  } catch (error) {
    dispose();
    notify(`no worker threads here (${error instanceof Error ? error.message : String(error)}): using one`);
  }

  return {
    barrier: words.byteOffset,
    threads: () => (!disposed && Atomics.load(words, Control.Ready) === threads - 1 ? threads : 1),
    start(programs, states) {
      if (failure !== undefined || Atomics.load(words, Control.Failed) !== 0) {
        throw new Error(
          `a worker thread of the wasm backend has stopped: ${failure ?? 'it did not finish its share'}`,
        );
      }
      for (let thread = 1; thread < threads; thread++) {
        jobs[thread * Job.Words + Job.Program] = programs[thread].address;
        jobs[thread * Job.Words + Job.Count] = programs[thread].count;
        jobs[thread * Job.Words + Job.State] = states[thread];
      }
      Atomics.add(words, Control.Start, 1);
      Atomics.notify(words, Control.Start);
    },
    abandon: () => fail('the calling thread left a program unfinished'),
    dispose,
  };
}
