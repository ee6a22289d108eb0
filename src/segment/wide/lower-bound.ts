import { levelledReference } from '../../fit/minimax.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { dyadic } from '../../function/dyadic.js';

/** A stretch of raw arguments on which a piecewise polynomial has to meet f at certain places. */
export interface WideBoundOptions {
  readonly approximated: Pick<FunctionDefinition, 'expand'>;
  readonly fracBits: number;
  /** Both included. */
  readonly lo: bigint;
  readonly hi: bigint;
  /** Within so many units of every argument, and inside, is one at which f has to be met. */
  readonly spacing: number;
  readonly order: number;
  /** An ulp of the output is 2^-ulpBits of what is approximated. */
  readonly ulpBits: number;
  /** What the approximation may err, in ulps. */
  readonly error: number;
  /** Whether the error counts at an argument whose value, in ulps, is this: not where the output saturates. */
  readonly counts: (ulps: number, argument: number) => boolean;
  /** How many judgements may be made. */
  readonly budget: Budget;
}

/** What is left of a number of judgements; each takes a fraction of a millisecond. */
export interface Budget {
  left: number;
}

/**
 * How many breaks any piecewise polynomial has to make on a stretch: so many intervals, which share no more than
 * ends, are shown to be served by no polynomial. Undefined where the budget does not suffice.
 *
 * f is known as a Taylor expansion whose remainder is enclosed. Its terms up to the order make no difference, so that
 * doubles hold all that does: on a reference of order + 2 places the error levels at no less than the terms beyond
 * level at, less what the enclosures leave open, what doubles round, and what it costs that f has to be met at
 * arguments beside the places of the reference. By de la Vallée-Poussin's theorem no polynomial errs by less.
 */
export function breaksNeeded(options: WideBoundOptions): number | undefined {
  const { lo, hi, budget } = options;
  const leastSkip = (hi - lo) / SKIPS + 1n;
  let breaks = 0;
  let guess = (hi - lo) / FIRST_PARTS + 1n;
  for (let from = lo; from < hi;) {
    const found = shortestUnserved(options, from, guess);
    if (budget.left <= 0) return undefined;
    if (found.kind === 'unserved') {
      breaks++;
      from += found.length;
      guess = found.length;
    } else {
      if (from + found.length >= hi) break;
      // What is not known to need a break counts for none.
      from += found.length > leastSkip ? found.length : leastSkip;
      guess = found.next;
    }
  }
  return breaks;
}

/** Heuristics: the part of a stretch that is tried first, and that is passed over where nothing is known. */
const FIRST_PARTS = 64n;
const SKIPS = 2048n;
/** Lengths are found to this part: a bound that is so much too low is one. */
const PRECISION = 1e-3;
const MOST_TRIALS = 48;
const MOST_HALVINGS = 10;

type Found =
  | { readonly kind: 'unserved'; readonly length: bigint }
  /** Not so much as a place from which on nothing is known: the length that may be served, and what to try next. */
  | { readonly kind: 'open'; readonly length: bigint; readonly next: bigint };

/** The shortest length from a place on, or nearly so, that no polynomial serves. */
function shortestUnserved(options: WideBoundOptions, from: bigint, guess: bigint): Found {
  const { hi, error, order } = options;
  const longest = hi - from;
  const limited = (length: bigint): bigint => (length < longest ? (length > 1n ? length : 1n) : longest);
  const judged = (length: bigint): Verdict => judge(options, from, from + length);
  /** The length at which the level should be the error. */
  const predicted = (length: bigint, level: number, margin: number): bigint => {
    const factor = level > 0 ? (error / level) ** (1 / (order + 1)) * (1 + margin) : Infinity;
    return limited(times(length, Math.min(MOST_GROWTH, factor)));
  };

  let served = 0n;
  let length = limited(guess);
  let verdict = judged(length);
  for (let trial = 0; trial < MOST_TRIALS && verdict.kind === 'served'; trial++) {
    served = length;
    if (length === longest) return { kind: 'open', length, next: length };
    const next = predicted(length, verdict.level, PRECISION / 2);
    length = next > length ? next : limited(length + times(length, PRECISION) + 1n);
    verdict = judged(length);
  }
  for (let halving = 0; halving < MOST_HALVINGS && verdict.kind !== 'unserved'; halving++) {
    const middle = (served + length) / 2n;
    if (middle === served) break;
    verdict = judged(middle);
    if (verdict.kind === 'served') served = middle;
    else length = middle;
  }
  if (verdict.kind !== 'unserved') return { kind: 'open', length: served, next: limited(length) };

  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const close = length - times(length, PRECISION);
    if (served >= close) break;
    const aim = predicted(length, verdict.level, PRECISION / 3);
    if (aim >= close) break;
    const next = aim > served ? aim : (served + length) / 2n;
    const shorter = judged(next);
    if (shorter.kind === 'unserved') [length, verdict] = [next, shorter];
    else served = next;
  }
  return { kind: 'unserved', length };
}

