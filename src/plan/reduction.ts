import { type QFormat } from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import { joinIntervals, type Interval } from '../fixedpoint/interval.js';
import type { OverflowMode } from '../fixedpoint/overflow.js';
import type { Approximand } from '../segment/approximand.js';
import { inputsIn, undefinedInputs } from './domain.js';
import { definedInputs, magnitudes } from './inputs.js';
import { reduce } from './interpret.js';
import type { Exponent, Fold, RawRange, Reduction, UndefinedInputs } from './plan.js';
import type { Core, FunctionReduction, ReducibleFunction } from './reducible.js';

/** The formats that a function is reduced for, and the inputs that are asked for. */
export interface ReductionSetting {
  readonly input: QFormat;
  readonly output: QFormat;
  readonly overflow: OverflowMode;
  /** Raw inputs, both included. */
  readonly range: RawRange<Integer>;
}

/** A function in a format after its range reduction, ready to be cut into segments. */
export interface ReducedProblem {
  readonly undefined?: readonly UndefinedInputs[];
  readonly fold?: Fold;
  /** The plan's reduction; what it adds is in units of an accumulator of that many fraction bits. */
  readonly reduce: (accumulatorFracBits: number) => Reduction;
  /** Added to rounded results, in units of the output. */
  readonly finishOffset: Integer;
  readonly approximand: Approximand;
  /** The approximand's ends, lo ≤ a < hi, where doubles are too coarse for them. */
  readonly ends: RawRange<bigint>;
  /** Whether the reduction's core is what is approximated, or the function itself. */
  readonly approximates: 'function' | 'core';
  /**
   * The greatest power of two that a result is scaled by, over the inputs of the range whose results the
   * output can hold at all.
   */
  readonly worstExponent: number;
  /**
   * Bits that the accumulator has beyond those that the target asks for, so that a rounded constant does not show that
   * is added for each power of two of the argument.
   */
  readonly addedBits: number;
  /**
   * Whether results come to other ends of the output than what is approximated: one argument serves several powers of
   * two, or something is added. What overflows with one of them may fit with another.
   */
  readonly isScaled: boolean;
  /** Whether arguments beyond the segments exist, so that a tail has to serve them. */
  readonly needsHighTail: boolean;
  readonly needsLowTail: boolean;
  /** Raw arguments at which a segment has to begin, ascending, inside the approximand. */
  readonly breaks: readonly number[];
  /** Of these, those beside which f has no value: a pole, perhaps. */
  readonly gaps: readonly number[];
}

/** What is known before the kind of reduction is looked at. */
interface Prepared extends ReductionSetting {
  readonly definition: ReducibleFunction;
  readonly fold: Fold | undefined;
  /** What enters the reduction: from every input with a value, and from those of the range. */
  readonly all: Interval;
  readonly asked: readonly Interval[];
  /** From inputs with a value, the parts of its domain apart; of a folded function, of its positive half. */
  readonly pieces: readonly Interval[];
}

type ReducedArgument = Omit<ReducedProblem, 'undefined' | 'fold'>;

/**
 * How a function is computed in a format: what is folded, reduced and left without a value, and what is left
 * to be approximated.
 *
 * @throws TypeError where no input of the range has a value, or a definition contradicts itself
 */
