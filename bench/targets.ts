import type { KernelBench, Form } from './kernels.js';
import type { MemoryFigure } from './memory.js';
import type { ProofBench } from './proof.js';
import type { Table } from './table.js';
import type { ThreadBench } from './threads.js';
import type { TrainingBench } from './training.js';

export interface Results {
  readonly training?: TrainingBench;
  readonly threads?: ThreadBench;
  readonly kernels?: KernelBench;
  readonly memory?: readonly MemoryFigure[];
  readonly proof?: ProofBench;
}

export interface TargetFigure {
  readonly target: string;
  readonly bound: number;
  /** Whether the bound is the least or the most that is wanted. */
  readonly sense: 'at least' | 'at most';
  /** Undefined where it has not been measured. */
  readonly measured: number | undefined;
}

/**
 * Seconds an epoch of the original program and of this step in C with AVX2, both on one core of one machine, when the
 * original's data were recorded. The original is not here to run: C is the yardstick. (`lstm.py` is a NumPy program of
 * our own, which takes about half as long.)
 */
const RECORDED = { original: 3.8, native: 0.039 };

/** What the project wants to be, and what it is: medians, and of threads and proofs the least. */
export function targetFigures({
  training,
  threads,
  kernels,
  memory,
  proof,
}: Results): readonly TargetFigure[] {
  const seconds = (name: string): number | undefined =>
    training?.figures.find((figure) => figure.name === name)?.seconds.median;
  const ratio = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : a / b;
  const kernel = (target: string, form: Form): number | undefined =>
    kernels?.figures.find(
      (figure) => figure.kernel === 'tanh_q8_24' && figure.target === target && figure.form === form,
    )?.timesMath;
  /** The kernel of that many bits whose proof takes longest. */
  const proven = (bits: number) =>
    proof?.whole
      .filter(({ inputs }) => inputs === 2 ** bits)
      .toSorted((a, b) => b.seconds.minimum - a.seconds.minimum)
      .at(0);
  const small = proven(16);
  const resident = memory && Math.max(...memory.map(({ megabytes }) => megabytes));

  const wasm1 = seconds('wasm, 1 thread');
  const native = seconds('native C, AVX2');
  const original = native && native * (RECORDED.original / RECORDED.native);
  return [
    {
      target: 'wasm, 1 thread: × the original, by C',
      bound: 45,
      sense: 'at least',
      measured: ratio(original, wasm1),
    },
    {
      target: 'wasm, 2 threads: × 1 thread, of the least',
      bound: 1.8,
      sense: 'at least',
      measured: threads?.figures.find(({ name }) => name === 'wasm, 2 threads')?.timesOne.least,
    },
    {
      target: 'wasm, 1 thread: time ÷ native C, AVX2',
      bound: 2,
      sense: 'at most',
      measured: ratio(wasm1, native),
    },
    {
      target: 'js: × the original, by C',
      bound: 10,
      sense: 'at least',
      measured: ratio(original, seconds('js')),
    },
    {
      target: 'tanh, ts, scalar: × Math.tanh',
      bound: 3,
      sense: 'at least',
      measured: kernel('ts', 'scalar'),
    },
    { target: 'tanh, ts, array: × Math.tanh', bound: 4, sense: 'at least', measured: kernel('ts', 'array') },
    {
      target: 'tanh, wasm, array: × Math.tanh',
      bound: 8,
      sense: 'at least',
      measured: kernel('wasm', 'array'),
    },
    { target: 'proof of 2^32 inputs: s', bound: 20, sense: 'at most', measured: proven(32)?.seconds.minimum },
    {
      target: 'proof of 2^32 inputs: million/s',
      bound: 200,
      sense: 'at least',
      measured: proven(32)?.millionInputsPerSecond,
    },
    {
      target: 'proof of 2^16 inputs: ms',
      bound: 50,
      sense: 'at most',
      measured: small && small.seconds.minimum * 1000,
    },
    { target: 'npm run train: MB resident', bound: 200, sense: 'at most', measured: resident },
  ];
}

export function isMet({ bound, sense, measured }: TargetFigure): boolean | undefined {
  if (measured === undefined) return undefined;
  return sense === 'at least' ? measured >= bound : measured <= bound;
}

export function targetsTable(figures: readonly TargetFigure[]): Table {
  return {
    title: 'Targets',
    columns: ['target', 'wanted', 'measured', 'met?'],
    rows: figures.map((figure) => {
      const met = isMet(figure);
      return [
        figure.target,
        `${figure.sense} ${figure.bound}`,
        figure.measured,
        met === undefined ? 'not measured' : met ? 'yes' : 'no',
      ];
    }),
  };
}
