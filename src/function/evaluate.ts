import type { Dyadic } from './dyadic.js';
import * as e from './enclosure.js';
import type { Enclosure } from './enclosure.js';
import { isConstant, operands, type Expression } from './expression.js';
import type { Failure } from './primitive.js';
import * as s from './series.js';
import { isFailure, type Outcome, type Series, type SeriesContext } from './series.js';
import { piFixed } from './trigonometric.js';

/** Values of constant parts, per number of bits. */
const constantValues = new WeakMap<Expression, Map<number, Enclosure | Failure>>();

/**
 * The Taylor expansion of an expression where x is given as a series: [center] for a range or a value,
 * [center, half-width] for an expansion.
 */
export function evaluateSeries(expression: Expression, argument: Series, context: SeriesContext): Outcome {
  return evaluator(argument, context)(expression);
}

function evaluator(argument: Series, context: SeriesContext): (expression: Expression) => Outcome {
  const known = new Map<Expression, Outcome>();
  const evaluate = (expression: Expression): Outcome => {
    if (expression.kind === 'variable') return argument;
    if (isConstant(expression)) {
      const value = constantValue(expression, context);
      return typeof value === 'string' ? value : [value];
    }
    let outcome = known.get(expression);
    if (outcome === undefined) {
      outcome = operate(expression, evaluate, context);
      known.set(expression, outcome);
    }
    return outcome;
  };
  return evaluate;
}

function constantValue(expression: Expression, context: SeriesContext): Enclosure | Failure {
  const { bits } = context;
  if (expression.kind === 'rational') {
    const { numerator, denominator } = expression.value;
    return e.scale(e.point(1n << BigInt(bits)), numerator, denominator);
  }
  let byBits = constantValues.get(expression);
  if (!byBits) constantValues.set(expression, (byBits = new Map()));
  let value = byBits.get(bits);
  if (value === undefined) {
    if (expression.kind === 'pi') {
      const fixed = piFixed(bits);
      value = { lo: fixed - 1n, hi: fixed + 1n };
    } else {
      const flat: SeriesContext = { bits, terms: 1, lenient: false };
      const inner = (part: Expression): Outcome => {
        const known = constantValue(part, flat);
        return typeof known === 'string' ? known : [known];
      };
      const outcome = operate(expression, inner, flat);
      value = isFailure(outcome) ? outcome : outcome[0];
    }
    byBits.set(bits, value);
  }
  return value;
}

/** One operation on the series of its operands. */
function operate(
  expression: Expression,
  evaluate: (part: Expression) => Outcome,
  context: SeriesContext,
): Outcome {
  if (expression.kind === 'piecewise') return choose(expression, evaluate, context);
  const parts: Series[] = [];
  let failure: Failure | undefined;
  for (const operand of operands(expression)) {
    const outcome = evaluate(operand);
    if (outcome === 'undefined') return outcome;
    if (isFailure(outcome)) failure = outcome;
    else parts.push(outcome);
  }
  if (failure) return failure;
  const [a, b] = parts;
  switch (expression.kind) {
    case 'add':
      return s.add(a, b);
    case 'multiply':
      if (expression.left.kind === 'rational') return s.scale(b, expression.left.value);
      return s.multiply(a, b, context);
    case 'divide':
      return s.divide(a, b, context);
    case 'power':
      return s.power(a, expression.exponent, context);
    case 'call':
      return s.call(expression.name, a, context);
    case 'maximum':
      return larger(a, b, context);
    case 'minimum': {
      const opposite = larger(s.negate(a), s.negate(b), context);
      return isFailure(opposite) ? opposite : s.negate(opposite);
    }
    default:
      throw new TypeError(`${expression.kind} is not an operation`);
  }
}

function larger(a: Series, b: Series, { terms }: SeriesContext): Outcome {
  const [above, below] = [a[0].lo >= b[0].hi, b[0].lo >= a[0].hi];
  // Where two branches only touch, the centre of a block does not tell which of them is the larger beside it.
  if (above && below && terms > 1 && !sameSeries(a, b)) return 'unknown';
  if (above) return a;
  if (below) return b;
  if (terms > 1) return 'unknown';
  return [
    {
      lo: a[0].lo > b[0].lo ? a[0].lo : b[0].lo,
      hi: a[0].hi > b[0].hi ? a[0].hi : b[0].hi,
    },
  ];
}

function sameSeries(a: Series, b: Series): boolean {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, k) => [a[k] ?? e.ZERO, b[k] ?? e.ZERO]).every(
    ([x, y]) => x.lo === y.lo && x.hi === y.hi,
  );
}

