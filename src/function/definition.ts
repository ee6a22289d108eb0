import type { Dyadic } from './dyadic.js';

/** How a function of the whole line follows from its values on a smaller set. */
export type Symmetry =
  | { readonly kind: 'none' }
  /** f(−x) = −f(x) */
  | { readonly kind: 'odd' }
  /** f(−x) = f(x) */
  | { readonly kind: 'even' }
  /** f(−x) = sum − f(x); `sum` is a small integer */
  | { readonly kind: 'point'; readonly sum: number };

/** How an argument is brought into a small interval by powers of two. */
export type RangeReduction =
  | { readonly kind: 'none' }
  /**
   * x = m · 2^(step·k) with m in [1, 2^step); then f(x) = f(m) · 2^(perStep·k) (`scale`) or
   * f(x) = f(m) + perStep·k (`add`).
   */
  | {
      readonly kind: 'normalise';
      readonly step: number;
      readonly effect: 'scale' | 'add';
      readonly perStep: number;
    }
  /** x · multiplier = k + r with an integer k and r in [0, 1); then f(x) = 2^r · 2^k. */
  | {
      readonly kind: 'split';
      readonly multiplier: number;
      readonly multiplierFixed: (bits: number) => bigint;
    };

/** Data for Cauchy's estimate: |f(z)| ≤ bound for complex |z − center| ≤ radius. */
export interface AnalyticDisc {
  readonly radius: number;
  readonly bound: number;
}

/**
 * Everything that approxgen knows about a function. `exact` is the definition; `evaluate` is only used
 * to find a polynomial, never to judge one.
 */
export interface FunctionDefinition {
  readonly name: string;
  /** The formula, for people. */
  readonly formula: string;
  /** f in double precision. */
  readonly evaluate: (x: number) => number;
  /** f(x) · 2^bits with an absolute error of at most one unit. */
  readonly exact: (x: Dyadic, bits: number) => bigint;
  /** Where f is defined: every x, or x > 0. */
  readonly domain: 'real' | 'positive';
  /** Outside the domain the kernel gives the output format's greatest or least value. */
  readonly undefinedOutput?: 'max' | 'min';
  readonly monotone: 'increasing' | 'decreasing';
  readonly symmetry: Symmetry;
  readonly reduction: RangeReduction;
  /** Limits at ±∞ where they are finite: beyond the range a constant can serve. */
  readonly limits: { readonly low?: number; readonly high?: number };
  /** A disc around a real centre on which f is analytic, with a bound of |f| there. */
  readonly analytic: (center: number) => AnalyticDisc;
  /** What is approximated on the reduced argument, where that is not f itself (2^r for exp). */
  readonly core?: {
    readonly formula: string;
    readonly evaluate: (r: number) => number;
  };
  /** The reduced argument's interval, in values of x: the default range of functions with a reduction. */
  readonly defaultRange?: readonly [number, number];
}
