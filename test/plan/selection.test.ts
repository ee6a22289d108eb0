import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectSegment } from '../../src/plan/interpret.js';
import { chooseSelection } from '../../src/plan/selection.js';

/** Adjacent segments from a start and lengths. */
function adjacent(lo: number, lengths: readonly number[]): readonly { lo: number; hi: number }[] {
  let at = lo;
  return lengths.map((length) => ({ lo: at, hi: (at += length) }));
}

describe('the selection of segments', () => {
  it.each([
    { kind: 'uniform', lo: 0, lengths: [8, 8, 8] },
    { kind: 'uniform', lo: -5, lengths: [8, 8, 3] },
    { kind: 'uniform', lo: 3, lengths: [7] },
    { kind: 'uniform', lo: 0, lengths: [1] },
    { kind: 'lookup', lo: 0, lengths: [8, 16, 8] },
    { kind: 'lookup', lo: 16, lengths: [24, 8, 5] },
    { kind: 'lookup', lo: 7, lengths: [3, 3, 3] },
    { kind: 'lookup', lo: 0, lengths: [8, 8, 9] },
    { kind: 'compare', lo: 0, lengths: [10001, 10000, 10000] },
    { kind: 'lookup', lo: 0, lengths: [8191, 1] },
    { kind: 'compare', lo: 0, lengths: [8191, 2] },
  ])('of lengths $lengths from $lo is by $kind', ({ kind, lo, lengths }) => {
    expect(chooseSelection(adjacent(lo, lengths)).kind).toBe(kind);
  });

  it('takes the widest cells that fit all bounds', () => {
    expect(chooseSelection(adjacent(32, [64, 32, 32]))).toEqual({
      kind: 'lookup',
      lo: 32,
      shift: 5,
      map: [0, 0, 1, 2],
    });
  });

  it('finds the segment of every argument', () => {
    const length = fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }).map((k) => 8 * k),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: -300, max: 300 }),
        fc.oneof(fc.array(length, { minLength: 1, maxLength: 9 }), fc.constant([9000, 3, 9000, 1])),
        (lo, lengths) => {
          const segments = adjacent(lo, lengths);
          const selection = chooseSelection(segments);
          segments.forEach((segment, i) => {
            for (const a of [segment.lo, segment.lo + 1, segment.hi - 2, segment.hi - 1]) {
              if (a >= segment.lo && a < segment.hi) expect(selectSegment(selection, BigInt(a))).toBe(i);
            }
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
