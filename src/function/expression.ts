import type { PrimitiveName } from './primitive.js';
import * as q from './rational.js';
import type { Rational } from './rational.js';

/** A function of x, as a frozen tree; equal parts may be shared. */
export type Expression =
  | { readonly kind: 'variable' }
  | { readonly kind: 'rational'; readonly value: Rational }
  | { readonly kind: 'pi' }
  | Binary<'add'>
  | Binary<'multiply'>
  | Binary<'divide'>
  | Binary<'maximum'>
  | Binary<'minimum'>
  /** u^exponent; where the exponent is no integer, of u ≥ 0 only. */
  | { readonly kind: 'power'; readonly base: Expression; readonly exponent: Rational }
  | { readonly kind: 'call'; readonly name: PrimitiveName; readonly argument: Expression }
  /** `negative` where the condition is below zero, else `otherwise`. */
  | {
      readonly kind: 'piecewise';
      readonly condition: Expression;
      readonly negative: Expression;
      readonly otherwise: Expression;
    };

export type Binary<Kind> = { readonly kind: Kind; readonly left: Expression; readonly right: Expression };
type BinaryKind = 'add' | 'multiply' | 'divide' | 'maximum' | 'minimum';

/** The operands of an expression. */
export function operands(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'variable':
    case 'rational':
    case 'pi':
      return [];
    case 'power':
      return [expression.base];
    case 'call':
      return [expression.argument];
    case 'piecewise':
      return [expression.condition, expression.negative, expression.otherwise];
    default:
      return [expression.left, expression.right];
  }
}

const constants = new WeakMap<Expression, boolean>();

/** Whether x does not occur. */
export function isConstant(expression: Expression): boolean {
  let known = constants.get(expression);
  if (known === undefined) {
    known = expression.kind !== 'variable' && operands(expression).every(isConstant);
    constants.set(expression, known);
  }
  return known;
}

/** Whether two trees are the same, part by part. */
export function isSame(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'rational') return q.equals(a.value, (b as typeof a).value);
  if (a.kind === 'power' && !q.equals(a.exponent, (b as typeof a).exponent)) return false;
  if (a.kind === 'call' && a.name !== (b as typeof a).name) return false;
  const others = operands(b);
  return operands(a).every((part, i) => isSame(part, others[i]));
}

export const x: Expression = Object.freeze({ kind: 'variable' });
export const pi: Expression = Object.freeze({ kind: 'pi' });

export function rational(value: Rational): Expression {
  return Object.freeze({ kind: 'rational', value });
}

/** A whole number, or a fraction of two. */
export function number(numerator: number | bigint, denominator: number | bigint = 1): Expression {
  return rational(q.rational(numerator, denominator));
}

export const zero = number(0);
export const one = number(1);
export const two = number(2);
export const half = number(1, 2);

function binary(kind: BinaryKind, left: Expression, right: Expression): Expression {
  return Object.freeze({ kind, left, right });
}

/** The rational number that an expression is, or undefined. */
export function rationalOf(expression: Expression): Rational | undefined {
  return expression.kind === 'rational' ? expression.value : undefined;
}

export function isNumber(expression: Expression, value: number): boolean {
  const known = rationalOf(expression);
  return known !== undefined && known.denominator === 1n && known.numerator === BigInt(value);
}

/** The argument of a call of `name`, or undefined. */
export function argumentOf(expression: Expression, name: PrimitiveName): Expression | undefined {
  return expression.kind === 'call' && expression.name === name ? expression.argument : undefined;
}

/** u where the expression is −u, else undefined. */
function negated(expression: Expression): Expression | undefined {
  return expression.kind === 'multiply' && isNumber(expression.left, -1) ? expression.right : undefined;
}

/**
 * a + b; numbers fold and stand on the right. e^u − 1, 1 ± erf u and 1 + tanh u become the functions that
 * do not cancel in doubles.
 */
export function add(a: Expression, b: Expression): Expression {
  const [left, right] = [rationalOf(a), rationalOf(b)];
  if (left && right) return rational(q.add(left, right));
  if (left) return add(b, a);
  if (right && q.isZero(right)) return a;
  const subtrahend = negated(b);
  // π − π is zero, which no enclosure can tell.
  if (subtrahend && isConstant(a) && isSame(a, subtrahend)) return zero;
  if (right && a.kind === 'add') {
    const inner = rationalOf(a.right);
    if (inner) return add(a.left, rational(q.add(inner, right)));
  }
  const exponent = isNumber(b, -1) ? argumentOf(a, 'exp') : undefined;
  if (exponent) return call('expm1', exponent);
  if (isNumber(b, 1)) {
    const steep = argumentOf(a, 'tanh');
    if (steep) return multiply(two, call('sigmoid', multiply(two, steep)));
    const plus = argumentOf(a, 'erf');
    if (plus) return call('erfc', negate(plus));
    const opposite = negated(a);
    const minus = opposite && argumentOf(opposite, 'erf');
    if (minus) return call('erfc', minus);
  }
  return binary('add', a, b);
}

export function negate(a: Expression): Expression {
  return multiply(number(-1), a);
}

export function subtract(a: Expression, b: Expression): Expression {
  return add(a, negate(b));
}

