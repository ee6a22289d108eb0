import { describe, expect, it } from 'vitest';
import {
  arcsineMeasure,
  betaMeasure,
  dataMeasure,
  monicPowers,
  orthonormalValues,
  uniformMeasure,
  type Measure,
} from '../../src/fit/measure.js';
import { gaussQuadrature } from '../../src/fit/quadrature.js';

const ORDER = 12;
/** Most inputs near 0.2, some below zero. */
const histogram = {
  values: Array.from({ length: 201 }, (_, i) => -1 + i / 100),
  counts: Array.from({ length: 201 }, (_, i) => Math.round(1000 * Math.exp(-(((i - 120) / 20) ** 2)) + 3)),
};

const MEASURES: readonly Measure[] = [
  uniformMeasure,
  arcsineMeasure,
  betaMeasure(2, 2),
  betaMeasure(0.5, 3),
  betaMeasure(4, 1),
  dataMeasure(histogram).on(0, 1),
];

describe.each(MEASURES)('the measure $name', (measure) => {
  it('has polynomials that are orthonormal under its own quadrature', () => {
    const { nodes, weights } = gaussQuadrature(measure, ORDER + 1);
    const values = nodes.map((u) => orthonormalValues(measure, ORDER, u));
    expect(nodes.every((u) => Math.abs(u) < 1)).toBe(true);
    for (let i = 0; i <= ORDER; i++) {
      for (let j = 0; j <= ORDER; j++) {
        const inner = values.reduce((sum, p, n) => sum + weights[n] * p[i] * p[j], 0);
        expect(inner).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
  });

  it('has the same polynomials as powers, up to their length', () => {
    for (let degree = 0; degree <= 6; degree++) {
      const powers = monicPowers(measure, degree);
      const monic = (u: number) => powers.reduceRight((sum, c) => sum * u + c, 0);
      expect(powers[degree]).toBe(1);
      const ratios = [-0.9, 0.137, 0.81].map((u) => orthonormalValues(measure, degree, u)[degree] / monic(u));
      expect(ratios[1] / ratios[0]).toBeCloseTo(1, 8);
      expect(ratios[2] / ratios[0]).toBeCloseTo(1, 8);
    }
  });
});

/** ∫ g dμ by Gauss quadrature. */
function mean(measure: Measure, g: (u: number) => number): number {
  const { nodes, weights } = gaussQuadrature(measure, 20);
  return nodes.reduce((sum, u, i) => sum + weights[i] * g(u), 0);
}

describe('the moments', () => {
  it.each([
    // Of the beta distribution on [−1, 1]: mean (a − b)/(a + b), variance 4ab/((a + b)²(a + b + 1)).
    [1, 1],
    [0.5, 0.5],
    [2, 5],
    [3, 0.7],
  ])('of beta(%d,%d) are those of the distribution', (a, b) => {
    const measure = betaMeasure(a, b);
    const center = (a - b) / (a + b);
    expect(mean(measure, (u) => u)).toBeCloseTo(center, 12);
    expect(mean(measure, (u) => (u - center) ** 2)).toBeCloseTo(
      (4 * a * b) / ((a + b) ** 2 * (a + b + 1)),
      12,
    );
  });

  it('of a histogram are nearly those of its inputs on the segment', () => {
    const measure = dataMeasure(histogram).on(0.5, 0.5);
    const inside = histogram.values.map((value, i) => (value >= 0 ? histogram.counts[i] : 0));
    const total = inside.reduce((sum, count) => sum + count, 0);
    const expected = inside.reduce(
      (sum, count, i) => sum + (count / total) * (histogram.values[i] * 2 - 1),
      0,
    );
    expect(Math.abs(mean(measure, (u) => u) - expected)).toBeLessThan(0.02);
    expect(Math.abs(mean(measure, (u) => u))).toBeGreaterThan(0.3);
  });

  it('of a segment that no input fell into are those of the uniform measure', () => {
    const measure = dataMeasure(histogram).on(50, 1);
    expect(mean(measure, (u) => u)).toBeCloseTo(0, 12);
    expect(mean(measure, (u) => u * u)).toBeCloseTo(1 / 3, 3);
  });
});

describe('the uniform measure', () => {
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

describe('the arcsine measure', () => {
  it('has Chebyshev’s polynomials', () => {
    for (const degree of [1, 2, 5, 9]) {
      const powers = monicPowers(arcsineMeasure, degree);
      for (const angle of [0, 0.4, 1.3, 3]) {
        const value = powers.reduceRight((sum, c) => sum * Math.cos(angle) + c, 0);
        expect(value * 2 ** (degree - 1)).toBeCloseTo(Math.cos(degree * angle), 12);
      }
    }
  });
});
