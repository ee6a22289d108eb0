import { argumentOf, isConstant, isNumber, rationalOf, type Expression } from './expression.js';
import type { Rational } from './rational.js';

/** How tightly an expression holds together: a part that holds less than its place asks gets parentheses. */
const SUM = 1;
const PRODUCT = 2;
const SIGN = 3;
const POWER = 4;
const ATOM = 5;

interface Printed {
  readonly text: string;
  readonly strength: number;
}

/** An expression as a user writes it; parsing it gives the same tree. */
export function printExpression(expression: Expression): string {
  return print(expression).text;
}

function within(expression: Expression, strength: number): string {
  const printed = print(expression);
  return printed.strength >= strength ? printed.text : `(${printed.text})`;
}

function print(expression: Expression): Printed {
  switch (expression.kind) {
    case 'variable':
      return { text: 'x', strength: ATOM };
    case 'pi':
      return { text: 'pi', strength: ATOM };
    case 'rational':
      return printRational(expression.value);
    case 'add':
      return printSum(expression.left, expression.right);
    case 'multiply':
      return printProduct(expression.left, expression.right);
    case 'divide':
      return {
        text: `${within(expression.left, PRODUCT)}/${within(expression.right, SIGN + 1)}`,
        strength: PRODUCT,
      };
    case 'power':
      return printPower(expression.base, expression.exponent);
    case 'maximum':
      return { text: `max(${print(expression.left).text}, ${print(expression.right).text})`, strength: ATOM };
    case 'minimum':
      return { text: `min(${print(expression.left).text}, ${print(expression.right).text})`, strength: ATOM };
    case 'piecewise': {
      const [condition, negative, otherwise] = [
        expression.condition,
        expression.negative,
        expression.otherwise,
      ].map((part) => within(part, SUM));
      return { text: `(${condition} < 0 ? ${negative} : ${otherwise})`, strength: ATOM };
    }
    case 'call':
      if (expression.name === 'exp') return printExponential(expression);
      return { text: `${expression.name}(${print(expression.argument).text})`, strength: ATOM };
  }
}

function printRational({ numerator, denominator }: Rational): Printed {
  const sign = numerator < 0n ? '-' : '';
  const magnitude = numerator < 0n ? -numerator : numerator;
  const decimal = asDecimal(magnitude, denominator);
  const strength = sign ? SIGN : decimal === undefined ? PRODUCT : ATOM;
  return {
    text: `${sign}${decimal ?? `${magnitude}/${denominator}`}`,
    strength: decimal ? strength : PRODUCT,
  };
}

/** `0.044715`, where that takes few digits. */
function asDecimal(numerator: bigint, denominator: bigint): string | undefined {
  if (denominator === 1n) return String(numerator);
  for (let digits = 1; digits <= 18; digits++) {
    const scaled = numerator * 10n ** BigInt(digits);
    if (scaled % denominator !== 0n) continue;
    const text = String(scaled / denominator).padStart(digits + 1, '0');
    return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  }
  return undefined;
}

/** The expression without its minus sign, where it has one. */
function positive(expression: Expression): string | undefined {
  const value = rationalOf(expression);
  if (value && value.numerator < 0n) {
    return print({ kind: 'rational', value: { ...value, numerator: -value.numerator } }).text;
  }
  if (expression.kind !== 'multiply') return undefined;
  const factor = rationalOf(expression.left);
  if (!factor || factor.numerator >= 0n) return undefined;
  const left: Expression = { kind: 'rational', value: { ...factor, numerator: -factor.numerator } };
  return isNumber(left, 1) ? within(expression.right, PRODUCT) : printProduct(left, expression.right).text;
}

function printSum(left: Expression, right: Expression): Printed {
  const minuend = positive(right);
  const text =
    minuend === undefined
      ? `${within(left, SUM)} + ${within(right, SUM + 1)}`
      : `${within(left, SUM)} - ${minuend}`;
  return { text, strength: SUM };
}

function printProduct(left: Expression, right: Expression): Printed {
  if (isNumber(left, -1)) return { text: `-${within(right, SIGN)}`, strength: SIGN };
  const factor = rationalOf(left);
  if (factor && factor.denominator !== 1n && asDecimal(1n, factor.denominator) === undefined) {
    const numerator =
      factor.numerator === 1n ? within(right, PRODUCT) : `${factor.numerator}*${within(right, SIGN + 1)}`;
    return { text: `${numerator}/${factor.denominator}`, strength: PRODUCT };
  }
  return { text: `${within(left, PRODUCT)}*${within(right, SIGN + 1)}`, strength: PRODUCT };
}

function printPower(base: Expression, exponent: Rational): Printed {
  if (exponent.numerator === 1n && exponent.denominator === 2n) {
    return { text: `sqrt(${print(base).text})`, strength: ATOM };
  }
  const whole = exponent.denominator === 1n;
  const text =
    whole && exponent.numerator >= 0n
      ? String(exponent.numerator)
      : `(${exponent.numerator}${whole ? '' : `/${exponent.denominator}`})`;
  return { text: `${within(base, POWER + 1)}^${text}`, strength: POWER };
}

function printExponential(expression: Expression & { readonly kind: 'call' }): Printed {
  if (isNumber(expression.argument, 1)) return { text: 'e', strength: ATOM };
  const power = exponential(expression);
  if (!power) return { text: `exp(${print(expression.argument).text})`, strength: ATOM };
  const base = within({ kind: 'rational', value: power.base }, POWER + 1);
  return { text: `${base}^${within(power.exponent, POWER)}`, strength: POWER };
}

/** c and u where the expression is e^(u · ln c) with a number c, so that it is c^u. */
export function exponential(
  expression: Expression,
): { readonly base: Rational; readonly exponent: Expression } | undefined {
  const argument = argumentOf(expression, 'exp');
  if (argument?.kind !== 'multiply') return undefined;
  for (const [factor, exponent] of [
    [argument.left, argument.right],
    [argument.right, argument.left],
  ] as const) {
    const logarithm = isConstant(factor) ? argumentOf(factor, 'log') : undefined;
    const base = logarithm && rationalOf(logarithm);
    if (base && base.numerator > 0n) return { base, exponent };
  }
  return undefined;
}
