import type { KernelPlan } from '../plan/plan.js';
import { vectorsOf } from './vectors.js';

export interface BenchView {
  readonly count: number;
  readonly last: number;
  /** The highest bit of a vector's place. */
  readonly indexTop: number;
  readonly inputBits: number;
  readonly outputBits: number;
  /** The highest bit of the output, the input above it, and the word that holds both. */
  readonly outputTop: number;
  readonly inputTop: number;
  readonly wordTop: number;
  /** Input and output in one, as hexadecimal digits. */
  readonly words: readonly string[];
}

/** What a test bench compares. */
export function benchView(plan: KernelPlan): BenchView {
  const [inputBits, outputBits] = [plan.input.bits, plan.output.bits];
  const digits = Math.ceil((inputBits + outputBits) / 4);
  const { inputs, outputs } = vectorsOf(plan);
  const words = inputs.map((x, i) => {
    const word =
      (BigInt.asUintN(inputBits, x) << BigInt(outputBits)) | BigInt.asUintN(outputBits, outputs[i]);
    return word.toString(16).padStart(digits, '0');
  });
  const tops = { outputTop: outputBits - 1, inputTop: inputBits + outputBits - 1, wordTop: 4 * digits - 1 };
  const last = words.length - 1;
  return {
    count: words.length,
    last,
    indexTop: Math.max(0, last.toString(2).length - 1),
    inputBits,
    outputBits,
    ...tops,
    words,
  };
}
