import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import { interpret } from '../plan/interpret.js';
import type { KernelPlan, PlanInteger } from '../plan/plan.js';
import { runningPlan } from '../plan/wide-run.js';
import type { EmittedFile, Vectors } from './target.js';

/** Inputs drawn beside those at which something happens. */
const SAMPLES = 256;
/** Counts of a reduction up to this many are all visited; of more, those at the ends and around zero. */
const MOST_COUNTS = 48n;

/**
 * Test vectors: both ends of the format and of the range, zero, every exception, and ± 1 around every place
 * where a segment, a tail or a stretch without values begins, for each count of the reduction; and a sample
 * that is drawn by a fixed seed. The outputs are the interpreter's.
 */
export function vectorsOf(plan: KernelPlan): Vectors {
  const [lo, hi] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  const places = [...placesOf(plan).map(BigInt), ...breakpoints(plan)];
  const around = places.flatMap((x) => [x - 1n, x, x + 1n]);
  const folded = plan.fold ? around.map((x) => -x) : [];
  const all = new Set([...around, ...folded, ...samples(lo, hi)].filter((x) => x >= lo && x <= hi));
  const inputs = [...all].toSorted((a, b) => (a < b ? -1 : 1));
  const running = runningPlan(plan);
  return { inputs, outputs: inputs.map((x) => interpret(running, x)) };
}

export function vectorsPath(name: string): string {
  return `vectors/${name}.csv`;
}

/** The first line of the table. */
export const VECTORS_HEAD = 'input,output\n';

/** Vectors as a table for any tool. */
export function vectorsFile({ name }: KernelPlan, { inputs, outputs }: Vectors): EmittedFile {
  const lines = inputs.map((x, i) => `${x},${outputs[i]}`);
  return { path: vectorsPath(name), text: `${VECTORS_HEAD}${lines.join('\n')}\n` };
}

function placesOf(plan: KernelPlan): readonly PlanInteger[] {
  const holes = (plan.undefined ?? []).flatMap((hole) => [hole.lo, hole.hi]);
  return [
    minRawBigint(plan.input),
    maxRawBigint(plan.input),
    0,
    plan.range.lo,
    plan.range.hi,
    ...holes,
    ...(plan.exceptions?.inputs ?? []),
  ];
}

/** Inputs at or next to those whose reduced argument is the first of a segment or of a tail. */
function breakpoints(plan: KernelPlan): readonly bigint[] {
  const { segments, tails } = plan;
  const ends = [...segments.map(({ lo }) => lo), segments[segments.length - 1].hi];
  const bounds = [tails.low, tails.high].flatMap((tail) => (tail ? [tail.bound] : []));
  return [...new Set([...ends, ...bounds].map(BigInt))].flatMap((a) => unreduced(plan, a));
}

/** The magnitudes that are reduced to an argument, or to the next. */
function unreduced({ reduce, argumentFracBits, bounds }: KernelPlan, a: bigint): readonly bigint[] {
  switch (reduce.kind) {
    case 'none':
      return [a];
    case 'normalise':
      return countsOf(bounds.counts).map((k) => a >> (BigInt(reduce.step) * k));
    case 'split':
    case 'periodic': {
      const multiplier = BigInt(reduce.multiplier);
      if (multiplier === 0n) return [];
      const one = 1n << BigInt(argumentFracBits);
      const rests = reduce.kind === 'split' ? [a] : [a, one - a];
      return countsOf(bounds.counts).flatMap((k) =>
        rests.map((rest) => {
          const z = k * one + rest;
          return (reduce.shift < 0 ? z >> BigInt(-reduce.shift) : z << BigInt(reduce.shift)) / multiplier;
        }),
      );
    }
  }
}

function countsOf(counts: KernelPlan['bounds']['counts']): readonly bigint[] {
  const [lo, hi] = [BigInt(counts?.lo ?? 0), BigInt(counts?.hi ?? 0)];
  const from = (first: bigint, count: bigint) =>
    Array.from({ length: Number(count) }, (_, i) => first + BigInt(i));
  if (hi - lo < MOST_COUNTS) return from(lo, hi - lo + 1n);
  const third = MOST_COUNTS / 3n;
  const middle = lo > -third / 2n ? (lo + hi) / 2n : -third / 2n;
  return [...from(lo, third), ...from(middle, third), ...from(hi - third + 1n, third)];
}

/**
 * Half spread over the format, half over the magnitudes, by Knuth's 64-bit linear congruential generator
 * (MMIX), of which the upper bits are used.
 */
function samples(lo: bigint, hi: bigint): readonly bigint[] {
  let state = 1n;
  const next = () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return state >> 16n;
  };
  const draw = () => (next() << 48n) | next();
  const size = hi - lo + 1n;
  const bits = BigInt(size.toString(2).length - 1);
  return Array.from({ length: SAMPLES }, (_, i) => {
    const value = draw() % size;
    if (i % 2 === 0) return lo + value;
    const small = value >> (next() % bits);
    return i % 4 === 1 ? small : -small;
  });
}
