import { isConstantPolynomial } from '../../fixedpoint/horner.js';
import { arithmeticShape, type ArithmeticShape } from '../arithmetic.js';
import type { Division } from '../lower-bound.js';
import { aligned, FINEST_DIVISION, MOST_CELLS, refine } from '../refine.js';
import {
  divideByHalving,
  divideGreedily,
  divideUniformly,
  type Divided,
  type WideDivision,
  type WideUnreachable,
} from './divide.js';
import { serveWide, wideTaylorSource, type WideSegment, type WideService } from './serve.js';

export interface WideSearchOptions extends Omit<WideService, 'arithmetic' | 'taylor' | 'allowed'> {
  readonly shape: Omit<Parameters<typeof arithmeticShape>[0], 'guardBits' | 'widestSegment'>;
  /** What the reduction leaves of the target, in ulps, with some guard bits. */
  readonly allowedWith: (guardBits: number) => number;
  /** Ascending: the fewest that need no more segments than the most are taken. */
  readonly guardBits: readonly number[];
  /** Equal segments that halving starts from. */
  readonly startSegments?: number | undefined;
}

export interface WideSearchResult {
  readonly kind: 'found';
  readonly segments: readonly WideSegment[];
  readonly arithmetic: ArithmeticShape;
  readonly guardBits: number;
}

/** Divides a range in one way, as `search` does where doubles serve; the first result has the fewest segments. */
export function searchWide(
  options: WideSearchOptions,
  division: Division,
): readonly WideSearchResult[] | WideUnreachable {
  const { approximand, shape, exponent } = options;
  const taylor = wideTaylorSource(approximand, shape.output.fracBits + exponent, shape.order);
  const attempt = (
    guardBits: number,
    widestSegment: number,
    known: readonly WideSegment[] = [],
    { cell = 1n, mostSegments }: { readonly cell?: bigint; readonly mostSegments?: number } = {},
  ): WideSearchResult | WideUnreachable => {
    const arithmetic = arithmeticShape({ ...shape, guardBits, widestSegment });
    const service = { ...options, taylor, arithmetic, allowed: options.allowedWith(guardBits) };
    const segments = divide(
      {
        ...approximand,
        order: shape.order,
        serve: (lo, hi) => serveWide(service, lo, hi),
        ...(mostSegments === undefined ? {} : { mostSegments }),
      },
      division,
      options.startSegments,
      cell,
      known.map(({ lo, hi }) => hi - lo),
    );
    return 'kind' in segments ? segments : { kind: 'found', segments, arithmetic, guardBits };
  };

  const refined = refine<WideSearchResult, WideUnreachable>(
    options.guardBits,
    shape.scaling === 'same' ? undefined : (segments) => widestCurved(options, segments),
    attempt,
  );
  if ('kind' in refined) return refined;
  const { fewest, widestSegment } = refined;
  const again = (cell: bigint) => attempt(fewest.guardBits, widestSegment, fewest.segments, { cell });
  return [fewest, ...aligned(division, fewest, cellsOf(options, fewest), again)].toSorted(
    (a, b) => a.segments.length - b.segments.length,
  );
}

function divide(
  division: WideDivision,
  how: Division,
  startSegments: number | undefined,
  cell: bigint,
  guesses: readonly bigint[],
): Divided {
  const range = division.hi - division.lo;
  const covering = 1n << BigInt((range - 1n).toString(2).length);
  switch (how) {
    case 'greedy':
      return divideGreedily(division, cell, guesses);
    case 'uniform':
      return divideUniformly(division, covering);
    case 'dyadic':
      return divideByHalving(
        division,
        startSegments === undefined ? covering : ceilingOf(range, BigInt(startSegments)),
      );
  }
}

const ceilingOf = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;

/** Powers of two, in units of the argument, from the longest that no segment is shorter than. */
function cellsOf(
  { approximand: { lo, hi } }: WideSearchOptions,
  { segments }: WideSearchResult,
): readonly bigint[] {
  const lengths = [hi - lo, ...segments.slice(0, -1).map((segment) => segment.hi - segment.lo)];
  const shortest = lengths.reduce((least, length) => (length < least ? length : least));
  const coarsest = 1n << BigInt(shortest.toString(2).length - 1);
  const cells: bigint[] = [];
  for (let part = 1n; part <= FINEST_DIVISION; part *= 2n) {
    const cell = coarsest / part;
    if (cell < 2n || (hi - lo) / cell > MOST_CELLS) break;
    cells.push(cell);
  }
  return cells;
}

/** The widest segment that is not a constant, as a value; at least one unit of the argument. */
function widestCurved({ approximand }: WideSearchOptions, segments: readonly WideSegment[]): number {
  const widths = segments
    .filter(({ coefficients }) => !isConstantPolynomial(coefficients))
    .map(({ lo, hi }) => Number(hi - lo));
  return Math.max(1, ...widths) * 2 ** -approximand.fracBits;
}
