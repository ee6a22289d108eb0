import { clamp, outputError, type OutputLimits } from './output-error.js';
import { allowedUlp, errorRatio, type ErrorTarget } from './target.js';

/** A line that serves every argument from a bound to the end of the format: output + slope · a. */
export interface LinearTail {
  /** Raw output. */
  readonly output: number;
  /** Worst error in ulps. */
  readonly ulp: number;
  /** Worst ratio of error to what the target allows. */
  readonly ratio: number;
}

export interface TailProblem {
  /** f · 2^n at a raw argument up to `last`. */
  readonly scaled: (a: number) => number;
  /** The last argument of the format. */
  readonly last: number;
  readonly outputFracBits: number;
  readonly limits: OutputLimits;
  readonly target: ErrorTarget;
  /** What is added for each unit of the argument, in ulps: 0 for a constant, which is what this is unless given. */
  readonly slope?: number;
  /** Whether f does not level off, so that the value at the range's end has to do, whatever its error. */
  readonly unclaimed?: true;
}

/** Heuristic: f and a line differ by a function that is monotone, or nearly so, between this many places. */
const SAMPLES = 48;

/**
 * The best line of the problem's slope for arguments from … last: through the integer that is nearest to the
 * middle of what f differs from the slope's line. The two ends are sampled, and places between that lie the
 * closer together the nearer they are to the first; where f − line is monotone the ends decide.
 */
export function linearTail(problem: TailProblem, from: number): LinearTail {
  if (problem.unclaimed)
    return { output: clamp(Math.round(problem.scaled(from)), problem.limits) + 0, ulp: 0, ratio: 0 };
  const { scaled, last, outputFracBits, limits, target, slope = 0 } = problem;
  const places = from >= last ? [last] : samplePlaces(from, last);
  const values = places.map(scaled);
  const lines = places.map((a) => Math.round(slope * a));
  // Where f lies beyond what the output holds, every line does as well that lies beyond it too.
  const rests = values.map((value, i) => clamp(value, limits) - clamp(lines[i], limits));
  const output = Math.round((Math.min(...rests) + Math.max(...rests)) / 2) + 0;
  const held = slope === 0 ? clamp(output, limits) : output;
  const errors = values.map((value, i) => outputError(held + lines[i], value, limits));
  const ratios = errors.map((error, i) =>
    errorRatio(error, allowedUlp(target, clamp(values[i], limits), outputFracBits, limits.mirrorSum)),
  );
  return { output: held, ulp: Math.max(...errors), ratio: Math.max(...ratios) };
}

function samplePlaces(from: number, last: number): number[] {
  const length = last - from;
  const inner = Array.from({ length: SAMPLES }, (_, i) =>
    Math.round(from + Math.expm1((Math.log1p(length) * i) / SAMPLES)),
  );
  return [...inner, last];
}

/** The least argument from which a line meets the target, or undefined where none does. */
export function tailStart(problem: TailProblem, first: number): number | undefined {
  const meets = (from: number) => linearTail(problem, from).ratio <= 1;
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