export function reduceProblem(definition: ReducibleFunction, setting: ReductionSetting): ReducedProblem {
  const holes = undefinedInputs(definition, setting);
  const fold = usableFold(definition, setting.input, setting.output);
  const defined = definedInputs({ input: setting.input, undefined: holes });
  const asked = defined
    .map(({ lo, hi }) => ({
      lo: lo > BigInt(setting.range.lo) ? lo : BigInt(setting.range.lo),
      hi: hi < BigInt(setting.range.hi) ? hi : BigInt(setting.range.hi),
    }))
    .filter(({ lo, hi }) => lo <= hi);
  if (asked.length === 0) throw new TypeError(`no input of the range has a value of ${definition.name}`);
  const entering = (intervals: readonly Interval[]) => (fold ? intervals.map(magnitudes) : intervals);
  const prepared: Prepared = {
    ...setting,
    definition,
    fold,
    all: entering(defined).reduce(joinIntervals),
    asked: entering(asked),
    pieces: definition.domain
      .map((piece) => inputsIn(piece, setting.input))
      .filter(({ lo, hi }) => lo <= hi && !(fold && hi < 0n)),
  };
  return {
    ...(holes.length > 0 ? { undefined: holes } : {}),
    ...(fold ? { fold } : {}),
    ...reduceArgument(prepared, definition.reduction),
  };
}

/**
 * How a function is folded at zero: its sum has to be an output, and its slope may drop no bits of the input,
 * nor saturate before the inputs end.
 */
export function usableFold(
  { symmetry }: ReducibleFunction,
  input: QFormat,
  output: QFormat,
): Fold | undefined {
  if (!symmetry || !input.signed) return undefined;
  const { sign, slope } = symmetry;
  const sum = symmetry.sum * 2 ** output.fracBits;
  if (!Number.isInteger(sum) || !Number.isInteger(slope)) return undefined;
  if (slope !== 0 && output.fracBits < input.fracBits) return undefined;
  // The line runs on what the output holds of f: where that saturates before the inputs end, nothing is left of it.
  if (slope !== 0 && integerBits(output) < integerBits(input)) return undefined;
  // f(−u) = … + slope · u of a magnitude u, which is −x.
  return { sign, sum: toInteger(BigInt(sum)), slope: 0 - slope };
}

const integerBits = ({ signed, bits, fracBits }: QFormat): number => bits - fracBits - (signed ? 1 : 0);

function reduceArgument(prepared: Prepared, reduction: FunctionReduction): ReducedArgument {
  switch (reduction.kind) {
    case 'none':
      return unreduced(prepared);
    case 'normalise':
      return normalised(prepared, reduction);
    case 'split':
      return split(prepared, reduction);
    case 'periodic':
      return periodic(prepared, reduction);
  }
}

/** The nearest double that is not above, or not below, an integer. */
export function doubleBeside(value: bigint, side: 'below' | 'above'): number {
  const nearest = Number(value);
  const wrong = side === 'below' ? BigInt(nearest) > value : BigInt(nearest) < value;
  if (!wrong) return nearest;
  // Beyond 2^53, where doubles are at most 2^-52 of their magnitude apart.
  const step = 2 ** (Math.floor(Math.log2(Math.abs(nearest))) - 52);
  return side === 'below' ? nearest - step : nearest + step;
}

function unreduced({ definition, input, fold, all, asked, pieces }: Prepared): ReducedArgument {
  const unit = 2 ** -input.fracBits;
  const range = asked.reduce(joinIntervals);
  const needsHighTail = range.hi < all.hi;
  const needsLowTail = !fold && range.lo > all.lo;
  const first = needsLowTail ? range.lo : all.lo;
  // With a tail, the last argument of the range is the tail's first, unless it is the only one.
  const beyond = range.hi > first ? range.hi : first + 1n;
  const ends = { lo: first, hi: needsHighTail ? beyond : all.hi + 1n };
  const lo = doubleBeside(ends.lo, 'below');
  const hi = doubleBeside(ends.hi, 'above');
  const inside = (places: readonly number[]): readonly number[] =>
    [...new Set(places)].filter((at) => at > lo && at < hi).toSorted((a, b) => a - b);
  return {
    reduce: () => ({ kind: 'none' }),
    finishOffset: 0,
    addedBits: 0,
    approximand: { evaluate: (a) => definition.evaluate(a * unit), lo, hi, fracBits: input.fracBits },
    ends,
    approximates: 'function',
    worstExponent: 0,
    isScaled: false,
    needsHighTail,
    needsLowTail,
    breaks: inside([...kinks(definition.breaks, fold, 2 ** input.fracBits), ...gaps(pieces)]),
    gaps: inside(gaps(pieces)),
  };
}

