import { longestSegment } from './longest.js';
import {
  MOST_SEGMENTS,
  serve,
  serveByConstant,
  type Search,
  type Segment,
  type Unreachable,
} from './serve.js';

/**
 * From the left, each segment as long as one polynomial serves. With segments that end anywhere this is the
 * least number that there can be, since a polynomial that serves a segment serves every part of it.
 *
 * @param cell segments end at multiples of it, counted from the start of the range
 * @param guesses lengths of the segments of a similar division, in order
 */
export function greedySegments(
  search: Search,
  cell: number,
  guesses: readonly number[] = [],
): readonly Segment[] | Unreachable {
  const { lo, hi } = search.approximand;
  const segments: Segment[] = [];
  let length = (hi - lo) / 8;
  for (let from = lo; from < hi; from = segments[segments.length - 1].hi) {
    const constant = serveByConstant(search, { lo: from, hi });
    if (constant) return [...segments, constant];
    const longest = longestSegment(search, from, cell, (guesses[segments.length] ?? length) / cell);
    if (!longest) {
      const interval = { lo: from, hi: Math.min(from + cell, hi) };
      return {
        kind: 'unreachable',
        verdict: serve(search, interval).verdict,
        segment: interval,
        reason: 'single-input',
      };
    }
    segments.push(longest);
    length = longest.hi - longest.lo;
    if (segments.length > (search.mostSegments ?? MOST_SEGMENTS)) {
      return { kind: 'unreachable', verdict: longest.verdict, segment: longest, reason: 'too-many' };
    }
  }
  return segments;
}
