import type { KernelPlan } from '../plan/plan.js';
import { interpret } from '../plan/interpret.js';
import { crc32OfRepeated } from './crc32.js';
import { directionOn } from './monotone.js';
import { exactDifference, type ReferenceSetting } from './reference.js';
import { exactStats, type Shard } from './shard.js';
import type { ErrorStats } from './stats.js';

/**
 * Stats of a tail without running it: the kernel is constant there and f is monotone, so constant − f is
 * monotone as well. Its greatest magnitude is at one of the two ends, and the inputs between two of its
 * values are found by bisection. Undefined where f can't be shown to be monotone: then it has to be run.
 */
export function tailStats(plan: KernelPlan, setting: ReferenceSetting, tail: Shard): ErrorStats | undefined {
  const { first, last } = tail;
  const direction = directionOn(setting, first, last);
  if (direction === undefined) return undefined;
  const output = Number(interpret(plan, first));
  const sign = 0 - direction;
  const ascending = (x: number) => sign * exactDifference(setting, x, output);
  const inputs = last - first + 1;
  const ends = [first, last].map((x) => ({ x, ...exactStats(setting, x, output) }));
  const worst = ends[1].ulp > ends[0].ulp ? ends[1] : ends[0];
  return {
    inputs,
    undefinedInputs: 0,
    maxUlp: worst.ulp,
    // Inputs before the last one may err alike: near its limit, f no longer moves. The lowest counts.
    worstInput: worst === ends[0] ? first : firstWhere(tail, (x) => ascending(x) >= ascending(last)),
    maxRelative: plan.target.relative === undefined ? 0 : Math.max(ends[0].relative, ends[1].relative),
    correctlyRounded:
      firstWhere(tail, (x) => ascending(x) > 0.5) - firstWhere(tail, (x) => ascending(x) >= -0.5),
    faithful: firstWhere(tail, (x) => ascending(x) >= 1) - firstWhere(tail, (x) => ascending(x) > -1),
    decidedExactly: 0,
    crc32: crc32OfRepeated(output, inputs),
  };
}

/** The least input of the tail from which a monotone condition holds; one past the tail where it never does. */
function firstWhere({ first, last }: Shard, holds: (x: number) => boolean): number {
  let low = first;
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
