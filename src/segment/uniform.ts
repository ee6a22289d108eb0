import {
  MOST_SEGMENTS,
  serve,
  serveByConstant,
  type Search,
  type Segment,
  type Unreachable,
} from './serve.js';

/**
 * Equal segments, as few as meet the target: the whole in halves, quarters and so on.
 *
 * @param whole the width that is halved, at least that of the range
 */
export function uniformSegments(search: Search, whole: number): readonly Segment[] | Unreachable {
  const { lo, hi } = search.approximand;
  let worst = serve(search, { lo, hi });
  for (let width = whole; ; width /= 2) {
    const { segments, failing } = serveEach(search, width, worst.verdict.worstArgument);
    if (!failing) return segments;
    const next = Math.ceil((hi - lo) / (width / 2));
    const reason =
      width <= 1
        ? 'single-input'
        : next > (search.mostSegments ?? MOST_SEGMENTS) || !Number.isInteger(width / 2)
          ? 'too-many'
          : undefined;
    worst = failing;
    if (reason) return { kind: 'unreachable', verdict: failing.verdict, segment: failing, reason };
  }
}

/**
 * All segments of a width, or the first that misses the target. The search begins at a place that missed it
 * before, since most widths fail there again.
 */
function serveEach(
  search: Search,
  width: number,
  suspect: number,
): { readonly segments: readonly Segment[]; readonly failing?: Segment } {
  const { lo, hi } = search.approximand;
  const count = Math.ceil((hi - lo) / width);
  const first = Math.floor((suspect - lo) / width);
  const segments: Segment[] = new Array<Segment>(count);
  for (let i = 0; i < count; i++) {
    const index = (first + i) % count;
    const interval = { lo: lo + index * width, hi: Math.min(lo + (index + 1) * width, hi) };
    const segment = serveByConstant(search, interval) ?? serve(search, interval);
    if (segment.verdict.ratio > 1) return { segments: [], failing: segment };
    segments[index] = segment;
  }
  return { segments };
}
