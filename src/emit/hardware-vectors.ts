import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import { interpret } from '../plan/interpret.js';
import type { KernelPlan } from '../plan/plan.js';

/** A raw input, and the raw output that the plan gives for it. */
export interface TestVector {
  readonly input: bigint;
  readonly output: bigint;
}

const SAMPLES = 256;

/**
 * Inputs at which a plan's parts meet, with both neighbours, the ends of the format, zero, powers of two, and a
 * seeded sample of every magnitude; ascending.
 */
export function testVectors(plan: KernelPlan): readonly TestVector[] {
  const [least, most] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  const places = [least, most, 0n, ...powers(plan), ...edges(plan), ...breakpoints(plan)];
  const beside = places.flatMap((place) => [place - 1n, place, place + 1n]);
  const inputs = new Set([...beside, ...beside.map((x) => -x), ...samples(plan)]);
  return [...inputs]
    .filter((x) => x >= least && x <= most)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((input) => ({ input, output: interpret(plan, input) }));
}

function powers({ input }: KernelPlan): readonly bigint[] {
  return Array.from({ length: input.bits }, (_, bit) => 1n << BigInt(bit));
}

/** Where inputs have no value or are listed, and the range that was asked for. */
function edges({ range, undefined: holes = [], exceptions }: KernelPlan): readonly bigint[] {
  const ends = [range, ...holes].flatMap(({ lo, hi }) => [lo, hi]);
  return [...ends, ...(exceptions?.inputs ?? [])].map(BigInt);
}

/** Magnitudes at, or next to, those whose argument is a bound of a segment or tail, or an origin. */
function breakpoints(plan: KernelPlan): readonly bigint[] {
  const { tails, segments, bounds } = plan;
  const args = new Set(
    [...segments.flatMap(({ lo, hi, origin }) => [lo, hi, origin]), tails.low?.bound, tails.high?.bound]
      .filter((place) => place !== undefined)
      .map(BigInt),
  );
  const counts = someCounts(BigInt(bounds.counts?.lo ?? 0), BigInt(bounds.counts?.hi ?? 0));
  return [...args].flatMap((a) => counts.map((count) => unreduced(plan, a, count)));
}

/** The least and the greatest count of a reduction, and two around zero where it has both signs. */
function someCounts(lo: bigint, hi: bigint): readonly bigint[] {
  const inside = [-1n, 0n].filter((count) => count > lo && count < hi);
  return [...new Set([lo, ...inside, (lo + hi) >> 1n, hi])];
}

function unreduced({ reduce, argumentFracBits }: KernelPlan, argument: bigint, count: bigint): bigint {
  switch (reduce.kind) {
    case 'none':
      return argument;
    case 'normalise':
      return argument >> (count * BigInt(reduce.step));
    case 'split':
    case 'periodic': {
      const multiplier = BigInt(reduce.multiplier);
      const z = argument + (count << BigInt(argumentFracBits));
      const product = reduce.shift < 0 ? z >> BigInt(-reduce.shift) : z << BigInt(reduce.shift);
      return multiplier === 0n ? 0n : product / multiplier;
    }
  }
}

/** Half of them spread over the format, half over the magnitudes. */
function samples({ input }: KernelPlan): readonly bigint[] {
  const least = minRawBigint(input);
  const random = xorshift(0x9e3779b97f4a7c15n);
  return Array.from({ length: SAMPLES }, (_, i) => {
    const word = random() & ((1n << BigInt(input.bits)) - 1n);
    if (i % 2 === 0) return least + word;
    const small = word >> BigInt(1 + Math.floor((i / SAMPLES) * (input.bits - 1)));
    return input.signed && i % 4 === 1 ? -small : small;
  });
}

/** Marsaglia's xorshift64: the same vectors every time. */
function xorshift(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state ^= BigInt.asUintN(64, state << 13n);
    state ^= state >> 7n;
    state ^= BigInt.asUintN(64, state << 17n);
    return state;
  };
}

export interface BenchView {
  readonly count: number;
  readonly last: number;
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
  const words = testVectors(plan).map(({ input, output }) => {
    const word =
      (BigInt.asUintN(inputBits, input) << BigInt(outputBits)) | BigInt.asUintN(outputBits, output);
    return word.toString(16).padStart(digits, '0');
  });
  const tops = { outputTop: outputBits - 1, inputTop: inputBits + outputBits - 1, wordTop: 4 * digits - 1 };
  return { count: words.length, last: words.length - 1, inputBits, outputBits, ...tops, words };
}
