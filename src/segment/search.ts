import { isConstantPolynomial } from '../fixedpoint/horner.js';
import type { MeasureFamily } from '../fit/measure.js';
import type { Polish } from '../fit/polish.js';
import type { Approximand, Arithmetic } from './approximand.js';
import type { Course } from './course.js';
import { makeArithmetic, type ArithmeticOptions } from './arithmetic.js';
import { dyadicSegments, type Cell } from './dyadic.js';
import { greedySegments } from './greedy.js';
import type { Division } from './lower-bound.js';
import { aligned, FINEST_DIVISION, MOST_CELLS, refine } from './refine.js';
import { nearestOf, type Search, type Segment, type Unreachable } from './serve.js';
import type { TailProblem } from './tail.js';
import type { ErrorTarget } from './target.js';
import { uniformSegments } from './uniform.js';

export interface SearchOptions {
  readonly approximand: Approximand;
  readonly target: ErrorTarget;
  readonly measure: MeasureFamily;
  readonly polish: Polish;
  /** See `Search`. */
  readonly exact?: readonly number[];
  readonly tail?: TailProblem;
  /** See `Search`. */
  readonly course?: Course;
  /** See `Search`. */
  readonly mostSegments?: number;
  /** Equal segments to start from, for `dyadic`; one that covers the range where not given. */
  readonly startSegments?: number | undefined;
  /** Ascending: the fewest that need no more segments than the most are taken. */
  readonly guardBits: readonly number[];
  readonly arithmetic: Omit<ArithmeticOptions, 'guardBits' | 'widestSegment'>;
}

/** A division of the range into segments that meet the target. */
export interface SearchResult {
  readonly kind: 'found';
  readonly division: Division;
  readonly segments: readonly Segment[];
  readonly arithmetic: Arithmetic;
  readonly guardBits: number;
}

/**
 * Divides a range in one way. There can be several results, which trade the number of segments for how easily
 * an argument's segment is found: the first has the fewest segments.
 */
export function search(options: SearchOptions, division: Division): readonly SearchResult[] | Unreachable {
  const results = wholes(options, division).map((whole) => searchFrom(options, division, whole));
  const found = results.filter((result) => Array.isArray(result)).flat();
  if (found.length === 0) return nearestOf(results as Unreachable[]);
  return found.toSorted((a, b) => a.segments.length - b.segments.length);
}

/**
 * The widths that halving may start from: a power of two that covers the range, whose parts are found by a
 * shift, and the range itself, where its parts share a power of two.
 */
function wholes({ approximand: { lo, hi } }: SearchOptions, division: Division): readonly number[] {
  const covering = 2 ** Math.ceil(Math.log2(hi - lo));
  const halves = (hi - lo) % SHARED_POWER === 0 && covering !== hi - lo;
  return division !== 'greedy' && halves ? [covering, hi - lo] : [covering];
}

/** Heuristic: parts of a range that share a smaller power of two are too many cells to tell apart. */
const SHARED_POWER = 64;

/** How a division is made in a given arithmetic. */
type Divide = (problem: Search, guesses: readonly number[], cell: number) => readonly Segment[] | Unreachable;

function divider(options: SearchOptions, division: Division, whole: number): Divide {
  switch (division) {
    case 'greedy':
      return (problem, guesses, cell) => greedySegments(problem, cell, guesses);
    case 'dyadic':
      return (problem) => dyadicSegments(problem, startCells(options, whole));
    case 'uniform':
      return (problem) => uniformSegments(problem, whole);
  }
}

function searchFrom(
  options: SearchOptions,
  division: Division,
  whole: number,
): readonly SearchResult[] | Unreachable {
  const divide = divider(options, division, whole);
  const attempt = (
    guardBits: number,
    widestSegment: number,
    known: readonly Segment[] = [],
    { cell = 1, mostSegments }: { readonly cell?: number; readonly mostSegments?: number } = {},
  ): SearchResult | Unreachable => {
    // On a course origins lie at the ends of segments, so that arguments reach twice as far.
    const widest = options.course ? 2 * widestSegment : widestSegment;
    const arithmetic = makeArithmetic({ ...options.arithmetic, guardBits, widestSegment: widest });
    const guesses = known.map(({ lo, hi }) => hi - lo);
    const limit = mostSegments === undefined ? {} : { mostSegments };
    const segments = divide({ ...options, arithmetic, ...limit }, guesses, cell);
    return 'kind' in segments ? segments : { kind: 'found', division, segments, arithmetic, guardBits };
  };

  const refined = refine<SearchResult, Unreachable>(
    options.guardBits,
    options.arithmetic.scaling === 'same' ? undefined : (segments) => widestCurved(options, segments),
    attempt,
  );
  if ('kind' in refined) return refined;
  const { fewest, widestSegment } = refined;
  const again = (cell: number) => attempt(fewest.guardBits, widestSegment, fewest.segments, { cell });
  return [fewest, ...aligned(division, fewest, cellsOf(options, fewest), again)];
}

/** Powers of two, in units of the argument, from the longest that no segment is shorter than. */
function cellsOf({ approximand: { lo, hi } }: SearchOptions, { segments }: SearchResult): readonly number[] {
  const shortest = Math.min(...segments.slice(0, -1).map((segment) => segment.hi - segment.lo), hi - lo);
  const cells: number[] = [];
  for (let part = 1; part <= FINEST_DIVISION; part *= 2) {
    const cell = 2 ** Math.floor(Math.log2(shortest)) / part;
    if (cell < 2 || (hi - lo) / cell > MOST_CELLS) break;
    cells.push(cell);
  }
  return cells;
}

/** The widest segment that is not a constant, as a value. */
function widestCurved({ approximand }: SearchOptions, segments: readonly Segment[]): number {
  const widths = segments
    .filter(({ coefficients }) => !isConstantPolynomial(coefficients))
    .map(({ lo, hi }) => hi - lo);
  return Math.max(1, ...widths) * 2 ** -approximand.fracBits;
}

/** Equal cells over the range; where not asked for a number, the whole. */
function startCells(
  { approximand: { lo, hi }, startSegments }: SearchOptions,
  whole: number,
): readonly Cell[] {
  if (startSegments === undefined) return [{ lo, width: whole }];
  const bounds = Array.from(
    { length: startSegments + 1 },
    (_, i) => lo + Math.floor((i * (hi - lo)) / startSegments),
  );
  return bounds
    .slice(0, -1)
    .map((from, i) => ({ lo: from, width: bounds[i + 1] - from }))
    .filter(({ width }) => width > 0);
}
