import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addIntervals,
  clampInterval,
  interval,
  joinIntervals,
  multiplyIntervals,
  shiftInterval,
  widthBits,
  type Interval,
} from '../../src/fixedpoint/interval.js';
import { ROUNDING_MODES, roundShift } from '../../src/fixedpoint/rounding.js';

const end = fc.bigInt(-40n, 40n);
const small = fc.tuple(end, end).map(([a, b]) => (a < b ? interval(a, b) : interval(b, a)));

function members({ lo, hi }: Interval): bigint[] {
  return Array.from({ length: Number(hi - lo) + 1 }, (_, i) => lo + BigInt(i));
}

function hull(values: readonly bigint[]): Interval {
  return values.reduce<Interval>((all, v) => ({ lo: v < all.lo ? v : all.lo, hi: v > all.hi ? v : all.hi }), {
    lo: values[0],
    hi: values[0],
  });
}

const fits = (v: bigint, bits: number) => BigInt.asIntN(bits, v) === v;

describe('intervals', () => {
  it('are the hull of what every pair of members gives', () => {
    fc.assert(
      fc.property(small, small, (a, b) => {
        const pairs = members(a).flatMap((x) => members(b).map((y) => [x, y]));
        expect(addIntervals(a, b)).toEqual(hull(pairs.map(([x, y]) => x + y)));
        expect(multiplyIntervals(a, b)).toEqual(hull(pairs.map(([x, y]) => x * y)));
        expect(joinIntervals(a, b)).toEqual(hull(pairs.flat()));
      }),
      { numRuns: 60 },
    );
  });

  it('clamp like their members', () => {
    fc.assert(
      fc.property(small, small, (a, limits) => {
        const clamped = members(a).map((v) => (v < limits.lo ? limits.lo : v > limits.hi ? limits.hi : v));
        expect(clampInterval(a, limits.lo, limits.hi)).toEqual(hull(clamped));
      }),
    );
  });

  it.each(ROUNDING_MODES)('hold every rounded member, %s', (mode) => {
    fc.assert(
      fc.property(small, fc.integer({ min: -3, max: 7 }), (a, shift) => {
        const shifted = shiftInterval(a, shift, mode);
        const exact = hull(members(a).map((v) => roundShift(v, shift, mode)));
        // Pseudo-stochastic rounding is not monotone, so its interval may be one wider.
        const slack = mode === 'pseudo-stochastic' && shift > 0 ? 1n : 0n;
        expect(shifted.lo <= exact.lo && shifted.lo >= exact.lo - slack).toBe(true);
        expect(shifted.hi >= exact.hi && shifted.hi <= exact.hi + slack).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('need the narrowest word that holds both ends', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          small,
          fc
            .tuple(fc.integer({ min: 0, max: 70 }), fc.bigInt(-1n, 1n))
            .map(([bit, near]) => interval(-(2n ** BigInt(bit)) + near, 2n ** BigInt(bit) + near)),
          fc.integer({ min: 0, max: 70 }).map((bit) => interval(-(2n ** BigInt(bit)), 0)),
        ),
        (a) => {
          const bits = widthBits(a);
          expect(fits(a.lo, bits) && fits(a.hi, bits)).toBe(true);
          expect(bits === 1 || !(fits(a.lo, bits - 1) && fits(a.hi, bits - 1))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
