/**
 * The probability measure on [−1, 1] under which the polynomials of the chaos expansion are orthogonal,
 * as the recurrence of its orthonormal polynomials:
 *
 *   √b(k+1) · p(k+1)(u) = (u − a(k)) · p(k)(u) − √b(k) · p(k−1)(u),   p(0) = 1
 *
 * (W. Gautschi, Orthogonal Polynomials: Computation and Approximation, 2004, §1.3.)
 */
export interface Measure {
  readonly name: string;
  readonly a: (k: number) => number;
  readonly b: (k: number) => number;
}

/** Legendre polynomials: every input of the segment weighs the same. */
export const uniformMeasure: Measure = Object.freeze({
  name: 'uniform',
  a: () => 0,
  b: (k: number) => (k * k) / (4 * k * k - 1),
});

/** Values p(0)(u) … p(degree)(u) of the orthonormal polynomials. */
export function orthonormalValues(measure: Measure, degree: number, u: number): number[] {
  const values = [1];
  for (let k = 0; k < degree; k++) {
    const previous = k === 0 ? 0 : Math.sqrt(measure.b(k)) * values[k - 1];
    values.push(((u - measure.a(k)) * values[k] - previous) / Math.sqrt(measure.b(k + 1)));
  }
  return values;
}
