import type { KernelPlan } from '../plan/plan.js';
import { interpret } from '../plan/interpret.js';
import { crc32OfRepeated } from './crc32.js';
import { exactError, type ReferenceSetting } from './reference.js';
import { exactStats, type Shard } from './shard.js';
import type { ErrorStats } from './stats.js';

/**
 * Stats of a tail without running it: the kernel is constant there and f is monotone, so |constant − f|
 * falls to its least and then rises. Its greatest value is at one of the two ends, and the inputs below a
 * threshold are found by bisection from the input where it is least.
 */
export function tailStats(plan: KernelPlan, setting: ReferenceSetting, tail: Shard): ErrorStats {
  const { first, last } = tail;
  const output = Number(interpret(plan, first));
  const error = (x: number) => exactError(setting, x, output);
  const inputs = last - first + 1;
  const ends = [first, last].map((x) => ({ x, ...exactStats(setting, x, output) }));
  const worst = ends[1].ulp > ends[0].ulp ? ends[1] : ends[0];
  const closest = leastError(error, first, last);
  const within = (holds: (error: number) => boolean) =>
    holds(error(closest))
      ? spread(closest, last, error, holds) + spread(closest, first, error, holds) + 1
      : 0;
  return {
    inputs,
    undefinedInputs: 0,
    maxUlp: worst.ulp,
    worstInput: worst.x,
    maxRelative: plan.target.relative === undefined ? 0 : Math.max(ends[0].relative, ends[1].relative),
    correctlyRounded: within((e) => e <= 0.5),
    faithful: within((e) => e < 1),
    decidedExactly: 0,
    crc32: crc32OfRepeated(output, inputs),
  };
}

/** An input where |constant − monotone f| is least, by bisection on whether it still falls. */
function leastError(error: (x: number) => number, first: number, last: number): number {
  let low = first;
  let high = last;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [here, next] = [error(middle), error(middle + 1)];
    if (here > next || (here === next && error(high) < here)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many inputs from `from` (excluded) toward `to` hold, where holding inputs come first. */
function spread(
  from: number,
  to: number,
  error: (x: number) => number,
  holds: (e: number) => boolean,
): number {
  const direction = Math.sign(to - from);
  let low = 0;
  let high = Math.abs(to - from);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(error(from + direction * middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}
