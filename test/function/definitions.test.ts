import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFunction, FUNCTIONS } from '../../src/function/catalogue.js';
import { dyadic, fromNumber } from '../../src/function/dyadic.js';
import { argumentOf, isInside, pointOf, taylorAt, toDouble, valueAt } from './samples.js';

const DERIVATIVES = FUNCTIONS.map(({ name }) => `d ${name}`).filter((name) => !isConstant(name));
const EXPRESSIONS = [
  '1/(x^2-2)',
  '3*sqrt(x)',
  'exp(2*x+1)',
  '3^x',
  'log(x, 3) + 2',
  'sin(2*pi*x)',
  'x^(3/4)',
  'abs(x)*x',
];

function isConstant(name: string): boolean {
  try {
    findFunction(name);
    return false;
  } catch {
    return true;
  }
}

const runs = { numRuns: 60 };
/** What multiple precision leaves open here, and doubles of values up to 2^20. */
const TOLERANCE = 1e-20;

describe.each([...FUNCTIONS.map(({ name }) => name), ...DERIVATIVES, ...EXPRESSIONS])('%s', (name) => {
  const definition = findFunction(name);
  const argument = argumentOf(definition);
  const { symmetry, reduction } = definition;

  it('is the same in doubles and in multiple precision', () => {
    fc.assert(
      fc.property(argument, (x) => {
        const value = valueAt(definition, x);
        // Near a pole, the rounding of doubles inside is amplified; near zero, sin x / x² cancels.
        if (Math.abs(value) > 1e6 || (name === 'd sinc' && Math.abs(x) < 2 ** -8)) return;
        expect(Math.abs(definition.evaluate(x) - value)).toBeLessThan(1e-12 * Math.max(1, value * value));
      }),
      runs,
    );
  });

  it('has more digits at more bits, and the same ones', () => {
    fc.assert(
      fc.property(argument, fc.integer({ min: 1, max: 150 }), (x, bits) => {
        const [coarse, fine] = [bits, bits + 100].map((n) => definition.exact(fromNumber(x), n));
        if (coarse === undefined || fine === undefined) expect.fail(`no value at ${x}`);
        const difference = fine - (coarse << 100n);
        expect(difference <= 1n << 100n && difference >= -(1n << 100n)).toBe(true);
      }),
      runs,
    );
  });

  it('is within its expansion on a block', () => {
    fc.assert(
      fc.property(
        argument,
        fc.integer({ min: 3, max: 20 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: -64, max: 64 }),
        (x, narrow, terms, at) => {
          const [center, halfWidth, bits] = [fromNumber(x), dyadic(1, narrow), 80];
          const expansion = definition.expand(center, halfWidth, terms, bits);
          if (!expansion) return;
          expect(expansion.length).toBe(terms + 1);
          const s = dyadic(at, 6);
          const { lo, hi } = taylorAt(expansion, s);
          const value = definition.exact(pointOf(center, halfWidth, s), bits);
          if (value === undefined) expect.fail(`no value within an expansion around ${x}`);
          expect(value >= lo - 1n && value <= hi + 1n).toBe(true);
        },
      ),
      runs,
    );
  });

  it('can be expanded nearly everywhere, with narrow coefficients', () => {
    let expanded = 0;
    for (let x = -10.3; x < 10; x += 0.7) {
      if (!isInside(definition.domain, x)) continue;
      const [far] = [...definition.breaks, ...definition.domain.flatMap(({ from, to }) => [from, to])]
        .map((end) => Math.abs(x - end))
        .toSorted((a, b) => a - b);
      if (far < 2 ** -10) continue;
      const expansion = definition.expand(fromNumber(x), dyadic(1, 20), 8, 60);
      expect(expansion, `${x}`).toBeDefined();
      for (const { lo, hi } of expansion!.slice(0, 8)) expect(hi - lo <= 4n, `${x}`).toBe(true);
      expanded++;
    }
    expect(expanded).toBeGreaterThanOrEqual(1);
  });

  it('has the symmetry that it says', () => {
    if (!symmetry) return;
    const { sign, sum, slope } = symmetry;
    fc.assert(
      fc.property(argument, (x) => {
        const bits = 90;
        const [here, there] = [x, -x].map((each) => definition.exact(fromNumber(each), bits));
        if (here === undefined || there === undefined) expect.fail(`no value at ±${x}`);
        const affine =
          BigInt(sum * 2 ** 40) * 2n ** 50n + BigInt(slope * 2 ** 10) * BigInt(x * 2 ** 40) * 2n ** 40n;
        const difference = there - BigInt(sign) * here - affine;
        expect(difference <= 2n && difference >= -2n).toBe(true);
      }),
      runs,
    );
  });

  it('is reduced as it says', () => {
    fc.assert(
      fc.property(argument, (x) => {
        const expected = valueAt(definition, x);
        if (Math.abs(expected) > 1e6) return;
        const near = (actual: number): void =>
          expect(Math.abs(actual - expected)).toBeLessThanOrEqual(
            1e-14 * Math.max(1, Math.abs(expected)) + TOLERANCE,
          );
        if (reduction.kind === 'none' || (reduction.kind === 'normalise' && x <= 0)) return;
        if (reduction.kind === 'normalise') {
          const k = Math.floor(Math.log2(x) / reduction.step);
          const reduced = valueAt(definition, x * 2 ** (-reduction.step * k), 140);
          near(
            reduction.effect === 'scale'
              ? reduced * 2 ** (reduction.perStep * k)
              : reduced + reduction.perStep * k,
          );
          return;
        }
        // x · multiplier with 80 fraction bits, its rest being exact enough for the core.
        const scaled = (BigInt(x * 2 ** 40) * reduction.multiplierFixed(120)) >> 80n;
        const [k, r] = [Number(scaled >> 80n), scaled & ((1n << 80n) - 1n)];
        const core = (raw: bigint): number => toDouble(reduction.core.exact(dyadic(raw, 80), 140)!, 140);
        if (reduction.kind === 'split') near(core(r) * 2 ** k + reduction.offset);
        else {
          const count = reduction.quadrants.length;
          const { mirror, negate } = reduction.quadrants[((k % count) + count) % count];
          near((negate ? -1 : 1) * core(mirror ? (1n << 80n) - r : r));
        }
      }),
      runs,
    );
  });

  it('has a multiplier that is right in every bit, and a core that is the same in doubles', () => {
    if (reduction.kind !== 'split' && reduction.kind !== 'periodic') return;
    for (const bits of [1, 10, 30, 52, 200]) {
      const coarse = reduction.multiplierFixed(bits) << 100n;
      const fine = reduction.multiplierFixed(bits + 100);
      expect(coarse <= fine && fine < coarse + (1n << 100n)).toBe(true);
    }
    expect(toDouble(reduction.multiplierFixed(80), 80)).toBeCloseTo(reduction.multiplier, 14);
    for (const r of [0, 0.125, 0.5, 0.875]) {
      const exact = toDouble(reduction.core.exact(fromNumber(r), 90)!, 90);
      expect(Math.abs(reduction.core.evaluate(r) - exact)).toBeLessThan(1e-14 * Math.max(1, exact));
    }
  });
});

