import { fitPinned, type Origin, type Pins } from '../fit/pinned.js';
import {
  fitPolynomial,
  type FitProblem,
  type FittedPolynomial,
  type RawInterval,
} from '../fit/polynomial.js';
import { hornerFast, type HornerStep } from '../fixedpoint/horner.js';
import type { Approximand, Arithmetic } from './approximand.js';
import { goesInDirection } from './differences.js';

/** The values that polynomials take where they meet, and the direction in which all go. */
export interface Course {
  /** 1 where accumulators rise with the argument, −1 where they fall, 0 where they may do either. */
  readonly direction: 1 | -1 | 0;
  /** The accumulator at a place where a segment may begin or end; undefined where it is free. */
  readonly pinAt: (a: number, arithmetic: Arithmetic) => number | undefined;
}

/** Polynomials that a segment may be served by, the likeliest first. */
export function* fitsOnCourse(
  problem: FitProblem,
  { direction, pinAt }: Course,
  approximand: Approximand,
  arithmetic: Arithmetic,
  segment: RawInterval,
): Generator<FittedPolynomial> {
  const pins = { lo: pinAt(segment.lo, arithmetic), hi: pinAt(segment.hi, arithmetic) };
  if (arithmetic.order === 0) {
    yield fitPolynomial({ ...problem, exact: [] }, segment);
    return;
  }
  for (const origin of origins(approximand, segment)) {
    if (origin.isFlat && (arithmetic.order < 2 || pins[origin.end] === undefined)) continue;
    const fitted = fitPinned(problem, segment, pins, origin);
    yield meetingFar(fitted, arithmetic, segment, pins, origin, direction);
  }
}

/**
 * Horner's rule is monotone in integers where the slope's magnitude falls with the distance from the origin's
 * side: so the origin lies at the flatter end, where slopes can also be zero.
 */
function origins({ evaluate }: Approximand, { lo, hi }: RawInterval): readonly Origin[] {
  const [first, middle, last] = [lo, (lo + hi - 1) / 2, hi - 1].map(evaluate);
  const flatter = Math.abs(middle - first) <= Math.abs(last - middle) ? 'lo' : 'hi';
  const steeper = flatter === 'lo' ? 'hi' : 'lo';
  return [
    { end: flatter, isFlat: false },
    { end: steeper, isFlat: false },
    { end: flatter, isFlat: true },
    { end: steeper, isFlat: true },
  ];
}

/** Units by which a coefficient is changed at the most. */
const MOST_UNITS = 16;

/** The polynomial with its lowest free coefficient changed so that it comes as near to the far pin as it can. */
function meetingFar(
  fitted: FittedPolynomial,
  { steps, order }: Arithmetic,
  segment: RawInterval,
  pins: Pins,
  { end, isFlat }: Origin,
  direction: Course['direction'],
): FittedPolynomial {
  const farEnd = end === 'lo' ? 'hi' : 'lo';
  const [near, far] = [pins[end], pins[farEnd]];
  if (far === undefined) return fitted;
  const index = order - (near === undefined ? 0 : isFlat ? 2 : 1);
  const changed = (units: number): FittedPolynomial => ({
    ...fitted,
    coefficients: fitted.coefficients.map((c, i) => (i === index ? c + units : c)),
  });
  // On this side of the far pin, what lies between keeps its direction.
  const inward = end === 'hi' ? direction : -direction;
  const missAt = (units: number): number => valueAt(changed(units), steps, segment[farEnd]) - far;
  const isMet = (miss: number): boolean => miss * inward >= 0;
  let best = 0;
  let least = Infinity;
  for (let units = -MOST_UNITS; units <= MOST_UNITS; units++) {
    const miss = missAt(units);
    const cost = isMet(miss) ? Math.abs(miss) : Math.abs(miss) + FAR_FROM_MET;
    if (cost < least || (cost === least && Math.abs(units) < Math.abs(best))) [best, least] = [units, cost];
  }
  return changed(best);
}

const FAR_FROM_MET = 2 ** 40;

function valueAt(
  { origin, coefficients }: FittedPolynomial,
  steps: readonly HornerStep[],
  a: number,
): number {
  return hornerFast(coefficients, steps, a - origin);
}

/** Whether a polynomial keeps to its course: in direction, and between its pins. */
export function keepsCourse(
  { direction, pinAt }: Course,
  arithmetic: Arithmetic,
  { lo, hi }: RawInterval,
  polynomial: FittedPolynomial,
): boolean {
  if (direction === 0) return true;
  const { steps } = arithmetic;
  const [start, end] = [pinAt(lo, arithmetic), pinAt(hi, arithmetic)];
  // A pin at the end belongs to the next segment: this one must not pass it before.
  const last = end === undefined ? hi - 1 : hi;
  const [first, final] = [lo, last].map((a) => valueAt(polynomial, steps, a));
  if (start !== undefined && (first - start) * direction < 0) return false;
  if (end !== undefined && (end - final) * direction < 0) return false;
  return goesInDirection(polynomial, steps, lo, last, direction);
}