function choose(
  expression: Extract<Expression, { kind: 'piecewise' }>,
  evaluate: (part: Expression) => Outcome,
  { terms }: SeriesContext,
): Outcome {
  const condition = evaluate(expression.condition);
  if (isFailure(condition)) return condition;
  const { lo, hi } = condition[0];
  if (hi < 0n) return evaluate(expression.negative);
  if (lo >= 0n) return evaluate(expression.otherwise);
  if (terms > 1) return 'unknown';
  const [a, b] = [evaluate(expression.negative), evaluate(expression.otherwise)];
  if (isFailure(a) || isFailure(b)) return a === 'undefined' && b === 'undefined' ? 'undefined' : 'unknown';
  return [e.hull(a[0], b[0])];
}

/** Bits beyond those asked for, in turn, until an enclosure is narrow enough (Ziv's strategy). */
const EXTRA_BITS = [32, 96, 256, 1024, 4096];

/** No format holds a value that comes near to 2^1024. */
const LARGEST_VALUE_EXPONENT = 1024;

/** x · 2^bits where that is a whole number; the bits of x itself beyond `bits` are kept by the caller. */
function toEnclosure({ raw, fracBits }: Dyadic, bits: number): Enclosure {
  const shift = bits - fracBits;
  if (shift >= 0) return e.point(raw << BigInt(shift));
  const lo = raw >> BigInt(-shift);
  return { lo, hi: lo << BigInt(-shift) === raw ? lo : lo + 1n };
}

/**
 * The value at x times 2^bits within one unit; exact where the value is a multiple of 2^-(bits + 30).
 * Undefined where the expression has no value, or none that can be told (∞ − ∞ far beyond every format).
 * Beyond ±2^1024 that bound itself.
 */
export function exactValue(expression: Expression, x: Dyadic, bits: number): bigint | undefined {
  for (const extra of EXTRA_BITS) {
    const work = Math.max(bits + extra, x.fracBits);
    const lenient = extra === EXTRA_BITS[EXTRA_BITS.length - 1];
    const outcome = evaluateSeries(expression, [toEnclosure(x, work)], { bits: work, terms: 1, lenient });
    if (outcome === 'undefined') return undefined;
    if (outcome === 'unknown') continue;
    const { lo, hi } = outcome[0];
    const shift = BigInt(work - bits);
    if (hi - lo <= 1n << (shift - 2n)) return (lo + hi + (1n << shift)) >> (shift + 1n);
    const most = 1n << BigInt(LARGEST_VALUE_EXPONENT + work);
    if (lo >= most) return most >> shift;
    if (hi <= -most) return -(most >> shift);
  }
  return undefined;
}

/** Coefficients may be this many units wide before an expansion is computed anew with more bits. */
const WIDEST = 4n;

/**
 * The Taylor expansion on |x − center| ≤ halfWidth, in units of 2^-bits: `terms` coefficients at the
 * centre, then the coefficient of the Lagrange remainder for every point of the block.
 */
export function expandOn(
  expression: Expression,
  center: Dyadic,
  halfWidth: Dyadic,
  terms: number,
  bits: number,
): readonly Enclosure[] | undefined {
  const least = Math.max(center.fracBits, halfWidth.fracBits);
  for (const extra of EXTRA_BITS.slice(0, 3)) {
    const work = Math.max(bits + extra, least);
    const [c, h] = [toEnclosure(center, work), toEnclosure(halfWidth, work)];
    const block: Enclosure = { lo: c.lo - h.hi, hi: c.hi + h.hi };
    const all = evaluateSeries(expression, terms === 0 ? [block] : [block, h], {
      bits: work,
      terms: terms + 1,
      lenient: false,
    });
    if (all === 'undefined') return undefined;
    const here =
      terms === 0
        ? []
        : evaluateSeries(expression, terms === 1 ? [c] : [c, h], { bits: work, terms, lenient: false });
    if (isFailure(all) || isFailure(here)) continue;
    const shift = BigInt(work - bits);
    const coefficients = Array.from({ length: terms }, (_, k) => e.shiftRight(here[k] ?? e.ZERO, shift));
    const narrow = coefficients.every(({ lo, hi }) => hi - lo <= WIDEST);
    if (!narrow && extra !== EXTRA_BITS[2]) continue;
    return [...coefficients, e.shiftRight(all[terms] ?? e.ZERO, shift)];
  }
  return undefined;
}