describe('what is known about functions', () => {
  const known = (name: string) => {
    const { symmetry, reduction } = findFunction(name);
    const fold = symmetry ? [symmetry.sign, symmetry.sum, symmetry.slope] : [];
    return [
      fold,
      reduction.kind,
      'effect' in reduction ? [reduction.effect, reduction.step, reduction.perStep] : [],
    ];
  };

  it.each([
    ['tanh', [-1, 0, 0], 'none', []],
    ['sigmoid', [-1, 1, 0], 'none', []],
    ['cosh', [1, 0, 0], 'none', []],
    ['silu', [1, 0, -1], 'none', []],
    ['softplus', [1, 0, -1], 'none', []],
    ['gelu', [1, 0, -1], 'none', []],
    ['gelu-tanh', [1, 0, -1], 'none', []],
    ['relu', [1, 0, -1], 'none', []],
    ['hard-sigmoid', [-1, 1, 0], 'none', []],
    ['hard-swish', [1, 0, -1], 'none', []],
    ['normal-cdf', [-1, 1, 0], 'none', []],
    ['softsign', [-1, 0, 0], 'none', []],
    ['mish', [], 'none', []],
    ['elu', [], 'none', []],
    // 1.01 is not a double: what is not exact is not stated.
    ['leaky-relu', [], 'none', []],
    ['d sigmoid', [1, 0, 0], 'none', []],
    ['d silu', [-1, 1, 0], 'none', []],
    ['d gelu', [-1, 1, 0], 'none', []],
    ['1/(1+exp(-x))', [-1, 1, 0], 'none', []],
    ['(exp(x)-exp(-x))/(exp(x)+exp(-x))', [-1, 0, 0], 'none', []],
    ['x/(1+exp(-2*x)) + 3', [1, 0, -1], 'none', []],
    ['exp(x)/(exp(x)+1)^2', [1, 0, 0], 'none', []],
    ['exp(x)/(exp(x)+2)^2', [], 'none', []],
    ['log(1+exp(2*x))', [1, 0, -2], 'none', []],
    ['rsqrt', [], 'normalise', ['scale', 2, -1]],
    ['sqrt', [], 'normalise', ['scale', 2, 1]],
    ['reciprocal', [-1, 0, 0], 'normalise', ['scale', 1, -1]],
    ['cbrt', [-1, 0, 0], 'normalise', ['scale', 3, 1]],
    ['x^(3/4)', [], 'normalise', ['scale', 4, 3]],
    ['x^(-5/12)', [], 'normalise', ['scale', 12, -5]],
    ['x^(1/13)', [], 'none', []],
    ['sqrt(2*x)/pi', [], 'normalise', ['scale', 2, 1]],
    ['sqrt(x+1)', [], 'none', []],
    ['sqrt(x) + x', [], 'none', []],
    ['log2', [], 'normalise', ['add', 1, 1]],
    ['log', [], 'normalise', ['add', 1, Math.LN2]],
    ['3*log(x^2)/log(2)', [1, 0, 0], 'normalise', ['add', 1, 6]],
    ['log(x) + x', [], 'none', []],
    ['exp', [], 'split', []],
    ['expm1', [], 'split', []],
    ['2*exp(3*x+1) - 4', [], 'split', []],
    ['2*exp(x) - 1/3', [], 'none', []],
    ['exp(x)^2/3^x', [], 'split', []],
    ['exp(x^2)', [1, 0, 0], 'none', []],
    ['sin', [-1, 0, 0], 'periodic', []],
    ['cos', [1, 0, 0], 'periodic', []],
    ['3*tan(x/2)', [-1, 0, 0], 'periodic', []],
    ['sin(x) + 1', [-1, 2, 0], 'none', []],
    ['sin(x+1)', [], 'none', []],
  ] as const)('%s', (name, symmetry, kind, effect) => {
    expect(known(name)).toEqual([symmetry, kind, effect]);
  });

  it('exp is split by 1/ln 2 with the core 2^r, and expm1 has an offset', () => {
    const exp = findFunction('exp');
    expect(exp.reduction).toMatchObject({ kind: 'split', multiplier: Math.LOG2E, offset: 0 });
    expect(exp.defaultRange).toEqual([0, Math.LN2]);
    expect(exp.reduction.kind === 'split' && exp.reduction.core.formula).toBe('2^r, r in [0, 1)');
    expect(findFunction('expm1').reduction).toMatchObject({ offset: -1 });
    expect(findFunction('2*exp(3*x+1) - 4').reduction).toMatchObject({ offset: -4 });
  });
});
