import type { Measure } from './measure.js';
import { projector } from './projection.js';

/** Inputs a = lo … hi − 1 of one segment; a polynomial there is in t = a − origin. */
export interface RawInterval {
  readonly lo: number;
  readonly hi: number;
}

/** What an integer polynomial's coefficients mean: coefficient k is a multiple of 2^-fracBits[k]. */
export interface CoefficientFormat {
  /** Fraction bits of the argument t. */
  readonly argumentFracBits: number;
  /** Fraction bits of the coefficient of each degree, lowest degree first. */
  readonly fracBits: readonly number[];
}

export interface FittedPolynomial {
  readonly origin: number;
  /** Integers, highest degree first. */
  readonly coefficients: readonly number[];
}

/**
 * Projects f on the polynomials of an order over one segment and rounds the coefficients to integers,
 * from the highest degree down; after each rounding the lower degrees are projected anew, so that they
 * absorb what the rounding changed.
 *
 * @param f the function on raw arguments, in values
 */
export function fitPolynomial(
  f: (a: number) => number,
  segment: RawInterval,
  order: number,
  measure: Measure,
  format: CoefficientFormat,
): FittedPolynomial {
  const origin = Math.floor((segment.lo + segment.hi) / 2);
  const center = (segment.lo + segment.hi - 1) / 2;
  const halfWidth = (segment.hi - 1 - segment.lo) / 2;
  const degree = Math.min(order, segment.hi - segment.lo - 1);
  const { nodes, project } = projector(measure, degree);
  const residual = Float64Array.from(nodes, (u) => f(center + u * halfWidth));
  const coefficients: number[] = Array.from({ length: order - degree }, () => 0);

  for (let k = degree; k >= 0; k--) {
    const leading = project(residual, k)[k];
    // t = u · halfWidth + (center − origin), so the leading coefficient in t is that in u / halfWidth^k.
    const unit = (halfWidth * 2 ** -format.argumentFracBits) ** k;
    const integer = Math.round((leading / unit) * 2 ** format.fracBits[k]) + 0;
    coefficients.push(integer);
    const value = integer * 2 ** -format.fracBits[k];
    for (let i = 0; i < residual.length; i++) {
      const t = (center + nodes[i] * halfWidth - origin) * 2 ** -format.argumentFracBits;
      residual[i] -= value * t ** k;
    }
  }
  return { origin, coefficients };
}
