import { arcsineMeasure } from './measure.js';
import {
  realPolynomial,
  roundCoefficients,
  zeros,
  type FitProblem,
  type FittedPolynomial,
  type RawInterval,
} from './polynomial.js';

/** Values that a polynomial is held to at the ends of its segment, in units of the constant coefficient. */
export interface Pins {
  /** At lo. */
  readonly lo?: number | undefined;
  /** At hi, the first argument of the next segment. */
  readonly hi?: number | undefined;
}

/** Which end a polynomial's origin is, and whether its slope is zero there. */
export interface Origin {
  readonly end: 'lo' | 'hi';
  readonly isFlat: boolean;
}

/**
 * The polynomial of a segment that takes given values at its ends: exactly at its origin, which is one of them,
 * and but for the rounding of its lowest coefficients at the other.
 *
 *     p(t) = pin + t^flatness · r(t),   r(t) = what the other pin says + (t − far) · q(t)
 *
 * where q is fitted as well as the degrees that are left allow, t^flatness · (t − far) times its error counting.
 */
export function fitPinned(
  problem: FitProblem,
  segment: RawInterval,
  pins: Pins,
  { end, isFlat }: Origin,
): FittedPolynomial {
  const { f, allowed, order, format } = problem;
  const unit = 2 ** -format.argumentFracBits;
  const ulp = 2 ** -format.fracBits[0];
  const origin = segment[end];
  const far = segment[end === 'lo' ? 'hi' : 'lo'];
  const [near, other] = end === 'lo' ? [pins.lo, pins.hi] : [pins.hi, pins.lo];
  const flatness = near === undefined ? 0 : isFlat ? 2 : 1;
  const held = other === undefined ? 0 : 1;
  // Through n points there is one polynomial of degree n − 1; a pin at hi is one more than there are arguments.
  const points = segment.hi - segment.lo + (pins.hi === undefined ? 0 : 1);
  const degree = Math.min(order, points - 1);
  if (degree < flatness) return { origin, coefficients: [...zeros(order), near ?? 0] };

  const constant = near === undefined ? 0 : near * ulp;
  const powerOf = (a: number): number => ((a - origin) * unit) ** flatness;
  const slope = other === undefined ? 0 : (other * ulp - constant) / powerOf(far);
  const factorOf = (a: number): number => (held === 0 ? 1 : (a - far) * unit);
  // At the pins themselves any polynomial would do; the nearest arguments say which.
  const away = (a: number): number => Math.min(Math.max(a, segment.lo + NEAREST), segment.hi - NEAREST);
  const rest: FitProblem = {
    ...problem,
    f: (a) => ((f(away(a)) - constant) / powerOf(away(a)) - slope) / factorOf(away(a)),
    allowed: (a) => allowed(a) / Math.abs(powerOf(away(a)) * factorOf(away(a))),
  };

  const center = (segment.lo + segment.hi - 1) / 2;
  const halfWidth = (segment.hi - 1 - segment.lo) / 2;
  const measure = problem.measure.on(center * unit, halfWidth * unit);
  const restDegree = degree - flatness - held;
  const fitted =
    restDegree < 0 ? Float64Array.of() : realPolynomial(rest, measure, center, halfWidth, restDegree);
  const powers = held === 0 ? fitted : heldPowers(fitted, slope, (center - far) * unit, halfWidth * unit);
  const absorbing = problem.polish === 'minimax' ? arcsineMeasure : measure;
  const offset = (center - origin) * unit;
  const scales = format.fracBits.slice(flatness);
  const integers = roundCoefficients(powers, absorbing, offset, halfWidth * unit, scales);
  const pinned = flatness === 0 ? [] : [...zeros(flatness - 1), near ?? 0];
  return {
    origin,
    coefficients: [...zeros(order + 1 - integers.length - pinned.length), ...integers, ...pinned],
  };
}

/** Part of an argument's unit by which a fit keeps from the ends. */
const NEAREST = 0.5;

/** slope + (offset + u · halfWidth) · q(u), as powers of u. */
function heldPowers(q: Float64Array, slope: number, offset: number, halfWidth: number): Float64Array {
  const powers = new Float64Array(q.length + 1);
  q.forEach((c, i) => {
    powers[i] += offset * c;
    powers[i + 1] += halfWidth * c;
  });
  powers[0] += slope;
  return powers;
}