/** The first argument at or after each break; of a folded function, breaks of its positive half. */
function kinks(breaks: readonly number[], fold: Fold | undefined, scale: number): readonly number[] {
  return breaks.filter((at) => !fold || at > 0).map((at) => Math.ceil(at * scale));
}

/**
 * Where f has values again after a pole or a stretch without any: what serves one side need not know of the other. A
 * stretch of several inputs begins a segment of its own, so that nothing has to follow f towards its end and beyond.
 */
function gaps(pieces: readonly Interval[]): readonly number[] {
  return pieces.flatMap(({ lo }, i) => {
    if (i === 0) return [];
    const end = pieces[i - 1].hi + 1n;
    return lo - end > 1n ? [Number(end), Number(lo)] : [Number(lo)];
  });
}

type Kind<K extends FunctionReduction['kind']> = Extract<FunctionReduction, { kind: K }>;

const bitLength = (value: bigint) => (value > 0n ? value.toString(2).length : 0);

function normalised(
  { definition, input, output, all, asked }: Prepared,
  reduction: Kind<'normalise'>,
): ReducedArgument {
  const { step, perStep } = reduction;
  // The mantissa m = a · 2^-(width − step) lies in [1, 2^step); x = m · 2^(step · power), where
  // power = (width − step − n) / step − k has to be an integer.
  const longest = bitLength(all.hi);
  const excess = (longest - step - input.fracBits) % step;
  const width = longest + (excess === 0 ? 0 : excess > 0 ? step - excess : -excess);
  const fracBits = width - step;
  const power = (width - step - input.fracBits) / step;
  const exponentIn = (accumulatorFracBits: number): Exponent => {
    if (reduction.effect === 'scale') {
      return { effect: 'scale', slope: 0 - perStep, offset: power * perStep + 0 }; // never −0
    }
    const fixed = reduction.perStepFixed(accumulatorFracBits);
    return { effect: 'add', perStep: toInteger(-fixed), offset: toInteger(fixed * BigInt(power)) };
  };
  const reduceIn = (accumulatorFracBits: number): Reduction => ({
    kind: 'normalise',
    width,
    step,
    exponent: exponentIn(accumulatorFracBits),
  });
  const approximand: Approximand = {
    evaluate: (a) => definition.evaluate(a * 2 ** -fracBits),
    lo: 2 ** fracBits,
    hi: 2 ** width,
    fracBits,
  };
  return {
    ...NOTHING_ELSE,
    reduce: reduceIn,
    approximand,
    ends: { lo: 1n << BigInt(fracBits), hi: 1n << BigInt(width) },
    approximates: 'function',
    ...scaling(reduceIn(0), approximand, asked, output),
    ...(reduction.effect === 'add' ? adding(reduction, reduceIn(0), power, asked, fracBits) : {}),
  };
}

/** What adding a multiple of a constant takes. One that no number of bits holds is up to a unit off, each time. */
function adding(
  { perStep }: Kind<'normalise'>,
  plan: Reduction,
  power: number,
  asked: readonly Interval[],
  argumentFracBits: number,
): Pick<ReducedProblem, 'addedBits' | 'isScaled'> {
  const multiples = asked.flatMap(({ lo, hi }) =>
    [lo, hi].map((a) => Math.abs(power - Number(reduce({ reduce: plan, argumentFracBits }, a).count))),
  );
  const most = Math.max(...multiples);
  const isExact = most === 0 || Number.isInteger(perStep);
  return { addedBits: isExact ? 0 : Math.ceil(Math.log2(most)) + 1, isScaled: most > 0 };
}

