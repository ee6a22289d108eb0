import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orthonormalValues, uniformMeasure } from '../../src/fit/measure.js';
import { projector } from '../../src/fit/projection.js';
import { gaussQuadrature } from '../../src/fit/quadrature.js';

const ORDERS = [0, 1, 2, 3, 6, 12];
const at = (powers: ArrayLike<number>, u: number) =>
  Array.from(powers).reduceRight((value, c) => value * u + c, 0);

describe.each(ORDERS)('projection of order %d', (order) => {
  const { nodes, project } = projector(uniformMeasure, order);

  it('gives back a polynomial of that degree', () => {
    const coefficient = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(coefficient, { minLength: order + 1, maxLength: order + 1 }), (powers) => {
        const found = project(
          nodes.map((u) => at(powers, u)),
          order,
        );
        powers.forEach((c, k) => expect(found[k]).toBeCloseTo(c, 8));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves a residual that is orthogonal to every polynomial of that degree', () => {
    const { weights } = gaussQuadrature(uniformMeasure, nodes.length);
    for (const f of [Math.exp, (u: number) => Math.tanh(3 * u), (u: number) => 1 / (u + 1.5)]) {
      const found = project(nodes.map(f), order);
      const residual = nodes.map((u) => f(u) - at(found, u));
      for (let k = 0; k <= order; k++) {
        const inner = nodes.reduce(
          (sum, u, i) => sum + weights[i] * residual[i] * orthonormalValues(uniformMeasure, order, u)[k],
          0,
        );
        expect(inner).toBeCloseTo(0, 11);
      }
    }
  });

  it('projects on lower degrees as a projector of that degree does', () => {
    const values = nodes.map(Math.exp);
    for (let degree = 0; degree < order; degree++) {
      const found = project(values, degree);
      expect(found.length).toBe(degree + 1);
      const own = projector(uniformMeasure, degree);
      const other = own.project(own.nodes.map(Math.exp), degree);
      found.forEach((c, k) => expect(c).toBeCloseTo(other[k], 9));
    }
  });
});
