import { maxRawBigint, minRawBigint } from '../../fixedpoint/format.js';
import type { Interval } from '../../fixedpoint/interval.js';
import type { KernelPlan } from '../../plan/plan.js';
import { definedMagnitudes } from '../../plan/inputs.js';
import { askedMagnitudes, countsOf } from './plan-inputs.js';

/** Inputs of each of two samples: even over the range, and by magnitude over the format. */
const SAMPLE = 1024;
/** Counts of a reduction at which the ends of segments are looked at; of many segments fewer. */
const MOST_COUNTS = 8;
const MOST_EDGES = 6000;

/**
 * The inputs that are run where there are too many to run all, ascending: those at and beside the ends of every
 * segment, of tails, stretches without values, the range and the format; zero and the powers of two; exceptions;
 * and a sample that is always the same.
 */
export function inputsToRun(plan: KernelPlan): readonly bigint[] {
  const [least, most] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  const powers = Array.from({ length: plan.input.bits }, (_, i) => 1n << BigInt(i));
  const corners = [
    ...[least, most, 0n, BigInt(plan.range.lo), BigInt(plan.range.hi)],
    ...(plan.undefined ?? []).flatMap(({ lo, hi }) => [BigInt(lo), BigInt(hi)]),
    ...edges(plan),
  ];
  const singles = [
    ...(plan.exceptions?.inputs ?? []).map(BigInt),
    ...[...powers, ...sample(plan)].flatMap((x) => [x, -x]),
  ];
  const found = new Set([...corners.flatMap((x) => [x - 1n, x, x + 1n]), ...singles]);
  return [...found].filter((x) => x >= least && x <= most).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Inputs whose reduced arguments lie at the ends of segments. */
function edges(plan: KernelPlan): readonly bigint[] {
  const { segments } = plan;
  const ends = [...segments.map(({ lo }) => BigInt(lo)), BigInt(segments[segments.length - 1].hi)];
  const asked = countsOf(plan, askedMagnitudes(plan));
  const all = countsOf(plan, definedMagnitudes(plan));
  const counts = spread(
    [asked, all],
    Math.max(1, Math.min(MOST_COUNTS, Math.floor(MOST_EDGES / ends.length))),
  );
  const magnitudes = counts.flatMap((count) => ends.flatMap((end) => inputsNear(plan, end, count)));
  return plan.fold ? magnitudes.flatMap((x) => [x, -x]) : magnitudes;
}

/** Up to `most` counts of each interval, its ends among them. */
function spread(intervals: readonly Interval[], most: number): readonly bigint[] {
  const counts = intervals.flatMap(({ lo, hi }) =>
    Array.from({ length: most }, (_, i) => lo + ((hi - lo) * BigInt(i)) / BigInt(Math.max(1, most - 1))),
  );
  return [...new Set(counts)];
}

/** Inputs whose argument is near to a given one, where the reduction's count is the given one. */
function inputsNear(
  { reduce, argumentFracBits }: KernelPlan,
  argument: bigint,
  count: bigint,
): readonly bigint[] {
  switch (reduce.kind) {
    case 'none':
      return [argument];
    case 'normalise':
      return [argument >> (count * BigInt(reduce.step))];
    default: {
      const multiplier = BigInt(reduce.multiplier);
      if (multiplier === 0n) return [];
      const one = 1n << BigInt(argumentFracBits);
      const shift = BigInt(Math.max(0, reduce.shift));
      const places = reduce.kind === 'periodic' ? [argument, one - argument] : [argument];
      return places.map((place) => ((count * one + place) << shift) / multiplier + 1n);
    }
  }
}

function sample(plan: KernelPlan): readonly bigint[] {
  const random = randomWords(0x9e3779b9);
  const [lo, hi] = [BigInt(plan.range.lo), BigInt(plan.range.hi)];
  const even = Array.from({ length: SAMPLE }, () => lo + ((hi - lo + 1n) * random()) / (1n << 64n));
  const byMagnitude = Array.from(
    { length: SAMPLE },
    (_, i) => random() >> BigInt(64 - 1 - (i % plan.input.bits)),
  );
  return [...even, ...byMagnitude];
}

/** Words of 64 bits, always the same (G. Marsaglia, Xorshift RNGs, 2003, the triple 13, 7, 17). */
function randomWords(seed: number): () => bigint {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state ^ (state << 13n));
    state ^= state >> 7n;
    state = BigInt.asUintN(64, state ^ (state << 17n));
    return state;
  };
}
