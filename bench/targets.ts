import { NUMPY, PYTORCH } from './contestants.js';
import type { KernelBench, Form } from './kernels.js';
import type { MemoryFigure } from './memory.js';
import type { ProofBench } from './proof.js';
import { ratio, type Ratio, type Timing } from './statistics.js';
import type { Table } from './table.js';
import type { ThreadBench } from './threads.js';
import { nameWithVersion, type TrainingBench } from './training.js';

export interface Results {
  readonly training?: TrainingBench;
  readonly threads?: ThreadBench;
  readonly kernels?: KernelBench;
  readonly memory?: readonly MemoryFigure[];
  readonly proof?: ProofBench;
}

export interface TargetFigure {
  readonly target: string;
  /** What is wanted; undefined where a figure is only compared. */
  readonly bound: number | undefined;
  /** Whether the bound is the least or the most that is wanted. */
  readonly sense: 'at least' | 'at most';
  /** Of the medians of the run, and of its least times; undefined where it has not been measured. */
  readonly measured: Ratio | undefined;
}

/**
 * Seconds an epoch of the original program and of this step in C with AVX2, both on one core of one machine, when the
 * original's data were recorded. The original is not here to run: C is the yardstick. (`lstm.py` is a NumPy program of
 * our own, which takes about half as long.)
 */
const RECORDED = { original: 3.8, native: 0.039 };

/** What the project wants to be, and what it is. */
export function targetFigures(results: Results): readonly TargetFigure[] {
  const { training, threads, kernels, memory, proof } = results;
  const secondsOf = (name: string): Timing | undefined =>
    training?.figures.find((figure) => figure.name === name)?.seconds;
  const timesOriginal = (name: string): Ratio | undefined => {
    const [native, seconds] = [secondsOf(NATIVE), secondsOf(name)];
    if (native === undefined || seconds === undefined) return undefined;
    return times(ratio(native, seconds), RECORDED.original / RECORDED.native);
  };
  const timesNative = (): Ratio | undefined => {
    const [native, seconds] = [secondsOf(NATIVE), secondsOf(ONE_THREAD)];
    return native && seconds && ratio(seconds, native);
  };
  /** Beside another library: no bound, its next version may be quicker. */
  const timesLibrary = (name: string): TargetFigure => {
    const found = training?.figures.find((figure) => figure.name === name);
    const [library, seconds] = [found?.seconds, secondsOf(ONE_THREAD)];
    const measured = library && seconds && ratio(library, seconds);
    const target = `${ONE_THREAD}: × ${nameWithVersion(found ?? { name })}`;
    return { target, bound: undefined, sense: 'at least', measured };
  };
  const kernel = (target: string, form: Form): Ratio | undefined =>
    kernels?.figures.find(
      (figure) => figure.kernel === 'tanh_q8_24' && figure.target === target && figure.form === form,
    )?.timesMath;
  /** The kernel of that many bits whose proof takes longest. */
  const proven = (bits: number) =>
    proof?.whole
      .filter(({ inputs }) => inputs === 2 ** bits)
      .toSorted((a, b) => b.seconds.minimum - a.seconds.minimum)
      .at(0);
  const [large, small] = [proven(32)?.seconds, proven(16)?.seconds];
  const resident = memory && Math.max(...memory.map(({ megabytes }) => megabytes));

  const wanted =
    (sense: TargetFigure['sense']) =>
    (bound: number, target: string, measured: Ratio | undefined): TargetFigure => ({
      target,
      bound,
      sense,
      measured,
    });
  const [atLeast, atMost] = [wanted('at least'), wanted('at most')];
  return [
    atLeast(45, 'wasm, 1 thread: × the original, by C', timesOriginal(ONE_THREAD)),
    atLeast(
      1.8,
      'wasm, 2 threads: × 1 thread',
      threads?.figures.find(({ name }) => name === TWO_THREADS)?.timesOne,
    ),
    atMost(2, 'wasm, 1 thread: time ÷ native C, AVX2', timesNative()),
    timesLibrary(NUMPY),
    timesLibrary(PYTORCH),
    atLeast(10, 'js: × the original, by C', timesOriginal('js')),
    atLeast(3, 'tanh, ts, scalar: × Math.tanh', kernel('ts', 'scalar')),
    atLeast(4, 'tanh, ts, array: × Math.tanh', kernel('ts', 'array')),
    atLeast(8, 'tanh, wasm, array: × Math.tanh', kernel('wasm', 'array')),
    atMost(20, 'proof of 2^32 inputs: s', large && ratio(large, SECOND)),
    atLeast(200, 'proof of 2^32 inputs: million/s', large && times(ratio(SECOND, large), 2 ** 32 / 1e6)),
    atMost(50, 'proof of 2^16 inputs: ms', small && times(ratio(small, SECOND), 1000)),
    atMost(
      200,
      'npm run train: MB resident',
      resident === undefined ? undefined : { median: resident, least: resident },
    ),
  ];
}

const ONE_THREAD = 'wasm, 1 thread';
const TWO_THREADS = 'wasm, 2 threads';
const NATIVE = 'native C, AVX2';
const SECOND: Timing = { median: 1, minimum: 1 };

function times({ median, least }: Ratio, factor: number): Ratio {
  return { median: median * factor, least: least * factor };
}

/** Whether the least times meet it: what else a shared machine does should not decide. Undefined where nothing can. */
export function isMet({ bound, sense, measured }: TargetFigure): boolean | undefined {
  if (measured === undefined || bound === undefined) return undefined;
  return sense === 'at least' ? measured.least >= bound : measured.least <= bound;
}

export function targetsTable(figures: readonly TargetFigure[]): Table {
  return {
    title: 'Targets',
    notes: ['"Least": of the least times, as on an idle machine; by these a target is met or not.'],
    columns: ['target', 'wanted', 'median', 'least', 'met?'],
    rows: figures.map((figure) => [
      figure.target,
      figure.bound === undefined ? undefined : `${figure.sense} ${figure.bound}`,
      figure.measured?.median,
      figure.measured?.least,
      verdict(figure),
    ]),
  };
}

function verdict(figure: TargetFigure): string | undefined {
  if (figure.measured === undefined) return 'not measured';
  const met = isMet(figure);
  return met === undefined ? undefined : met ? 'yes' : 'no';
}
