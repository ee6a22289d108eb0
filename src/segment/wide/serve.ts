import { pulse } from '../../pulse.js';
import type { MeasureFamily } from '../../fit/measure.js';
import type { Polish } from '../../fit/polish.js';
import { fitTaylor } from '../../fit/taylor-fit.js';
import type { RoundingMode } from '../../fixedpoint/rounding.js';
import type { ArithmeticShape } from '../arithmetic.js';
import { worstRounding } from '../judge.js';
import { taylorSource, type TaylorSource, type WideApproximand } from './taylor.js';

/** A segment with integers of any size; lo ≤ a < hi. */
export interface WideSegment {
  readonly lo: bigint;
  readonly hi: bigint;
  readonly origin: bigint;
  readonly coefficients: readonly bigint[];
  readonly verdict: WideVerdict;
}

export interface WideVerdict {
  /** Worst error by what is allowed. */
  readonly ratio: number;
  readonly ulp: number;
  /** What part of the target rounding takes in the worst case. */
  readonly rounding: number;
}

/** What a wide segment is served with, and what it has to meet. */
export interface WideService {
  readonly approximand: WideApproximand;
  readonly taylor: TaylorSource;
  readonly arithmetic: ArithmeticShape;
  readonly rounding: RoundingMode;
  /** The reduction's power of two in the worst case. */
  readonly exponent: number;
  /** What the output holds, as doubles. */
  readonly limits: { readonly min: number; readonly max: number };
  /** What results may err, in ulps of the output. */
  readonly allowed: number;
  readonly measure: MeasureFamily;
  readonly polish: Polish;
  /** Raw arguments at which results have to be f itself. */
  readonly exact: readonly bigint[];
}

/** Terms of expansions beyond the order (a heuristic). */
const EXTRA_TERMS = 14;
/** Heuristic: samples per extremum of the error, and what may be missed between them, as a part of it. */
const SAMPLES_PER_EXTREMUM = 20;
const MISSED = 0.01;
/** Heuristic: what the bounds of the proof may lie above the truth, as a part of what is allowed. */
const PROOF_MARGIN = 2 ** -7;

export function wideTaylorSource(approximand: WideApproximand, ulpBits: number, order: number): TaylorSource {
  return taylorSource(approximand, ulpBits, order + EXTRA_TERMS);
}

/** The segment with the best polynomial, and how it does before the proof. */
export function serveWide(service: WideService, lo: bigint, hi: bigint): WideSegment {
  pulse();
  const { arithmetic, taylor, exponent, measure, polish } = service;
  const { order, format, outputFracBits } = arithmetic;
  const stretch = { first: lo, last: hi - 1n };
  const expansion = taylor(stretch);
  if (!expansion) return tooLong(service, lo, hi);
  const exact = service.exact.find((a) => a >= lo && a < hi);
  const problem = { order, measure, polish, format, ulpBits: outputFracBits + exponent };
  const { origin, coefficients, difference } = fitTaylor(problem, expansion, stretch, exact);
  const rounding = roundingOf(service, lo, hi, origin, coefficients);
  const values = Float64Array.from(
    expansion.coefficients,
    (c) => Number(c) * 2 ** (problem.ulpBits - expansion.fracBits),
  );
  const error = greatestError(service, difference, values) * (1 + MISSED);
  const ulp = error + rounding;
  const verdict = {
    ratio: ulp / service.allowed + PROOF_MARGIN,
    ulp,
    rounding: rounding / service.allowed + PROOF_MARGIN,
  };
  return { lo, hi, origin, coefficients, verdict };
}

/** A verdict that lets a search try half of the segment next. */
function tooLong({ arithmetic: { order } }: WideService, lo: bigint, hi: bigint): WideSegment {
  const verdict = { ratio: 2 ** (order + 1), ulp: Infinity, rounding: 0 };
  return { lo, hi, origin: lo, coefficients: Array.from({ length: order + 1 }, () => 0n), verdict };
}

/** |polynomial − f| at samples, but where both lie beyond the same end of the output. */
function greatestError(
  { limits: { min, max }, arithmetic }: WideService,
  difference: Float64Array,
  values: Float64Array,
): number {
  const samples = SAMPLES_PER_EXTREMUM * (arithmetic.order + 2);
  let greatest = 0;
  for (let i = 0; i <= samples; i++) {
    const u = -Math.cos((Math.PI * i) / samples);
    const error = valueAt(difference, u);
    const value = valueAt(values, u);
    const isBeyond = Math.min(value, value + error) > max || Math.max(value, value + error) < min;
    if (!isBeyond && !(Math.abs(error) <= greatest)) greatest = Math.abs(error);
  }
  return greatest;
}

function valueAt(coefficients: Float64Array, u: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * u + coefficients[k];
  return sum;
}

/** The most that all roundings together can change a result, in ulps of the output. */
function roundingOf(
  { arithmetic, rounding, exponent }: WideService,
  lo: bigint,
  hi: bigint,
  origin: bigint,
  coefficients: readonly bigint[],
): number {
  const farthest = Math.max(Number(origin - lo), Number(hi - 1n - origin));
  const shift = arithmetic.accumulatorFracBits - arithmetic.outputFracBits - exponent;
  let accumulated = 0;
  let isZero = true;
  arithmetic.steps.forEach((step, i) => {
    isZero &&= coefficients[i] === 0n;
    const own = isZero ? 0 : worstRounding(step.rounding, step.shift);
    accumulated = accumulated * farthest * 2 ** -step.shift + own;
  });
  return accumulated * 2 ** -shift + worstRounding(rounding, shift);
}
