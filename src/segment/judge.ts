import { hornerFast } from '../fixedpoint/horner.js';
import { roundDouble } from '../fixedpoint/product.js';
import type { FittedPolynomial, RawInterval } from '../fit/polynomial.js';
import type { Approximand, Arithmetic } from './approximand.js';
import { allowedUlp, type ErrorTarget } from './target.js';

/** How an integer polynomial does on a segment. */
export interface Verdict {
  /** Worst ratio of the error to what the target allows; at most 1 where the target holds. */
  readonly ratio: number;
  /** Worst error in ulps of the output. */
  readonly ulp: number;
  readonly worstArgument: number;
}

/** Segments up to this many inputs are run on every input; longer ones on a sample. */
const EXHAUSTIVE = 2048;
/** Heuristic: enough to meet every extremum of a polynomial of order 12, with the rounding noise on top. */
const SAMPLES = 384;

/**
 * Runs a polynomial in the real integer arithmetic against f in double precision. Short segments are
 * judged by their final results; of long ones a sample of accumulators is judged, and the final
 * rounding's worst case is added. The verdict steers the search; only the proof decides.
 */
export function judge(
  approximand: Approximand,
  arithmetic: Arithmetic,
  target: ErrorTarget,
  segment: RawInterval,
  polynomial: FittedPolynomial,
): Verdict {
  const { steps, outputFracBits, exponent, min, max } = arithmetic;
  const shift = arithmetic.accumulatorFracBits - outputFracBits - exponent;
  const scale = 2 ** -shift;
  const ulps = 2 ** (outputFracBits + exponent);
  const count = segment.hi - segment.lo;
  const exhaustive = count <= EXHAUSTIVE;
  const samples = exhaustive ? count : SAMPLES;
  const rounding = exhaustive || shift <= 0 ? 0 : arithmetic.rounding === 'floor' ? 1 : 0.5;

  let ratio = 0;
  let ulp = 0;
  let worstArgument = segment.lo;
  for (let i = 0; i < samples; i++) {
    const a = segment.lo + (exhaustive ? i : sampleOffset(i, count));
    const accumulator = hornerFast(polynomial.coefficients, steps, a - polynomial.origin);
    const exact = clamp(approximand.evaluate(a) * ulps, min, max);
    const result = exhaustive ? roundDouble(accumulator, shift, arithmetic.rounding) : accumulator * scale;
    const error = Math.abs(clamp(result, min, max) - exact) + rounding;
    const here = error / allowedUlp(target, exact, outputFracBits);
    if (here > ratio) {
      ratio = here;
      worstArgument = a;
    }
    if (error > ulp) ulp = error;
  }
  return { ratio, ulp, worstArgument };
}

/** Even samples with both ends, each moved by a fixed pattern so that no power of two is met every time. */
function sampleOffset(i: number, count: number): number {
  if (i === SAMPLES - 1) return count - 1;
  const step = (count - 1) / (SAMPLES - 1);
  const jitter = ((i * 0.618033988749895) % 1) * step;
  return i === 0 ? 0 : Math.floor(i * step + (jitter - step / 2));
}

function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}
