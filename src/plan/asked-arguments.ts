import type { Interval } from '../fixedpoint/interval.js';
import { definedInputs, magnitudes } from './inputs.js';
import { addend, quadrantOf, reduce } from './interpret.js';
import type { KernelPlan, Reduction } from './plan.js';

/** Reduced arguments of inputs that the target is asked for, whose results have one exponent and one sign. */
export interface AskedArguments {
  /** Raw, both included. */
  readonly lo: bigint;
  readonly hi: bigint;
  /** Within so many units of every one of them, and between them, is one that an input has. */
  readonly spacing: number;
  /** Results are multiplied by this power of two; */
  readonly exponent: number;
  /** then this is added, in ulps; */
  readonly added: number;
  /** then, perhaps, they are negated. */
  readonly negate: boolean;
}

type Kind<K extends Reduction['kind']> = Extract<Reduction, { kind: K }>;

/**
 * Arguments that are asked for, in several ways, in each of which they overlap nowhere. Of many counts of the
 * reduction only the likeliest to ask for much are looked at.
 *
 * @param worstExponent the greatest power of two for which the output holds anything
 */
export function askedArguments(
  plan: KernelPlan,
  worstExponent: number,
): readonly (readonly AskedArguments[])[] {
  const asked = askedMagnitudes(plan);
  const { reduce: reduction } = plan;
  switch (reduction.kind) {
    case 'none': {
      const [first, last] = [plan.segments[0], plan.segments[plan.segments.length - 1]];
      const ends = { lo: BigInt(first.lo), hi: BigInt(last.hi) - 1n };
      const inside = intersections(asked, ends);
      return [inside.map((each) => ({ ...each, spacing: 1, exponent: 0, added: 0, negate: false }))];
    }
    case 'normalise':
      return likeliest(normalisedArguments(plan, reduction, asked), worstExponent);
    case 'split':
    case 'periodic':
      return likeliest(
        asked.flatMap((inputs) => dividedArguments(plan, reduction, inputs, worstExponent)),
        worstExponent,
      );
  }
}

/** What enters the reduction from the inputs of the range: ascending and apart. */
function askedMagnitudes(plan: KernelPlan): readonly Interval[] {
  const inputs = intersections(definedInputs(plan), { lo: BigInt(plan.range.lo), hi: BigInt(plan.range.hi) });
  const entering = (plan.fold ? inputs.map(magnitudes) : inputs).toSorted((a, b) => (a.lo < b.lo ? -1 : 1));
  const merged: Interval[] = [];
  for (const { lo, hi } of entering) {
    const last = merged.at(-1);
    if (!last || lo > last.hi) merged.push({ lo, hi });
    else if (hi > last.hi) merged[merged.length - 1] = { lo: last.lo, hi };
  }
  return merged;
}

function intersections(intervals: readonly Interval[], { lo, hi }: Interval): readonly Interval[] {
  return intervals
    .map((each) => ({ lo: each.lo > lo ? each.lo : lo, hi: each.hi < hi ? each.hi : hi }))
    .filter((each) => each.lo < each.hi);
}

/**
 * From each of the greatest exponents that the output holds something of: its arguments, and, of those that it does
 * not have, the ones of lesser exponents.
 */
function likeliest(
  all: readonly AskedArguments[],
  worstExponent: number,
): readonly (readonly AskedArguments[])[] {
  const exponents = [...new Set(all.map(({ exponent }) => exponent))]
    .filter((exponent) => exponent <= worstExponent)
    .toSorted((a, b) => b - a);
  return exponents.slice(0, STARTS).map((_greatest, i) => {
    const used = exponents.slice(i, i + EXPONENTS);
    return covering(all.filter(({ exponent }) => used.includes(exponent)));
  });
}

/** With the greatest exponent part of the results may overflow, with the next one none. */
const STARTS = 2;
const EXPONENTS = 3;

