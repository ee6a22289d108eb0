import type { QFormat } from '../fixedpoint/format.js';
import type { HornerStep } from '../fixedpoint/horner.js';
import type { OverflowMode } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';

export const PLAN_SCHEMA = 'approxgen-plan/1';

/**
 * A kernel, decided down to the last bit, as JSON-safe frozen data. `plan/interpret.ts` is what it means;
 * every target prints it, nothing decides anything after it. Integers are exact doubles (below 2^53).
 */
export interface KernelPlan {
  readonly schema: typeof PLAN_SCHEMA;
  /** `tanh_q8_24`: the name of the files and of the kernel in reports. */
  readonly name: string;
  /** The approximated function's name. */
  readonly function: string;
  readonly input: QFormat;
  readonly output: QFormat;
  /** Raw inputs, both included, for which the target was asked. */
  readonly range: RawRange;
  readonly target: { readonly ulp?: number; readonly error?: number; readonly relative?: number };
  /** Inputs up to `upTo` have no function value; they give `output`. */
  readonly undefined?: { readonly upTo: number; readonly output: number };
  readonly reduce: Reduction;
  /** What serves reduced arguments outside the segments. */
  readonly tails: { readonly low?: Tail; readonly high?: Tail };
  readonly select: Selection;
  readonly segments: readonly PlanSegment[];
  /** Fraction bits of the reduced argument. */
  readonly argumentFracBits: number;
  /** Fraction bits of the coefficient of each degree, highest first; the last are the accumulator's. */
  readonly coefficientFracBits: readonly number[];
  /** Fraction bits of the accumulator beyond the output's. */
  readonly guardBits: number;
  readonly steps: readonly HornerStep[];
  /** From the accumulator to the output: a shift by the guard bits (less the exponent), then overflow. */
  readonly finish: { readonly rounding: RoundingMode; readonly overflow: OverflowMode };
  /** Proven intervals of every intermediate, over all inputs of the format. */
  readonly bounds: PlanBounds;
  readonly provenance: Provenance;
}

export interface RawRange {
  readonly lo: number;
  readonly hi: number;
}

/** How the input becomes the reduced argument a, and how that is undone. */
export type Reduction =
  /** a = x */
  | { readonly kind: 'none' }
  /** a = |x|; −y for negative x */
  | { readonly kind: 'odd' }
  /** a = |x| */
  | { readonly kind: 'even' }
  /** a = |x|; sum − y for negative x, sum being a raw output */
  | { readonly kind: 'point'; readonly sum: number }
  /** k = max(0, floor((width − bit length of x) / step)), a = x · 2^(step·k) */
  | { readonly kind: 'normalise'; readonly width: number; readonly step: number; readonly exponent: Exponent }
  /** z = floor(x · multiplier · 2^-shift), k = floor(z · 2^-argumentFracBits), a = z − k · 2^argumentFracBits */
  | {
      readonly kind: 'split';
      readonly multiplier: number;
      readonly shift: number;
      readonly exponent: Exponent;
    };

/** With e = slope · k + offset: the result is the polynomial's value times 2^e (`scale`) or plus e (`add`). */
export interface Exponent {
  readonly effect: 'scale' | 'add';
  readonly slope: number;
  readonly offset: number;
}

/** Low: a < bound; high: a ≥ bound. `output` is a raw output, before the reduction is undone. */
export interface Tail {
  readonly bound: number;
  readonly output: number;
}

/** How the segment of an argument is found. */
export type Selection =
  /** segment floor((a − lo) · 2^-shift) */
  | { readonly kind: 'uniform'; readonly lo: number; readonly shift: number }
  /** segment map[floor((a − lo) · 2^-shift)] */
  | { readonly kind: 'lookup'; readonly lo: number; readonly shift: number; readonly map: readonly number[] }
  /** the number of bounds that are ≤ a */
  | { readonly kind: 'compare'; readonly bounds: readonly number[] };

/** One polynomial in t = a − origin, for lo ≤ a < hi. */
export interface PlanSegment extends RawRange {
  readonly origin: number;
  /** Highest degree first. */
  readonly coefficients: readonly number[];
}

/** A closed interval of integers as decimal strings, and the two's complement width that holds it. */
export interface Bound {
  readonly lo: string;
  readonly hi: string;
  readonly bits: number;
}

export interface PlanBounds {
  readonly argument: Bound;
  /** t = a − origin */
  readonly offset: Bound;
  /** Per step, the full product accumulator · t before its shift, and the accumulator after the step. */
  readonly steps: readonly { readonly product: Bound; readonly accumulator: Bound }[];
  /** The accumulator that enters the final rounding, exponent added where that is the effect. */
  readonly accumulator: Bound;
  /** Least and greatest k of the reduction. */
  readonly exponent?: RawRange;
}

/** Where a parameter's value came from. */
export type ParameterSource = 'flag' | 'config' | 'default' | 'chosen';

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
export type PlanDraft = Omit<KernelPlan, 'bounds' | 'provenance' | 'schema'>;
