import { describe, expect, it } from 'vitest';
import { dyadicSegments } from '../../src/segment/dyadic.js';
import { MOST_SEGMENTS, type Segment, type Unreachable } from '../../src/segment/serve.js';
import { searchOn } from './problems.js';

function found(result: readonly Segment[] | Unreachable): readonly Segment[] {
  if ('kind' in result) throw new TypeError(`unreachable: ${result.reason}`);
  return result;
}

const whole = (end: number) => [{ lo: 0, width: end * 4096 }];

describe('halving', () => {
  it.each([
    { end: 4, order: 1, ulp: 4 },
    { end: 4, order: 2, ulp: 1 },
    { end: 8, order: 3, ulp: 0.6 },
  ])(
    'covers the range without gaps, with segments that meet the target: $end, order $order',
    ({ end, order, ulp }) => {
      const segments = found(dyadicSegments(searchOn(end, { ulp }, { order }), whole(end)));
      expect(segments[0].lo).toBe(0);
      expect(segments[segments.length - 1].hi).toBe(end * 4096);
      segments.forEach((segment, i) => {
        expect(segment.verdict.ratio).toBeLessThanOrEqual(1);
        if (i > 0) expect(segment.lo).toBe(segments[i - 1].hi);
        expect(Number.isInteger(Math.log2(segment.hi - segment.lo))).toBe(true);
        expect(segment.lo % (segment.hi - segment.lo)).toBe(0);
      });
    },
  );

  it('ends a cell that reaches beyond the range with the range', () => {
    const segments = found(dyadicSegments(searchOn(3, { ulp: 1 }), whole(4)));
    expect(segments[segments.length - 1].hi).toBe(3 * 4096);
    expect(segments.every(({ lo, hi }) => lo < hi)).toBe(true);
  });

  it('splits only what misses the target', () => {
    expect(found(dyadicSegments(searchOn(4, { ulp: 1e6 }), whole(4))).length).toBe(1);
    const cells = [
      { lo: 0, width: 4096 },
      { lo: 4096, width: 100 },
    ];
    expect(found(dyadicSegments(searchOn(4, { ulp: 1e6 }), cells)).map(({ lo }) => lo)).toEqual([0, 4096]);
  });

  it('serves the end of the range by a constant where that serves the tail too', () => {
    const search = searchOn(8, { ulp: 1 });
    const tail = {
      scaled: (a: number) => Math.tanh(a / 4096) * 4096,
      last: 32768,
      outputFracBits: 12,
      limits: { min: -32768, max: 32767, mirrorSum: 0 },
      target: { ulp: 1 },
    };
    const segments = found(dyadicSegments({ ...search, tail }, whole(8)));
    const last = segments[segments.length - 1];
    expect(last.coefficients).toEqual([0, 0, 4096 * 2 ** 4]);
    expect(last.lo).toBeLessThan(8 * 4096);
  });

  it.each([
    {
      what: 'rounding',
      target: { ulp: 0.5000001 },
      changes: { guardBits: 0 },
      reason: /rounding|single-input/,
    },
    { what: 'single inputs', target: { ulp: 0.1 }, changes: {}, reason: /single-input|rounding/ },
    { what: 'relative at zero', target: { relative: 1e-9 }, changes: {}, reason: /single-input|rounding/ },
    {
      what: 'constants',
      target: { ulp: 1 },
      changes: { order: 0 },
      reason: /too-many|single-input|rounding/,
    },
  ])('ends where the target can not be met: $what', ({ target, changes, reason }) => {
    const result = dyadicSegments(searchOn(8, target, changes), whole(8));
    if ('kind' in result) expect(result.reason).toMatch(reason);
    else expect(result.length).toBeLessThanOrEqual(MOST_SEGMENTS);
  });
});
