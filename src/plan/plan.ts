import type { QFormat } from '../fixedpoint/format.js';
import type { HornerStep } from '../fixedpoint/horner.js';
import type { Integer } from '../fixedpoint/integer.js';
import type { OverflowMode } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';

export const PLAN_SCHEMA = 'approxgen-plan/2';

/** What a kernel can be called: a name in every language, and of files that differ on every disk. */
export const KERNEL_NAME = /^[a-z][a-z0-9_]*$/;

/** How the integers of a plan are held: as JSON can, or, while it runs, as bigint. */
export type PlanInteger = Integer | bigint;

/**
 * A kernel, decided down to the last bit, as JSON-safe frozen data. `plan/interpret.ts` is what it means;
 * every target prints it, nothing decides anything after it.
 *
 * @typeParam I how its integers are held; plans whose integers are all numbers are `NarrowPlan`s
 */
export interface KernelPlan<I extends PlanInteger = Integer> {
  readonly schema: typeof PLAN_SCHEMA;
  /** `tanh_q8_24`: the name of the files and of the kernel in reports. */
  readonly name: string;
  /** The approximated function's name. */
  readonly function: string;
  readonly input: QFormat;
  readonly output: QFormat;
  /** Raw inputs, both included, for which the target was asked. */
  readonly range: RawRange<I>;
  readonly target: { readonly ulp?: number; readonly error?: number; readonly relative?: number };
  /** What else was asked of the outputs. */
  readonly shape?: Shape;
  /**
   * Inputs on which the function has no value, and zero where it can't be normalised, ascending and apart; each
   * stretch gives one output.
   */
  readonly undefined?: readonly UndefinedInputs<I>[];
  /** Inputs whose outputs are listed, instead of what the polynomials give: what correct rounding needs. */
  readonly exceptions?: Exceptions<I>;
  /** How the outputs for negative inputs follow from those for positive ones. */
  readonly fold?: Fold<I>;
  readonly reduce: Reduction<I>;
  /** What serves reduced arguments outside the segments. */
  readonly tails: { readonly low?: Tail<I>; readonly high?: Tail<I> };
  readonly select: Selection<I>;
  readonly segments: readonly PlanSegment<I>[];
  /** Fraction bits of the reduced argument. */
  readonly argumentFracBits: number;
  /** Fraction bits of the coefficient of each degree, highest first; the last are the accumulator's. */
  readonly coefficientFracBits: readonly number[];
  /** Fraction bits of the accumulator beyond the output's. */
  readonly guardBits: number;
  readonly steps: readonly HornerStep<I>[];
  readonly finish: Finish<I>;
  /** Proven intervals of every intermediate, over all inputs on which the function has a value. */
  readonly bounds: PlanBounds<I>;
  readonly provenance: Provenance;
}

export interface RawRange<I extends PlanInteger = number> {
  readonly lo: I;
  readonly hi: I;
}

/** What is asked of the outputs on the range besides their errors. */
export interface Shape {
  /** Outputs never go against the function, which is monotone there. */
  readonly monotone?: true;
  /** Where one polynomial ends and another, or a tail, begins, their outputs are at most so many ulps apart. */
  readonly continuous?: number;
}

/** Raw inputs, both included, and the raw output that they give. */
export interface UndefinedInputs<I extends PlanInteger = Integer> extends RawRange<I> {
  readonly output: I;
}

/** Raw inputs, ascending, on which the function has a value, and the raw output of each. */
export interface Exceptions<I extends PlanInteger = Integer> {
  readonly inputs: readonly I[];
  readonly outputs: readonly I[];
}

/**
 * The kernel runs on |x|. With y its output there, a negative x gives
 * sign · y + sum + slope · x · 2^(outFrac − inFrac), raw, then the overflow mode.
 * Odd: −1, 0, 0; even: 1, 0, 0; 1 − f(−x): −1, 2^outFrac, 0; f(−x) + x: 1, 0, 1.
 * Only of signed inputs; with a slope, outFrac ≥ inFrac.
 */
export interface Fold<I extends PlanInteger = Integer> {
  readonly sign: 1 | -1;
  readonly sum: I;
  readonly slope: I;
}

