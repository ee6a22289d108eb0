import type { Symmetry } from './definition.js';
import { affine } from './differentiate.js';
import { mirrorIdentity, toFraction } from './exponential-field.js';
import * as f from './expression.js';
import { isConstant, type Expression } from './expression.js';
import type { PrimitiveName } from './primitive.js';
import * as q from './rational.js';
import type { Rational } from './rational.js';

/** f(−x) = ±f(x) + sum + slope · x, with the sign known from the context. */
interface Mirror {
  readonly sum: Rational;
  readonly slope: Rational;
}

/** What is proven about f(−x); only polynomials of degree one have both. */
interface Mirrors {
  /** f(−x) = f(x) + … */
  readonly plus?: Mirror;
  /** f(−x) = −f(x) + … */
  readonly minus?: Mirror;
}

const PURE: Mirror = { sum: q.ZERO, slope: q.ZERO };
const isPure = (mirror: Mirror | undefined): boolean =>
  mirror !== undefined && q.isZero(mirror.sum) && q.isZero(mirror.slope);

/**
 * The symmetry of an expression, proven on its tree: by rules of even and odd parts, and for rational
 * functions of x and e^(c·x) by comparing both sides exactly. What neither proves is not stated.
 */
export function symmetryOf(expression: Expression): Symmetry | undefined {
  const found = { ...byField(expression), ...mirrorsOf(expression) };
  const candidates = [
    { sign: -1 as const, mirror: found.minus },
    { sign: 1 as const, mirror: found.plus },
  ];
  const best =
    candidates.find(({ mirror }) => isPure(mirror)) ??
    candidates.find(({ mirror }) => mirror && q.isZero(mirror.slope)) ??
    candidates.find(({ mirror }) => mirror);
  if (!best?.mirror) return undefined;
  const { sum, slope } = best.mirror;
  // What a double does not hold exactly would not be what was proven.
  if (!isDyadic(sum) || !isDyadic(slope)) return undefined;
  return Object.freeze({ sign: best.sign, sum: q.toDouble(sum), slope: q.toDouble(slope) });
}

/** Small enough, and with a power of two below. */
function isDyadic({ numerator, denominator }: Rational): boolean {
  return (
    (denominator & (denominator - 1n)) === 0n && denominator <= LARGEST && numerator * numerator < LARGEST
  );
}

const LARGEST = 1n << 64n;

function byField(expression: Expression): Mirrors {
  const fraction = toFraction(expression);
  if (!fraction) return {};
  const plus = mirrorIdentity(fraction, 1);
  const minus = mirrorIdentity(fraction, -1);
  return { ...(plus ? { plus } : {}), ...(minus ? { minus } : {}) };
}

function mirrorsOf(expression: Expression): Mirrors {
  if (isConstant(expression)) {
    const value = f.rationalOf(expression);
    return { plus: PURE, ...(value ? { minus: { sum: q.add(value, value), slope: q.ZERO } } : {}) };
  }
  switch (expression.kind) {
    case 'variable':
      return { minus: PURE, plus: { sum: q.ZERO, slope: q.rational(-2) } };
    case 'add':
      return sumOf(mirrorsOf(expression.left), mirrorsOf(expression.right));
    case 'multiply':
      return productOf(expression.left, expression.right);
    case 'divide': {
      const [a, b] = [mirrorsOf(expression.left), mirrorsOf(expression.right)];
      return pureProduct(a, b);
    }
    case 'power':
      return powerOf(mirrorsOf(expression.base), expression.exponent);
    case 'call':
      return callOf(expression.name, expression.argument);
    case 'maximum':
    case 'minimum':
      return clampOf(expression) ?? extremeOf(expression.kind, expression.left, expression.right);
    case 'piecewise': {
      // Where even the choice does not change with the sign of x, nothing does that is even.
      const parts = [expression.condition, expression.negative, expression.otherwise].map(mirrorsOf);
      return parts.every(({ plus }) => isPure(plus)) ? { plus: PURE } : {};
    }
    default:
      return {};
  }
}

function scaled(mirrors: Mirrors, factor: Rational): Mirrors {
  const times = ({ sum, slope }: Mirror): Mirror => ({
    sum: q.multiply(sum, factor),
    slope: q.multiply(slope, factor),
  });
  return {
    ...(mirrors.plus ? { plus: times(mirrors.plus) } : {}),
    ...(mirrors.minus ? { minus: times(mirrors.minus) } : {}),
  };
}

function sumOf(a: Mirrors, b: Mirrors): Mirrors {
  const both = (s: Mirror, t: Mirror): Mirror => ({
    sum: q.add(s.sum, t.sum),
    slope: q.add(s.slope, t.slope),
  });
  return {
    ...(a.plus && b.plus ? { plus: both(a.plus, b.plus) } : {}),
    ...(a.minus && b.minus ? { minus: both(a.minus, b.minus) } : {}),
  };
}

function productOf(left: Expression, right: Expression): Mirrors {
  const factor = f.rationalOf(left);
  if (factor) return scaled(mirrorsOf(right), factor);
  const pure = pureProduct(mirrorsOf(left), mirrorsOf(right));
  if (pure.plus || pure.minus) return pure;
  const line = lineTimes(left, mirrorsOf(right)) ?? lineTimes(right, mirrorsOf(left));
  return line ?? ofOddPart(f.multiply(left, right)) ?? {};
}

/**
 * For g(u) with an odd u that is more than a multiple of x, where x occurs in u alone: the symmetry of g as
 * a function of u, as of s(u)·(1 − s(u)).
 */
