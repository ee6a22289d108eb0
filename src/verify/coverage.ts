import { maxRaw, maxRawBigint, minRaw, minRawBigint } from '../fixedpoint/format.js';
import type { Interval } from '../fixedpoint/interval.js';
import type { KernelPlan } from '../plan/plan.js';

/** Consecutive inputs of a plan, first … last, and what is said of them. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
  /** Inside the range for which the target was asked. */
  readonly inRange: boolean;
  /** Served by a tail that must meet the target too. */
  readonly inTail: boolean;
}

/** Whether the target is claimed of a stretch. */
export function isClaimed({ inRange, inTail }: Pick<Stretch, 'inRange' | 'inTail'>): boolean {
  return inRange || inTail;
}

/** Inputs are run in units of at most this many, aligned to it: a unit does not depend on who runs it. */
export const UNIT_INPUTS = 2 ** 21;

/** Every input of the format, ascending, in units that lie in one stretch each. */
export function unitsOf(plan: KernelPlan): readonly Stretch[] {
  return stretchesOf(plan).flatMap(divide);
}

/** Every input of the format, ascending, divided where range and tails begin and end. */
export function stretchesOf(plan: KernelPlan): readonly Stretch[] {
  const first = minRaw(plan.input);
  const last = maxRaw(plan.input);
  const [lowEnd, highStart] = tailEdges(plan);
  const range = { lo: Number(plan.range.lo), hi: Number(plan.range.hi) };
  const edges = [first, lowEnd, range.lo, range.hi + 1, highStart, last + 1];
  const bounds = [...new Set(edges.filter((edge) => edge >= first && edge <= last + 1))].toSorted(
    (a, b) => a - b,
  );
  return bounds.slice(0, -1).map((from, i) => ({
    first: from,
    last: bounds[i + 1] - 1,
    inRange: from >= range.lo && from <= range.hi,
    inTail: (from < lowEnd && !isUnclaimed(plan, 'low')) || (from >= highStart && !isUnclaimed(plan, 'high')),
  }));
}

/**
 * The inputs for which the target is claimed, of formats of any width: the range, and what tails serve that have to
 * meet it.
 */
export function claimedIntervals(plan: KernelPlan): readonly Interval[] {
  const [least, most] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  const { range, tails, fold, reduce } = plan;
  const isServed = (side: 'low' | 'high'): boolean =>
    reduce.kind === 'none' && tails[fold ? 'high' : side] !== undefined && !isUnclaimed(plan, side);
  return [
    {
      lo: isServed('low') ? least : BigInt(range.lo),
      hi: isServed('high') ? most : BigInt(range.hi),
    },
  ];
}

/** A fold serves both ends by the high tail. */
function isUnclaimed({ tails, fold }: KernelPlan, side: 'low' | 'high'): boolean {
  return tails[fold ? 'high' : side]?.unclaimed === true;
}

/** Inputs below the first edge, and from the second on, are served by a tail. */
function tailEdges({ tails, reduce, fold }: KernelPlan): [number, number] {
  const low = tails.low ? Number(tails.low.bound) : -Infinity;
  const high = tails.high ? Number(tails.high.bound) : Infinity;
  if (reduce.kind !== 'none') return [-Infinity, Infinity];
  return fold ? [-high + 1, high] : [low, high];
}

function divide(stretch: Stretch): readonly Stretch[] {
  const units: Stretch[] = [];
  for (let from = stretch.first; from <= stretch.last;) {
    const end = (Math.floor(from / UNIT_INPUTS) + 1) * UNIT_INPUTS - 1;
    const last = Math.min(end, stretch.last);
    units.push({ ...stretch, first: from, last });
    from = last + 1;
  }
  return units;
}
