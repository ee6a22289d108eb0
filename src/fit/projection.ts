import { Matrix, solve } from 'ml-matrix';
import { monicPowers, orthonormalValues, type Measure } from './measure.js';
import { gaussQuadrature } from './quadrature.js';

/**
 * Least-squares projection on the polynomials of each degree up to an order: values at the quadrature
 * nodes in, coefficients of powers of u in [−1, 1] out (lowest degree first).
 */
export interface Projector {
  readonly order: number;
  readonly nodes: readonly number[];
  readonly project: (values: ArrayLike<number>, degree: number) => Float64Array;
}

/** Nodes beyond the order + 1 that the projection needs, to see what the polynomial can't follow. */
const EXTRA_NODES = 12;

const projectors = new WeakMap<Measure, Map<number, Projector>>();

/** One projector per measure and order; it depends on nothing else, so it is made once. */
export function projector(measure: Measure, order: number): Projector {
  const ofMeasure = projectors.get(measure) ?? new Map<number, Projector>();
  projectors.set(measure, ofMeasure);
  const found = ofMeasure.get(order) ?? makeProjector(measure, order);
  ofMeasure.set(order, found);
  return found;
}

function makeProjector(measure: Measure, order: number): Projector {
  const { nodes, weights } = gaussQuadrature(measure, order + 1 + EXTRA_NODES);
  const operators = Array.from({ length: order + 1 }, (_, degree) => {
    const basis = new Matrix(nodes.map((u) => orthonormalValues(measure, degree, u)));
    const roots = Matrix.diag(weights.map(Math.sqrt));
    // argmin ‖√W (B c − v)‖ for every v at once: the columns of the pseudo-inverse.
    const toBasis = solve(roots.mmul(basis), roots);
    return basisToPowers(measure, degree).mmul(toBasis).to2DArray();
  });
  const project = (values: ArrayLike<number>, degree: number) =>
    Float64Array.from(operators[degree], (row) => {
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i] * values[i];
      return sum;
    });
  return { order, nodes, project };
}

/** Column k holds the coefficients of the orthonormal polynomial p(k) in powers of u. */
function basisToPowers(measure: Measure, degree: number): Matrix {
  const powers = Matrix.zeros(degree + 1, degree + 1);
  let norm = 1;
  for (let k = 0; k <= degree; k++) {
    if (k > 0) norm *= Math.sqrt(measure.b(k));
    monicPowers(measure, k).forEach((coefficient, i) => powers.set(i, k, coefficient / norm));
  }
  return powers;
}
