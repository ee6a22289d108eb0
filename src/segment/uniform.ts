import { hornerFast } from '../fixedpoint/horner.js';
import type { RawInterval } from '../fit/polynomial.js';
import { judge } from './judge.js';
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
    const segment = serveByConstant(search, interval) ?? serveCell(search, interval);
    if (segment.verdict.ratio > 1) return { segments: [], failing: segment };
    segments[index] = segment;
  }
  return { segments };
}

/**
 * The polynomial of one of many equal segments. Where it has to be exact at an argument, its constant is moved until it
 * is, if that meets the target: its origin is then in the middle as everywhere, and no table has to say where.
 */
function serveCell(search: Search, interval: RawInterval): Segment {
  const place = search.exact?.find((a) => a >= interval.lo && a < interval.hi);
  if (place === undefined || search.course) return serve(search, interval);
  const { approximand, arithmetic, target } = search;
  const { origin, coefficients } = serve({ ...search, exact: [] }, interval);
  const wanted = Math.round(approximand.evaluate(place) * 2 ** arithmetic.accumulatorFracBits);
  const missing = wanted - hornerFast(coefficients, arithmetic.steps, place - origin);
  const constant = coefficients[coefficients.length - 1] + missing;
  const moved = { origin, coefficients: [...coefficients.slice(0, -1), constant] };
  const verdict = judge(approximand, arithmetic, target, interval, moved);
  return verdict.ratio <= 1 ? { ...interval, ...moved, verdict } : serve(search, interval);
}
