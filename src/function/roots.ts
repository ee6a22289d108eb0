import { differentiate, affine } from './differentiate.js';
import { fromNumber } from './dyadic.js';
import { contains, type Enclosure } from './enclosure.js';
import { evaluateSeries } from './evaluate.js';
import * as f from './expression.js';
import { isConstant, type Expression } from './expression.js';
import type { Failure, PrimitiveName } from './primitive.js';
import { divide as divideRationals, negate, toDouble } from './rational.js';
import { isFailure } from './series.js';

/** A root is searched between −2^63 and 2^63: no input of any format is farther out. */
const FARTHEST_EXPONENT = 63;
/** Of functions with infinitely many roots, only those up to this magnitude are listed. */
export const FARTHEST_OF_MANY = 256;
const MOST_OF_MANY = 1024;
/** Where roots are so many that the search ends before 256, it has to have come this far. */
const LEAST_SEARCHED = 16;
/** Cells narrower than this, relative to their distance from zero, are not divided any more. */
const NARROWEST = 2 ** -44;
const RANGE_BITS = 96;
/** Ranges that are computed before the search gives up; a few tenths of a second. */
const MOST_RANGES = 4000;

/** Where an expression may be zero. */
export interface Roots {
  /** Ascending doubles, each within 2^-44 of a root or of a place that could not be told from one or ruled out. */
  readonly roots: readonly number[];
  /** A place that the search did not come to an end with, if any. */
  readonly undecided?: number;
}

/** The range of an expression over [lo, hi], in units of 2^-96. */
export function rangeOver(expression: Expression, lo: number, hi: number): Enclosure | Failure {
  const block: Enclosure = { lo: toRange(lo), hi: toRange(hi) };
  const outcome = evaluateSeries(expression, [block], { bits: RANGE_BITS, terms: 1, lenient: false });
  return isFailure(outcome) ? outcome : outcome[0];
}

/** A double in units of 2^-96; what lies beyond is dropped. */
function toRange(value: number): bigint {
  const { raw, fracBits } = fromNumber(value);
  return fracBits <= RANGE_BITS ? raw << BigInt(RANGE_BITS - fracBits) : raw >> BigInt(fracBits - RANGE_BITS);
}

/** Every x with g(x) = 0: by the structure of g where that decides it, else by subdivision. */
export function rootsOf(g: Expression): Roots {
  const roots = structural(g) ?? bySubdivision(g);
  return { ...roots, roots: [...new Set(roots.roots.map((root) => root + 0))].toSorted((a, b) => a - b) };
}

const NONE: Roots = { roots: [] };

/** Increasing functions of the whole line, or of an interval around zero, that are zero at zero alone. */
const ZERO_AT_ZERO: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  ...(['abs', 'asin', 'asinh', 'atan', 'atanh', 'cbrt', 'erf', 'expm1', 'log1p', 'sinh', 'tanh'] as const),
]);
const NEVER_ZERO: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  ...(['cosh', 'erfc', 'exp', 'sigmoid', 'softplus'] as const),
]);

function structural(g: Expression): Roots | undefined {
  if (isConstant(g)) return NONE;
  const line = affine(g);
  if (line) return { roots: [affineRoot(line.slope, line.offset)].filter(Number.isFinite) };
  switch (g.kind) {
    case 'multiply':
      return union(rootsOf(g.left), rootsOf(g.right));
    case 'divide':
      return rootsOf(g.left);
    case 'power':
      return g.exponent.numerator > 0n ? rootsOf(g.base) : NONE;
    case 'call':
      if (NEVER_ZERO.has(g.name)) return NONE;
      if (ZERO_AT_ZERO.has(g.name)) return rootsOf(g.argument);
      if (g.name === 'log') return rootsOf(f.subtract(g.argument, f.one));
      return periodicRoots(g.name, g.argument);
    case 'maximum':
    case 'minimum':
      return union(rootsOf(g.left), rootsOf(g.right));
    case 'add':
      return ofShiftedExtreme(g.left, g.right);
    default:
      return undefined;
  }
}