/** Arguments that overlap nowhere: of those that do, the greatest exponent's, the most, and the closest together. */
function covering(all: readonly AskedArguments[]): readonly AskedArguments[] {
  const width = ({ lo, hi }: Interval): number => Number(hi - lo);
  const sorted = all.toSorted(
    (a, b) => b.exponent - a.exponent || width(b) - width(a) || a.spacing - b.spacing,
  );
  const chosen: AskedArguments[] = [];
  for (const each of sorted) {
    let left: readonly Interval[] = [each];
    for (const { lo, hi } of chosen) {
      left = left.flatMap((part) => [
        { lo: part.lo, hi: part.hi < lo ? part.hi : lo },
        { lo: part.lo > hi ? part.lo : hi, hi: part.hi },
      ]);
      left = left.filter((part) => part.lo < part.hi);
    }
    chosen.push(...left.map(({ lo, hi }) => ({ ...each, lo, hi })));
  }
  return chosen;
}

function normalisedArguments(
  plan: KernelPlan,
  { width, step, exponent }: Kind<'normalise'>,
  asked: readonly Interval[],
): readonly AskedArguments[] {
  const counts = Array.from({ length: Math.ceil(width / step) }, (_, count) => count);
  return counts.flatMap((count) => {
    const shift = BigInt(step * count);
    const bits = BigInt(width - step * count);
    const ofCount = { lo: 1n << (bits > BigInt(step) ? bits - BigInt(step) : 0n), hi: (1n << bits) - 1n };
    return intersections(asked, ofCount).map(({ lo, hi }) => ({
      lo: lo << shift,
      hi: hi << shift,
      spacing: 2 ** Number(shift),
      exponent: exponent.effect === 'scale' ? exponent.slope * count + exponent.offset : 0,
      added: addedUlps(plan, BigInt(count)),
      negate: false,
    }));
  });
}

/** At either end, more than the rounding of the multiplier may move an argument. */
const MARGIN = 2n;
/** Counts that are looked at. */
const MOST_COUNTS = 4n;

function dividedArguments(
  plan: KernelPlan,
  reduction: Kind<'split'> | Kind<'periodic'>,
  { lo, hi }: Interval,
  worstExponent: number,
): readonly AskedArguments[] {
  const [first, last] = [lo, hi].map((a) => reduce(plan, a));
  const one = 1n << BigInt(plan.argumentFracBits);
  const quadrants = reduction.kind === 'periodic' ? reduction.quadrants : [{ mirror: false, negate: false }];
  const exponentOf = (count: bigint): number =>
    reduction.kind === 'split' && reduction.exponent.effect === 'scale'
      ? reduction.exponent.slope * Number(count) + reduction.exponent.offset
      : 0;
  const found: AskedArguments[] = [];
  // Exponents rise with the count; those of a period are all the same.
  for (let count = last.count; count >= first.count && found.length < MOST_COUNTS; count--) {
    const exponent = exponentOf(count);
    if (exponent > worstExponent) {
      const beyond = BigInt(exponent - worstExponent - 1);
      if (beyond > 0n) count -= beyond;
      continue;
    }
    const { mirror, negate } = quadrants[quadrantOf(count, quadrants.length)];
    const restOf = ({ argument }: { readonly argument: bigint }): bigint =>
      mirror ? one - argument : argument;
    const from = (count === first.count ? restOf(first) : 0n) + MARGIN;
    const to = (count === last.count ? restOf(last) : one) - MARGIN;
    if (from >= to) continue;
    found.push({
      lo: mirror ? one - to : from,
      hi: mirror ? one - from : to,
      spacing: Number(reduction.multiplier) * 2 ** -reduction.shift + Number(MARGIN),
      exponent,
      added: 0,
      negate,
    });
  }
  return found;
}

function addedUlps(plan: KernelPlan, count: bigint): number {
  return Number(addend(plan, count)) * 2 ** -plan.guardBits;
}
