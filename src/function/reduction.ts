import { compileExpression } from './compile.js';
import type { Core, RangeReduction, Symmetry } from './definition.js';
import { affine } from './differentiate.js';
import { dyadic } from './dyadic.js';
import { exactValue, expandOn } from './evaluate.js';
import * as f from './expression.js';
import { isConstant, type Expression } from './expression.js';
import type { Piece } from './domain.js';
import { printExpression } from './print.js';
import * as q from './rational.js';
import type { Rational } from './rational.js';

const NONE: RangeReduction = Object.freeze({ kind: 'none' });

/** How the argument of an expression can be reduced, proven on its tree. */
export function reductionOf(
  expression: Expression,
  domain: readonly Piece[],
  symmetry: Symmetry | undefined,
): RangeReduction {
  const found = split(expression) ?? periodic(expression);
  if (found) return found;
  // Powers of two bring positive arguments together; negative ones have to follow by symmetry, or be outside.
  const isFolded = symmetry !== undefined && symmetry.sum === 0 && symmetry.slope === 0;
  if (!isFolded && domain.some(({ from }) => from < 0)) return NONE;
  return scaling(expression) ?? adding(expression) ?? NONE;
}

/** A constant in its exact forms: as a double, and in fixed point, floored. */
function realNumber(expression: Expression): {
  readonly value: number;
  readonly fixed: (bits: number) => bigint;
} {
  const fixed = (bits: number): bigint => {
    const value = exactValue(expression, dyadic(0, 0), bits + CONSTANT_GUARD);
    if (value === undefined) throw new TypeError(`${printExpression(expression)} has no value`);
    return value >> BigInt(CONSTANT_GUARD);
  };
  return { value: compileExpression(expression)(0), fixed };
}

const CONSTANT_GUARD = 32;

function coreOf(expression: Expression): Core {
  return Object.freeze<Core>({
    formula: `${printExpression(expression).replace(/\bx\b/g, 'r')}, r in [0, 1)`,
    evaluate: compileExpression(expression),
    exact: (r, bits) => exactValue(expression, r, bits),
    expand: (center, halfWidth, terms, bits) => expandOn(expression, center, halfWidth, terms, bits),
  });
}

/** The greatest step and exponent of a normalisation. */
const MOST_STEP = 12n;

/** f(2^step · x) = 2^perStep · f(x) by the degree of homogeneity. Whole powers of x need no reduction. */
function scaling(expression: Expression): RangeReduction | undefined {
  const degree = degreeOf(expression);
  if (!degree || (q.isInteger(degree) && degree.numerator >= 0n)) return undefined;
  const { numerator, denominator } = degree;
  if (denominator > MOST_STEP || numerator > MOST_STEP || numerator < -MOST_STEP) return undefined;
  return Object.freeze({
    kind: 'normalise',
    effect: 'scale',
    step: Number(denominator),
    perStep: Number(numerator),
  });
}

/** d with f(t·x) = t^d · f(x) for all t > 0 and x > 0, or undefined. */
function degreeOf(expression: Expression): Rational | undefined {
  if (isConstant(expression)) return q.ZERO;
  const combine = (
    a: Expression,
    b: Expression,
    operation: (m: Rational, n: Rational) => Rational | undefined,
  ) => {
    const [m, n] = [degreeOf(a), degreeOf(b)];
    return m && n && operation(m, n);
  };
  const equal = (m: Rational, n: Rational): Rational | undefined => (q.equals(m, n) ? m : undefined);
  switch (expression.kind) {
    case 'variable':
      return q.ONE;
    case 'multiply':
      return combine(expression.left, expression.right, q.add);
    case 'divide':
      return combine(expression.left, expression.right, q.subtract);
    case 'add':
    case 'maximum':
    case 'minimum':
      return combine(expression.left, expression.right, equal);
    case 'power': {
      const inner = degreeOf(expression.base);
      return inner && q.multiply(inner, expression.exponent);
    }
    case 'call': {
      const inner = degreeOf(expression.argument);
      if (!inner) return undefined;
      if (expression.name === 'abs') return inner;
      return expression.name === 'cbrt'
        ? q.divide(inner, q.rational(3))
        : q.isZero(inner)
          ? inner
          : undefined;
    }
    default:
      return undefined;
  }
}

function adding(expression: Expression): RangeReduction | undefined {
  const step = doublingOf(expression);
  if (!step || f.isNumber(step, 0)) return undefined;
  const { value, fixed } = realNumber(step);
  if (!Number.isFinite(value) || value === 0) return undefined;
  return Object.freeze({ kind: 'normalise', effect: 'add', step: 1, perStep: value, perStepFixed: fixed });
}

/** f(2x) − f(x) where that is the same for all x > 0, or undefined. */
function doublingOf(expression: Expression): Expression | undefined {
  if (isConstant(expression)) return f.zero;
  switch (expression.kind) {
    case 'add': {
      const [a, b] = [doublingOf(expression.left), doublingOf(expression.right)];
      return a && b && f.add(a, b);
    }
    case 'multiply': {
      const { left, right } = expression;
      const [factor, other] = isConstant(left) ? [left, right] : [right, left];
      const inner = isConstant(factor) ? doublingOf(other) : undefined;
      return inner && f.multiply(factor, inner);
    }
    case 'divide': {
      const inner = isConstant(expression.right) ? doublingOf(expression.left) : undefined;
      return inner && f.divide(inner, expression.right);
    }
    case 'call': {
      const degree = expression.name === 'log' ? degreeOf(expression.argument) : undefined;
      return degree && f.multiply(f.rational(degree), f.call('log', f.two));
    }
    default:
      return undefined;
  }
}

