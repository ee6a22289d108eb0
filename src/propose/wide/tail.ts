import { toInteger, type Integer } from '../../fixedpoint/integer.js';
import { representableBigint } from '../../fixedpoint/overflow.js';
import { roundShift } from '../../fixedpoint/rounding.js';
import { dyadic } from '../../function/dyadic.js';
import type { RawRange, Tail } from '../../plan/plan.js';
import type { ReducedProblem } from '../../plan/reduction.js';
import { absoluteUlp } from '../../segment/target.js';
import type { ResolvedSpec } from '../../spec.js';
import { defaultRange } from '../default-range.js';
import { lastArgument, type Side } from '../side.js';

/** A line for the arguments from a bound to the end of the format, seen from its side. */
export interface WideTail {
  readonly side: Side;
  /** Raw output. */
  readonly output: bigint;
  /** What is added for each unit of x, as a value: 0 for a constant. */
  readonly slope: number;
  /** Worst error that was seen, in ulps. */
  readonly ulp: number;
  /** Whether f does not level off, so that the value at the range's end has to do, whatever its error. */
  readonly unclaimed?: true;
}

/** Fraction bits beyond an ulp in which f is looked at. */
const EXTRA_BITS = 32;
/** Heuristic: between this many places f − line is monotone, or nearly so; the proof looks everywhere. */
const SAMPLES = 16;
/** What is left to the proof's own margin, as a part of the target. */
const PROOF_MARGIN = 2 ** -7;

/** The best line of a slope for arguments from … last on a side, or undefined where f has no value at one. */
export function wideTail(
  spec: ResolvedSpec,
  side: Side,
  from: bigint,
  slope: number,
  { min, max } = representableBigint(spec.output, spec.overflow),
): WideTail | undefined {
  const clamp = (value: bigint): bigint => (value < min ? min : value > max ? max : value);
  const clampFine = (value: bigint): bigint => {
    const [least, most] = [min << BigInt(EXTRA_BITS), max << BigInt(EXTRA_BITS)];
    return value < least ? least : value > most ? most : value;
  };
  const places = samplePlaces(from, lastArgument(spec, side));
  const lines = places.map((a) => lineAt(spec, side, slope, a));
  const values: bigint[] = [];
  for (const a of places) {
    const value = valueAt(spec, side, a);
    if (value === undefined) return undefined;
    values.push(value);
  }
  // Where f lies beyond what the output holds, every line does as well that lies beyond it too.
  const rests = values.map((value, i) => clampFine(value) - (clamp(lines[i]) << BigInt(EXTRA_BITS)));
  const [least, most] = [rests.reduce((a, b) => (a < b ? a : b)), rests.reduce((a, b) => (a > b ? a : b))];
  const middle = roundShift(least + most, EXTRA_BITS + 1, 'half-up');
  const output = slope === 0 ? clamp(middle) : middle;
  const errors = values.map(
    (value, i) => (clamp(output + lines[i]) << BigInt(EXTRA_BITS)) - clampFine(value),
  );
  const ulp = Math.max(...errors.map((error) => Math.abs(Number(error)))) * 2 ** -EXTRA_BITS;
  return { side, output, slope, ulp };
}

/** f · 2^(n + EXTRA_BITS) */
function valueAt({ definition, input, output }: ResolvedSpec, side: Side, a: bigint): bigint | undefined {
  const x = dyadic(side === 'high' ? a : -a, input.fracBits);
  return definition.exact(x, output.fracBits + EXTRA_BITS);
}

/** slope · x in ulps, rounded as the plan's tail does. */
function lineAt(spec: ResolvedSpec, side: Side, slope: number, a: bigint): bigint {
  const shift = spec.input.fracBits - spec.output.fracBits;
  return roundShift((side === 'high' ? a : -a) * BigInt(slope), shift, 'half-up');
}

/** Both ends, and places between that lie the closer together the nearer they are to the first. */
function samplePlaces(from: bigint, last: bigint): bigint[] {
  if (from >= last) return [last];
  const bits = (last - from).toString(2).length;
  const inner = Array.from(
    { length: SAMPLES },
    (_, i) => from + (1n << BigInt(Math.floor((i * bits) / SAMPLES))) - 1n,
  );
  return [...inner.filter((a) => a < last), last];
}

