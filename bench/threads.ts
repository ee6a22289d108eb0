import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { drawDataset } from '../src/data/drawn.js';
import { handOver, nodeContestant, type Absentee, type Contestant } from './contestants.js';
import { scratchFolder } from './native/compile.js';
import { BATCH, SEED, SHAPE } from './network.js';
import type { Progress } from './progress.js';
import { ratio, timing, type Ratio, type Timing } from './statistics.js';
import type { Table } from './table.js';
import { difference } from './training.js';

/** Seconds of one run of `UPDATES` updates. */
export interface ThreadFigure {
  readonly name: string;
  readonly seconds: Timing;
  /** How often the work of one thread is done in the time that one thread takes: of the medians, and of the least. */
  readonly timesOne: Ratio;
}

export interface ThreadBench {
  readonly rounds: number;
  readonly figures: readonly ThreadFigure[];
  readonly absent: readonly Absentee[];
  readonly refused: readonly Absentee[];
}

const UPDATES = 4;
/** Before each run, unmeasured: threads that have slept wake up. */
const WAKING_UPDATES = 8;
const WARM_UP = 20;
/** Milliseconds after a run until its threads sleep, and leave the cores to the next. */
const PAUSE = 4;

/**
 * What threads gain, in runs so short that some fall between what else the machine does, and what can be gained: two
 * processes of one thread at the same time, which share nothing. Where they take longer than one of them does alone,
 * the cores were not idle, or are not two.
 */
export async function benchThreads(rounds: number, progress: Progress): Promise<ThreadBench> {
  if (availableParallelism() < 2) {
    const absent = [{ name: 'threads', reason: 'this machine has one core' }];
    return { rounds: 0, figures: [], absent, refused: [] };
  }
  const folder = await scratchFolder();
  try {
    const problem = join(folder.path, 'problem');
    const split = drawDataset(SEED).train;
    const count = await handOver(problem, split, SHAPE, BATCH);
    const start = (name: string, threads: number) =>
      nodeContestant(name, problem, { backend: 'wasm', threads, shape: SHAPE, batch: BATCH }, count);
    const one = start('wasm, 1 thread', 1);
    const two = start('wasm, 2 threads', 2);
    const pair = [start('first', 1), start('second', 1)];
    const seconds = { one: [] as number[], two: [] as number[], pair: [] as number[] };
    const refused: Absentee[] = [];
    try {
      for (let round = 0; round < WARM_UP + rounds && refused.length === 0; round++) {
        if (round % 10 === 0) progress(`threads: round ${round + 1} of ${WARM_UP + rounds}`);
        const orderOf = (updates: number) =>
          Int32Array.from({ length: updates * BATCH }, (_, i) => (round * updates * BATCH + i) % split.count);
        const [waking, order] = [orderOf(WAKING_UPDATES), orderOf(UPDATES)];
        const run = async (contestant: Contestant) => {
          await contestant.epoch(waking);
          return contestant.epoch(order);
        };
        const alone = await run(one);
        const together = await run(two);
        await setTimeout(PAUSE);
        const both = await Promise.all(pair.map(run));
        const wrong = difference(together.parameters, alone.parameters);
        if (wrong !== undefined) refused.push({ name: two.name, reason: `round ${round}: ${wrong}` });
        if (round < WARM_UP) continue;
        seconds.one.push(alone.seconds);
        seconds.two.push(together.seconds);
        seconds.pair.push(Math.max(...both.map((each) => each.seconds)));
      }
    } finally {
      await Promise.all([one, two, ...pair].map((each) => each.close()));
    }
    if (refused.length > 0) return { rounds, figures: [], absent: [], refused };
    const base = timing(seconds.one);
    const figure = (name: string, runs: readonly number[], work: number): ThreadFigure => {
      const seconds = timing(runs);
      const { median, least } = ratio(base, seconds);
      return { name, seconds, timesOne: { median: work * median, least: work * least } };
    };
    const figures = [
      figure(one.name, seconds.one, 1),
      figure(two.name, seconds.two, 1),
      figure('two processes of 1 thread at the same time', seconds.pair, 2),
    ];
    return { rounds, figures, absent: [], refused };
  } finally {
    await folder.remove();
  }
}

export function threadsTable({ rounds, figures, absent, refused }: ThreadBench): Table {
  return {
    title: `Threads: milliseconds of ${UPDATES} updates`,
    notes: [
      `${rounds} runs of each in turn; hidden 10, rank of W 4, batch ${BATCH}. "× 1 thread": work done in the time of one thread.`,
      'Two processes share nothing: what they gain is the most that two threads can, with what else the machine does.',
      ...refused.map(({ name, reason }) => `Refused: ${name}: ${reason}.`),
      ...absent.map(({ name, reason }) => `Not measured: ${name}: ${reason}.`),
    ],
    columns: ['program', 'median ms', 'least ms', '× 1 thread', 'of the least'],
    rows: figures.map(({ name, seconds, timesOne }) => [
      name,
      seconds.median * 1000,
      seconds.minimum * 1000,
      timesOne.median,
      timesOne.least,
    ]),
  };
}
