import type { Measure } from '../fit/measure.js';
import type { Approximand, Arithmetic } from './approximand.js';
import type { ArithmeticOptions } from './arithmetic.js';
import { makeArithmetic } from './arithmetic.js';
import { mergeNeighbours } from './merge.js';
import { isConstant, refine, type Cell, type Search, type Segment, type Unreachable } from './refine.js';
import type { TailProblem } from './tail.js';
import type { ErrorTarget } from './target.js';

export interface SearchOptions {
  readonly approximand: Approximand;
  readonly target: ErrorTarget;
  readonly measure: Measure;
  readonly tail?: TailProblem;
  /** Equal segments to start from; one power of two that covers the range where not given. */
  readonly startSegments: number | undefined;
  readonly merge: boolean;
  /** Ascending; all are tried: the fewest segments win, then the fewest guard bits. */
  readonly guardBits: readonly number[];
  readonly arithmetic: Omit<ArithmeticOptions, 'guardBits' | 'widestSegment'>;
}

export interface SearchResult {
  readonly kind: 'found';
  readonly segments: readonly Segment[];
  readonly arithmetic: Arithmetic;
  readonly guardBits: number;
}

/** A kernel whose products leave 53 bits costs its targets more; heuristic: as much as a quarter more segments. */
const WIDE_PRODUCT_COST = 1.25;
const EXACT_BITS = 53;

/** Cuts a range into segments, for each number of guard bits, and merges those of the cheapest result. */
export function search(options: SearchOptions): SearchResult | Unreachable {
  const cells = startCells(options.approximand, options.startSegments);
  let best: Attempt | undefined;
  let failure: Unreachable | undefined;
  for (const guardBits of options.guardBits.toReversed()) {
    const result = searchWithGuard(options, cells, guardBits);
    if (result.kind === 'unreachable') {
      if (!failure || result.verdict.ratio < failure.verdict.ratio) failure = result;
      if (result.reason === 'too-many') break; // fewer guard bits would take more segments still
    } else if (!best || cost(result) <= cost(best)) {
      best = result;
    }
  }
  if (best) return options.merge ? mergeAttempt(options, best) : best;
  if (failure) return failure;
  throw new TypeError('search needs at least one number of guard bits');
}

/** A result with the problem that it solves. */
interface Attempt extends SearchResult {
  readonly problem: Search;
}

function attempt(
  options: SearchOptions,
  cells: readonly Cell[],
  guardBits: number,
  widestSegment: number,
): Attempt | Unreachable {
  const arithmetic = makeArithmetic({ ...options.arithmetic, guardBits, widestSegment });
  const problem: Search = {
    approximand: options.approximand,
    arithmetic,
    target: options.target,
    measure: options.measure,
    ...(options.tail ? { tail: options.tail } : {}),
  };
  const segments = refine(problem, cells);
  return 'kind' in segments ? segments : { kind: 'found', segments, arithmetic, guardBits, problem };
}

/** Stands for the widest segment until one is known: offsets up to 1. */
const UNKNOWN_WIDTH = 2;

function searchWithGuard(
  options: SearchOptions,
  cells: readonly Cell[],
  guardBits: number,
): Attempt | Unreachable {
  // The arithmetic depends on the widest segment, which is known only after a search: so search twice.
  const first = attempt(options, cells, guardBits, UNKNOWN_WIDTH);
  if (first.kind === 'unreachable' || options.arithmetic.scaling === 'same') return first;
  const second = attempt(options, cells, guardBits, widestCurved(options, first.segments));
  return second.kind === 'found' ? second : first;
}

/** Merging widens segments, so it runs again in the arithmetic that suits the merged ones. */
function mergeAttempt(options: SearchOptions, found: Attempt): SearchResult {
  const merge = ({ problem, segments, guardBits }: Attempt): SearchResult => ({
    kind: 'found',
    segments: mergeNeighbours(problem, segments),
    arithmetic: problem.arithmetic,
    guardBits,
  });
  const merged = merge(found);
  if (options.arithmetic.scaling === 'same') return merged;
  const cells = startCells(options.approximand, options.startSegments);
  const widest = widestCurved(options, merged.segments);
  const again = attempt(options, cells, found.guardBits, widest);
  const remerged = again.kind === 'found' ? merge(again) : merged;
  return cost(remerged) < cost(merged) ? remerged : merged;
}

/** The widest segment that is not a constant, as a value. */
function widestCurved({ approximand }: SearchOptions, segments: readonly Segment[]): number {
  const widths = segments.filter((segment) => !isConstant(segment)).map(({ lo, hi }) => hi - lo);
  return Math.max(1, ...widths) * 2 ** -approximand.fracBits;
}

/** Equal cells over the range; where not asked for a number, one power of two that covers it. */
function startCells({ lo, hi }: Approximand, count: number | undefined): readonly Cell[] {
  const length = hi - lo;
  if (count === undefined) return [{ lo, width: 2 ** Math.ceil(Math.log2(length)) }];
  const bounds = Array.from({ length: count + 1 }, (_, i) => lo + Math.floor((i * length) / count));
  return bounds
    .slice(0, -1)
    .map((from, i) => ({ lo: from, width: bounds[i + 1] - from }))
    .filter(({ width }) => width > 0);
}

function cost({ segments, arithmetic }: SearchResult): number {
  const wide = segments.some((segment) => widestProduct(segment, arithmetic) >= 2 ** (EXACT_BITS - 1));
  return segments.length * (wide ? WIDE_PRODUCT_COST : 1);
}

/** A bound of |accumulator · t| over a segment. */
function widestProduct(segment: Segment, { steps }: Arithmetic): number {
  const offset = Math.max(Math.abs(segment.lo - segment.origin), Math.abs(segment.hi - 1 - segment.origin));
  let accumulator = Math.abs(segment.coefficients[0]);
  let widest = 0;
  steps.forEach(({ shift }, i) => {
    widest = Math.max(widest, accumulator * offset);
    accumulator = accumulator * offset * 2 ** -shift + 1 + Math.abs(segment.coefficients[i + 1]);
  });
  return widest;
}
