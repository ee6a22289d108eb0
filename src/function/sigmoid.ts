import type { FunctionDefinition } from './definition.js';
import { sigmoidFixed } from './multiprecision.js';

export const sigmoid: FunctionDefinition = {
  name: 'sigmoid',
  formula: 'sigmoid(x) = 1 / (1 + e^-x)',
  evaluate: (x: number) => 1 / (1 + Math.exp(-x)),
  exact: sigmoidFixed,
  domain: 'real',
  monotone: 'increasing',
  symmetry: { kind: 'point', sum: 1 },
  reduction: { kind: 'none' },
  limits: { low: 0, high: 1 },
  // The nearest poles are ±iπ; on |Im z| ≤ 3/2 the real part of 1 + e^-z is at least 1.
  analytic: () => ({ radius: 1.5, bound: 1 }),
};
