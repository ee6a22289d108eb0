import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import { definedInputs } from '../plan/inputs.js';
import { interpret, reduce, selectSegment } from '../plan/interpret.js';
import type { KernelPlan } from '../plan/plan.js';

/** Samples between which places are looked for where something changes. */
const SAMPLES = 1024n;

export interface Vector {
  readonly input: bigint;
  readonly output: bigint;
}

/**
 * Inputs that show most one-unit errors of a table: both sides of every place where the segment, the tail or the
 * count changes, both ends, zero and its neighbours, and an even sample. Ascending, thinned to at most `most`.
 */
export function secretVectors(plan: KernelPlan, most: number): readonly Vector[] {
  const [first, last] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  const partOf = partFinder(plan);
  const step = (last - first) / SAMPLES > 0n ? (last - first) / SAMPLES : 1n;
  const inputs = new Set([first, last, -1n, 0n, 1n]);
  const samples = Array.from(
    { length: Number((last - first) / step) + 1 },
    (_, i) => first + BigInt(i) * step,
  );
  const parts = samples.map(partOf);
  const changes = samples
    .slice(1)
    .flatMap((x, i) => (parts[i] === parts[i + 1] ? [] : [[samples[i], x] as const]));
  for (const [low, high] of thinned(changes, most / 2)) {
    bisect(low, high, partOf).forEach((place) => inputs.add(place));
  }
  const even = (last - first) / BigInt(EVEN);
  for (let i = 0n; i < BigInt(EVEN); i++) inputs.add(first + i * even);
  const held = [...inputs].filter((x) => x >= first && x <= last).toSorted((a, b) => (a < b ? -1 : 1));
  return thinned(held, most).map((input) => ({ input, output: interpret(plan, input) }));
}

/** At most so many of a list, evenly, the first among them. */
function thinned<T>(list: readonly T[], most: number): readonly T[] {
  const every = Math.max(1, Math.ceil(list.length / most));
  return list.filter((_, i) => i % every === 0);
}

const EVEN = 32;

/** Two neighbours between which the part changes. */
function bisect(from: bigint, to: bigint, partOf: (x: bigint) => string): readonly [bigint, bigint] {
  let [low, high] = [from, to];
  const part = partOf(low);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (partOf(middle) === part) low = middle;
    else high = middle;
  }
  return [low, high];
}

/** What serves an input: its segment or tail, its count, and the side of zero. */
function partFinder(plan: KernelPlan): (x: bigint) => string {
  const defined = definedInputs(plan);
  const { low, high } = plan.tails;
  return (x) => {
    if (!defined.some(({ lo, hi }) => x >= lo && x <= hi)) return 'none';
    const { argument, count, folded } = reduce(plan, x);
    const tail =
      low && argument < BigInt(low.bound) ? 'low' : high && argument >= BigInt(high.bound) ? 'high' : '';
    return `${folded} ${count} ${tail === '' ? selectSegment(plan.select, argument) : tail}`;
  };
}