/** max(a, b) + c is zero only where a + c or b + c is, or next to where one of them starts to be zero throughout. */
function ofShiftedExtreme(extreme: Expression, shift: Expression): Roots | undefined {
  if ((extreme.kind !== 'maximum' && extreme.kind !== 'minimum') || !isConstant(shift)) return undefined;
  return union(rootsOf(f.add(extreme.left, shift)), rootsOf(f.add(extreme.right, shift)));
}

function union(a: Roots, b: Roots): Roots {
  const undecided = a.undecided ?? b.undecided;
  return { roots: [...a.roots, ...b.roots], ...(undecided === undefined ? {} : { undecided }) };
}

function affineRoot(slope: Expression, offset: Expression): number {
  const [a, b] = [f.rationalOf(slope), f.rationalOf(offset)];
  if (a && b) return a.numerator === 0n ? NaN : toDouble(divideRationals(negate(b), a));
  const quotient = constantRange(f.divide(f.negate(offset), slope));
  return quotient === undefined ? NaN : toDouble({ numerator: quotient.lo, denominator: 1n << 96n });
}

function constantRange(expression: Expression): Enclosure | undefined {
  const range = rangeOver(expression, 0, 0);
  return typeof range === 'string' ? undefined : range;
}

/** Zeros of sin, cos and tan of an affine argument, near zero. */
function periodicRoots(name: PrimitiveName, argument: Expression): Roots | undefined {
  const line = affine(argument);
  if (!line || !['sin', 'cos', 'tan'].includes(name)) return undefined;
  const [slope, offset] = [constantRange(line.slope), constantRange(line.offset)].map((range) =>
    range ? toDouble({ numerator: range.lo, denominator: 1n << 96n }) : NaN,
  );
  if (!Number.isFinite(offset) || !(Math.abs(slope) > 0)) return NONE;
  const shift = name === 'cos' ? 0.5 : 0;
  const reach = Math.min(FARTHEST_OF_MANY, (MOST_OF_MANY / 2) * Math.abs(Math.PI / slope));
  const least = Math.ceil((-reach * Math.abs(slope) + offset * Math.sign(slope)) / Math.PI - shift);
  const most = Math.floor((reach * Math.abs(slope) + offset * Math.sign(slope)) / Math.PI - shift);
  const g = f.call(name === 'cos' ? 'cos' : 'sin', argument);
  const roots: number[] = [];
  for (let k = least; k <= most; k++) {
    roots.push(snap(g, ((k + shift) * Math.PI * Math.sign(slope) - offset) / slope));
  }
  return { roots };
}

const SNAP_BITS = 20;

/** A multiple of 2^-20 that is as good a root as the double next to it. */
function snap(g: Expression, root: number): number {
  const candidate = Math.round(root * 2 ** SNAP_BITS) / 2 ** SNAP_BITS;
  if (Math.abs(candidate - root) > 2 ** -40 * Math.max(1, Math.abs(root))) return root;
  const value = rangeOver(g, candidate, candidate);
  return typeof value !== 'string' && contains(value, 0n) ? candidate : root;
}

interface Cell {
  readonly lo: number;
  readonly hi: number;
}

