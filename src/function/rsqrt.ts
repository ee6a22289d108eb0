import type { FunctionDefinition } from './definition.js';
import { rsqrtFixed } from './multiprecision.js';

export const rsqrt: FunctionDefinition = {
  name: 'rsqrt',
  formula: 'rsqrt(x) = 1 / √x',
  evaluate: (x: number) => 1 / Math.sqrt(x),
  exact: rsqrtFixed,
  domain: 'positive',
  // 1/√x grows without bound toward zero, so zero and below saturate.
  undefinedOutput: 'max',
  monotone: 'decreasing',
  symmetry: { kind: 'none' },
  reduction: { kind: 'normalise', step: 2, effect: 'scale', perStep: -1 },
  limits: { high: 0 },
  // The branch point is 0: on |z − c| ≤ c/2, |z| ≥ c/2.
  analytic: (center: number) => ({ radius: center / 2, bound: Math.SQRT2 / Math.sqrt(center) }),
  defaultRange: [1, 4],
};
