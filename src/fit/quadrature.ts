import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Measure } from './measure.js';

/** Σ weights[i] · g(nodes[i]) is the exact integral of g under the measure for degree < 2 · nodes.length. */
export interface Quadrature {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Gauss quadrature from the Jacobi matrix of a measure: its eigenvalues are the nodes, the squared first
 * components of its eigenvectors the weights (G. Golub and J. Welsch, Math. Comp. 23, 1969).
 */
export function gaussQuadrature(measure: Measure, count: number): Quadrature {
  const jacobi = Matrix.zeros(count, count);
  for (let k = 0; k < count; k++) {
    jacobi.set(k, k, measure.a(k));
    if (k === 0) continue;
    const coupling = Math.sqrt(measure.b(k));
    jacobi.set(k, k - 1, coupling);
    jacobi.set(k - 1, k, coupling);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(jacobi, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, i) => i).toSorted((i, j) => realEigenvalues[i] - realEigenvalues[j]);
  return {
    nodes: order.map((i) => realEigenvalues[i]),
    weights: order.map((i) => eigenvectorMatrix.get(0, i) ** 2),
  };
}
