import { maxRaw, minRaw } from '../fixedpoint/format.js';
import type { Integer } from '../fixedpoint/integer.js';
import type { Interval } from '../fixedpoint/interval.js';
import { findFunction } from '../function/catalogue.js';
import type { KernelPlan } from '../plan/plan.js';
import { allInputs, heldInputsOf } from './saturation.js';

/** Consecutive inputs of a plan, first … last, and what is said of them. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
  /** Inside the range for which the target was asked. */
  readonly inRange: boolean;
  /** Served by a tail that must meet the target too. */
  readonly inTail: boolean;
}

/** A stretch that a proof runs, and says of all at once. */
export interface Unit extends Stretch {
  /** Whether f, where it has a value, has one that the output can't hold; undefined where that is not known. */
  readonly isSaturated: boolean | undefined;
}

/** Whether the target is claimed of a stretch. */
export function isClaimed({ inRange, inTail }: Pick<Stretch, 'inRange' | 'inTail'>): boolean {
  return inRange || inTail;
}

/** Inputs are run in units of at most this many, aligned to it: a unit does not depend on who runs it. */
export const UNIT_INPUTS = 2 ** 21;

/** Every input of the format, ascending, in units that lie in one stretch each. */
export function unitsOf(plan: KernelPlan): readonly Unit[] {
  const saturated = heldInputsOf(plan, findFunction(plan.function))?.saturated;
  return stretchesOf(plan)
    .flatMap((stretch) => partsOf(stretch, saturated))
    .flatMap(divide);
}

/** A stretch, divided where f leaves what the output can hold, and where it comes back. */
function partsOf(stretch: Stretch, saturated: readonly Interval[] | undefined): readonly Unit[] {
  if (!saturated) return [{ ...stretch, isSaturated: undefined }];
  const parts: Unit[] = [];
  let next = stretch.first;
  const add = (last: number, isSaturated: boolean): void => {
    if (next <= last) parts.push({ ...stretch, first: next, last, isSaturated });
    next = Math.max(next, last + 1);
  };
  for (const { lo, hi } of saturated) {
    add(Math.min(stretch.last, Number(lo) - 1), false);
    add(Math.min(stretch.last, Number(hi)), true);
  }
  add(stretch.last, false);
  return parts;
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

/** The inputs for which the target is claimed, of formats of any width: ascending, and apart. */
export function claimedIntervals(plan: KernelPlan): readonly Interval[] {
  const { lo: least, hi: most } = allInputs(plan.input);
  const { range, tails, fold, reduce } = plan;
  const bound = (side: 'low' | 'high'): bigint | undefined =>
    reduce.kind !== 'none' || isUnclaimed(plan, side) ? undefined : bigintOf(tails[side]?.bound);
  const high = bound('high');
  const low = fold ? (high === undefined ? undefined : 1n - high) : bound('low');
  return union([
    ...(low === undefined ? [] : [{ lo: least, hi: low - 1n }]),
    { lo: BigInt(range.lo), hi: BigInt(range.hi) },
    ...(high === undefined ? [] : [{ lo: high, hi: most }]),
  ]);
}

const bigintOf = (value: Integer | undefined): bigint | undefined =>
  value === undefined ? undefined : BigInt(value);

/** Intervals, by ascending ends, that may overlap, as intervals that are apart. */
function union(intervals: readonly Interval[]): readonly Interval[] {
  const apart: Interval[] = [];
  for (const { lo, hi } of intervals.filter((each) => each.lo <= each.hi)) {
    const last = apart.at(-1);
    if (last === undefined || lo > last.hi + 1n) apart.push({ lo, hi });
    else apart[apart.length - 1] = { lo: last.lo, hi: hi > last.hi ? hi : last.hi };
  }
  return apart;
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

function divide(stretch: Unit): readonly Unit[] {
  const units: Unit[] = [];
  for (let from = stretch.first; from <= stretch.last;) {
    const end = (Math.floor(from / UNIT_INPUTS) + 1) * UNIT_INPUTS - 1;
    const last = Math.min(end, stretch.last);
    units.push({ ...stretch, first: from, last });
    from = last + 1;
  }
  return units;
}
