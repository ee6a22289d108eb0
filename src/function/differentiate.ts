import * as f from './expression.js';
import { isConstant, number, one, x, zero, type Expression } from './expression.js';
import type { PrimitiveName } from './primitive.js';
import { rational, subtract } from './rational.js';

/** The derivative by x. Where a function has a kink, its derivative there is the one from the right. */
export function differentiate(expression: Expression): Expression {
  return derivativeOf(expression, new Map());
}

function derivativeOf(expression: Expression, known: Map<Expression, Expression>): Expression {
  if (isConstant(expression)) return zero;
  let result = known.get(expression);
  if (result === undefined) {
    result = rule(expression, (part) => derivativeOf(part, known));
    known.set(expression, result);
  }
  return result;
}

function rule(expression: Expression, d: (part: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'variable':
      return one;
    case 'add':
      return f.add(d(expression.left), d(expression.right));
    case 'multiply': {
      const { left, right } = expression;
      return f.add(f.multiply(d(left), right), f.multiply(left, d(right)));
    }
    case 'divide': {
      const { left, right } = expression;
      if (isConstant(right)) return f.divide(d(left), right);
      const reciprocal = f.divide(f.negate(f.multiply(left, d(right))), f.square(right));
      return f.add(f.divide(d(left), right), reciprocal);
    }
    case 'power': {
      const { base, exponent } = expression;
      const lowered = f.power(base, subtract(exponent, rational(1)));
      return f.multiply(f.multiply(f.rational(exponent), lowered), d(base));
    }
    case 'call':
      return f.multiply(
        PRIMITIVE_DERIVATIVE[expression.name](expression.argument, expression),
        d(expression.argument),
      );
    case 'maximum': {
      const { left, right } = expression;
      return f.piecewise(f.subtract(left, right), d(right), d(left));
    }
    case 'minimum': {
      const { left, right } = expression;
      return f.piecewise(f.subtract(left, right), d(left), d(right));
    }
    case 'piecewise':
      return f.piecewise(expression.condition, d(expression.negative), d(expression.otherwise));
    default:
      return zero;
  }
}

const onePlusSquare = (u: Expression): Expression => f.add(f.square(u), one);
const oneMinusSquare = (u: Expression): Expression => f.subtract(one, f.square(u));
const inverseRoot = (u: Expression): Expression => f.power(u, rational(-1, 2));
const bell = (u: Expression): Expression =>
  f.multiply(f.divide(number(2), f.sqrt(f.pi)), f.call('exp', f.negate(f.square(u))));

/** f′(u), from u and f(u). */
const PRIMITIVE_DERIVATIVE: Readonly<
  Record<PrimitiveName, (u: Expression, value: Expression) => Expression>
> = {
  abs: (u) => f.piecewise(u, number(-1), one),
  acos: (u) => f.negate(inverseRoot(oneMinusSquare(u))),
  acosh: (u) => inverseRoot(f.add(f.square(u), number(-1))),
  asin: (u) => inverseRoot(oneMinusSquare(u)),
  asinh: (u) => inverseRoot(onePlusSquare(u)),
  atan: (u) => f.power(onePlusSquare(u), rational(-1)),
  atanh: (u) => f.power(oneMinusSquare(u), rational(-1)),
  cbrt: (_, value) => f.multiply(number(1, 3), f.power(value, rational(-2))),
  cos: (u) => f.negate(f.call('sin', u)),
  cosh: (u) => f.call('sinh', u),
  erf: bell,
  erfc: (u) => f.negate(bell(u)),
  exp: (_, value) => value,
  expm1: (u) => f.call('exp', u),
  log: (u) => f.power(u, rational(-1)),
  log1p: (u) => f.power(f.add(u, one), rational(-1)),
  sigmoid: (_, value) => f.multiply(value, f.subtract(one, value)),
  sin: (u) => f.call('cos', u),
  sinh: (u) => f.call('cosh', u),
  softplus: (u) => f.call('sigmoid', u),
  tan: (_, value) => onePlusSquare(value),
  tanh: (_, value) => oneMinusSquare(value),
};

/** The n-th derivative. */
export function differentiateTimes(expression: Expression, times: number): Expression {
  return times === 0 ? expression : differentiateTimes(differentiate(expression), times - 1);
}

/** The slope and the value at zero, where the expression is a polynomial of degree 1 at most in x. */
export function affine(
  expression: Expression,
): { readonly slope: Expression; readonly offset: Expression } | undefined {
  if (isConstant(expression)) return { slope: zero, offset: expression };
  if (expression === x || expression.kind === 'variable') return { slope: one, offset: zero };
  if (expression.kind === 'add') {
    const [a, b] = [affine(expression.left), affine(expression.right)];
    return a && b && { slope: f.add(a.slope, b.slope), offset: f.add(a.offset, b.offset) };
  }
  if (expression.kind === 'multiply') {
    const { left, right } = expression;
    const [factor, other] = isConstant(left) ? [left, affine(right)] : [right, affine(left)];
    if (!isConstant(factor) || !other) return undefined;
    return { slope: f.multiply(other.slope, factor), offset: f.multiply(other.offset, factor) };
  }
  if (expression.kind === 'divide' && isConstant(expression.right)) {
    const other = affine(expression.left);
    const { right } = expression;
    return other && { slope: f.divide(other.slope, right), offset: f.divide(other.offset, right) };
  }
  return undefined;
}
