import type { RawRange, Selection } from './plan.js';

/** A map longer than this costs more than the comparisons that it saves (a heuristic). */
const LONGEST_MAP = 8192;

/**
 * The cheapest way to find the segment of an argument: a shift where all segments are equal powers of
 * two, a shift into a map of cells where their bounds share a power of two, comparisons otherwise.
 *
 * @param segments ascending and adjacent, half-open
 */
export function chooseSelection(segments: readonly RawRange[]): Selection {
  const lo = segments[0].lo;
  const end = segments[segments.length - 1].hi;
  const bounds = segments.slice(1).map((segment) => segment.lo);
  if (bounds.length === 0) {
    return { kind: 'uniform', lo, shift: Math.ceil(Math.log2(Math.max(end - lo, 1))) };
  }
  const shift = Math.min(...bounds.map((bound) => trailingZeros(bound - lo)));
  const cell = 2 ** shift;
  if (bounds.every((bound, i) => bound - lo === (i + 1) * cell) && end - bounds[bounds.length - 1] <= cell) {
    return { kind: 'uniform', lo, shift };
  }
  const cells = Math.ceil((end - lo) / cell);
  if (cells > LONGEST_MAP) return { kind: 'compare', bounds };
  const map = segments.flatMap((segment, i) => {
    const count = Math.ceil((segment.hi - lo) / cell) - (segment.lo - lo) / cell;
    return Array.from({ length: count }, () => i);
  });
  return { kind: 'lookup', lo, shift, map };
}

function trailingZeros(value: number): number {
  let count = 0;
  for (let rest = value; rest % 2 === 0; rest /= 2) count++;
  return count;
}
