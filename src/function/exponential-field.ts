import { affine } from './differentiate.js';
import * as f from './expression.js';
import type { Expression } from './expression.js';
import * as q from './rational.js';
import type { Rational } from './rational.js';

/** A term coefficient · x^degree · e^(rate · x). */
interface Term {
  readonly degree: number;
  readonly rate: Rational;
  readonly coefficient: Rational;
}

/** A sum of terms, by what distinguishes them. Such functions are equal only where their terms are. */
type Polynomial = ReadonlyMap<string, Term>;

/** numerator / denominator, an element of the field that x and all e^(c·x) with rational c generate. */
export interface Fraction {
  readonly numerator: Polynomial;
  readonly denominator: Polynomial;
}

/** Fractions with more terms than this are given up. */
const MOST_TERMS = 300;

const keyOf = (degree: number, rate: Rational): string => `${degree} ${rate.numerator}/${rate.denominator}`;

function polynomial(terms: Iterable<Term>): Polynomial {
  const sum = new Map<string, Term>();
  for (const term of terms) {
    const key = keyOf(term.degree, term.rate);
    const known = sum.get(key);
    const coefficient = known ? q.add(known.coefficient, term.coefficient) : term.coefficient;
    if (q.isZero(coefficient)) sum.delete(key);
    else sum.set(key, { ...term, coefficient });
  }
  return sum;
}

const monomial = (coefficient: Rational, degree = 0, rate: Rational = q.ZERO): Polynomial =>
  polynomial([{ degree, rate, coefficient }]);
const ONE = monomial(q.ONE);

function add(a: Polynomial, b: Polynomial): Polynomial {
  return polynomial([...a.values(), ...b.values()]);
}

function multiply(a: Polynomial, b: Polynomial): Polynomial {
  const terms: Term[] = [];
  for (const s of a.values()) {
    for (const t of b.values()) {
      terms.push({
        degree: s.degree + t.degree,
        rate: q.add(s.rate, t.rate),
        coefficient: q.multiply(s.coefficient, t.coefficient),
      });
    }
  }
  return polynomial(terms);
}

function isSame(a: Polynomial, b: Polynomial): boolean {
  return a.size === b.size && add(a, multiply(monomial(q.MINUS_ONE), b)).size === 0;
}

/** p(−x) */
function mirrored(p: Polynomial): Polynomial {
  return polynomial(
    [...p.values()].map(({ degree, rate, coefficient }) => ({
      degree,
      rate: q.negate(rate),
      coefficient: degree % 2 === 0 ? coefficient : q.negate(coefficient),
    })),
  );
}

function addFractions(a: Fraction, b: Fraction): Fraction {
  if (isSame(a.denominator, b.denominator)) {
    return { numerator: add(a.numerator, b.numerator), denominator: a.denominator };
  }
  return {
    numerator: add(multiply(a.numerator, b.denominator), multiply(b.numerator, a.denominator)),
    denominator: multiply(a.denominator, b.denominator),
  };
}

const multiplyFractions = (a: Fraction, b: Fraction): Fraction => ({
  numerator: multiply(a.numerator, b.numerator),
  denominator: multiply(a.denominator, b.denominator),
});

const inverse = ({ numerator, denominator }: Fraction): Fraction | undefined =>
  numerator.size === 0 ? undefined : { numerator: denominator, denominator: numerator };

/** The expression as an element of the field, or undefined where it is none or too large a one. */
export function toFraction(expression: Expression): Fraction | undefined {
  const fraction = convert(expression);
  if (!fraction || fraction.numerator.size + fraction.denominator.size > MOST_TERMS) return undefined;
  return fraction;
}

