import { toInteger, type Integer } from '../fixedpoint/integer.js';
import type { RawRange, Selection } from './plan.js';

/** A map longer than this costs more than the comparisons that it saves (a heuristic). */
const LONGEST_MAP = 8192n;

/**
 * The cheapest way to find the segment of an argument: a shift where all segments are equal powers of
 * two, a shift into a map of cells where their bounds share a power of two, comparisons otherwise.
 *
 * @param segments ascending and adjacent, half-open
 */
export function chooseSelection(segments: readonly RawRange<Integer>[]): Selection {
  const start = BigInt(segments[0].lo);
  const lo = segments[0].lo;
  const end = BigInt(segments[segments.length - 1].hi) - start;
  const offsets = segments.slice(1).map((segment) => BigInt(segment.lo) - start);
  if (offsets.length === 0)
    return { kind: 'uniform', lo, shift: (end - 1n).toString(2).length * (end > 1n ? 1 : 0) };
  const shift = Math.min(...offsets.map(trailingZeros));
  const cell = 1n << BigInt(shift);
  const last = offsets[offsets.length - 1];
  if (offsets.every((offset, i) => offset === BigInt(i + 1) * cell) && end - last <= cell) {
    return { kind: 'uniform', lo, shift };
  }
  if (ceilingOf(end, cell) > LONGEST_MAP) {
    return compareSelection(segments);
  }
  const map = segments.flatMap((segment, i) => {
    const count = ceilingOf(BigInt(segment.hi) - start, cell) - (BigInt(segment.lo) - start) / cell;
    return Array.from({ length: Number(count) }, () => i);
  });
  return { kind: 'lookup', lo, shift, map };
}

/** By comparisons with the first argument of every segment but the first. */
export function compareSelection(segments: readonly RawRange<Integer>[]): Selection {
  return { kind: 'compare', bounds: segments.slice(1).map((segment) => toInteger(segment.lo)) };
}

const ceilingOf = (value: bigint, cell: bigint) => (value + cell - 1n) / cell;

function trailingZeros(value: bigint): number {
  return (value & -value).toString(2).length - 1;
}
