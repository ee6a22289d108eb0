import type { FunctionDefinition } from './definition.js';
import { log2Fixed } from './multiprecision.js';

export const log2: FunctionDefinition = {
  name: 'log2',
  formula: 'log2(x)',
  evaluate: Math.log2,
  exact: log2Fixed,
  domain: 'positive',
  undefinedOutput: 'min',
  monotone: 'increasing',
  symmetry: { kind: 'none' },
  reduction: { kind: 'normalise', step: 1, effect: 'add', perStep: 1 },
  limits: {},
  // The branch point is 0: on |z − c| ≤ c/2, |log2 z| ≤ |log2 c| + |log2(z/c)| ≤ |log2 c| + 1.3.
  analytic: (center: number) => ({ radius: center / 2, bound: Math.abs(Math.log2(center)) + 1.3 }),
  defaultRange: [1, 2],
};
