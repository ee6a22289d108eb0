import type { Quadrant } from './plan.js';

/** What a reduction has to know of a function. */
export interface ReducibleFunction {
  readonly name: string;
  readonly evaluate: (x: number) => number;
  /** f(−x) = sign · f(x) + sum + slope · x */
  readonly symmetry?: undefined | { readonly sign: 1 | -1; readonly sum: number; readonly slope: number };
  /** Where f has a value: ascending intervals. */
  readonly domain: readonly DomainInterval[];
  /** What a kernel gives elsewhere, in values; ±∞ is the greatest or least output. */
  readonly outside: (x: number) => number;
  /** Where f is not smooth: segments must not reach across. */
  readonly breaks: readonly number[];
  readonly reduction: FunctionReduction;
}

export interface DomainInterval {
  readonly from: number;
  readonly to: number;
  readonly fromIncluded: boolean;
  readonly toIncluded: boolean;
}

/** What is approximated on the reduced argument, where that is not f itself. */
export interface Core {
  readonly evaluate: (r: number) => number;
}

/** A constant with as many fraction bits as asked for: the integer nearest to its multiple, or next to it. */
export type FixedConstant = (bits: number) => bigint;

export type FunctionReduction =
  | { readonly kind: 'none' }
  /** x = m · 2^(step·k), m in [1, 2^step): f(x) = f(m) · 2^(perStep·k) */
  | { readonly kind: 'normalise'; readonly effect: 'scale'; readonly step: number; readonly perStep: number }
  /** The same, f(x) = f(m) + perStep·k */
  | {
      readonly kind: 'normalise';
      readonly effect: 'add';
      readonly step: number;
      readonly perStep: number;
      readonly perStepFixed: FixedConstant;
    }
  /** x · multiplier = k + r, r in [0, 1): f(x) = core(r) · 2^k + offset */
  | {
      readonly kind: 'split';
      readonly multiplier: number;
      readonly multiplierFixed: FixedConstant;
      readonly offset: number;
      readonly core: Core;
    }
  /** x · multiplier = k + r: f(x) = ±core(r or 1 − r), as quadrant k modulo their number says */
  | {
      readonly kind: 'periodic';
      readonly multiplier: number;
      readonly multiplierFixed: FixedConstant;
      readonly quadrants: readonly Quadrant[];
      readonly core: Core;
    };
