import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../src/function/catalogue.js';
import type { FunctionDefinition } from '../../src/function/definition.js';
import { dyadic } from '../../src/function/dyadic.js';
import { multiply, divide, exp, log, sqrt, type Complex } from './complex.js';

/** The formulas again, on complex numbers. */
const complex: Record<string, (z: Complex) => Complex> = {
  tanh: (z) => {
    const square = exp(multiply([2, 0], z));
    return divide([square[0] - 1, square[1]], [square[0] + 1, square[1]]);
  },
  sigmoid: (z) => {
    const decay = exp([-z[0], -z[1]]);
    return divide([1, 0], [1 + decay[0], decay[1]]);
  },
  rsqrt: (z) => divide([1, 0], sqrt(z)),
  exp,
  log2: (z) => multiply([Math.LOG2E, 0], log(z)),
};

const FRAC_BITS = 40;
/** Arguments of a function's domain, dense near zero. */
function argumentOf({ domain }: FunctionDefinition, most = 12): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.double({ min: -most, max: most, noNaN: true }))
    .map(([drop, x]) => {
      const raw = Math.trunc(x * 2 ** (FRAC_BITS - drop));
      return (domain === 'positive' ? Math.max(Math.abs(raw), 1) : raw) * 2 ** -FRAC_BITS;
    });
}

/** `exact` at a double of `argumentOf`, as a double. */
function exactly({ exact }: FunctionDefinition, x: number, bits = 80): number {
  return Number(exact(dyadic(BigInt(x * 2 ** FRAC_BITS), FRAC_BITS), bits)) / 2 ** bits;
}

const runs = { numRuns: 200 };

describe.each(FUNCTIONS)('$name', (definition) => {
  const { evaluate, symmetry, reduction, monotone, limits, domain } = definition;
  const argument = argumentOf(definition);

  it('is the same function in doubles, in multiple precision and on complex numbers', () => {
    fc.assert(
      fc.property(argument, (x) => {
        const value = exactly(definition, x);
        const margin = 1e-12 * Math.max(1, Math.abs(value));
        expect(Math.abs(evaluate(x) - value)).toBeLessThan(margin);
        expect(Math.abs(complex[definition.name]([x, 0])[0] - value)).toBeLessThan(margin * 100);
      }),
      runs,
    );
  });

  it('is bounded on its analytic disc as it says', () => {
    fc.assert(
      fc.property(argument, fc.integer({ min: 1, max: 16 }), (center, tighter) => {
        const { radius, bound } = definition.analytic(center);
        expect(radius).toBeGreaterThan(0);
        for (let i = 0; i < 64; i++) {
          const angle = (i * Math.PI) / 32;
          const r = i % 2 ? radius : radius / tighter;
          const value = complex[definition.name]([center + r * Math.cos(angle), r * Math.sin(angle)]);
          expect(Math.hypot(...value)).toBeLessThanOrEqual(bound * (1 + 1e-9));
        }
      }),
      runs,
    );
  });

  it('goes the way it says', () => {
    fc.assert(
      fc.property(argument, argument, (a, b) => {
        const [low, high] = [exactly(definition, Math.min(a, b)), exactly(definition, Math.max(a, b))];
        expect(monotone === 'increasing' ? low <= high : low >= high).toBe(true);
      }),
      runs,
    );
  });

  it('has the limits that it says', () => {
    if (limits.low !== undefined) expect(evaluate(-700)).toBeCloseTo(limits.low, 12);
    if (limits.high !== undefined) expect(evaluate(1e300)).toBeCloseTo(limits.high, 12);
    if (domain === 'positive') expect(() => exactly(definition, 0)).toThrow(RangeError);
  });

  it('has the symmetry that it says', () => {
    fc.assert(
      fc.property(argument, (x) => {
        const pair = () => [exactly(definition, x), exactly(definition, -x)];
        if (symmetry.kind === 'odd') expect(pair()[1]).toBe(0 - pair()[0]);
        if (symmetry.kind === 'even') expect(pair()[1]).toBe(pair()[0]);
        if (symmetry.kind === 'point') expect(pair()[0] + pair()[1]).toBeCloseTo(symmetry.sum, 14);
      }),
      runs,
    );
  });

  it('is reduced as it says', () => {
    fc.assert(
      fc.property(argument, (x) => {
        if (reduction.kind === 'normalise') {
          const { step, effect, perStep } = reduction;
          const k = Math.floor(Math.log2(x) / step);
          const m = x * 2 ** (-step * k);
          const restored = effect === 'scale' ? evaluate(m) * 2 ** (perStep * k) : evaluate(m) + perStep * k;
          expect(Math.abs(restored - evaluate(x))).toBeLessThan(1e-12 * Math.max(1, Math.abs(evaluate(x))));
        } else if (reduction.kind === 'split') {
          const k = Math.floor(x * reduction.multiplier);
          const r = x * reduction.multiplier - k;
          const restored = (definition.core ?? definition).evaluate(r) * 2 ** k;
          expect(restored / evaluate(x)).toBeCloseTo(1, 12);
        }
      }),
      runs,
    );
  });

  it('has a multiplier that is right in every bit', () => {
    if (reduction.kind !== 'split') return;
    for (const bits of [1, 10, 30, 52, 200]) {
      const coarse = reduction.multiplierFixed(bits) << 100n;
      const fine = reduction.multiplierFixed(bits + 100);
      expect(coarse <= fine && fine < coarse + (1n << 100n)).toBe(true);
    }
    expect(Number(reduction.multiplierFixed(80)) / 2 ** 80).toBe(reduction.multiplier);
  });
});
