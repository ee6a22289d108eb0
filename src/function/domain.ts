import { fromNumber, type Dyadic } from './dyadic.js';
import { exactValue } from './evaluate.js';
import * as f from './expression.js';
import { isConstant, operands, type Expression } from './expression.js';
import { isAnalyticAt, rangeOver, rootsOf } from './roots.js';

/** An interval on which a function is defined. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly fromIncluded: boolean;
  readonly toIncluded: boolean;
}

export interface Domain {
  /** Ascending and disjoint. */
  readonly pieces: readonly Piece[];
  /** Inside the pieces: where the function is not analytic. */
  readonly breaks: readonly number[];
  /** A place where it could not be decided whether the function is defined. */
  readonly undecided?: number;
}

/** Expressions at whose zeros the function may stop being defined, or analytic. */
function criticalParts(expression: Expression): readonly Expression[] {
  const found: Expression[] = [];
  const visited = new Set<Expression>();
  const note = (part: Expression): void => {
    if (!isConstant(part) && !found.some((other) => f.isSame(other, part))) found.push(part);
  };
  const visit = (part: Expression): void => {
    if (visited.has(part)) return;
    visited.add(part);
    operands(part).forEach(visit);
    ownCritical(part).forEach(note);
  };
  visit(expression);
  return found;
}

function ownCritical(part: Expression): readonly Expression[] {
  switch (part.kind) {
    case 'divide':
      return [part.right];
    case 'power': {
      const { numerator, denominator } = part.exponent;
      return numerator < 0n || denominator !== 1n ? [part.base] : [];
    }
    case 'maximum':
    case 'minimum':
      return [f.subtract(part.left, part.right)];
    case 'piecewise':
      return [part.condition];
    case 'call':
      switch (part.name) {
        case 'log':
        case 'abs':
        case 'cbrt':
          return [part.argument];
        case 'log1p':
          return [f.add(part.argument, f.one)];
        case 'acosh':
          return [f.subtract(part.argument, f.one)];
        case 'asin':
        case 'acos':
        case 'atanh':
          return [f.add(part.argument, f.one), f.subtract(part.argument, f.one)];
        case 'tan':
          return [f.call('cos', part.argument)];
        default:
          return [];
      }
    default:
      return [];
  }
}

/** Bits at which it is seen whether there is a value at all. */
const BITS = 64;

const isDefinedAt = (expression: Expression, x: number): boolean =>
  exactValue(expression, fromNumber(x), BITS) !== undefined;

/**
 * Where an expression is defined. Between two neighbouring zeros of its critical parts it is defined
 * everywhere or nowhere, and analytic; so one point decides for an interval, and each zero is looked at.
 */
export function domainOf(expression: Expression): Domain {
  let known = domains.get(expression);
  if (!known) domains.set(expression, (known = findDomain(expression)));
  return known;
}

const domains = new WeakMap<Expression, Domain>();

function findDomain(expression: Expression): Domain {
  const zeros = criticalParts(expression).map(rootsOf);
  const undecided = zeros.find((roots) => roots.undecided !== undefined)?.undecided;
  const critical = [...new Set(zeros.flatMap(({ roots }) => roots))]
    .toSorted((a, b) => a - b)
    .filter((x) => !isAnalyticAt(expression, x));
  const edges = [-Infinity, ...critical, Infinity];
  const pieces: Piece[] = [];
  const breaks: number[] = [];
  // The two sides of a zero are one piece where the function is defined on both and all around it.
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i], edges[i + 1]];
    if (!isDefinedAt(expression, between(from, to))) {
      if (from !== -Infinity && isDefinedAt(expression, from)) addPoint(pieces, from);
      continue;
    }
    const last = pieces[pieces.length - 1];
    const fromDefined = from !== -Infinity && isDefinedAt(expression, from);
    if (last && last.to === from && fromDefined && isDefinedAround(expression, from)) {
      breaks.push(from);
      pieces[pieces.length - 1] = { ...last, to, toIncluded: false };
    } else pieces.push({ from, to, fromIncluded: fromDefined, toIncluded: false });
  }
  return { pieces, breaks, ...(undecided === undefined ? {} : { undecided }) };
}

/** A piece ends at a point where the function still has a value. */
function addPoint(pieces: Piece[], x: number): void {
  const last = pieces[pieces.length - 1];
  if (last?.to === x) pieces[pieces.length - 1] = { ...last, toIncluded: true };
}

function between(from: number, to: number): number {
  if (from === -Infinity) return to === Infinity ? 0.5 : Math.min(to - 1, to * 1.5);
  if (to === Infinity) return Math.max(from + 1, from * 1.5);
  return from + (to - from) / 2;
}

/** Whether the function has a value everywhere around x, shown by its range on a narrow interval. */
function isDefinedAround(expression: Expression, x: number): boolean {
  const reach = 2 ** -44 * Math.max(1, Math.abs(x));
  return typeof rangeOver(expression, x - reach, x + reach) !== 'string';
}

/**
 * The limit at an end of a piece from inside, perhaps infinite. A heuristic: from three points whose
 * distances to the end shrink as the squares; it decides what an undefined input gives, and no proof.
 */
function limitAt(valueAt: (x: number) => number, piece: Piece, end: 'from' | 'to'): number {
  const x = piece[end];
  if (!Number.isFinite(x)) return NaN;
  const width = Math.min(1, piece.to - piece.from);
  const distances = [10, 20, 40].map((k) => width * Math.max(1, Math.abs(x)) * 2 ** -k);
  const values = distances.map((d) => valueAt(end === 'from' ? x + d : x - d));
  const [first, second, third] = values;
  const settles = Math.abs(third - second) < 0.9 * Math.abs(second - first) || third === second;
  // An end that is irrational lies beside its double, which may have a value though the end has none.
  const isIncluded = end === 'from' ? piece.fromIncluded : piece.toIncluded;
  if (settles && isIncluded) return valueAt(x);
  if (settles) return Math.abs(third) < 2 ** -18 ? 0 : third;
  return third > 0 ? Infinity : -Infinity;
}

/** f at a double, from its exact form; NaN where it has no value. */
export function valueOf(exact: (x: Dyadic, bits: number) => bigint | undefined): (x: number) => number {
  return (x) => {
    const value = exact(fromNumber(x), BITS);
    return value === undefined ? NaN : Number(value) / 2 ** BITS;
  };
}

/** What an input outside every piece should give: the limit at the nearest end of one. */
export function limitNear(valueAt: (x: number) => number, pieces: readonly Piece[], x: number): number {
  let best = { distance: Infinity, value: NaN };
  for (const piece of pieces) {
    for (const end of ['to', 'from'] as const) {
      const distance = Math.abs(x - piece[end]);
      // Of two as near, the one above: 1/x at 0 gives +∞.
      if (distance < best.distance || (distance === best.distance && end === 'from')) {
        best = { distance, value: limitAt(valueAt, piece, end) };
      }
    }
  }
  return best.value;
}
