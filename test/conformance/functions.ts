import { ln2Fixed } from '../../src/function/multiprecision.js';
import type { FixedConstant, ReducibleFunction } from '../../src/plan/reducible.js';

/** π · 2^bits, floored, by Machin's formula: π/4 = 4 atan(1/5) − atan(1/239). */
function piFixed(bits: number): bigint {
  const one = 1n << BigInt(bits + 32);
  const atanOf = (n: bigint): bigint => {
    let sum = 0n;
    for (let power = one / n, k = 1n; power !== 0n; power /= -n * n, k += 2n) sum += power / k;
    return sum;
  };
  return (4n * (4n * atanOf(5n) - atanOf(239n))) >> 32n;
}

/** n / π · 2^bits, rounded. */
const overPi =
  (n: bigint): FixedConstant =>
  (bits) =>
    ((n << BigInt(2 * bits + 40)) / piFixed(bits + 39) + 1n) >> 1n;

const everywhere = [{ from: -Infinity, to: Infinity, fromIncluded: false, toIncluded: false }];
const smooth = { domain: everywhere, outside: () => NaN, breaks: [], reduction: { kind: 'none' } } as const;
const odd = { sign: -1, sum: 0, slope: 0 } as const;

const quadrant = (mirror: boolean, negate: boolean) => ({ mirror, negate });

/** Functions that between them reduce, fold and end in every way. */
export const FUNCTIONS = {
  sin: {
    ...smooth,
    name: 'sin',
    evaluate: Math.sin,
    symmetry: odd,
    reduction: {
      kind: 'periodic',
      multiplier: 2 / Math.PI,
      multiplierFixed: overPi(2n),
      quadrants: [quadrant(false, false), quadrant(true, false), quadrant(false, true), quadrant(true, true)],
      core: { evaluate: (r: number) => Math.sin((r * Math.PI) / 2) },
    },
  },
  cos: {
    ...smooth,
    name: 'cos',
    evaluate: Math.cos,
    symmetry: { sign: 1, sum: 0, slope: 0 },
    reduction: {
      kind: 'periodic',
      multiplier: 2 / Math.PI,
      multiplierFixed: overPi(2n),
      quadrants: [quadrant(true, false), quadrant(false, true), quadrant(true, true), quadrant(false, false)],
      core: { evaluate: (r: number) => Math.sin((r * Math.PI) / 2) },
    },
  },
  /** Without a fold: the counts are negative, too. */
  'sin, whole': {
    ...smooth,
    name: 'sin',
    evaluate: Math.sin,
    reduction: {
      kind: 'periodic',
      multiplier: 1 / Math.PI,
      multiplierFixed: overPi(1n),
      quadrants: [quadrant(false, false), quadrant(false, true)],
      core: { evaluate: (r: number) => Math.sin(r * Math.PI) },
    },
  },
  reciprocal: {
    ...smooth,
    name: 'reciprocal',
    evaluate: (x: number) => 1 / x,
    symmetry: odd,
    domain: [
      { from: -Infinity, to: 0, fromIncluded: false, toIncluded: false },
      { from: 0, to: Infinity, fromIncluded: false, toIncluded: false },
    ],
    outside: () => Infinity,
    reduction: { kind: 'normalise', effect: 'scale', step: 1, perStep: -1 },
  },
  cbrt: {
    ...smooth,
    name: 'cbrt',
    evaluate: Math.cbrt,
    symmetry: odd,
    reduction: { kind: 'normalise', effect: 'scale', step: 3, perStep: 1 },
  },
  ln: {
    ...smooth,
    name: 'ln',
    evaluate: Math.log,
    domain: [{ from: 0, to: Infinity, fromIncluded: false, toIncluded: false }],
    outside: () => -Infinity,
    reduction: {
      kind: 'normalise',
      effect: 'add',
      step: 1,
      perStep: Math.LN2,
      perStepFixed: (bits: number) => (ln2Fixed(bits + 1) + 1n) >> 1n,
    },
  },
  expm1: {
    ...smooth,
    name: 'expm1',
    evaluate: Math.expm1,
    reduction: {
      kind: 'split',
      multiplier: Math.LOG2E,
      multiplierFixed: (bits: number) => (1n << BigInt(2 * bits + 40)) / ln2Fixed(bits + 40),
      offset: -1,
      core: { evaluate: (r: number) => 2 ** r },
    },
  },
  silu: {
    ...smooth,
    name: 'silu',
    evaluate: (x: number) => x / (1 + Math.exp(-x)),
    symmetry: { sign: 1, sum: 0, slope: -1 },
  },
  sigmoid: {
    ...smooth,
    name: 'sigmoid',
    evaluate: (x: number) => 1 / (1 + Math.exp(-x)),
    symmetry: { sign: -1, sum: 1, slope: 0 },
  },
  softplus: {
    ...smooth,
    name: 'softplus',
    evaluate: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  },
  asin: {
    ...smooth,
    name: 'asin',
    evaluate: Math.asin,
    symmetry: odd,
    domain: [{ from: -1, to: 1, fromIncluded: true, toIncluded: true }],
    outside: (x: number) => (Math.PI / 2) * Math.sign(x),
  },
  'hard-sigmoid': {
    ...smooth,
    name: 'hard-sigmoid',
    evaluate: (x: number) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
    breaks: [-3, 3],
  },
} as const satisfies Readonly<Record<string, ReducibleFunction>>;

export type FunctionName = keyof typeof FUNCTIONS;
