import { arithmeticShape, type ArithmeticShape } from '../arithmetic.js';
import type { Division } from '../lower-bound.js';
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

/** Stands for the widest segment until one is known: offsets up to 1. */
const UNKNOWN_WIDTH = 2;
/** A map of more cells than this is not worth its bytes, nor finer cells once segments are few (heuristics). */
const MOST_CELLS = 8192n;
const FINEST_DIVISION = 64n;

type Attempt = WideSearchResult | WideUnreachable;

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
  ): Attempt => {
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

  const most = options.guardBits[options.guardBits.length - 1];
  const first = attempt(most, UNKNOWN_WIDTH);
  if (first.kind === 'unreachable') return first;
  // Coefficients have fraction bits by the widest segment, which is known only after a search: so search twice.
  const width = widestCurved(options, first.segments);
  const second = shape.scaling === 'same' ? first : attempt(most, width, first.segments);
  const best = second.kind === 'found' && second.segments.length <= first.segments.length ? second : first;
  const usedWidth = best === first ? UNKNOWN_WIDTH : width;
  const fewest = fewestGuardBits(options.guardBits, best, (bits) =>
    attempt(bits, usedWidth, best.segments, { mostSegments: best.segments.length }),
  );
  if (division !== 'greedy') return [fewest];
  return [
    fewest,
    ...alignments(options, fewest, (cell) => attempt(fewest.guardBits, usedWidth, fewest.segments, { cell })),
  ].toSorted((a, b) => a.segments.length - b.segments.length);
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

/** By bisection, the result with the fewest guard bits among those that need no more segments than `best`. */
function fewestGuardBits(
  guardBits: readonly number[],
  best: WideSearchResult,
  attempt: (bits: number) => Attempt,
): WideSearchResult {
  let found = best;
  let [low, high] = [0, guardBits.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const result = attempt(guardBits[middle]);
    if (result.kind === 'found') {
      found = result;
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return found;
}

/** Divisions whose segments end at multiples of a power of two, from coarse cells to fine ones. */
function alignments(
  { approximand: { lo, hi } }: WideSearchOptions,
  { segments }: WideSearchResult,
  attempt: (cell: bigint) => Attempt,
): readonly WideSearchResult[] {
  const lengths = [hi - lo, ...segments.slice(0, -1).map((segment) => segment.hi - segment.lo)];
  const shortest = lengths.reduce((least, length) => (length < least ? length : least));
  const coarsest = 1n << BigInt(shortest.toString(2).length - 1);
  const results: WideSearchResult[] = [];
  for (let part = 1n; part <= FINEST_DIVISION; part *= 2n) {
    const cell = coarsest / part;
    if (cell < 2n || (hi - lo) / cell > MOST_CELLS) break;
    const result = attempt(cell);
    if (result.kind === 'unreachable') continue;
    results.push(result);
    if (result.segments.length <= segments.length) break;
  }
  return results;
}

/** The widest segment that is not a constant, as a value; at least one unit of the argument. */
function widestCurved({ approximand }: WideSearchOptions, segments: readonly WideSegment[]): number {
  const widths = segments
    .filter(({ coefficients }) => coefficients.slice(0, -1).some((c) => c !== 0n))
    .map(({ lo, hi }) => Number(hi - lo));
  return Math.max(1, ...widths) * 2 ** -approximand.fracBits;
}
