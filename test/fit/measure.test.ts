import { describe, expect, it } from 'vitest';
import { orthonormalValues, uniformMeasure } from '../../src/fit/measure.js';
import { gaussQuadrature } from '../../src/fit/quadrature.js';

const ORDER = 12;

describe('the uniform measure', () => {
  it('has polynomials that are orthonormal under its own quadrature', () => {
    const { nodes, weights } = gaussQuadrature(uniformMeasure, ORDER + 1);
    const values = nodes.map((u) => orthonormalValues(uniformMeasure, ORDER, u));
    for (let i = 0; i <= ORDER; i++) {
      for (let j = 0; j <= ORDER; j++) {
        const inner = values.reduce((sum, p, n) => sum + weights[n] * p[i] * p[j], 0);
        expect(inner).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
  });

  it.each([
    [1, (u: number) => u],
    [2, (u: number) => (3 * u ** 2 - 1) / 2],
    [3, (u: number) => (5 * u ** 3 - 3 * u) / 2],
    [5, (u: number) => (63 * u ** 5 - 70 * u ** 3 + 15 * u) / 8],
  ])('has Legendre’s polynomial of degree %d, made a unit long', (degree, legendre) => {
    for (const u of [-1, -0.7, 0, 0.3, 1]) {
      const value = orthonormalValues(uniformMeasure, degree, u)[degree];
      expect(value).toBeCloseTo(legendre(u) * Math.sqrt(2 * degree + 1), 12);
    }
  });
});
