import { loadDataset } from '../src/data/dataset.js';
import { createRandomWords, randomPermutation } from '../src/nn/random.js';
import { enterContestants, NUMPY, type Absentee, type Contestant } from './contestants.js';
import { scratchFolder } from './native/compile.js';
import { BATCH, SEED } from './network.js';
import type { Progress } from './progress.js';
import { median, timing, type Timing } from './statistics.js';
import type { Table } from './table.js';

/** Seconds of one epoch: forward, backward and update of all training samples, without testing. */
export interface TrainingFigure {
  readonly name: string;
  readonly seconds: Timing;
  /** Whether its parameters were those of js, bit for bit, after every epoch; null for one with its own arithmetic. */
  readonly exact: true | null;
  /** Of the library that it is made with, if any. */
  readonly version?: string;
}

/** NumPy 2.1.0, PyTorch 2.3.0 (floats): the version follows the library. */
export function nameWithVersion({ name, version }: Pick<TrainingFigure, 'name' | 'version'>): string {
  return version === undefined ? name : name.replace(/^\S+/, (library) => `${library} ${version}`);
}

export interface TrainingBench {
  readonly data: string;
  readonly samples: number;
  readonly rounds: number;
  /** Of `calibrate`, the median of the runs between the epochs: divide by it to compare machines. */
  readonly calibrationNs: number;
  readonly figures: readonly TrainingFigure[];
  readonly absent: readonly Absentee[];
  /** Those whose parameters were wrong, and how. None of their times is reported. */
  readonly refused: readonly Absentee[];
}

const CALIBRATION_STEPS = 4_000_000;
/** Epochs before the clock starts: until then the loops are not yet compiled. */
const WARM_UP = 2;
/** Of the very first, short run, which only verifies: three whole batches and one that is not full. */
const VERIFIED_SAMPLES = 3 * BATCH + 57;

/**
 * A fixed workload that no change to this project touches: multiply-accumulate in doubles and in int32, on
 * arrays that fit in the first-level cache, as the training loops do.
 *
 * @returns nanoseconds per step
 */
export function calibrate(): number {
  const x = Float64Array.from({ length: 1024 }, (_, i) => (i * 7919) % 1021);
  const y = Int32Array.from({ length: 1024 }, (_, i) => (i * 104729) % 65521);
  let sum = 0;
  let residue = 0;
  const start = performance.now();
  for (let i = 0; i < CALIBRATION_STEPS; i++) {
    const k = i & 1023;
    sum += x[k] * y[k];
    residue = (residue + Math.imul(y[k], residue ^ i)) | 0;
  }
  const elapsed = performance.now() - start;
  if (sum + residue === 0.5) throw new Error('unreachable: keeps the results in use');
  return (elapsed * 1e6) / CALIBRATION_STEPS;
}

/** What keeps parameters from being those of the reference; undefined where they are. */
export function difference(parameters: ArrayLike<number>, expected: ArrayLike<number>): string | undefined {
  if (parameters.length !== expected.length) {
    return `${parameters.length} parameters instead of ${expected.length}`;
  }
  const wrong = Array.from(expected, (value, i) => (parameters[i] === value ? -1 : i)).filter((i) => i >= 0);
  if (wrong.length === 0) return undefined;
  const [first] = wrong;
  return (
    `${wrong.length} of ${expected.length} parameters differ from js, ` +
    `the first at ${first}: ${parameters[first]} instead of ${expected[first]}`
  );
}

/**
 * Races contestants over the same epochs; those that do not have the reference's parameters after each of them
 * are out.
 *
 * @param orders the order of samples of each epoch; the first `unmeasured` are not counted
 */
