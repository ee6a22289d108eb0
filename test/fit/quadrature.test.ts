import { describe, expect, it } from 'vitest';
import { uniformMeasure } from '../../src/fit/measure.js';
import { gaussQuadrature } from '../../src/fit/quadrature.js';

describe('Gauss quadrature', () => {
  it.each([1, 2, 3, 5, 12, 25])('with %d nodes is exact up to its degree, and no further', (count) => {
    const { nodes, weights } = gaussQuadrature(uniformMeasure, count);
    const integral = (power: number) => nodes.reduce((sum, u, i) => sum + weights[i] * u ** power, 0);
    for (let power = 0; power < 2 * count; power++) {
      expect(integral(power)).toBeCloseTo(power % 2 ? 0 : 1 / (power + 1), 13);
    }
    if (count <= 5) expect(Math.abs(integral(2 * count) - 1 / (2 * count + 1))).toBeGreaterThan(1e-6);
  });

  it('has ascending nodes inside the interval, mirrored, and positive weights', () => {
    for (let count = 1; count <= 25; count++) {
      const { nodes, weights } = gaussQuadrature(uniformMeasure, count);
      expect(nodes).toEqual(nodes.toSorted((a, b) => a - b));
      nodes.forEach((u, i) => {
        expect(Math.abs(u)).toBeLessThan(1);
        expect(u + nodes[count - 1 - i]).toBeCloseTo(0, 13);
        expect(weights[i]).toBeGreaterThan(0);
      });
    }
  });

  it('has the nodes and weights of the tables', () => {
    const { nodes, weights } = gaussQuadrature(uniformMeasure, 3);
    [-Math.sqrt(0.6), 0, Math.sqrt(0.6)].forEach((u, i) => expect(nodes[i]).toBeCloseTo(u, 14));
    [5 / 18, 8 / 18, 5 / 18].forEach((w, i) => expect(weights[i]).toBeCloseTo(w, 14));
  });
});
