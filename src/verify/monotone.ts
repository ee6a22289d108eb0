import type { QFormat } from '../fixedpoint/format.js';
import type { Integer } from '../fixedpoint/integer.js';
import { dyadic } from '../function/dyadic.js';
import type { FunctionDefinition } from '../function/definition.js';
import type { Enclosure } from '../function/enclosure.js';
import { inputsIn } from '../plan/domain.js';

/** A function and the units of its inputs and outputs; a part of `ReferenceSetting`. */
interface DirectionSetting {
  readonly definition: FunctionDefinition;
  readonly inputFracBits: number;
  readonly outputFracBits: number;
}

/**
 * How much f rises at least and at most on half the way from one input to another, wherever that begins, with
 * fraction bits beyond the output's; undefined if unknown.
 *
 * @param rise that many ulps from an input to the next are taken away from f
 */
function slopeOver(
  { definition, inputFracBits, outputFracBits }: DirectionSetting,
  first: number,
  last: number,
  bits: number,
  rise = 0,
): Enclosure | undefined {
  const center = dyadic(first + last, inputFracBits + 1);
  const halfWidth = dyadic(last - first, inputFracBits + 1);
  const slope = definition.expand(center, halfWidth, 1, outputFracBits + bits)?.[1];
  if (!slope || rise === 0) return slope;
  const line = (BigInt(rise) * BigInt(last - first)) << BigInt(bits - 1);
  return { lo: slope.lo - line, hi: slope.hi - line };
}

/** How often a stretch is halved before it counts as not monotone. */
const HALVINGS = 8;

/** Fraction bits of a slope beyond the output's; where they don't tell its sign, and enough for e^-128. */
const COARSE_BITS = 32;
const FINE_BITS = 256;

/**
 * Whether f increases (1) or decreases (−1) on all of the inputs first … last, shown by the sign of its
 * enclosed derivative; undefined where that shows neither.
 */
export function directionOn(
  setting: DirectionSetting,
  first: number,
  last: number,
  halvings = HALVINGS,
): 1 | -1 | undefined {
  if (first === last) return 1;
  const coarse = slopeOver(setting, first, last, COARSE_BITS);
  // Near a limit of f its slope is a matter of the last bits.
  const isTiny = coarse && coarse.lo < 0n && coarse.hi > 0n && coarse.hi - coarse.lo < 16n;
  const slope = isTiny ? slopeOver(setting, first, last, FINE_BITS) : coarse;
  const sign = slope && signOf(slope);
  if (sign !== undefined) return sign;
  if (halvings === 0 || last - first < 2) return undefined;
  const middle = Math.floor((first + last) / 2);
  const low = directionOn(setting, first, middle, halvings - 1);
  return low !== undefined && directionOn(setting, middle, last, halvings - 1) === low ? low : undefined;
}

/** Of a slope that has one; 1 of none at all. */
function signOf({ lo, hi }: Enclosure): 1 | -1 | undefined {
  return lo >= 0n ? 1 : hi <= 0n ? -1 : undefined;
}

/** A change of f less a line by less than this many ulps, as a power of two, is none: errors are told by 2^-48. */
const LEVEL_BITS = 64;

/**
 * Whether f less a line, of so many ulps from an input to the next, only rises, only falls or stays what it is on all
 * of the inputs first … last; false where its enclosed slope does not show it.
 */
export function goesOneWay(setting: DirectionSetting, first: number, last: number, rise: number): boolean {
  if (first === last) return true;
  const coarse = slopeOver(setting, first, last, COARSE_BITS, rise);
  if (!coarse) return false;
  if (signOf(coarse) !== undefined) return true;
  const fine = slopeOver(setting, first, last, FINE_BITS, rise);
  if (!fine) return false;
  const level = 1n << BigInt(FINE_BITS - LEVEL_BITS);
  return signOf(fine) !== undefined || (-fine.lo < level && fine.hi < level);
}

/** As bits: whether f rises, or stays, on a stretch, and whether it falls, or stays. */
const RISES = 1;
const FALLS = 2;
const LEVEL = RISES | FALLS;

/** Expansions, or comparisons of neighbours, after which a direction counts as not shown. */
const MOST_LOOKS = 2 ** 18;

/**
 * Whether f increases (1) or decreases (−1) from every input of a range to the next, wherever it has values at both;
 * a level function counts as increasing.
 *
 * @returns undefined where f does neither, or is too hard to tell
 */
export function directionOver(
  definition: FunctionDefinition,
  { input, output }: { readonly input: QFormat; readonly output: QFormat },
  range: { readonly lo: Integer; readonly hi: Integer },
): 1 | -1 | undefined {
  const setting = { definition, inputFracBits: input.fracBits, outputFracBits: output.fracBits };
  let possible = LEVEL;
  for (const piece of definition.domain) {
    const { lo, hi } = inputsIn(piece, input);
    const [first, last] = [Math.max(Number(lo), Number(range.lo)), Math.min(Number(hi), Number(range.hi))];
    if (first < last) possible &= signsOver(setting, first, last);
  }
  return (possible & RISES) !== 0 ? 1 : (possible & FALLS) !== 0 ? -1 : undefined;
}

/** Stretches whose enclosed slope has two signs are halved down to neighbours, whose values are compared. */
function signsOver(setting: DirectionSetting, first: number, last: number): number {
  let possible = LEVEL;
  const open: (readonly [number, number])[] = [[first, last]];
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const stretch = open.pop();
    if (stretch === undefined || possible === 0) return possible;
    const [from, to] = stretch;
    const seen = to - from === 1 ? compare(setting, from, to) : slopeSigns(setting, from, to);
    possible &= seen ?? LEVEL;
    const middle = Math.floor((from + to) / 2);
    if (seen === undefined) open.push([middle, to], [from, middle]);
  }
  return 0;
}

/** What the enclosed slope between two inputs allows; undefined where it has two signs, or none is known. */
function slopeSigns(setting: DirectionSetting, first: number, last: number): number | undefined {
  const slope = slopeOver(setting, first, last, FINE_BITS);
  if (!slope || (slope.lo < 0n && slope.hi > 0n)) return undefined;
  return (slope.lo >= 0n ? RISES : 0) | (slope.hi <= 0n ? FALLS : 0);
}

/** The same from the values at two neighbours. */
function compare(
  { definition, inputFracBits, outputFracBits }: DirectionSetting,
  from: number,
  to: number,
): number {
  const [before, after] = [from, to].map((x) =>
    definition.exact(dyadic(x, inputFracBits), outputFracBits + FINE_BITS),
  );
  if (before === undefined || after === undefined) return 0;
  const rise = after - before;
  // Each value may be off by one.
  return (rise >= -2n ? RISES : 0) | (rise <= 2n ? FALLS : 0);
}
