import type { FunctionDefinition } from './definition.js';
import { tanhFixed } from './multiprecision.js';

export const tanh: FunctionDefinition = {
  name: 'tanh',
  formula: 'tanh(x) = (e^x − e^-x) / (e^x + e^-x)',
  evaluate: Math.tanh,
  exact: tanhFixed,
  domain: 'real',
  monotone: 'increasing',
  symmetry: { kind: 'odd' },
  reduction: { kind: 'none' },
  limits: { low: -1, high: 1 },
  // The nearest poles are ±iπ/2; on |Im z| ≤ 1, |tanh z| ≤ tan 1 < 1.5575.
  analytic: () => ({ radius: 1, bound: 1.5575 }),
};
