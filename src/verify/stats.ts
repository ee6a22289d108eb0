import { combineCrc32 } from './crc32.js';

/** What running a plan on a set of consecutive inputs showed. JSON-safe. Associative: see `mergeStats`. */
export interface ErrorStats {
  /** Inputs on which f is defined. */
  readonly inputs: number;
  /** Inputs on which it is not; their outputs count in the CRC only. */
  readonly undefinedInputs: number;
  /** Greatest |result − f(x) · 2^n| in ulps, and the lowest input that has it. */
  readonly maxUlp: number;
  readonly worstInput: number | null;
  /** The sum of all errors, in units of 2^-20 ulp, as a decimal string: it can be beyond doubles. */
  readonly totalUnits: string;
  /** Greatest error relative to |f(x)|, where a relative target asks for it. */
  readonly maxRelative: number;
  /** Error at most 1/2: the nearest representable number. */
  readonly correctlyRounded: number;
  /** Error below 1: one of the two neighbours of f(x). */
  readonly faithful: number;
  /**
   * Inputs whose error lies between 0, 1/4, 1/2, 1 and 2 ulps, and beyond; which side of 1/4 or 2 the reference says,
   * within its margin.
   */
  readonly histogram: readonly number[];
  /** Inputs whose result lies on the wrong side of their predecessor's, f being monotone between them. */
  readonly against: number;
  readonly firstAgainst: number | null;
  /** Inputs whose direction from their predecessor is not known: f turns there, or begins. */
  readonly undirected: number;
  /** Least and greatest output, with the lowest input that has it. */
  readonly least: Extreme | null;
  readonly most: Extreme | null;
  /** Inputs whose verdict needed multiple precision. */
  readonly decidedExactly: number;
  /** CRC-32 of the outputs as 32-bit little-endian words, in input order. */
  readonly crc32: number;
}

export interface Extreme {
  readonly output: number;
  readonly input: number;
}

export const EMPTY_STATS: ErrorStats = Object.freeze({
  inputs: 0,
  undefinedInputs: 0,
  maxUlp: 0,
  worstInput: null,
  totalUnits: '0',
  maxRelative: 0,
  correctlyRounded: 0,
  faithful: 0,
  histogram: Object.freeze([0, 0, 0, 0, 0]),
  against: 0,
  firstAgainst: null,
  undirected: 0,
  least: null,
  most: null,
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
    totalUnits: String(BigInt(a.totalUnits) + BigInt(b.totalUnits)),
    maxRelative: Math.max(a.maxRelative, b.maxRelative),
    correctlyRounded: a.correctlyRounded + b.correctlyRounded,
    faithful: a.faithful + b.faithful,
    histogram: a.histogram.map((count, i) => count + b.histogram[i]),
    against: a.against + b.against,
    firstAgainst: a.firstAgainst ?? b.firstAgainst,
    undirected: a.undirected + b.undirected,
    least: extremeOf(a.least, b.least, (x, y) => y < x),
    most: extremeOf(a.most, b.most, (x, y) => y > x),
    decidedExactly: a.decidedExactly + b.decidedExactly,
    crc32: combineCrc32(a.crc32, b.crc32, 4 * (b.inputs + b.undefinedInputs)),
  };
}

function extremeOf(
  a: Extreme | null,
  b: Extreme | null,
  isBeyond: (a: number, b: number) => boolean,
): Extreme | null {
  if (a === null || b === null) return a ?? b;
  return isBeyond(a.output, b.output) ? b : a;
}
