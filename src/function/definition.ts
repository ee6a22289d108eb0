import type { Dyadic } from './dyadic.js';
import type { Enclosure } from './enclosure.js';

/** f(−x) = sign · f(x) + sum + slope · x for every x: tanh −1, 0, 0; sigmoid −1, 1, 0; silu 1, 0, −1. */
export interface Symmetry {
  readonly sign: 1 | -1;
  readonly sum: number;
  readonly slope: number;
}

/** A function of the reduced argument r. */
export interface Core {
  readonly formula: string;
  readonly evaluate: (r: number) => number;
  /** As `FunctionDefinition.exact`. */
  readonly exact: (r: Dyadic, bits: number) => bigint | undefined;
  /** As `FunctionDefinition.expand`. */
  readonly expand: FunctionDefinition['expand'];
}

/** How an argument is brought into a small interval. With a symmetry, the sign of x is folded away first. */
export type RangeReduction =
  | { readonly kind: 'none' }
  /** For x > 0: f(2^step · x) = 2^perStep · f(x). */
  | {
      readonly kind: 'normalise';
      readonly effect: 'scale';
      readonly step: number;
      readonly perStep: number;
    }
  /** For x > 0: f(2x) = f(x) + perStep; `perStepFixed` is perStep · 2^bits within one unit. */
  | {
      readonly kind: 'normalise';
      readonly effect: 'add';
      readonly step: 1;
      readonly perStep: number;
      readonly perStepFixed: (bits: number) => bigint;
    }
  /** x · multiplier = k + r with an integer k and r in [0, 1): f(x) = core(r) · 2^k + offset. */
  | {
      readonly kind: 'split';
      readonly multiplier: number;
      readonly multiplierFixed: (bits: number) => bigint;
      readonly offset: number;
      readonly core: Core;
    }
  /**
   * x · multiplier = k + r as well: f(x) = ±core(r), or ±core(1 − r) where mirrored, as the quadrant with
   * the number k mod quadrants.length says.
   */
  | {
      readonly kind: 'periodic';
      readonly multiplier: number;
      readonly multiplierFixed: (bits: number) => bigint;
      readonly quadrants: readonly { readonly mirror: boolean; readonly negate: boolean }[];
      readonly core: Core;
    };

/**
 * Everything that approxgen knows about a function. `exact` is the definition; `evaluate` is only used to
 * find a polynomial, never to judge one. Symmetry and reduction are stated where they are proven.
 */
export interface FunctionDefinition {
  /** What finds it again: `tanh`, `d tanh`, `x*tanh(log1p(exp(x)))`. */
  readonly name: string;
  /** For the names of kernels and files: `tanh`, `d_tanh`; `f` for an expression. */
  readonly identifier: string;
  /** The formula, for people. */
  readonly formula: string;
  /** f in double precision; NaN or infinite where it is undefined. */
  readonly evaluate: (x: number) => number;
  /** f(x) · 2^bits with an absolute error of at most one unit; undefined where f has no value. */
  readonly exact: (x: Dyadic, bits: number) => bigint | undefined;
  /**
   * The Taylor expansion on |x − center| ≤ halfWidth, in units of 2^-bits: element k encloses
   * f^(k)(center)/k! · halfWidth^k for k < terms, and element `terms` the coefficient of the Lagrange
   * remainder, f^(terms)(ξ)/terms! · halfWidth^terms, for every ξ of the block. Undefined where f can't be
   * shown to be analytic on the block. With no terms it is the range of f, which need not be analytic.
   */
  readonly expand: (
    center: Dyadic,
    halfWidth: Dyadic,
    terms: number,
    bits: number,
  ) => readonly Enclosure[] | undefined;
  /**
   * Where f is defined: ascending, disjoint. A pole splits it: 1/x has (−∞, 0) and (0, ∞). Of infinitely
   * many poles (tan) those with |x| ≤ 256 do, and of very many (tan x²) those with |x| ≤ 16.
   */
  readonly domain: readonly {
    readonly from: number;
    readonly to: number;
    readonly fromIncluded: boolean;
    readonly toIncluded: boolean;
  }[];
  /** What an input without a value should give: the limit at the nearest end of the domain, perhaps ±∞. */
  readonly outside: (x: number) => number;
  /** Where f is defined all around but not analytic (|x| at 0, elu): segments should begin there. */
  readonly breaks: readonly number[];
  readonly symmetry?: Symmetry | undefined;
  readonly reduction: RangeReduction;
  /** The reduced argument's interval, or where it is natural to look at f; undefined: the whole format. */
  readonly defaultRange?: readonly [number, number] | undefined;
}
