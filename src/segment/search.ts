import type { Measure } from '../fit/measure.js';
import type { Approximand, Arithmetic } from './approximand.js';
import type { ArithmeticOptions } from './arithmetic.js';
import { makeArithmetic } from './arithmetic.js';
import {
  isConstant,
  mergeNeighbours,
  refine,
  type Cell,
  type Search,
  type Segment,
  type Unreachable,
} from './refine.js';
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
  /** Tried in turn; the fewest segments win, then the fewest guard bits. */
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

/** Cuts a range into segments, for each number of guard bits, and returns the cheapest result. */
export function search(options: SearchOptions): SearchResult | Unreachable {
  const cells = startCells(options.approximand, options.startSegments);
  let best: SearchResult | undefined;
  let failure: Unreachable | undefined;
  for (const guardBits of options.guardBits) {
    const result = searchWithGuard(options, cells, guardBits);
    if (result.kind === 'unreachable') {
      if (!failure || result.verdict.ratio < failure.verdict.ratio) failure = result;
    } else if (!best || cost(result) < cost(best)) {
      best = result;
    }
  }
  if (best) return best;
  if (failure) return failure;
  throw new TypeError('search needs at least one number of guard bits');
}

function searchWithGuard(
  options: SearchOptions,
  cells: readonly Cell[],
  guardBits: number,
): SearchResult | Unreachable {
  const { approximand } = options;
  const unit = 2 ** -approximand.fracBits;
  const attempt = (widestSegment: number): SearchResult | Unreachable => {
    const arithmetic = makeArithmetic({ ...options.arithmetic, guardBits, widestSegment });
    const problem: Search = {
      approximand,
      arithmetic,
      target: options.target,
      measure: options.measure,
      ...(options.tail ? { tail: options.tail } : {}),
    };
    const refined = refine(problem, cells);
    if ('kind' in refined) return refined;
    const segments = options.merge ? mergeNeighbours(problem, refined) : refined;
    return { kind: 'found', segments, arithmetic, guardBits };
  };
  // The arithmetic depends on the widest segment, which is known only after a search: so search twice.
  const first = attempt(2);
  if (first.kind === 'unreachable' || options.arithmetic.scaling === 'same') return first;
  const curved = first.segments.filter((segment) => !isConstant(segment));
  const widest = Math.max(unit, ...curved.map((segment) => (segment.hi - segment.lo) * unit));
  const second = attempt(widest);
  return second.kind === 'found' ? second : first;
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
