import { join } from 'node:path';
import { writeWhole } from '../data/usps-files.js';
import type { Kernel } from '../tensor/kernel.js';
import { FRAC_BITS } from './kernels.js';
import type { TrainingKernels } from './loop.js';

/** Significant bits of an input that tell it from others: bins are at most 1/128 of their value wide. */
const KEPT_BITS = 8;
const BINS_PER_LENGTH = 2 ** KEPT_BITS;
/** Lengths of a magnitude, 0 to 32 bits, of either sign. */
const BINS = 2 * 33 * BINS_PER_LENGTH;

/** How often a kernel was given inputs of each bin. */
export interface InputCounter {
  readonly name: string;
  /** @param inputs raw */
  count(inputs: Int32Array): void;
  /** A value and a count a line, values ascending: what `--measure data:` reads. */
  text(): string;
}

/** Kernels that count what they are given, and their counters. */
export interface CountedKernels {
  readonly kernels: TrainingKernels;
  readonly counters: readonly InputCounter[];
  /** Runs something and counts nothing of it. */
  uncounted<Result>(run: () => Result): Result;
}

/**
 * The same kernels, counting. They have no plan and no table, so that a backend has to call them instead of what
 * it has built in, which gives the same numbers; that takes its time.
 */
export function countInputs({ sigmoid, tanh, rsqrt }: TrainingKernels): CountedKernels {
  let paused = false;
  const counted = [sigmoid, tanh, rsqrt].map((kernel) => {
    const counter = createCounter(kernel.name);
    return {
      kernel: counting(kernel, (inputs) => {
        if (!paused) counter.count(inputs);
      }),
      counter,
    };
  });
  const kernels = counted.map(({ kernel }) => kernel);
  return {
    kernels: { sigmoid: kernels[0], tanh: kernels[1], rsqrt: kernels[2] },
    counters: counted.map(({ counter }) => counter),
    uncounted(run) {
      paused = true;
      try {
        return run();
      } finally {
        paused = false;
      }
    },
  };
}

function counting({ name, scalar, array }: Kernel, count: (inputs: Int32Array) => void): Kernel {
  return {
    name,
    scalar,
    array(src, dst) {
      // Before the kernel runs: source and destination may be one.
      count(src);
      array(src, dst);
    },
  };
}

function createCounter(name: string): InputCounter {
  const counts = new Float64Array(BINS);
  return {
    name,
    count(inputs) {
      for (let i = 0; i < inputs.length; i++) counts[binOf(inputs[i])]++;
    },
    text() {
      const rows = Array.from(counts, (count, bin) => ({ value: valueOf(bin), count }));
      const lines = rows
        .filter(({ count }) => count > 0)
        .toSorted((a, b) => a.value - b.value)
        .map(({ value, count }) => `${value},${count}\n`);
      return `value,count\n${lines.join('')}`;
    },
  };
}

/** The bin of a raw input: its sign, its length, and its leading bits. */
function binOf(raw: number): number {
  const magnitude = Math.abs(raw);
  const length = 32 - Math.clz32(magnitude);
  const leading = magnitude >>> Math.max(0, length - KEPT_BITS);
  return ((raw < 0 ? 33 : 0) + length) * BINS_PER_LENGTH + leading;
}

/** The value in the middle of a bin. */
function valueOf(bin: number): number {
  const leading = bin % BINS_PER_LENGTH;
  const row = (bin - leading) / BINS_PER_LENGTH;
  const dropped = Math.max(0, (row % 33) - KEPT_BITS);
  const middle = (leading + (dropped === 0 ? 0 : 0.5)) * 2 ** dropped;
  return (row >= 33 ? -middle : middle) * 2 ** -FRAC_BITS;
}

/** Writes a file for each kernel, `<folder>/<name>.csv`, whole or not at all; gives their paths. */
export async function writeHistograms(
  folder: string,
  counters: readonly InputCounter[],
): Promise<readonly string[]> {
  const files = counters.map((counter) => ({ path: join(folder, `${counter.name}.csv`), counter }));
  for (const { path, counter } of files) await writeWhole(path, new TextEncoder().encode(counter.text()));
  return files.map(({ path }) => path);
}