/** What most reductions leave out: they serve every argument, and f is smooth on it. */
const NOTHING_ELSE = {
  finishOffset: 0,
  addedBits: 0,
  needsHighTail: false,
  needsLowTail: false,
  breaks: [],
  gaps: [],
} as const;

/**
 * Fraction bits of a reduced argument beyond what the output shows. Flooring costs it up to one of its own
 * units, 2^-5 ulp, and its multiplier less than that: together less than 2^-4 ulp.
 */
const REDUCED_GUARD = 5;

/** Bits of a multiplier whose error, times the farthest magnitude, is below half a unit of the argument. */
function multiplierBits(fracBits: number, farthest: number): number {
  return fracBits + 1 + Math.max(0, Math.ceil(Math.log2(Math.max(farthest, 1))));
}

function split(prepared: Prepared, reduction: Kind<'split'>): ReducedArgument {
  const { input, output, all, asked } = prepared;
  const { multiplier, multiplierFixed, offset, core } = reduction;
  const unit = 2 ** -input.fracBits;
  const integerBits = output.bits - output.fracBits;
  const greatest = Math.max(0, Math.ceil(Number(asked.reduce(joinIntervals).hi) * unit * multiplier));
  const fracBits = output.fracBits + Math.min(greatest, integerBits) + REDUCED_GUARD;
  // Beyond these powers of two the result saturates, or is less than the output shows, whatever its argument.
  const farthestPower = Math.max(integerBits, output.fracBits + REDUCED_GUARD) + 1;
  const farthest = Math.max(Math.abs(Number(all.lo)), Math.abs(Number(all.hi))) * unit;
  const bits = multiplierBits(fracBits, Math.min(farthest, farthestPower / multiplier));
  const plan: Reduction = {
    kind: 'split',
    multiplier: toInteger(multiplierFixed(bits)),
    shift: input.fracBits + bits - fracBits,
    exponent: { effect: 'scale', slope: 1, offset: 0 },
  };
  const approximand = {
    evaluate: (a: number) => core.evaluate(a * 2 ** -fracBits),
    lo: 0,
    hi: 2 ** fracBits,
    fracBits,
  };
  const scaled = scaling(plan, approximand, asked, output);
  return {
    ...NOTHING_ELSE,
    reduce: () => plan,
    finishOffset: toInteger(BigInt(offset * 2 ** output.fracBits)),
    approximand,
    ends: { lo: 0n, hi: 1n << BigInt(fracBits) },
    approximates: 'core',
    ...scaled,
    isScaled: scaled.isScaled || offset !== 0,
  };
}

function periodic(prepared: Prepared, reduction: Kind<'periodic'>): ReducedArgument {
  const { input, output, all } = prepared;
  const { multiplier, multiplierFixed, quadrants, core } = reduction;
  // A unit of the argument counts as much as the core is steep.
  const fracBits = output.fracBits + REDUCED_GUARD + steepnessBits(core, multiplier, reachOf(prepared));
  const farthest = Math.max(Math.abs(Number(all.lo)), Math.abs(Number(all.hi))) * 2 ** -input.fracBits;
  const bits = multiplierBits(fracBits, farthest);
  const plan: Reduction = {
    kind: 'periodic',
    multiplier: toInteger(multiplierFixed(bits)),
    shift: input.fracBits + bits - fracBits,
    quadrants: quadrants.map(({ mirror, negate }) => ({ mirror, negate })),
  };
  const countOf = (a: bigint) => reduce({ reduce: plan, argumentFracBits: fracBits }, a).count;
  const plain = !quadrants[0].mirror && !quadrants[0].negate;
  // Where no input leaves the first quadrant, the function itself is as easy, and its arguments are exact.
  if (plain && countOf(all.lo) === 0n && countOf(all.hi) === 0n) return unreduced(prepared);
  const one = 1n << BigInt(fracBits);
  const end = quadrants.some(({ mirror }) => mirror) ? one + 1n : one;
  const hi = doubleBeside(end, 'above');
  return {
    ...NOTHING_ELSE,
    reduce: () => plan,
    approximand: { evaluate: (a) => core.evaluate(a * 2 ** -fracBits), lo: 0, hi, fracBits },
    ends: { lo: 0n, hi: end },
    approximates: 'core',
    worstExponent: 0,
    isScaled: false,
  };
}