/** The slopes that f may have at the end of a side: 0, and an integer that doubles show there. */
function slopesOf({ definition, input }: ResolvedSpec, side: Side, last: bigint): readonly number[] {
  const sign = side === 'high' ? 1 : -1;
  const unit = 2 ** -input.fracBits;
  const [far, near] = [Number(last), (Number(last) * 15) / 16].map((a) =>
    definition.evaluate(sign * a * unit),
  );
  const slope = (16 * (far - near)) / (sign * Number(last) * unit);
  const isInteger = Number.isFinite(slope) && Math.abs(slope - Math.round(slope)) < 2 ** -20;
  return isInteger && Math.round(slope) !== 0 ? [0, Math.round(slope)] : [0];
}

/** The line with which a side's tail meets the target from a place on, or undefined. */
export function servingTail(
  spec: ResolvedSpec,
  side: Side,
  from: bigint,
  limits = representableBigint(spec.output, spec.overflow),
): WideTail | undefined {
  const allowed = absoluteUlp(spec.target, spec.output.fracBits) * (1 - PROOF_MARGIN);
  return slopesOf(spec, side, lastArgument(spec, side))
    .map((slope) => wideTail(spec, side, from, slope, limits))
    .find((tail) => tail !== undefined && tail.ulp <= allowed);
}

/** The least argument from which a line serves a side, or undefined where none does. */
export function wideTailStart(
  spec: ResolvedSpec,
  side: Side,
  limits = representableBigint(spec.output, spec.overflow),
): bigint | undefined {
  const last = lastArgument(spec, side);
  if (!servingTail(spec, side, last, limits)) return undefined;
  let [low, high] = [0n, last];
  while (low < high) {
    const middle = (low + high) >> 1n;
    if (servingTail(spec, side, middle, limits)) high = middle;
    else low = middle + 1n;
  }
  return high;
}

/** No output is as large: a function that tends to a line does so within this. */
const UNLIMITED = 1n << 2048n;

/** Heuristic: f levels off where one line, in an output without limits, serves an eighth of a side's arguments. */
export function levelsOff(spec: ResolvedSpec, side: Side): boolean {
  const last = lastArgument(spec, side);
  const start = wideTailStart(spec, side, { min: -UNLIMITED, max: UNLIMITED });
  return start !== undefined && last > 0n && 8n * (last - start) >= last;
}

/** f's own value at the range's end, for which nothing is claimed. */
export function unclaimedTail(spec: ResolvedSpec, side: Side, from: bigint): WideTail | undefined {
  const { min, max } = representableBigint(spec.output, spec.overflow);
  const value = valueAt(spec, side, from);
  if (value === undefined) return undefined;
  const output = roundShift(value, EXTRA_BITS, 'half-up');
  return {
    side,
    output: output < min ? min : output > max ? max : output,
    slope: 0,
    ulp: 0,
    unclaimed: true,
  };
}

/** The inputs that a target is for where nobody says: see `defaultRange`. */
export function chooseWideRange(spec: ResolvedSpec): RawRange<Integer> {
  return defaultRange(spec, {
    startOf: (side) => wideTailStart(spec, side),
    levelsOff: (side) => levelsOff(spec, side),
  });
}

/** The first argument that a tail serves, seen from its side. */
export function firstBeyond({ ends }: ReducedProblem, side: Side): bigint {
  return side === 'high' ? ends.hi : 1n - ends.lo;
}

/** A tail as a plan has it. */
export function planTailOf(
  { side, output, slope, unclaimed }: WideTail,
  spec: ResolvedSpec,
  { ends }: ReducedProblem,
): Tail {
  const bound = toInteger(side === 'high' ? ends.hi : ends.lo);
  if (slope === 0) return { bound, output: toInteger(output), ...(unclaimed ? { unclaimed } : {}) };
  const exponent = spec.output.fracBits - spec.input.fracBits;
  return {
    bound,
    output: toInteger(output),
    slope: {
      multiplier: toInteger(BigInt(slope) << BigInt(Math.max(0, exponent))),
      shift: Math.max(0, -exponent),
      rounding: 'half-up',
    },
  };
}
