import { hornerFast, type HornerStep } from '../fixedpoint/horner.js';
import { roundDouble } from '../fixedpoint/product.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { FittedPolynomial, RawInterval } from '../fit/polynomial.js';
import type { Approximand, Arithmetic } from './approximand.js';
import { clamp, outputError } from './output-error.js';
import { allowedUlp, errorRatio, type ErrorTarget } from './target.js';

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
 * How a polynomial with integer coefficients does on a segment, against f in double precision. Short
 * segments are run on every input. Of long ones the error before any rounding is sampled, which is
 * smooth, and the worst case of every rounding is added. The verdict steers the search; only the proof
 * decides.
 */
export function judge(
  approximand: Approximand,
  arithmetic: Arithmetic,
  target: ErrorTarget,
  segment: RawInterval,
  polynomial: FittedPolynomial,
): Verdict {
  const { steps, outputFracBits, exponent } = arithmetic;
  const shift = arithmetic.accumulatorFracBits - outputFracBits - exponent;
  const ulps = 2 ** (outputFracBits + exponent);
  const count = segment.hi - segment.lo;
  const exhaustive = count <= EXHAUSTIVE;
  const samples = exhaustive ? count : SAMPLES;
  const rounding = exhaustive ? 0 : roundingBound(arithmetic, segment, polynomial, shift);

  let ratio = 0;
  let ulp = 0;
  let worstArgument = segment.lo;
  for (let i = 0; i < samples; i++) {
    const a = segment.lo + (exhaustive ? i : sampleOffset(i, count));
    const t = a - polynomial.origin;
    const scaled = approximand.evaluate(a) * ulps;
    const result = exhaustive
      ? roundDouble(hornerFast(polynomial.coefficients, steps, t), shift, arithmetic.rounding)
      : hornerReal(polynomial.coefficients, steps, t) * 2 ** -shift;
    const error = outputError(result, scaled, arithmetic) + rounding;
    const here = errorRatio(
      error,
      allowedUlp(target, clamp(scaled, arithmetic), outputFracBits, arithmetic.mirrorSum),
    );
    if (here > ratio) {
      ratio = here;
      worstArgument = a;
    }
    if (error > ulp) ulp = error;
  }
  return { ratio, ulp, worstArgument };
}

/** The polynomial's value in units of the accumulator, without any rounding. */
function hornerReal(coefficients: readonly number[], steps: readonly HornerStep[], t: number): number {
  let value = coefficients[0];
  for (let i = 0; i < steps.length; i++) value = value * t * 2 ** -steps[i].shift + coefficients[i + 1];
  return value;
}

/** The most that all roundings together can change a result, in ulps of the output. */
function roundingBound(
  { steps, rounding }: Arithmetic,
  segment: RawInterval,
  { origin, coefficients }: FittedPolynomial,
  shift: number,
): number {
  const farthest = Math.max(origin - segment.lo, segment.hi - 1 - origin);
  let accumulated = 0;
  let exact = true;
  steps.forEach((step, i) => {
    exact &&= coefficients[i] === 0;
    const own = exact ? 0 : worstRounding(step.rounding, step.shift);
    accumulated = accumulated * farthest * 2 ** -step.shift + own;
  });
  return accumulated * 2 ** -shift + worstRounding(rounding, shift);
}

function worstRounding(mode: RoundingMode, shift: number): number {
  if (shift <= 0) return 0;
  return mode === 'floor' || mode === 'pseudo-stochastic' ? 1 : 0.5;
}

/** Even samples with both ends, each moved by a fixed pattern so that no power of two is met every time. */
function sampleOffset(i: number, count: number): number {
  if (i === SAMPLES - 1) return count - 1;
  const step = (count - 1) / (SAMPLES - 1);
  const jitter = ((i * 0.618033988749895) % 1) * step;
  return i === 0 ? 0 : Math.floor(i * step + (jitter - step / 2));
}
