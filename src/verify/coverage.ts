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
  const edges = [first, lowEnd, plan.range.lo, plan.range.hi + 1, highStart, last + 1];
  const bounds = [...new Set(edges.filter((edge) => edge >= first && edge <= last + 1))].toSorted(
    (a, b) => a - b,
  );
  return bounds.slice(0, -1).map((from, i) => {
    const inTail = from < lowEnd || from >= highStart;
    const inRange = from >= plan.range.lo && from <= plan.range.hi;
    return {
      first: from,
      last: bounds[i + 1] - 1,
      claimed: inTail || inRange,
      method: inTail && !inRange ? 'monotone' : 'run',
    };
  });
}

/** Inputs below the first edge, and from the second on, are served by a tail. */
function tailEdges(plan: KernelPlan): [number, number] {
  const { low, high } = plan.tails;
  const none: [number, number] = [-Infinity, Infinity];
  switch (plan.reduce.kind) {
    case 'none':
      return [low?.bound ?? none[0], high?.bound ?? none[1]];
    case 'odd':
    case 'even':
    case 'point':
      return high ? [-high.bound + 1, high.bound] : none;
    default:
      return none;
  }
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
