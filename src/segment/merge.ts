import { serve, serveByConstant, type Search, type Segment } from './refine.js';

/** The finest segment of a refinement is divided into this many cells, or fewer. */
const FINEST_DIVISIONS = [1, 2, 4, 8];
/** Bytes of a coefficient or an origin, for comparing tables (a heuristic; targets store them as they can). */
const NUMBER_BYTES = 4;
/** A map of cells longer than this is not worth its bytes (a heuristic). */
const MOST_CELLS = 4096;

/**
 * Merges neighbours that one polynomial can serve. The range is divided into equal cells, as fine as the
 * finest segment or some finer; from the left, each segment takes as many cells as one polynomial serves.
 * Of the divisions, the one with the smallest tables is taken, the refinement itself included.
 */
export function mergeNeighbours(search: Search, segments: readonly Segment[]): readonly Segment[] {
  const lo = segments[0].lo;
  const finest = Math.min(...segments.map((segment) => segment.hi - segment.lo));
  let best = segments;
  let leastBytes = tableBytes(search, segments, finest);
  for (const division of FINEST_DIVISIONS) {
    const cell = finest / division;
    if (!Number.isInteger(cell) || (search.approximand.hi - lo) / cell > MOST_CELLS) break;
    const merged = takeCells(search, lo, cell);
    const bytes = merged ? tableBytes(search, merged, cell) : Infinity;
    if (merged && bytes < leastBytes) {
      best = merged;
      leastBytes = bytes;
    }
  }
  return best;
}

/** Greedy from the left: the longest run of cells that one polynomial serves, again and again. */
function takeCells(search: Search, start: number, cell: number): readonly Segment[] | undefined {
  const { hi } = search.approximand;
  const merged: Segment[] = [];
  let guess = 1;
  for (let lo = start; lo < hi; lo = merged[merged.length - 1].hi) {
    const constant = serveByConstant(search, { lo, hi });
    if (constant) return [...merged, constant];
    const longest = longestRun(search, lo, cell, guess);
    if (!longest) return undefined;
    merged.push(longest);
    guess = Math.ceil((longest.hi - longest.lo) / cell);
  }
  return merged;
}

/** The longest run of cells from `lo` on, by doubling and bisection; undefined where one cell is too long. */
function longestRun(search: Search, lo: number, cell: number, guess: number): Segment | undefined {
  const { hi } = search.approximand;
  const most = Math.ceil((hi - lo) / cell);
  const tryRun = (cells: number): Segment | undefined => {
    const segment = serve(search, { lo, hi: Math.min(lo + cells * cell, hi) });
    return segment.verdict.ratio <= 1 ? segment : undefined;
  };
  let good = 0;
  let best: Segment | undefined;
  let bad = most + 1;
  for (let cells = Math.min(guess, most); good < bad - 1;) {
    const segment = tryRun(cells);
    if (segment) {
      good = cells;
      best = segment;
    } else {
      bad = cells;
    }
    const next = bad > most ? Math.min(2 * good, most) : Math.floor((good + bad) / 2);
    if (next === good) break;
    cells = next;
  }
  return best;
}

/** Bytes of coefficients, origins and map; equal segments of a power of two need neither of the latter. */
function tableBytes(search: Search, segments: readonly Segment[], cell: number): number {
  const width = segments[0].hi - segments[0].lo;
  const last = segments[segments.length - 1];
  const equal =
    Number.isInteger(Math.log2(width)) &&
    segments.slice(0, -1).every((segment) => segment.hi - segment.lo === width) &&
    last.hi - last.lo <= width;
  const numbers = search.arithmetic.order + (equal ? 1 : 2);
  const map = equal ? 0 : Math.ceil((search.approximand.hi - segments[0].lo) / cell);
  return segments.length * numbers * NUMBER_BYTES + map;
}