/** Places at which a core is looked at: evenly over the quadrant, and ever nearer to its ends. */
const CORE_PLACES = 256;
const NEAREST_PLACE = 40;

/** How far f goes on the inputs that are asked for, and no farther than the output holds. A heuristic. */
function reachOf({ definition, input, output, asked }: Prepared): number {
  const unit = 2 ** -input.fracBits;
  const { lo, hi } = asked.reduce(joinIntervals);
  const [from, to] = [Number(lo) * unit, Number(hi) * unit];
  let reach = 0;
  for (let i = 0; i <= CORE_PLACES; i++) {
    const value = Math.abs(definition.evaluate(from + ((to - from) * i) / CORE_PLACES));
    if (value > reach) reach = value;
  }
  // Of a function with poles, places at random do not show how near to one an input comes.
  const most = greatestMagnitude(output);
  const hasPoles = definition.domain.some((piece) => piece.from > from && piece.from < to);
  return hasPoles ? most : Math.min(reach, most);
}

/**
 * Bits by which a unit of the argument counts for more than one of x where f is no steeper than x: the greatest slope
 * of the core where the output holds it. A heuristic, in doubles.
 */
function steepnessBits(core: Core, multiplier: number, reach: number): number {
  const inner = Array.from({ length: CORE_PLACES - 1 }, (_, i) => (i + 1) / CORE_PLACES);
  const near = Array.from({ length: NEAREST_PLACE }, (_, k) => 2 ** -(k + 1));
  let steepest = 1 / multiplier;
  for (const r of [...inner, ...near, ...near.map((distance) => 1 - distance)]) {
    const step = Math.min(r, 1 - r) / 64;
    const [before, after] = [core.evaluate(r - step), core.evaluate(r + step)];
    if (Math.min(Math.abs(before), Math.abs(after)) > reach) continue;
    const slope = Math.abs(after - before) / (2 * step);
    if (slope > steepest) steepest = slope;
  }
  return Math.max(0, Math.ceil(Math.log2(steepest)));
}

/** k is monotone in what enters, so the ends of the range have the extreme exponents. */
function scaling(
  reduction: Reduction,
  approximand: Approximand,
  asked: readonly Interval[],
  output: QFormat,
): Pick<ReducedProblem, 'worstExponent' | 'isScaled'> {
  if (!('exponent' in reduction) || reduction.exponent.effect !== 'scale') {
    return { worstExponent: 0, isScaled: false };
  }
  const { slope, offset } = reduction.exponent;
  const setting = { reduce: reduction, argumentFracBits: approximand.fracBits };
  const exponents = asked.flatMap(({ lo, hi }) =>
    [lo, hi].map((a) => slope * Number(reduce(setting, a).count) + offset),
  );
  const [least, most] = [Math.min(...exponents), Math.max(...exponents)];
  const held = Math.floor(Math.log2(greatestMagnitude(output) / leastMagnitude(approximand)));
  return { worstExponent: Math.max(least, Math.min(most, held)), isScaled: least < most };
}

/** A little more for signed formats: their least number is that far from zero. */
const greatestMagnitude = ({ bits, fracBits, signed }: QFormat): number =>
  signed ? 2 ** (bits - 1 - fracBits) : (1 - 2 ** -bits) * 2 ** (bits - fracBits);

/** Of functions that a power of two scales: they are monotone on what is left of the argument. */
function leastMagnitude({ evaluate, lo, hi }: Approximand): number {
  return Math.min(Math.abs(evaluate(lo)), Math.abs(evaluate(hi)));
}