/** Interval subdivision: cells where g can't be zero fall away, where g is monotone a bisection ends it. */
function bySubdivision(g: Expression): Roots {
  const line = rangeOver(g, -(2 ** FARTHEST_EXPONENT), 2 ** FARTHEST_EXPONENT);
  if (typeof line !== 'string' && !contains(line, 0n)) return NONE;
  const slope = differentiate(g);
  const roots: number[] = [];
  const clusters: Cell[] = [];
  let ranges = 0;
  let undecided: number | undefined;
  const pending = startCells();
  while (pending.length > 0) {
    const { lo, hi } = pending.pop() as Cell;
    const range = rangeOver(g, lo, hi);
    ranges++;
    if (range === 'undefined' || (typeof range !== 'string' && !contains(range, 0n))) continue;
    const change = range === 'unknown' ? 'unknown' : rangeOver(slope, lo, hi);
    if (typeof change !== 'string' && !contains(change, 0n)) {
      const root = monotoneRoot(g, lo, hi);
      if (root !== undefined) roots.push(root);
      continue;
    }
    const isFar = Math.min(Math.abs(lo), Math.abs(hi)) >= FARTHEST_OF_MANY;
    if (hi - lo <= NARROWEST * Math.max(1, Math.abs(lo))) clusters.push({ lo, hi });
    else if (isFar && hi - lo <= 1) continue;
    else if (ranges < MOST_RANGES) {
      const middle = lo + (hi - lo) / 2;
      if (isZeroAt(g, middle)) roots.push(middle);
      pending.push({ lo: middle, hi }, { lo, hi: middle });
    } else if (Math.min(Math.abs(lo), Math.abs(hi)) < LEAST_SEARCHED) undecided ??= lo;
  }
  if (isZeroAt(g, 0)) roots.push(0);
  roots.push(...unresolved(clusters, roots));
  return { roots, ...(undecided === undefined ? {} : { undecided }) };
}

/** The line in cells that double in width away from zero. */
function startCells(): Cell[] {
  const cells: Cell[] = [
    { lo: 0, hi: 0.5 },
    { lo: -0.5, hi: 0 },
  ];
  for (let k = -1; k < FARTHEST_EXPONENT; k++) {
    cells.push({ lo: 2 ** k, hi: 2 ** (k + 1) }, { lo: -(2 ** (k + 1)), hi: -(2 ** k) });
  }
  return cells.toReversed();
}

function isZeroAt(g: Expression, x: number): boolean {
  const value = rangeOver(g, x, x);
  return typeof value !== 'string' && value.lo === 0n && value.hi === 0n;
}

/** −1, 0 or 1 where that is certain at 96 bits, else undefined. */
function signAt(g: Expression, x: number): number | undefined {
  const value = rangeOver(g, x, x);
  if (typeof value === 'string') return undefined;
  if (value.lo > 0n) return 1;
  if (value.hi < 0n) return -1;
  return 0;
}

/** The root of a function that is strictly monotone on [lo, hi], by bisection down to neighbouring doubles. */
function monotoneRoot(g: Expression, lo: number, hi: number): number | undefined {
  const [first, last] = [signAt(g, lo), signAt(g, hi)];
  if (first === 0) return lo;
  if (last === 0) return hi;
  if (first === undefined || last === undefined || first === last) return undefined;
  let [low, high] = [lo, hi];
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return snap(g, low);
    const sign = signAt(g, middle);
    if (sign === undefined || sign === 0) return snap(g, middle);
    if (sign === first) low = middle;
    else high = middle;
  }
}

/** One place for each cluster of narrow cells that touch, unless a root is there already. */
function unresolved(clusters: readonly Cell[], roots: readonly number[]): readonly number[] {
  const ordered = clusters.toSorted((a, b) => a.lo - b.lo);
  const merged: Cell[] = [];
  for (const cell of ordered) {
    const last = merged[merged.length - 1];
    if (last && cell.lo <= last.hi) merged[merged.length - 1] = { lo: last.lo, hi: cell.hi };
    else merged.push(cell);
  }
  return merged
    .filter(({ lo, hi }) => !roots.some((root) => root >= lo && root <= hi))
    .map(({ lo, hi }) => lo + (hi - lo) / 2);
}

/** Whether the expression is analytic around x, shown on a block of a relative half-width of 2^-40. */
export function isAnalyticAt(expression: Expression, x: number): boolean {
  const reach = 2 ** -40 * Math.max(1, Math.abs(x));
  const [lo, hi] = [toRange(x - reach), toRange(x + reach)];
  const argument = [
    { lo, hi },
    { lo: 1n, hi: 1n },
  ];
  return !isFailure(evaluateSeries(expression, argument, { bits: RANGE_BITS, terms: 2, lenient: false }));
}