function ofOddPart(expression: Expression): Mirrors | undefined {
  for (const u of argumentsIn(expression)) {
    if (affine(u) || !isPure(mirrorsOf(u).minus)) continue;
    const outer = replaced(expression, u);
    const found = outer && byField(outer);
    if (!found) continue;
    const keep = (mirror: Mirror | undefined): mirror is Mirror => !!mirror && q.isZero(mirror.slope);
    return {
      ...(keep(found.plus) ? { plus: found.plus } : {}),
      ...(keep(found.minus) ? { minus: found.minus } : {}),
    };
  }
  return undefined;
}

/** What functions are called of, once each. */
function argumentsIn(expression: Expression, found: Expression[] = []): readonly Expression[] {
  if (expression.kind === 'call' && !found.some((other) => f.isSame(other, expression.argument))) {
    found.push(expression.argument);
  }
  for (const part of f.operands(expression)) argumentsIn(part, found);
  return found;
}

/** The expression with x in the place of each c·u, or undefined where x occurs outside of them. */
function replaced(expression: Expression, u: Expression): Expression | undefined {
  if (isConstant(expression)) return expression;
  if (f.isSame(expression, u)) return f.x;
  if (expression.kind === 'variable') return undefined;
  const parts = f.operands(expression).map((part) => replaced(part, u));
  const isWhole = (all: readonly (Expression | undefined)[]): all is readonly Expression[] =>
    all.every((part) => part !== undefined);
  return isWhole(parts) ? f.withOperands(expression, parts) : undefined;
}

/** c·x times v with v(−x) = ±v(x) + sum: (−c·x)(±v + sum) = ∓(c·x·v) − c·sum·x. */
function lineTimes(line: Expression, { plus, minus }: Mirrors): Mirrors | undefined {
  const parts = affine(line);
  const rate = parts && f.rationalOf(parts.slope);
  if (!rate || !f.isNumber(parts.offset, 0)) return undefined;
  const slope = (sum: Rational): Rational => q.negate(q.multiply(rate, sum));
  return {
    ...(plus && q.isZero(plus.slope) ? { minus: { sum: q.ZERO, slope: slope(plus.sum) } } : {}),
    ...(minus && q.isZero(minus.slope) ? { plus: { sum: q.ZERO, slope: slope(minus.sum) } } : {}),
  };
}

/** Products and quotients of even and odd functions. */
function pureProduct(a: Mirrors, b: Mirrors): Mirrors {
  const even = (isPure(a.plus) && isPure(b.plus)) || (isPure(a.minus) && isPure(b.minus));
  const odd = (isPure(a.plus) && isPure(b.minus)) || (isPure(a.minus) && isPure(b.plus));
  return { ...(even ? { plus: PURE } : {}), ...(odd ? { minus: PURE } : {}) };
}

function powerOf(base: Mirrors, exponent: Rational): Mirrors {
  if (isPure(base.plus)) return { plus: PURE };
  if (!isPure(base.minus) || !q.isInteger(exponent)) return {};
  return exponent.numerator % 2n === 0n ? { plus: PURE } : { minus: PURE };
}

const ODD: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  ...(['asin', 'asinh', 'atan', 'atanh', 'cbrt', 'erf', 'sin', 'sinh', 'tan', 'tanh'] as const),
]);
const EVEN: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>(['abs', 'cos', 'cosh']);
/** g(−u) = sum − g(u) */
const POINT: ReadonlyMap<PrimitiveName, Rational> = new Map<PrimitiveName, Rational>([
  ['sigmoid', q.ONE],
  ['erfc', q.rational(2)],
]);

function callOf(name: PrimitiveName, argument: Expression): Mirrors {
  const inner = mirrorsOf(argument);
  if (isPure(inner.plus)) return { plus: PURE };
  if (!isPure(inner.minus)) return {};
  if (EVEN.has(name)) return { plus: PURE };
  if (ODD.has(name)) return { minus: PURE };
  const sum = POINT.get(name);
  if (sum) return { minus: { sum, slope: q.ZERO } };
  // softplus(−u) = softplus(u) − u
  const rate = name === 'softplus' ? affine(argument)?.slope : undefined;
  const slope = rate && f.rationalOf(rate);
  return slope ? { plus: { sum: q.ZERO, slope: q.negate(slope) } } : {};
}

/** min(max(u, low), high) with u(−x) = low + high − u(x), for numbers low and high. */
function clampOf(expression: f.Binary<'maximum' | 'minimum'>): Mirrors | undefined {
  const high = f.rationalOf(expression.right);
  const inner = expression.left;
  if (expression.kind !== 'minimum' || inner.kind !== 'maximum' || !high) return undefined;
  const low = f.rationalOf(inner.right);
  const { plus, minus } = mirrorsOf(inner.left);
  if (isPure(plus)) return { plus: PURE };
  const isCentred = low && minus && q.isZero(minus.slope) && q.equals(minus.sum, q.add(low, high));
  return isCentred ? { minus } : undefined;
}

/** max(a, b) = (a + b + |a − b|) / 2, and the minimum with a minus sign. */
function extremeOf(kind: 'maximum' | 'minimum', a: Expression, b: Expression): Mirrors {
  const difference = f.call('abs', f.subtract(a, b));
  const sum = f.add(f.add(a, b), kind === 'maximum' ? difference : f.negate(difference));
  return scaled(mirrorsOf(sum), q.rational(1, 2));
}