/** How the input, or its magnitude where the plan folds, becomes the reduced argument, and how that is undone. */
export type Reduction<I extends PlanInteger = Integer> =
  /** The argument is a itself. */
  | { readonly kind: 'none' }
  /** k = max(0, floor((width − bit length of a) / step)), the argument a · 2^(step·k); a is positive */
  | {
      readonly kind: 'normalise';
      readonly width: number;
      readonly step: number;
      readonly exponent: Exponent<I>;
    }
  /** z = floor(a · multiplier · 2^-shift), k = floor(z · 2^-argumentFracBits), the argument what is left of z */
  | {
      readonly kind: 'split';
      readonly multiplier: I;
      readonly shift: number;
      readonly exponent: Exponent<I>;
    }
  /**
   * The same z, k and rest r. The quadrant k modulo their number, a power of two, says whether the argument is
   * r or mirrored: 2^argumentFracBits − r, and whether the output is negated (and then overflows as it may).
   */
  | {
      readonly kind: 'periodic';
      readonly multiplier: I;
      readonly shift: number;
      readonly quadrants: readonly Quadrant[];
    };

export interface Quadrant {
  readonly mirror: boolean;
  readonly negate: boolean;
}

/** What the count k of a reduction does to the result. */
export type Exponent<I extends PlanInteger = Integer> =
  /** It is multiplied by 2^(slope · k + offset), by a shift. */
  | { readonly effect: 'scale'; readonly slope: number; readonly offset: number }
  /** perStep · k + offset, in units of the accumulator, is added to the accumulator. */
  | { readonly effect: 'add'; readonly perStep: I; readonly offset: I };

/**
 * Low: argument < bound; high: argument ≥ bound. The raw output, before signs are undone, is `output`, to
 * which a slope adds round(argument · multiplier · 2^-shift); then it overflows as it may.
 */
export interface Tail<I extends PlanInteger = Integer> {
  readonly bound: I;
  readonly output: I;
  readonly slope?: { readonly multiplier: I; readonly shift: number; readonly rounding: RoundingMode };
  /** f does not level off there: the value at the range's end, for which no target is claimed. */
  readonly unclaimed?: true;
}

/** How the segment of an argument is found. */
export type Selection<I extends PlanInteger = Integer> =
  /** segment floor((a − lo) · 2^-shift) */
  | { readonly kind: 'uniform'; readonly lo: I; readonly shift: number }
  /** segment map[floor((a − lo) · 2^-shift)] */
  | { readonly kind: 'lookup'; readonly lo: I; readonly shift: number; readonly map: readonly number[] }
  /** the number of bounds that are ≤ a */
  | { readonly kind: 'compare'; readonly bounds: readonly I[] };

/** One polynomial in t = a − origin, for lo ≤ a < hi. */
export interface PlanSegment<I extends PlanInteger = Integer> extends RawRange<I> {
  readonly origin: I;
  /** Highest degree first. */
  readonly coefficients: readonly I[];
}

/** From the accumulator to the output: a shift by the guard bits (less the exponent), the offset, overflow. */
export interface Finish<I extends PlanInteger = Integer> {
  readonly rounding: RoundingMode;
  readonly overflow: OverflowMode;
  /** Added to the rounded result, in units of the output. */
  readonly offset?: I;
}

/** A closed interval of integers as decimal strings, and the two's complement width that holds it. */
export interface Bound {
  readonly lo: string;
  readonly hi: string;
  readonly bits: number;
}

export interface PlanBounds<I extends PlanInteger = Integer> {
  /** Of a split or periodic reduction: the product with its multiplier, and z. */
  readonly reduction?: { readonly product: Bound; readonly shifted: Bound };
  /** Least and greatest k of the reduction. */
  readonly counts?: RawRange<I>;
  readonly argument: Bound;
  /** t = a − origin */
  readonly offset: Bound;
  /** Per step, the full product accumulator · t before its shift, and the accumulator after the step. */
  readonly steps: readonly { readonly product: Bound; readonly accumulator: Bound }[];
  /** The accumulator that enters the final rounding, exponent added where that is the effect. */
  readonly accumulator: Bound;
  /**
   * Rounded results and the values of tails, before overflow. Results that a scale moves beyond the output's
   * width by more than two bits count as moved that far: they overflow alike.
   */
  readonly result: Bound;
  /** Where the plan folds, outputs for negative inputs before overflow. */
  readonly folded?: Bound;
}

/** Where a parameter's value came from. */
export type ParameterSource = 'flag' | 'config' | 'library' | 'default' | 'chosen';

export interface Provenance {
  /** A command that makes this plan again. */
  readonly command: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly value: string;
    readonly source: ParameterSource;
  }[];
  /** What the search decided and a reader should know, a sentence each. */
  readonly notes: readonly string[];
  /** Hash of the first plan that the search proposed; differs from the plan's where the proof refused it. */
  readonly proposal: string;
}

/** A plan without what is derived from it. */
export type PlanDraft<I extends PlanInteger = Integer> = Omit<
  KernelPlan<I>,
  'bounds' | 'provenance' | 'schema'
>;
