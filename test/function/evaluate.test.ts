import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/function/compile.js';
import { differentiate } from '../../src/function/differentiate.js';
import { dyadic, fromNumber } from '../../src/function/dyadic.js';
import { evaluateSeries, exactValue, expandOn } from '../../src/function/evaluate.js';
import * as f from '../../src/function/expression.js';
import { parseExpression } from '../../src/function/parse.js';
import { isFailure } from '../../src/function/series.js';
import { expressions, places } from './random-expression.js';
import { pointOf, taylorAt, toDouble } from './samples.js';

const BITS = 128;
const runs = { numRuns: 1500 };
/** The same expression with a number in place of π that is 10^-12 off. */
function withRoughPi<T>(part: T): T {
  if (typeof part !== 'object' || part === null) return part;
  if ((part as { kind?: unknown }).kind === 'pi') return ROUGH_PI as T;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, withRoughPi(value)])) as T;
}
const ROUGH_PI: f.Expression = {
  kind: 'rational',
  value: { numerator: 3141592653591n, denominator: 10n ** 12n },
};

/** Values from 2^1024 on are only known to be that large. */
const isBeyond = (value: bigint): boolean => value >= 1n << 1024n || value <= -(1n << 1024n);
const at = (x: number): bigint => BigInt(x * 2 ** 60) << BigInt(BITS - 60);

describe('any expression', () => {
  it('has the same value in doubles, or none', () => {
    let compared = 0;
    fc.assert(
      fc.property(expressions, places, (expression, x) => {
        const exact = exactValue(expression, fromNumber(x), 80);
        const value = compileExpression(expression)(x);
        if (exact === undefined) {
          // Doubles may overflow to a value where there is none that can be told, or be on a pole.
          return;
        }
        // Where doubles lose everything (e^e^x, sin of it, roots next to zero, tan of π), neighbours show it.
        const around = [
          ...[x - 1e-9, x + 1e-9].map(compileExpression(expression)),
          compileExpression(withRoughPi(expression))(x),
        ];
        const spread = Math.max(...around.map((y) => Math.abs(y - value)));
        if (!(spread < 1e-6 * Math.max(1, Math.abs(value)))) return;
        compared++;
        const reference = toDouble(exact, 80);
        expect(Math.abs(value - reference)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(reference)));
      }),
      runs,
    );
    expect(compared).toBeGreaterThan(runs.numRuns / 4);
  });

  it('has a range over an interval that contains its value at each point', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        expressions,
        places,
        places,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (expression, a, b, part) => {
          const [lo, hi] = a < b ? [a, b] : [b, a];
          const range = evaluateSeries(expression, [{ lo: at(lo), hi: at(hi) }], {
            bits: BITS,
            terms: 1,
            lenient: false,
          });
          const x = Math.min(hi, lo + Math.floor(part * (hi - lo) * 2 ** 20) * 2 ** -20);
          const value = exactValue(expression, fromNumber(x), BITS);
          if (range === 'undefined') expect(value).toBeUndefined();
          if (isFailure(range)) return;
          if (value === undefined) {
            // A value that cannot be told, as where a condition is 0 but not found to be, has a range all the same.
            const point = { bits: BITS, terms: 1, lenient: true };
            const outcome = evaluateSeries(expression, [{ lo: at(x), hi: at(x) }], point);
            expect(outcome, `a range where there is no value at ${x}`).not.toBe('undefined');
            return;
          }
          if (isBeyond(value)) return;
          compared++;
          expect(value >= range[0].lo - 1n && value <= range[0].hi + 1n).toBe(true);
        },
      ),
      runs,
    );
    expect(compared).toBeGreaterThan(runs.numRuns / 4);
  });

  it('is within its expansion everywhere on the block', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        expressions,
        places,
        fc.integer({ min: 2, max: 14 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: -16, max: 16 }),
        (expression, x, narrow, terms, part) => {
          const [center, halfWidth, s] = [fromNumber(x), dyadic(1, narrow), dyadic(part, 4)];
          const expansion = expandOn(expression, center, halfWidth, terms, 80);
          if (!expansion) return;
          compared++;
          const value = exactValue(expression, pointOf(center, halfWidth, s), 80);
          if (value === undefined) expect.fail('an expansion where there is no value');
          if (isBeyond(value)) return;
          const { lo, hi } = taylorAt(expansion, s);
          expect(value >= lo - 1n && value <= hi + 1n).toBe(true);
        },
      ),
      runs,
    );
    expect(compared).toBeGreaterThan(runs.numRuns / 4);
  });

  it.each(['min(x^2, -x^2)', 'max(x^2, -x^2)', 'max(x^3 - x^2, x^2 + x^3)'])(
    'holds beside a place where two branches touch, if there is one: %s',
    (text) => {
      const expression = parseExpression(text);
      const [center, halfWidth, s] = [fromNumber(0), dyadic(1, 2), dyadic(-3, 4)];
      const expansion = expandOn(expression, center, halfWidth, 3, 80);
      const value = exactValue(expression, pointOf(center, halfWidth, s), 80) ?? 0n;
      const { lo, hi } = expansion ? taylorAt(expansion, s) : { lo: value, hi: value };
      expect([value >= lo - 1n, value <= hi + 1n]).toEqual([true, true]);
    },
  );

  it('has its derivative as the second coefficient', () => {
    let compared = 0;
    fc.assert(
      fc.property(expressions, places, (expression, x) => {
        const expansion = expandOn(expression, fromNumber(x), dyadic(1, 40), 2, 120);
        const slope = exactValue(differentiate(expression), fromNumber(x), 80);
        if (!expansion || slope === undefined || isBeyond(slope)) return;
        compared++;
        const { lo, hi } = expansion[1];
        expect(slope >= lo - 1n && slope <= hi + 1n).toBe(true);
      }),
      runs,
    );
    expect(compared).toBeGreaterThan(runs.numRuns / 4);
  });

  it('has a Lagrange coefficient that contains the derivative at every point of the block', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        expressions,
        places,
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: -8, max: 8 }),
        (g, x, narrow, part) => {
          const [center, halfWidth, s] = [fromNumber(x), dyadic(1, narrow), dyadic(part, 3)];
          const remainder = expandOn(g, center, halfWidth, 2, 80)?.[2];
          const second = exactValue(
            differentiate(differentiate(g)),
            pointOf(center, halfWidth, s),
            80 + 2 * narrow,
          );
          if (!remainder || second === undefined || isBeyond(second)) return;
          compared++;
          // f″(ξ)/2 · h²: in units of 2^-80, half a second derivative with 2·narrow bits more, shifted back.
          const scaled = second >> BigInt(4 * narrow + 1);
          expect(scaled >= remainder.lo - 1n && scaled <= remainder.hi + 1n).toBe(true);
        },
      ),
      runs,
    );
    expect(compared).toBeGreaterThan(runs.numRuns / 4);
  });
});