/** a · b; numbers fold and stand on the left. */
export function multiply(a: Expression, b: Expression): Expression {
  const [left, right] = [rationalOf(a), rationalOf(b)];
  if (left && right) return rational(q.multiply(left, right));
  if (right) return multiply(b, a);
  if (left) {
    if (q.isZero(left)) return zero;
    if (isNumber(a, 1)) return b;
    if (b.kind === 'multiply') {
      const inner = rationalOf(b.left);
      if (inner) return multiply(rational(q.multiply(left, inner)), b.right);
    }
    return binary('multiply', a, b);
  }
  for (const [factor, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const inner = factor.kind === 'multiply' ? rationalOf(factor.left) : undefined;
    if (inner && factor.kind === 'multiply') {
      const rest = factor === a ? multiply(factor.right, other) : multiply(other, factor.right);
      return multiply(rational(inner), rest);
    }
  }
  return binary('multiply', a, b);
}

/**
 * a / b. By a number it is a product with the reciprocal, and exact where the quotient is. 1 / (1 + e^u)
 * and e^u / (1 + e^u) become the logistic function, which does not overflow.
 *
 * @throws RangeError for a division by the number zero
 */
export function divide(a: Expression, b: Expression): Expression {
  const divisor = rationalOf(b);
  if (divisor) return multiply(rational(q.divide(q.ONE, divisor)), a);
  if (isNumber(a, 0)) return zero;
  if (isSame(a, b) && isConstant(a)) return one;
  const exponent = onePlusExp(b);
  if (exponent) {
    const factor = rationalOf(a);
    if (factor) return multiply(a, call('sigmoid', negate(exponent)));
    const numerator = argumentOf(a, 'exp');
    if (numerator && isSame(numerator, exponent)) return call('sigmoid', exponent);
  }
  return binary('divide', a, b);
}

/** u where the expression is 1 + e^u. */
function onePlusExp(expression: Expression): Expression | undefined {
  if (expression.kind !== 'add' || !isNumber(expression.right, 1)) return undefined;
  return argumentOf(expression.left, 'exp');
}

export function maximum(a: Expression, b: Expression): Expression {
  return binary('maximum', a, b);
}

export function minimum(a: Expression, b: Expression): Expression {
  return binary('minimum', a, b);
}

/** Numbers are folded for integer exponents of a moderate size. */
const LARGEST_FOLDED = 64n;

export function power(base: Expression, exponent: Rational): Expression {
  if (q.isZero(exponent)) return one;
  if (q.equals(exponent, q.ONE)) return base;
  const value = rationalOf(base);
  const whole = q.isInteger(exponent);
  if (value && whole && exponent.numerator <= LARGEST_FOLDED && exponent.numerator >= -LARGEST_FOLDED) {
    if (!q.isZero(value) || exponent.numerator > 0n)
      return rational(q.power(value, Number(exponent.numerator)));
  }
  if (base.kind === 'power' && whole && q.isInteger(base.exponent)) {
    return power(base.base, q.multiply(base.exponent, exponent));
  }
  return Object.freeze({ kind: 'power', base, exponent });
}

export function sqrt(u: Expression): Expression {
  return power(u, q.rational(1, 2));
}

export function square(u: Expression): Expression {
  return power(u, q.rational(2));
}

/** A primitive function; log(1 + u) and log(1 + e^u) become the functions that do not cancel or overflow. */
export function call(name: PrimitiveName, argument: Expression): Expression {
  if (name === 'log' && isNumber(argument, 1)) return zero;
  if (name === 'exp' && isNumber(argument, 0)) return one;
  if (name === 'log' && argument.kind === 'add' && isNumber(argument.right, 1)) {
    return call('log1p', argument.left);
  }
  if (name === 'log1p') {
    const exponent = argumentOf(argument, 'exp');
    if (exponent) return call('softplus', exponent);
  }
  return Object.freeze({ kind: 'call', name, argument });
}

/** b^u for any expressions: by its logarithm, so of b > 0, unless the exponent is a number. */
export function powerOf(base: Expression, exponent: Expression): Expression {
  const fixed = rationalOf(exponent);
  if (fixed) return power(base, fixed);
  if (argumentOf(base, 'exp') && isNumber(argumentOf(base, 'exp') as Expression, 1))
    return call('exp', exponent);
  return call('exp', multiply(exponent, call('log', base)));
}

export function piecewise(condition: Expression, negative: Expression, otherwise: Expression): Expression {
  if (isSame(negative, otherwise)) return otherwise;
  return Object.freeze({ kind: 'piecewise', condition, negative, otherwise });
}

/** min(max(u, low), high) */
export function clamp(u: Expression, low: Expression, high: Expression): Expression {
  return minimum(maximum(u, low), high);
}

/** The same operation on other operands, in the order of `operands`. */
export function withOperands(expression: Expression, parts: readonly Expression[]): Expression {
  const [a, b, c] = parts;
  switch (expression.kind) {
    case 'add':
      return add(a, b);
    case 'multiply':
      return multiply(a, b);
    case 'divide':
      return divide(a, b);
    case 'maximum':
      return maximum(a, b);
    case 'minimum':
      return minimum(a, b);
    case 'power':
      return power(a, expression.exponent);
    case 'call':
      return call(expression.name, a);
    case 'piecewise':
      return piecewise(a, b, c);
    default:
      return expression;
  }
}

/** The expression with another one in the place of x. */
export function substitute(expression: Expression, argument: Expression): Expression {
  if (isConstant(expression)) return expression;
  if (expression.kind === 'variable') return argument;
  const parts = operands(expression).map((part) => substitute(part, argument));
  return withOperands(expression, parts);
}
