import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundPolynomial } from '../../../src/verify/enclosure/polynomial-bounds.js';

const NOTHING = { lo: Infinity, hi: -Infinity };
const TOLERANCE = 2 ** -12;

const valueAt = (a: readonly number[], u: number): number => a.reduceRight((sum, c) => sum * u + c, 0);

describe('the bounds of a polynomial on [−1, 1]', () => {
  it('hold at every sample, and are attained but for the tolerance', () => {
    const coefficient = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.array(coefficient, { minLength: 1, maxLength: 14 }), (a) => {
        const { span } = boundPolynomial(Float64Array.from(a), NOTHING, TOLERANCE);
        const samples = Array.from({ length: 4001 }, (_, i) => valueAt(a, i / 2000 - 1));
        const [least, most] = [Math.min(...samples), Math.max(...samples)];
        expect(span.lo).toBeLessThanOrEqual(least);
        expect(span.hi).toBeGreaterThanOrEqual(most);
        // Between samples the polynomial moves by less than this.
        const slope = a.reduce((sum, c, k) => sum + k * Math.abs(c), 0) / 4000;
        expect(span.lo).toBeGreaterThanOrEqual(least - slope - 2 * TOLERANCE);
        expect(span.hi).toBeLessThanOrEqual(most + slope + 2 * TOLERANCE);
      }),
      { numRuns: 200, examples: [[[0, 0, 5e-323]]] },
    );
  });

  it.each([5, 9, 13])('of the Chebyshev polynomial of degree %i are its ±1', (degree) => {
    let [before, chebyshev] = [[1], [0, 1]];
    for (let k = 2; k <= degree; k++) {
      const next = [0, ...chebyshev.map((c) => 2 * c)].map((c, i) => c - (before[i] ?? 0));
      [before, chebyshev] = [chebyshev, next];
    }
    const { span } = boundPolynomial(Float64Array.from(chebyshev), NOTHING, TOLERANCE);
    expect(span.hi).toBeGreaterThanOrEqual(1);
    expect(span.hi).toBeLessThan(1 + 2 * TOLERANCE);
    expect(span.lo).toBeLessThanOrEqual(-1);
    expect(span.lo).toBeGreaterThan(-1 - 2 * TOLERANCE);
  });

  it('of what doubles cannot hold are infinite', () => {
    const { span } = boundPolynomial(Float64Array.of(1, Infinity), NOTHING, TOLERANCE);
    expect(span).toEqual({ lo: -Infinity, hi: Infinity });
  });
});
