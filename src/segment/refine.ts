import type { Division } from './lower-bound.js';

/** A division of the range that was found, whatever its integers are held in. */
interface Found {
  readonly kind: 'found';
  readonly segments: readonly unknown[];
  readonly guardBits: number;
}

/** Searches once: with guard bits and a widest segment, guided by segments that are known, of so many at the most. */
type Attempt<Result extends Found, Failure> = (
  guardBits: number,
  widestSegment: number,
  known?: Result['segments'],
  limit?: { readonly mostSegments?: number },
) => Result | Failure;

/** Stands for the widest segment until one is known: offsets up to 1. */
const UNKNOWN_WIDTH = 2;

/**
 * The division with the fewest guard bits that takes no more segments than one with the most, in the arithmetic
 * that suits its widest segment.
 *
 * @param guardBits ascending
 * @param widthOf the widest segment of a division, as a value; undefined where the arithmetic does not depend on it
 * @returns the result, and the widest segment that its arithmetic was made for
 */
export function refine<Result extends Found, Failure extends { readonly kind: 'unreachable' }>(
  guardBits: readonly number[],
  widthOf: ((segments: Result['segments']) => number) | undefined,
  attempt: Attempt<Result, Failure>,
): { readonly fewest: Result; readonly widestSegment: number } | Failure {
  const most = guardBits[guardBits.length - 1];
  const first = attempt(most, UNKNOWN_WIDTH);
  if (first.kind === 'unreachable') return first;
  let [best, widestSegment] = [first, UNKNOWN_WIDTH];
  // The arithmetic depends on the widest segment, which is known only after a search: so search twice.
  if (widthOf) {
    const width = widthOf(first.segments);
    const second = attempt(most, width, first.segments);
    if (second.kind === 'found' && second.segments.length <= first.segments.length) {
      [best, widestSegment] = [second, width];
    }
  }
  return { fewest: fewestGuardBits(guardBits, widestSegment, best, attempt), widestSegment };
}

/** By bisection. */
function fewestGuardBits<Result extends Found, Failure extends { readonly kind: 'unreachable' }>(
  guardBits: readonly number[],
  widestSegment: number,
  best: Result,
  attempt: Attempt<Result, Failure>,
): Result {
  const mostSegments = best.segments.length;
  let found = best;
  let [low, high] = [0, guardBits.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const result = attempt(guardBits[middle], widestSegment, best.segments, { mostSegments });
    if (result.kind === 'found' && result.segments.length <= mostSegments) {
      found = result;
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return found;
}

/** A map of more cells than this is not worth its bytes, nor finer cells once segments are few (heuristics). */
export const MOST_CELLS = 8192;
export const FINEST_DIVISION = 64;

/**
 * Divisions whose segments end at multiples of a power of two, from coarse cells to fine ones, until one takes no
 * more segments than the division without cells.
 */
export function aligned<Result extends Found, Failure extends { readonly kind: 'unreachable' }, Cell>(
  division: Division,
  fewest: Result,
  cells: readonly Cell[],
  attempt: (cell: Cell) => Result | Failure,
): readonly Result[] {
  const results: Result[] = [];
  if (division !== 'greedy') return results;
  for (const cell of cells) {
    const result = attempt(cell);
    if (result.kind === 'unreachable') continue;
    results.push(result);
    if (result.segments.length <= fewest.segments.length) break;
  }
  return results;
}
