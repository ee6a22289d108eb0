import type { CoefficientFormat } from '../fit/polynomial.js';
import type { HornerStep } from '../fixedpoint/horner.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { OutputLimits } from './output-error.js';

/** The function as the segments see it, after reduction: on raw arguments a in [lo, hi). */
export interface Approximand {
  /** f(a), as a value. */
  readonly evaluate: (a: number) => number;
  readonly lo: number;
  readonly hi: number;
  /** Fraction bits of a. */
  readonly fracBits: number;
  /** Raw arguments at which a segment has to begin, ascending: f has kinks there. */
  readonly breaks?: readonly number[];
}

/** The integer arithmetic that a kernel's polynomials run in. */
export interface Arithmetic extends OutputLimits {
  readonly order: number;
  readonly format: CoefficientFormat;
  /** One per degree, highest first. */
  readonly steps: readonly HornerStep[];
  /** Fraction bits of the accumulator after the last step. */
  readonly accumulatorFracBits: number;
  readonly outputFracBits: number;
  /** The reduction's power of two in the worst case: the result is the polynomial's value · 2^exponent. */
  readonly exponent: number;
  readonly rounding: RoundingMode;
}
