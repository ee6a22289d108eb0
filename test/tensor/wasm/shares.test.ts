import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceShares, equalShares, shareEnds } from '../../../src/tensor/wasm/shares.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** What threads of those speeds (columns a millisecond) would work on such shares of `columns`. */
const busy = (speeds: readonly number[], shares: readonly number[], columns = 1000) =>
  shares.map((share, i) => (share * columns) / speeds[i]);

describe('the shares of the threads', () => {
  it('are equal where the threads are', () => {
    expect(equalShares(4)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(shareEnds(equalShares(4))).toEqual([16384, 32768, 49152, 65536]);
    expect(balanceShares([0.5, 0.5], [1, 1])).toEqual([0.5, 0.5]);
  });

  it('approach the proportions of the speeds, and equality again', () => {
    let shares = equalShares(2);
    for (let i = 0; i < 12; i++) shares = balanceShares(shares, busy([3, 2], shares));
    expect(shares[0]).toBeCloseTo(0.6, 3);
    for (let i = 0; i < 12; i++) shares = balanceShares(shares, busy([3, 3], shares));
    expect(shares[0]).toBeCloseTo(0.5, 3);
  });

  it('leave every thread a part, whatever was measured', () => {
    const times = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.array(times, { minLength: 5, maxLength: 5 }), { maxLength: 20 }), (runs) => {
        let shares = equalShares(5);
        for (const run of runs) shares = balanceShares(shares, run);
        expect(sum(shares)).toBeCloseTo(1, 9);
        expect(Math.min(...shares)).toBeGreaterThan(0.03);
        expect(shareEnds(shares)[4]).toBe(65536);
      }),
    );
  });

  it('stay where a program was too short to tell', () => {
    expect(balanceShares([0.7, 0.3], [0.01, 0.1])).toEqual([0.7, 0.3]);
  });
});