export async function race(
  reference: Contestant,
  others: readonly Contestant[],
  orders: readonly Int32Array[],
  unmeasured: number,
  between: (epoch: number) => void = () => {},
): Promise<{ readonly figures: readonly TrainingFigure[]; readonly refused: readonly Absentee[] }> {
  const running = new Map([reference, ...others].map((contestant) => [contestant, [] as number[]]));
  const refused: Absentee[] = [];
  for (const [epoch, order] of orders.entries()) {
    between(epoch);
    let expected: ArrayLike<number> = [];
    for (const [contestant, seconds] of running) {
      let wrong: string | undefined;
      try {
        const result = await contestant.epoch(order);
        if (epoch >= unmeasured) seconds.push(result.seconds);
        if (contestant === reference) expected = result.parameters;
        else if (contestant.exact) wrong = difference(result.parameters, expected);
      } catch (error) {
        if (contestant === reference) throw error;
        wrong = error instanceof Error ? error.message : String(error);
      }
      if (wrong === undefined) continue;
      running.delete(contestant);
      refused.push({ name: contestant.name, reason: `epoch ${epoch}: ${wrong}` });
    }
  }
  return {
    refused,
    figures: [...running].map(([contestant, seconds]) => ({
      name: contestant.name,
      seconds: timing(seconds),
      exact: contestant.exact ? true : null,
      ...(contestant.version === undefined ? {} : { version: contestant.version }),
    })),
  };
}

/**
 * Seconds per epoch, with hidden size 10, rank of W 4 and batch 128.
 *
 * @param rounds epochs of each that are measured
 * @param source as `--data`
 */
export async function benchTraining(
  rounds: number,
  source: string | undefined,
  progress: Progress,
): Promise<TrainingBench> {
  const dataset = await loadDataset(source);
  const folder = await scratchFolder();
  try {
    progress('training: compiling');
    const { reference, others, absent } = await enterContestants(dataset, folder.path);
    const { count } = dataset.train;
    const orders = Array.from({ length: 1 + WARM_UP + rounds }, (_, epoch) => {
      const order = randomPermutation(createRandomWords(SEED, epoch), count);
      return epoch === 0 ? order.subarray(0, VERIFIED_SAMPLES) : order;
    });
    const calibrations: number[] = [];
    try {
      const outcome = await race(reference, others, orders, 1 + WARM_UP, (epoch) => {
        progress(`training: epoch ${epoch + 1} of ${orders.length}`);
        calibrations.push(calibrate());
      });
      return {
        data: dataset.name,
        samples: count,
        rounds,
        calibrationNs: median(calibrations),
        ...outcome,
        absent,
      };
    } finally {
      for (const contestant of [reference, ...others]) await contestant.close();
    }
  } finally {
    await folder.remove();
  }
}

export function trainingTable(bench: TrainingBench): Table {
  const { figures, samples, rounds, data, calibrationNs, refused, absent } = bench;
  const js = figures.find(({ name }) => name === 'js');
  const numpy = figures.find(({ name }) => name === NUMPY);
  const times = (base: TrainingFigure | undefined, figure: TrainingFigure): number | undefined =>
    base && base.seconds.median / figure.seconds.median;
  return {
    title: 'Training: seconds an epoch',
    notes: [
      `${samples} samples (${data}), hidden 10, rank of W 4, batch ${BATCH}; ${rounds} epochs of each in turn, each in a process of its own.`,
      '"exact": the parameters were those of js, bit for bit, after every epoch.',
      `A fixed loop of doubles and int32 took ${calibrationNs.toFixed(3)} ns a step in between.`,
      ...refused.map(({ name, reason }) => `Refused: ${name}: ${reason}.`),
      ...absent.map(({ name, reason }) => `Not measured: ${name}: ${reason}.`),
    ],
    columns: ['program', 'median s', 'least s', 'samples/s', '× js', '× NumPy', 'exact'],
    rows: figures.map((figure) => [
      nameWithVersion(figure),
      figure.seconds.median,
      figure.seconds.minimum,
      String(Math.round(samples / figure.seconds.median)),
      times(js, figure),
      times(numpy, figure),
      figure.exact === true ? 'yes' : 'its own',
    ]),
  };
}
