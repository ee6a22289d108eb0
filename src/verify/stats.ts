import { combineCrc32 } from './crc32.js';

/** What running a plan on a set of consecutive inputs showed. Associative: see `mergeStats`. */
export interface ErrorStats {
  /** Inputs on which f is defined. */
  readonly inputs: number;
  /** Inputs on which it is not; their outputs count in the CRC only. */
  readonly undefinedInputs: number;
  /** Greatest |result − f(x) · 2^n| in ulps, and the lowest input that has it. */
  readonly maxUlp: number;
  readonly worstInput: number | null;
  /** Greatest error relative to |f(x)|, where a relative target asks for it. */
  readonly maxRelative: number;
  /** Error at most 1/2: the nearest representable number. */
  readonly correctlyRounded: number;
  /** Error below 1: one of the two neighbours of f(x). */
  readonly faithful: number;
  /** Inputs whose verdict needed multiple precision. */
  readonly decidedExactly: number;
  /** CRC-32 of the outputs as 32-bit little-endian words, in input order. */
  readonly crc32: number;
}

export const EMPTY_STATS: ErrorStats = Object.freeze({
  inputs: 0,
  undefinedInputs: 0,
  maxUlp: 0,
  worstInput: null,
  maxRelative: 0,
  correctlyRounded: 0,
  faithful: 0,
  decidedExactly: 0,
  crc32: 0,
});

/** Stats of A's inputs followed by B's; ties go to the lower input. */
export function mergeStats(a: ErrorStats, b: ErrorStats): ErrorStats {
  const worst = b.maxUlp > a.maxUlp || a.worstInput === null ? b : a;
  return {
    inputs: a.inputs + b.inputs,
    undefinedInputs: a.undefinedInputs + b.undefinedInputs,
    maxUlp: worst.maxUlp,
    worstInput: worst.worstInput,
    maxRelative: Math.max(a.maxRelative, b.maxRelative),
    correctlyRounded: a.correctlyRounded + b.correctlyRounded,
    faithful: a.faithful + b.faithful,
    decidedExactly: a.decidedExactly + b.decidedExactly,
    crc32: combineCrc32(a.crc32, b.crc32, 4 * (b.inputs + b.undefinedInputs)),
  };
}