/** factor · e^(rate · x) + offset */
interface Exponential {
  readonly rate: Expression;
  readonly factor: Expression;
  readonly offset: Rational;
}

function split(expression: Expression): RangeReduction | undefined {
  const form = exponentialOf(expression);
  if (!form || isConstant(expression) || !q.isInteger(form.offset)) return undefined;
  const { value, fixed } = realNumber(f.divide(form.rate, f.call('log', f.two)));
  if (!(value > 0) || !Number.isFinite(value)) return undefined;
  return Object.freeze({
    kind: 'split',
    multiplier: value,
    multiplierFixed: fixed,
    offset: Number(form.offset.numerator),
    core: coreOf(f.multiply(form.factor, f.powerOf(f.two, f.x))),
  });
}

function exponentialOf(expression: Expression): Exponential | undefined {
  if (isConstant(expression)) return { rate: f.zero, factor: expression, offset: q.ZERO };
  switch (expression.kind) {
    case 'call': {
      const line = affine(expression.argument);
      const isShifted = expression.name === 'expm1';
      if (!line || (expression.name !== 'exp' && !isShifted)) return undefined;
      const offset = isShifted ? q.MINUS_ONE : q.ZERO;
      return { rate: line.slope, factor: f.call('exp', line.offset), offset };
    }
    case 'add': {
      const added = f.rationalOf(expression.right);
      const inner = added && exponentialOf(expression.left);
      return inner && { ...inner, offset: q.add(inner.offset, added) };
    }
    case 'multiply': {
      const [a, b] = [exponentialOf(expression.left), exponentialOf(expression.right)];
      return a && b && productOf(a, b);
    }
    case 'divide': {
      const [a, b] = [exponentialOf(expression.left), exponentialOf(expression.right)];
      return a && b && q.isZero(b.offset) ? productOf(a, raised(b, q.MINUS_ONE)) : undefined;
    }
    case 'power': {
      const inner = exponentialOf(expression.base);
      return inner && q.isZero(inner.offset) ? raised(inner, expression.exponent) : undefined;
    }
    default:
      return undefined;
  }
}

function raised({ rate, factor, offset }: Exponential, exponent: Rational): Exponential {
  return { rate: f.multiply(f.rational(exponent), rate), factor: f.power(factor, exponent), offset };
}

/** Of two sums only one may have an offset, and then the other has to be a number. */
function productOf(a: Exponential, b: Exponential): Exponential | undefined {
  if (!q.isZero(b.offset)) return q.isZero(a.offset) ? productOf(b, a) : undefined;
  const number = f.isNumber(b.rate, 0) ? f.rationalOf(b.factor) : undefined;
  if (!q.isZero(a.offset) && !number) return undefined;
  return {
    rate: f.add(a.rate, b.rate),
    factor: f.multiply(a.factor, b.factor),
    offset: number ? q.multiply(a.offset, number) : q.ZERO,
  };
}

const quadrant = (mirror: boolean, negate: boolean) => Object.freeze({ mirror, negate });

/** With the core sin(π/2 · r), or tan(π/2 · r) for the tangent. */
const QUADRANTS = {
  sin: [quadrant(false, false), quadrant(true, false), quadrant(false, true), quadrant(true, true)],
  cos: [quadrant(true, false), quadrant(false, true), quadrant(true, true), quadrant(false, false)],
  tan: [quadrant(false, false), quadrant(true, true)],
} as const;

function periodic(expression: Expression): RangeReduction | undefined {
  const wave = waveOf(expression);
  if (!wave) return undefined;
  const { value, fixed } = realNumber(f.divide(f.multiply(f.two, wave.rate), f.pi));
  if (!(value > 0) || !Number.isFinite(value)) return undefined;
  const core = f.call(wave.name === 'tan' ? 'tan' : 'sin', f.multiply(f.multiply(f.half, f.pi), f.x));
  return Object.freeze({
    kind: 'periodic',
    multiplier: value,
    multiplierFixed: fixed,
    quadrants: QUADRANTS[wave.name],
    core: coreOf(f.multiply(wave.factor, core)),
  });
}

/** factor · sin(rate · x), or with cos or tan. */
function waveOf(
  expression: Expression,
):
  | { readonly name: 'sin' | 'cos' | 'tan'; readonly rate: Expression; readonly factor: Expression }
  | undefined {
  if (expression.kind === 'multiply') {
    const { left, right } = expression;
    const [factor, other] = isConstant(left) ? [left, right] : [right, left];
    const wave = isConstant(factor) ? waveOf(other) : undefined;
    return wave && { ...wave, factor: f.multiply(factor, wave.factor) };
  }
  if (expression.kind === 'divide' && isConstant(expression.right)) {
    const wave = waveOf(expression.left);
    return wave && { ...wave, factor: f.divide(wave.factor, expression.right) };
  }
  if (expression.kind !== 'call') return undefined;
  const { name } = expression;
  const line = affine(expression.argument);
  if ((name !== 'sin' && name !== 'cos' && name !== 'tan') || !line) return undefined;
  return f.isNumber(line.offset, 0) ? { name, rate: line.slope, factor: f.one } : undefined;
}