function convert(expression: Expression): Fraction | undefined {
  switch (expression.kind) {
    case 'variable':
      return { numerator: monomial(q.ONE, 1), denominator: ONE };
    case 'rational':
      return { numerator: monomial(expression.value), denominator: ONE };
    case 'add':
      return combine(expression.left, expression.right, addFractions);
    case 'multiply':
      return combine(expression.left, expression.right, multiplyFractions);
    case 'divide':
      return combine(expression.left, expression.right, (a, b) => {
        const reciprocal = inverse(b);
        return reciprocal && multiplyFractions(a, reciprocal);
      });
    case 'power':
      return powerOf(expression.base, expression.exponent);
    case 'call':
      return callOf(expression.name, expression.argument);
    default:
      return undefined;
  }
}

function combine(
  left: Expression,
  right: Expression,
  operation: (a: Fraction, b: Fraction) => Fraction | undefined,
): Fraction | undefined {
  const a = toFraction(left);
  const b = a && toFraction(right);
  return a && b && operation(a, b);
}

const HIGHEST_POWER = 6n;

function powerOf(base: Expression, exponent: Rational): Fraction | undefined {
  const magnitude = exponent.numerator < 0n ? -exponent.numerator : exponent.numerator;
  if (!q.isInteger(exponent) || magnitude > HIGHEST_POWER) return undefined;
  const fraction = toFraction(base);
  const start = fraction && (exponent.numerator < 0n ? inverse(fraction) : fraction);
  if (!start) return undefined;
  let result = start;
  for (let i = 1n; i < magnitude; i++) result = multiplyFractions(result, start);
  return result;
}

/** The functions that are rational in e^u, for u = c · x with a rational c. */
function callOf(name: string, argument: Expression): Fraction | undefined {
  const line = affine(argument);
  const rate = line && f.rationalOf(line.slope);
  if (!rate || !f.isNumber(line.offset, 0)) return undefined;
  const e = (factor: number): Polynomial => monomial(q.ONE, 0, q.multiply(rate, q.rational(factor)));
  const minusOne = monomial(q.MINUS_ONE);
  const half = monomial(q.rational(1, 2));
  switch (name) {
    case 'exp':
      return { numerator: e(1), denominator: ONE };
    case 'expm1':
      return { numerator: add(e(1), minusOne), denominator: ONE };
    case 'sigmoid':
      return { numerator: e(1), denominator: add(e(1), ONE) };
    case 'tanh':
      return { numerator: add(e(2), minusOne), denominator: add(e(2), ONE) };
    case 'sinh':
      return { numerator: multiply(half, add(e(1), multiply(minusOne, e(-1)))), denominator: ONE };
    case 'cosh':
      return { numerator: multiply(half, add(e(1), e(-1))), denominator: ONE };
    default:
      return undefined;
  }
}

/**
 * The sum and slope with f(−x) = sign · f(x) + sum + slope · x, proven by comparing every term of both
 * sides over a common denominator; undefined where there are none.
 */
export function mirrorIdentity(
  fraction: Fraction,
  sign: 1 | -1,
): { readonly sum: Rational; readonly slope: Rational } | undefined {
  const opposite = { numerator: multiply(monomial(q.rational(-sign)), fraction.numerator) };
  const image = { numerator: mirrored(fraction.numerator), denominator: mirrored(fraction.denominator) };
  const { numerator: p, denominator } = addFractions(image, { ...fraction, ...opposite });
  // p = (sum + slope · x) · denominator: the term of the highest degree in x tells the slope, then the sum.
  let highest: Term | undefined;
  for (const term of denominator.values()) if (!highest || term.degree > highest.degree) highest = term;
  if (!highest) return undefined;
  const { degree, rate, coefficient } = highest;
  const at = (terms: Polynomial, power: number): Rational =>
    q.divide(terms.get(keyOf(power, rate))?.coefficient ?? q.ZERO, coefficient);
  const slope = at(p, degree + 1);
  const withoutSlope = add(p, multiply(monomial(q.negate(slope), 1), denominator));
  const sum = at(withoutSlope, degree);
  const rest = add(withoutSlope, multiply(monomial(q.negate(sum)), denominator));
  return rest.size === 0 ? { sum, slope } : undefined;
}
