import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as e from '../../src/function/enclosure.js';
import type { Enclosure } from '../../src/function/enclosure.js';

const BITS = 20n;
const bounds = fc.oneof(fc.bigInt(-(2n ** 40n), 2n ** 40n), fc.bigInt(-8n, 8n));
/** An enclosure and a point of it. */
const enclosed = fc
  .tuple(bounds, bounds, fc.bigInt(0n, 2n ** 20n))
  .map(([a, b, part]): { readonly interval: Enclosure; readonly point: bigint } => {
    const [lo, hi] = a < b ? [a, b] : [b, a];
    return { interval: { lo, hi }, point: lo + ((hi - lo) * part) / 2n ** 20n };
  });

/** Whether an interval contains numerator/denominator, denominator > 0. */
const holds = ({ lo, hi }: Enclosure, numerator: bigint, denominator: bigint): boolean =>
  lo * denominator <= numerator && numerator <= hi * denominator;

describe('operations on enclosures contain the result for every point', () => {
  it.each([
    ['add', (a: Enclosure, b: Enclosure) => e.add(a, b), (x: bigint, y: bigint) => [x + y, 1n]],
    ['negate', (a: Enclosure) => e.negate(a), (x: bigint) => [-x, 1n]],
    [
      'multiply',
      (a: Enclosure, b: Enclosure) => e.multiply(a, b, BITS),
      (x: bigint, y: bigint) => [x * y, 1n << BITS],
    ],
    ['square', (a: Enclosure) => e.square(a, BITS), (x: bigint) => [x * x, 1n << BITS]],
    ['scale', (a: Enclosure) => e.scale(a, -7n, 3n), (x: bigint) => [-7n * x, 3n]],
    ['hull', (a: Enclosure, b: Enclosure) => e.hull(a, b), (_: bigint, y: bigint) => [y, 1n]],
  ] as const)('%s', (_, operation, exact) => {
    fc.assert(
      fc.property(enclosed, enclosed, (a, b) => {
        const [numerator, denominator] = exact(a.point, b.point);
        expect(holds(operation(a.interval, b.interval), numerator, denominator)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('divide, which has no result where the divisor may be zero', () => {
    fc.assert(
      fc.property(enclosed, enclosed, (a, b) => {
        const quotient = e.divide(a.interval, b.interval, BITS);
        expect(quotient === undefined).toBe(e.contains(b.interval, 0n));
        if (!quotient) return;
        const [numerator, denominator] = [a.point << BITS, b.point];
        expect(
          holds(
            quotient,
            denominator < 0n ? -numerator : numerator,
            denominator < 0n ? -denominator : denominator,
          ),
        ).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('operations on enclosures are no wider than rounding makes them', () => {
  it('at points: at most one unit, and exact where the result is a whole unit', () => {
    fc.assert(
      fc.property(bounds, bounds, (x, y) => {
        const product = e.multiply(e.point(x), e.point(y), BITS);
        expect(product.hi - product.lo).toBe((x * y) % (1n << BITS) === 0n ? 0n : 1n);
        if (y === 0n) return;
        const quotient = e.divide(e.point(x), e.point(y), BITS)!;
        expect(quotient.hi - quotient.lo).toBe((x << BITS) % y === 0n ? 0n : 1n);
      }),
      { numRuns: 1000 },
    );
    expect(e.scale(e.point(6n), 1n, 3n)).toEqual(e.point(2n));
  });

  it('a square is never negative, and an odd interval is not doubled', () => {
    expect(e.square({ lo: -3n << 20n, hi: 2n << 20n }, BITS)).toEqual({ lo: 0n, hi: 9n << 20n });
    expect(e.exactProduct({ lo: -3n, hi: 2n }, { lo: -5n, hi: 7n })).toEqual({ lo: -21n, hi: 15n });
  });
});

describe('infinite bounds', () => {
  it('stay infinite in sums, products and quotients with finite ones', () => {
    const tiny = e.enclosure(1n, 1n << 90n);
    const all = e.enclosure(0n, e.INFINITY);
    for (const result of [
      e.add(all, e.point(-1n << 70_000n)),
      e.multiply(all, tiny, 100n),
      e.divide(all, e.point(1n << 70_000n), 100n)!,
      e.scale(all, 1n, 10n ** 30n),
      e.multiply(all, all, 100n),
    ]) {
      expect(e.isInfinite(result.hi)).toBe(true);
      expect(e.isInfinite(result.lo) && result.lo > 0n).toBe(false);
    }
    expect(e.divide(e.point(1n << 100n), e.enclosure(1n << 200n, e.INFINITY), 100n)!.lo).toBe(0n);
  });
});