describe('exact values', () => {
  const exact = (text: string, x: number, bits: number) =>
    exactValue(parseExpression(text), fromNumber(x), bits);

  it.each([
    ['x*(x+3)/6', 3, 40, 3n << 40n],
    ['x*clamp(x/6+1/2, 0, 1)', 1.5, 40, (9n << 40n) / 8n],
    ['log2(x)', 8, 50, 3n << 50n],
    ['sqrt(x)', 2.25, 60, 3n << 59n],
    ['cbrt(x)', -27, 60, -3n << 60n],
    ['sin(pi*x)', 1, 60, 0n],
    ['cos(pi*x)', 1, 60, -1n << 60n],
    ['2^x', -5, 60, 1n << 55n],
    ['asin(x/3)', 3, 0, 2n],
  ])('%s at %d is what it is to the last bit', (text, x, bits, value) => {
    expect(exact(text, x, bits)).toBe(value);
  });

  it.each([
    ['1/x', 0],
    ['log(x)', 0],
    ['log(x)', -3],
    ['sqrt(x)', -(2 ** -30)],
    ['1/(x/3-1/3)', 1],
    ['asin(x)', 1 + 2 ** -40],
    ['atanh(x)', 1],
    ['tan(pi*x)', 0.5],
    ['x^(-1/2)', 0],
    ['0*log(x) + log(x-1)', 0.5],
  ])('%s has none at %d', (text, x) => {
    expect(exact(text, x, 60)).toBeUndefined();
  });

  it('decides what is close: a root just inside its domain, a difference that nearly cancels', () => {
    expect(exact('sqrt(x)', 2 ** -60, 60)).toBe(2n ** 30n);
    const tiny = exact('exp(x) - 1 - x - x^2/2 - x^3/6', 2 ** -40, 200);
    // x⁴/24, to the nearest
    expect(tiny).toBe(((1n << 40n) + 12n) / 24n);
  });

  it('ends where a value is too large to be written down', () => {
    const limit = 1n << 1034n;
    expect(exact('exp(exp(x))', 40, 10)).toBe(limit);
    expect(exact('-exp(exp(x))', 40, 10)).toBe(-limit);
    expect(exact('1/exp(exp(x))', 40, 10)).toBe(0n);
    expect(exact('tanh(exp(exp(x)))', 40, 10)).toBe(1n << 10n);
    expect(exact('log(exp(exp(x)))', 3, 10)).toBe(BigInt(Math.round(Math.exp(3) * 1024)));
    expect(exact('exp(x)/(1+exp(x))', 20_000, 10)).toBe(1n << 10n);
    expect(exact('atan(x)', 2 ** 63, 60)).toBe(exact('pi/2 - 1/x', 2 ** 63, 60));
  });
});

describe('compiled functions', () => {
  it('compute shared parts once, and constants never', () => {
    const u = f.call('tanh', f.x);
    expect(compileExpression(f.multiply(u, f.subtract(f.one, u)))(0.5)).toBe(
      Math.tanh(0.5) * (1 - Math.tanh(0.5)),
    );
    expect(compileExpression(parseExpression('x*sqrt(2)'))(1)).toBe(Math.SQRT2);
    expect(compileExpression(parseExpression('pi'))(0)).toBe(Math.PI);
    expect(compileExpression(parseExpression('2^x'))(10)).toBe(1024);
    expect(compileExpression(parseExpression('x/10'))(1)).toBe(0.1);
    expect(compileExpression(parseExpression('log(x) < 0 ? 1 : 2'))(-1)).toBeNaN();
    expect(compileExpression(parseExpression('log(x) < 0 ? 1 : 2'))(3)).toBe(2);
  });
});