const MOST_GROWTH = 4;
const FACTOR_BITS = 32;

function times(length: bigint, factor: number): bigint {
  return (length * BigInt(Math.round(factor * 2 ** FACTOR_BITS))) >> BigInt(FACTOR_BITS);
}

interface Verdict {
  /** That no polynomial serves an interval is proven; that one does is only likely. */
  readonly kind: 'unserved' | 'served' | 'unknown';
  /** What the error levels at, in ulps. */
  readonly level: number;
}

const UNKNOWN: Verdict = { kind: 'unknown', level: 0 };
/** Beside a place where f has no expansion, a polynomial that serves an interval serves these parts of it. */
const PARTS = [0, 1 / 16, 1 / 2] as const;

function judge(options: WideBoundOptions, from: bigint, to: bigint): Verdict {
  for (const part of PARTS) {
    const cut = times(to - from, part);
    const verdict = judgeInside(options, from + cut, to);
    if (verdict.kind === 'unserved' || (part === 0 && verdict.kind === 'served')) return verdict;
  }
  return UNKNOWN;
}

/** Terms of expansions beyond the order (a heuristic). */
const EXTRA_TERMS = 8;
/** Fraction bits beyond an ulp. */
const EXTRA_BITS = 32;
/** Heuristic: where what is not known is more than this part of what is compared, a shorter interval tells more. */
const MOST_OPEN = 0.25;
/** More than the rounding of doubles can be, as a part of the terms' sum. */
const ROUNDING = 2 ** -40;
/** Exchanges by which a reference is bettered. */
const EXCHANGES = 2;
/** As a part of the least distance between two places of a reference. */
const MOST_MOVED = 2 ** -7;

function judgeInside(options: WideBoundOptions, from: bigint, to: bigint): Verdict {
  const { approximated, fracBits, order, ulpBits, error, spacing, budget } = options;
  budget.left--;
  const terms = order + 1 + EXTRA_TERMS;
  const bits = Math.max(0, ulpBits) + EXTRA_BITS;
  const center = dyadic(from + to, fracBits + 1);
  const expansion =
    to > from ? approximated.expand(center, dyadic(to - from, fracBits + 1), terms, bits) : undefined;
  if (!expansion) return UNKNOWN;
  // The last one stands for all that follow, at any place.
  const coefficients = expansion.map(({ lo, hi }) => Number(lo + hi) * 2 ** (ulpBits - bits - 1));
  const open = expansion
    .slice(order + 1)
    .reduce((sum, { lo, hi }) => sum + Number(hi - lo) * 2 ** (ulpBits - bits - 1), 0);
  const rest = coefficients.map((c, k) => (k > order ? c : 0));
  const sum = rest.reduce((total, c) => total + Math.abs(c), 0);
  if (!Number.isFinite(sum + open)) return UNKNOWN;

  const { level, points } = levelledReference((u) => valueAt(rest, u), order, EXCHANGES);
  const halfWidth = Number(to - from) / 2;
  const moved = spacing / halfWidth;
  const apart = points.slice(1).reduce((least, u, i) => Math.min(least, u - points[i]), Infinity);
  if (!(2 * moved <= MOST_MOVED * apart)) return UNKNOWN;
  // By this part the weight of a place changes at most where all places move, and by this the terms there.
  const weights = (1 - (2 * moved) / apart) ** -(order + 1) - 1;
  const steepness = rest.reduce((total, c, k) => total + k * Math.abs(c), 0) * (1 + moved) ** terms;
  const doubt = (ROUNDING + weights) * sum + (1 + weights) * (steepness * moved + open);
  const proven = (level - doubt) / (1 + weights);
  if (proven > error) {
    const middle = Number(from + to) / 2;
    const isCounted = points.every((u) => options.counts(valueAt(coefficients, u), middle + halfWidth * u));
    return isCounted ? { kind: 'unserved', level: proven } : UNKNOWN;
  }
  return doubt > MOST_OPEN * Math.max(level, error) ? UNKNOWN : { kind: 'served', level };
}

function valueAt(coefficients: readonly number[], u: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * u + coefficients[k];
  return sum;
}
