import { floorProduct } from '../fixedpoint/product.js';
import type { Loops, Progression } from './loops.js';
import type { FramedPlan } from './narrow.js';

/** Consecutive inputs that share what the reduction decides: sign, exponent, quadrant, or having no value. */
export type ReducedRun =
  | { readonly kind: 'undefined'; readonly length: number; readonly output: number }
  | {
      readonly kind: 'reduced';
      readonly length: number;
      readonly count: number;
      /** Whether the quadrant negates the outputs. */
      readonly negate: boolean;
      /** Whether the inputs are negative and were folded. */
      readonly folded: boolean;
      /** Whether the arguments, which ascend, are in the reverse order of the inputs. */
      readonly reversed: boolean;
    };

/** Reduces the longest run of inputs from `first` on, at most `limit`; their arguments go into `args`. */
export type RunReducer = (first: number, limit: number, args: Float64Array) => ReducedRun;

export function runReducer(plan: FramedPlan, loops: Loops): RunReducer {
  const stretchOf = stretchReducer(plan, loops);
  return (first, limit, args) => {
    const hole = plan.undefined?.find(({ hi }) => hi >= first);
    if (hole && hole.lo <= first) {
      return { kind: 'undefined', length: Math.min(limit, hole.hi - first + 1), output: hole.output };
    }
    const defined = hole ? Math.min(limit, hole.lo - first) : limit;
    const folded = plan.fold !== undefined && first < 0;
    // Magnitudes of negative inputs descend, so that the first input has the greatest.
    const most = folded ? Math.min(defined, -first) : defined;
    const ends = folded ? { lo: -first - most + 1, hi: -first } : { lo: first, hi: first + most - 1 };
    const { lo, hi, count, mirror, negate } = stretchOf(ends, folded ? ends.hi : ends.lo, args);
    return { kind: 'reduced', length: hi - lo + 1, count, negate, folded, reversed: folded !== mirror };
  };
}

interface Ends {
  readonly lo: number;
  readonly hi: number;
}

interface Stretch extends Ends {
  readonly count: number;
  readonly mirror: boolean;
  readonly negate: boolean;
}

/** Reduces what of an interval of magnitudes shares the count of one of its ends, the anchor. */
type StretchReducer = (ends: Ends, anchor: number, args: Float64Array) => Stretch;

function stretchReducer(plan: FramedPlan, loops: Loops): StretchReducer {
  const { reduce } = plan;
  switch (reduce.kind) {
    case 'none':
      return (ends, _anchor, args) => ascending(loops, ends, 0, args, 1);
    case 'normalise':
      return (ends, anchor, args) => {
        const bits = 32 - Math.clz32(anchor);
        const count = Math.max(0, Math.floor((reduce.width - bits) / reduce.step));
        const same = within(ends, 2 ** (bits - 1), 2 ** bits - 1);
        return ascending(loops, same, count, args, 2 ** (count * reduce.step));
      };
    case 'split':
      return divided(plan, reduce, undefined, loops);
    case 'periodic':
      return divided(plan, reduce, reduce.quadrants, loops);
  }
}

function ascending(loops: Loops, ends: Ends, count: number, args: Float64Array, scale: number): Stretch {
  // The scale is a whole number: nothing is floored.
  loops.progression(args.subarray(0, ends.hi - ends.lo + 1), { start: 0, first: ends.lo, step: 1, scale });
  return { ...ends, count, mirror: false, negate: false };
}

function within({ lo, hi }: Ends, least: number, most: number): Ends {
  return { lo: Math.max(lo, least), hi: Math.min(hi, most) };
}

type Quadrants = Extract<FramedPlan['reduce'], { kind: 'periodic' }>['quadrants'];

/** Splits and periods: z = floor(a · multiplier · 2^-shift), its whole part and its rest. */
function divided(
  { argumentFracBits }: FramedPlan,
  { multiplier, shift }: { readonly multiplier: number; readonly shift: number },
  quadrants: Quadrants | undefined,
  loops: Loops,
): StretchReducer {
  const product = (a: number): number =>
    shift < 0 ? a * multiplier * 2 ** -shift : floorProduct(a, multiplier, shift);
  const one = 2 ** argumentFracBits;
  const unit = argumentFracBits + shift;
  /** The least magnitude whose count is at least k: a · multiplier ≥ k · 2^(fracBits + shift). */
  const firstOf = (k: number): number => {
    const bits = BigInt(k) << BigInt(Math.max(0, unit));
    // A unit below zero: inputs that are whole numbers of counts, and may skip some.
    const divisor = BigInt(multiplier) << BigInt(Math.max(0, -unit));
    const quotient = bits / divisor;
    const exact = quotient * divisor === bits;
    return Number(bits > 0n && !exact ? quotient + 1n : quotient);
  };
  return (ends, anchor, args) => {
    const count = Math.floor(product(anchor) / one);
    const { lo, hi } = multiplier === 0 ? ends : within(ends, firstOf(count), firstOf(count + 1) - 1);
    const { mirror, negate } = quadrants?.[count & (quadrants.length - 1)] ?? {
      mirror: false,
      negate: false,
    };
    const rests = args.subarray(0, hi - lo + 1);
    const progression = progressionOf({ lo, hi }, multiplier, shift, count * one);
    if (progression) {
      loops.progression(rests, mirror ? mirrored(progression, rests.length, one) : progression);
    } else {
      for (let i = 0; i < rests.length; i++) {
        const rest = product(lo + i) - count * one;
        if (mirror) rests[rests.length - 1 - i] = one - rest;
        else rests[i] = rest;
      }
    }
    return { lo, hi, count, mirror, negate };
  };
}

/** Integers up to this are exact in doubles. */
const GREATEST_EXACT = 2 ** 53;

/**
 * floor(a · m · 2^-shift) − less for a = lo … hi: what the first product leaves beyond its floor, and the others'
 * steps from there, are small enough for doubles. Undefined where they are not.
 */
export function progressionOf(
  { lo, hi }: Ends,
  m: number,
  shift: number,
  less: number,
): Progression | undefined {
  if (shift < 0 || 2 ** shift + (hi - lo + 1) * m > GREATEST_EXACT) return undefined;
  const product = BigInt(lo) * BigInt(m);
  const whole = product >> BigInt(shift);
  const rest = product - (whole << BigInt(shift));
  return { start: Number(whole) - less, first: Number(rest), step: m, scale: 2 ** -shift };
}

/**
 * one − what a progression gives, from its last number to its first: −floor(z / 2^n) is floor((2^n − 1 − z) / 2^n).
 */
function mirrored({ start, first, step, scale }: Progression, length: number, one: number): Progression {
  return { start: one - start, first: 1 / scale - 1 - (first + (length - 1) * step), step, scale };
}
