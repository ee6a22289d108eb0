import type { FunctionDefinition } from './definition.js';
import { expFixed, ln2Fixed } from './multiprecision.js';

/** Bits beyond those asked for, so that the reciprocal of ln 2 is right in every bit that is kept. */
const GUARD = 32;

export const exp: FunctionDefinition = {
  name: 'exp',
  formula: 'exp(x) = e^x',
  evaluate: Math.exp,
  exact: expFixed,
  domain: 'real',
  monotone: 'increasing',
  symmetry: { kind: 'none' },
  reduction: {
    kind: 'split',
    multiplier: Math.LOG2E,
    multiplierFixed: (bits: number) =>
      ((1n << BigInt(2 * (bits + GUARD))) / ln2Fixed(bits + GUARD)) >> BigInt(GUARD),
  },
  limits: { low: 0 },
  // Entire; on |z − c| ≤ 1, |e^z| ≤ e^(c+1).
  analytic: (center: number) => ({ radius: 1, bound: Math.exp(center + 1) * 1.000001 }),
  core: { formula: '2^r, r in [0, 1)', evaluate: (r: number) => 2 ** r },
  defaultRange: [0, Math.LN2],
};
