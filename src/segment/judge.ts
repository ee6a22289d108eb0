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
  /** What part of the target rounding takes there in the worst case. */
  readonly rounding: number;
}

/** Segments up to this many inputs may be run on every input. */
const EXHAUSTIVE = 2048;
/** Segments up to this many inputs are run on every input without looking at samples first. */
const SHORT = 128;
/** Heuristic: the roundings of many inputs come this close to their worst case somewhere. */
const LIKELY_ROUNDING = 0.85;
/** Heuristic: samples per extremum of the error; between them it changes by less than a hundredth. */
const SAMPLES_PER_EXTREMUM = 20;

/** What is judged, and against what. */
interface Case {
  readonly approximand: Approximand;
  readonly arithmetic: Arithmetic;
  readonly target: ErrorTarget;
  readonly polynomial: FittedPolynomial;
  /** Bits from the accumulator to the output. */
  readonly shift: number;
  /** The most that all roundings together can change a result, in ulps. */
  readonly rounding: number;
}

/**
 * How a polynomial with integer coefficients does on a segment, against f in double precision. Of long
 * segments the error before any rounding is sampled, which is smooth, and the worst case of every rounding is
 * added. Short ones are run on every input, where that could change the verdict. The verdict steers the
 * search; only the proof decides.
 */
export function judge(
  approximand: Approximand,
  arithmetic: Arithmetic,
  target: ErrorTarget,
  segment: RawInterval,
  polynomial: FittedPolynomial,
): Verdict {
  const shift = arithmetic.accumulatorFracBits - arithmetic.outputFracBits - arithmetic.exponent;
  const rounding = roundingBound(arithmetic, segment, polynomial, shift);
  const problem: Case = { approximand, arithmetic, target, polynomial, shift, rounding };
  const count = segment.hi - segment.lo;
  if (count <= SHORT) return judgeAll(problem, segment);
  const verdict = judgeSamples(problem, segment);
  const likely = verdict.ratio - (1 - LIKELY_ROUNDING) * verdict.rounding;
  return count > EXHAUSTIVE || verdict.ratio <= 1 || likely > 1 ? verdict : judgeAll(problem, segment);
}

function judgeAll(problem: Case, { lo, hi }: RawInterval): Verdict {
  const { arithmetic, polynomial, shift } = problem;
  const tally = newTally(problem, lo);
  for (let a = lo; a < hi; a++) {
    const accumulator = hornerFast(polynomial.coefficients, arithmetic.steps, a - polynomial.origin);
    tally.add(a, roundDouble(accumulator, shift, arithmetic.rounding), 0);
  }
  return tally.verdict();
}

function judgeSamples(problem: Case, { lo, hi }: RawInterval): Verdict {
  const { arithmetic, polynomial, shift, rounding } = problem;
  const samples = SAMPLES_PER_EXTREMUM * (arithmetic.order + 2);
  const evaluate = realPolynomial(polynomial, arithmetic.steps);
  const scale = 2 ** -shift;
  const tally = newTally(problem, lo);
  for (let i = 0; i < samples; i++) {
    const a = lo + sampleOffset(i, samples, hi - lo);
    tally.add(a, evaluate(a - polynomial.origin) * scale, rounding);
  }
  return tally.verdict();
}

/** Collects the worst error of a segment. */
function newTally({ approximand, arithmetic, target, rounding }: Case, first: number) {
  const { outputFracBits, exponent, mirrorSum } = arithmetic;
  const ulps = 2 ** (outputFracBits + exponent);
  let ratio = 0;
  let ulp = 0;
  let worstArgument = first;
  let roundingRatio = 0;
  return {
    /** @param margin how far the true result can be from the given one, in ulps */
    add(a: number, result: number, margin: number): void {
      const scaled = approximand.evaluate(a) * ulps;
      const error =
        margin === 0
          ? outputError(result, scaled, arithmetic)
          : Math.max(
              outputError(result - margin, scaled, arithmetic),
              outputError(result + margin, scaled, arithmetic),
            );
      const allowed = allowedUlp(target, clamp(scaled, arithmetic), outputFracBits, mirrorSum);
      const here = errorRatio(error, allowed);
      if (here > ratio) {
        ratio = here;
        worstArgument = a;
        roundingRatio = rounding / allowed;
      }
      if (error > ulp) ulp = error;
    },
    verdict: (): Verdict => ({ ratio, ulp, worstArgument, rounding: roundingRatio }),
  };
}

/** The polynomial in units of the accumulator, without any rounding. */
function realPolynomial(
  { coefficients }: FittedPolynomial,
  steps: readonly HornerStep[],
): (t: number) => number {
  const scales = steps.map(({ shift }) => 2 ** -shift);
  return (t) => {
    let value = coefficients[0];
    for (let i = 0; i < scales.length; i++) value = value * t * scales[i] + coefficients[i + 1];
    return value;
  };
}

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

/** What one rounding that drops bits can change, in units of what is kept. */
export function worstRounding(mode: RoundingMode, shift: number): number {
  if (shift <= 0) return 0;
  return mode === 'floor' || mode === 'pseudo-stochastic' ? 1 : 0.5;
}

/** Even samples with both ends, each moved by a fixed pattern so that no power of two is met every time. */
function sampleOffset(i: number, samples: number, count: number): number {
  if (i === samples - 1) return count - 1;
  const step = (count - 1) / (samples - 1);
  const jitter = ((i * 0.618033988749895) % 1) * step;
  return i === 0 ? 0 : Math.floor(i * step + (jitter - step / 2));
}
