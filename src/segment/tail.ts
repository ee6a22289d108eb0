import { clamp, outputError, type OutputLimits } from './output-error.js';
import { allowedUlp, errorRatio, type ErrorTarget } from './target.js';

/** A constant that serves every argument from a bound to the end of the format. */
export interface ConstantTail {
  /** Raw output. */
  readonly output: number;
  /** Worst error in ulps. */
  readonly ulp: number;
  /** Worst ratio of error to what the target allows. */
  readonly ratio: number;
}

export interface TailProblem {
  /** f · 2^n at a raw argument; monotone up to `last`. */
  readonly scaled: (a: number) => number;
  /** The last argument of the format. */
  readonly last: number;
  readonly outputFracBits: number;
  readonly limits: OutputLimits;
  readonly target: ErrorTarget;
}

/**
 * The best constant for arguments from … last: the integer nearest to the middle of f's values there.
 * f is monotone, so its values at the two ends bound the error everywhere between.
 */
export function constantTail(problem: TailProblem, from: number): ConstantTail {
  const ends = [problem.scaled(from), problem.scaled(problem.last)];
  const output = clamp(Math.round((ends[0] + ends[1]) / 2), problem.limits);
  const errors = ends.map((value) => outputError(output, value, problem.limits));
  const allowed = ends.map((value) =>
    allowedUlp(problem.target, value, problem.outputFracBits, problem.limits.mirrorSum),
  );
  return {
    output,
    ulp: Math.max(...errors),
    ratio: Math.max(...errors.map((error, i) => errorRatio(error, allowed[i]))),
  };
}

/** The least argument from which a constant meets the target, or undefined where none does. */
export function tailStart(problem: TailProblem, first: number): number | undefined {
  const meets = (from: number) => constantTail(problem, from).ratio <= 1;
  if (!meets(problem.last)) return undefined;
  let low = first;
  let high = problem.last;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (meets(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
