import { maxRaw, minRaw } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Shard } from './shard.js';

/** A stretch of inputs of the format, and how it is proven. */
export interface Stretch extends Shard {
  /** Inside the range for which the target was asked, or served by a tail, which must meet it too. */
  readonly claimed: boolean;
  /** `run`: every input is run. `monotone`: a constant, which need not be run where f is monotone. */
  readonly method: 'run' | 'monotone';
}

/** Inputs are run in shards of at most this many. */
export const SHARD_INPUTS = 2 ** 21;

/** Every input of the format, ascending, in stretches that are proven alike. */
export function coverage(plan: KernelPlan): readonly Stretch[] {
  const first = minRaw(plan.input);
  const last = maxRaw(plan.input);
  const [lowEnd, highStart] = tailEdges(plan);
  const range = { lo: Number(plan.range.lo), hi: Number(plan.range.hi) };
  const edges = [first, lowEnd, range.lo, range.hi + 1, highStart, last + 1];
  const bounds = [...new Set(edges.filter((edge) => edge >= first && edge <= last + 1))].toSorted(
    (a, b) => a - b,
  );
  return bounds.slice(0, -1).map((from, i) => {
    const inTail = from < lowEnd || from >= highStart;
    const inRange = from >= range.lo && from <= range.hi;
    const to = bounds[i + 1] - 1;
    const constant = inTail && !inRange && isConstant(plan, from, to);
    return { first: from, last: to, claimed: inTail || inRange, method: constant ? 'monotone' : 'run' };
  });
}

/** Whether the tails give one output for each sign, and all of these inputs have a value. */
function isConstant(
  { tails, fold, undefined: holes = [] }: KernelPlan,
  first: number,
  last: number,
): boolean {
  const sloped = tails.low?.slope ?? tails.high?.slope ?? (fold && fold.slope !== 0 ? fold : undefined);
  return sloped === undefined && !holes.some(({ lo, hi }) => Number(lo) <= last && Number(hi) >= first);
}

/** Inputs below the first edge, and from the second on, are served by a tail. */
function tailEdges({ tails, reduce, fold }: KernelPlan): [number, number] {
  const low = tails.low ? Number(tails.low.bound) : -Infinity;
  const high = tails.high ? Number(tails.high.bound) : Infinity;
  if (reduce.kind !== 'none') return [-Infinity, Infinity];
  return fold ? [-high + 1, high] : [low, high];
}

/** Divides a stretch that is run into shards whose edges don't depend on the number of workers. */
export function shardsOf(stretch: Stretch): readonly Shard[] {
  const shards: Shard[] = [];
  for (let from = stretch.first; from <= stretch.last;) {
    const end = (Math.floor(from / SHARD_INPUTS) + 1) * SHARD_INPUTS - 1;
    const last = Math.min(end, stretch.last);
    shards.push({ first: from, last });
    from = last + 1;
  }
  return shards;
}
