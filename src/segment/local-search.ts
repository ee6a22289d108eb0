import type { FittedPolynomial, RawInterval } from '../fit/polynomial.js';
import type { Verdict } from './judge.js';

/** Judges a polynomial on some consecutive arguments. */
type Judge = (polynomial: FittedPolynomial, interval: RawInterval) => Verdict;

/** Heuristics: who misses the target by more than this is not helped by a few units, nor by more rounds. */
const NARROWLY = 1.03;
const MOST_ROUNDS = 4;
/** Of a target that rounding takes nearly all of, only luck meets the rest: with short segments, that is a table. */
const MOST_ROUNDING = 0.75;
/** Units by which a coefficient is changed at a time. */
const CHANGES = [1, -1, 2, -2];
/** Of longer segments, judging every input takes more time than it is worth (a heuristic). */
const JUDGED_WHOLE = 1024;

/** A polynomial and how it does. */
export interface Judged {
  readonly polynomial: FittedPolynomial;
  readonly verdict: Verdict;
}

/**
 * The polynomial with coefficients a few units off, where that meets a target which it misses narrowly: rounding one
 * coefficient after the other does not find the best integers. A change is judged where others failed before it is
 * judged on every input, which most do not come to.
 *
 * @param fixed how many of the last coefficients have to stay
 */
export function searchNearby(start: Judged, judge: Judge, interval: RawInterval, fixed: number): Judged {
  const { ratio, rounding } = start.verdict;
  const isNarrow = ratio > 1 && ratio <= NARROWLY && rounding <= MOST_ROUNDING;
  if (!isNarrow || interval.hi - interval.lo > JUDGED_WHOLE) return start;
  const failures = [start.verdict.worstArgument];
  const failsAgain = (polynomial: FittedPolynomial): boolean =>
    failures.some((a) => judge(polynomial, { lo: a, hi: a + 1 }).ratio > 1);
  let best = start;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = best;
    for (const polynomial of neighbours(best.polynomial, fixed)) {
      if (failsAgain(polynomial)) continue;
      const verdict = judge(polynomial, interval);
      if (verdict.ratio <= 1) return { polynomial, verdict };
      failures.push(verdict.worstArgument);
      if (verdict.ratio < best.verdict.ratio) best = { polynomial, verdict };
    }
    if (best === before) break;
  }
  return start;
}

/** Polynomials that differ from one in one coefficient. */
function* neighbours(polynomial: FittedPolynomial, fixed: number): Generator<FittedPolynomial> {
  const { coefficients } = polynomial;
  for (let k = 0; k < coefficients.length - fixed; k++) {
    for (const change of CHANGES) {
      yield { ...polynomial, coefficients: coefficients.map((c, i) => (i === k ? c + change : c)) };
    }
  }
}
