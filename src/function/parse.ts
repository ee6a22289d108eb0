import { usageError } from '../diagnostic.js';
import { didYouMean } from '../nearest.js';
import * as f from './expression.js';
import { number, type Expression } from './expression.js';
import { PRIMITIVE_NAMES, type PrimitiveName } from './primitive.js';
import { parseDecimal } from './rational.js';

/** What else can be called in an expression: functions of one argument by name. */
export type NamedFunctions = ReadonlyMap<string, Expression>;

interface Token {
  readonly kind: 'number' | 'name' | 'operator' | 'end';
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

/** Texts longer than this, or nested deeper, are refused before they can exhaust anything. */
const LONGEST = 4096;
const DEEPEST = 100;

/** What stands for itself in an expression in x, and in one of a number. */
const CONSTANTS: Symbols = new Map([
  ['pi', f.pi],
  ['e', f.call('exp', f.one)],
]);
const SYMBOLS: Symbols = new Map([['x', f.x], ...CONSTANTS]);

type Symbols = ReadonlyMap<string, Expression>;

/**
 * Reads an expression in x: numbers, `pi`, `e`, + − * / ^, comparisons with ? :, and functions. The minus
 * sign binds less tightly than ^, and ^ is evaluated from the right, as in mathematics.
 *
 * Written here rather than left to a library, since decimal numbers must stay exact, messages must name the
 * column, and workers of a proof should not load a library of a second for it.
 *
 * @throws usage error with the column and what was expected
 */
export function parseExpression(
  text: string,
  named: NamedFunctions = new Map(),
  path = '--expr',
): Expression {
  return parseText(text, { symbols: SYMBOLS, named }, (message, hint) =>
    usageError('bad-expression', message, hint ?? 'expressions look like x*tanh(log1p(exp(x)))', path),
  );
}

/**
 * Reads an expression without x: `3*2^-12`, `log(2)`.
 *
 * @throws usage error with the column and what was expected
 */
export function parseConstant(text: string, path: string): Expression {
  return parseText(text, { symbols: CONSTANTS, named: new Map() }, (message, hint) =>
    usageError('not-a-number', message, hint ?? 'numbers look like 8, 1e-3, 3*2^-12 or log(2)', path),
  );
}

/** The names that an expression may use. */
interface Names {
  readonly symbols: Symbols;
  readonly named: NamedFunctions;
}

function parseText(
  text: string,
  names: Names,
  refusal: (message: string, hint: string | undefined) => Error,
): Expression {
  const refuse: Refuse = (message, column, hint) => {
    const shown = text.length > 80 ? `${text.slice(0, 77)}…` : text;
    throw refusal(`"${shown}" can't be read at column ${column}: ${message}`, hint);
  };
  if (text.length > LONGEST) refuse(`it has ${text.length} characters; expected at most ${LONGEST}`, LONGEST);
  return parseTokens(tokenize(text, refuse), names, refuse);
}

type Refuse = (message: string, column: number, hint?: string) => never;

const TOKEN =
  /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|\*\*|[-+*/^()?:,<>]))/y;

function tokenize(text: string, refuse: Refuse): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      const column = at + text.slice(at).search(/\S/) + 1;
      return refuse(`${JSON.stringify(text[column - 1])} has no meaning here`, column);
    }
    const [all, numeral, name, operator] = match;
    at += all.length;
    const token = numeral ?? name ?? operator;
    const kind = numeral ? 'number' : name ? 'name' : 'operator';
    tokens.push({ kind, text: token === '**' ? '^' : token, column: at - token.length + 1 });
  }
  tokens.push({ kind: 'end', text: 'the end', column: text.length + 1 });
  return tokens;
}

/** By recursive descent, a function for each level of binding. */
function parseTokens(tokens: readonly Token[], names: Names, refuse: Refuse): Expression {
  let position = 0;
  let depth = 0;
  const peek = (): Token => tokens[position];
  const next = (): Token => tokens[position++];
  const isOperator = (...texts: readonly string[]): boolean =>
    peek().kind === 'operator' && texts.includes(peek().text);
  const expect = (operator: string): Token => {
    if (!isOperator(operator)) refuse(`expected ${operator}, found ${peek().text}`, peek().column);
    return next();
  };

  const conditional = (): Expression => {
    if (++depth > DEEPEST) refuse(`it is nested more than ${DEEPEST} deep`, peek().column);
    const left = sum();
    const result = isOperator('<', '<=', '>', '>=') ? comparison(left, next()) : left;
    depth--;
    return result;
  };
  const comparison = (left: Expression, { text, column }: Token): Expression => {
    const right = sum();
    if (!isOperator('?')) refuse('a comparison is only of use as condition ? value : value', column);
    next();
    const whenTrue = conditional();
    expect(':');
    const whenFalse = conditional();
    switch (text) {
      case '<':
        return f.piecewise(f.subtract(left, right), whenTrue, whenFalse);
      case '>':
        return f.piecewise(f.subtract(right, left), whenTrue, whenFalse);
      case '<=':
        return f.piecewise(f.subtract(right, left), whenFalse, whenTrue);
      default:
        return f.piecewise(f.subtract(left, right), whenFalse, whenTrue);
    }
  };
  const sum = (): Expression => {
    let left = product();
    while (isOperator('+', '-'))
      left = next().text === '+' ? f.add(left, product()) : f.subtract(left, product());
    return left;
  };
  const product = (): Expression => {
    let left = signed();
    for (;;) {
      if (isOperator('*', '/')) {
        const { text, column } = next();
        const right = signed();
        if (text === '/' && f.isNumber(right, 0)) refuse('a division by zero', column);
        left = text === '*' ? f.multiply(left, right) : f.divide(left, right);
      } else if (peek().kind === 'number' || peek().kind === 'name' || isOperator('(')) {
        refuse(`expected an operator before ${peek().text}`, peek().column, productHint(names.symbols));
      } else return left;
    }
  };
  const signed = (): Expression => {
    if (!isOperator('-', '+')) return raised();
    if (++depth > DEEPEST) refuse(`it is nested more than ${DEEPEST} deep`, peek().column);
    const result = next().text === '-' ? f.negate(signed()) : signed();
    depth--;
    return result;
  };
  const raised = (): Expression => {
    const base = atom();
    if (!isOperator('^')) return base;
    const { column } = next();
    const exponent = signed();
    const fixed = f.rationalOf(exponent);
    if (fixed && fixed.numerator < 0n && f.isNumber(base, 0)) refuse('a division by zero', column);
    return f.powerOf(base, exponent);
  };
  const atom = (): Expression => {
    const token = next();
    if (token.kind === 'number') return f.rational(decimal(token, refuse));
    if (token.kind === 'name') return isOperator('(') ? application(token) : symbol(token, names, refuse);
    if (token.text === '(' && token.kind === 'operator') {
      const inner = conditional();
      expect(')');
      return inner;
    }
    return refuse(`expected ${operandsOf(names)}, found ${token.text}`, token.column);
  };
  const application = (name: Token): Expression => {
    const builder = builderOf(name, names, refuse);
    expect('(');
    const list = [conditional()];
    while (isOperator(',')) {
      next();
      list.push(conditional());
    }
    expect(')');
    return applied(name, builder, list, refuse);
  };

  const result = conditional();
  if (peek().kind !== 'end') refuse(`expected an operator, found ${peek().text}`, peek().column);
  return result;
}

/** Decimal exponents beyond this are refused. */
const LARGEST_EXPONENT = 1000;

function decimal({ text, column }: Token, refuse: Refuse): ReturnType<typeof parseDecimal> {
  const exponent = Math.abs(Number(text.toLowerCase().split('e')[1] ?? 0));
  if (exponent > LARGEST_EXPONENT) refuse(`${text} is too large or too small a number`, column);
  return parseDecimal(text);
}

/** What hints have in the place of an operand. */
const operandIn = (symbols: Symbols): string => (symbols.has('x') ? 'x' : 'pi');
const productHint = (symbols: Symbols): string => `write products with *: 2*${operandIn(symbols)}`;
const operandsOf = ({ symbols }: Names): string =>
  symbols.has('x') ? 'a number, x or a function' : 'a number or a function of one';

function symbol({ text, column }: Token, { symbols, named }: Names, refuse: Refuse): Expression {
  const known = symbols.get(text);
  if (known) return known;
  if (SYMBOLS.has(text)) refuse(`${text} has no value: this is to be a number`, column);
  if (FUNCTIONS.has(text) || named.has(text)) {
    refuse(`${text} needs an argument`, column, `write ${text}(${operandIn(symbols)})`);
  }
  const all = [...symbols.keys(), ...FUNCTIONS.keys(), ...named.keys()];
  const expected = `${[...symbols.keys()].join(', ')} or a function`;
  return refuse(`${text} is not known; expected ${expected}`, column, didYouMean(text, all));
}

interface Builder {
  readonly least: number;
  readonly most: number;
  readonly build: (...list: readonly Expression[]) => Expression;
}

const unary = (build: (u: Expression) => Expression): Builder => ({ least: 1, most: 1, build });
const logarithm = (u: Expression, base: Expression): Expression =>
  f.divide(f.call('log', u), f.call('log', base));

/** Functions that can be called, beside those of the catalogue. */
const FUNCTIONS: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ...PRIMITIVE_NAMES.map((name): [string, Builder] => [name, unary((u) => f.call(name as PrimitiveName, u))]),
  ['log', { least: 1, most: 2, build: (u, base) => (base ? logarithm(u, base) : f.call('log', u)) }],
  ['ln', unary((u) => f.call('log', u))],
  ['log2', unary((u) => logarithm(u, f.two))],
  ['log10', unary((u) => logarithm(u, number(10)))],
  ['exp2', unary((u) => f.powerOf(f.two, u))],
  ['sqrt', unary(f.sqrt)],
  ['square', unary(f.square)],
  ['relu', unary((u) => f.maximum(u, f.zero))],
  ['pow', { least: 2, most: 2, build: f.powerOf }],
  ['max', { least: 2, most: 64, build: (...list) => list.reduce(f.maximum) }],
  ['min', { least: 2, most: 64, build: (...list) => list.reduce(f.minimum) }],
  ['clamp', { least: 3, most: 3, build: f.clamp }],
]);

function builderOf({ text, column }: Token, { symbols, named }: Names, refuse: Refuse): Builder {
  const whole = named.get(text);
  const builder = FUNCTIONS.get(text) ?? (whole && unary((u) => f.substitute(whole, u)));
  if (builder) return builder;
  const hint = symbols.has(text)
    ? productHint(symbols)
    : (didYouMean(text, [...FUNCTIONS.keys(), ...named.keys()]) ??
      'approxgen list shows functions for --expr; one of your own goes after --module');
  return refuse(`${text} is not a function that approxgen knows`, column, hint);
}

function applied(
  { text, column }: Token,
  builder: Builder,
  list: readonly Expression[],
  refuse: Refuse,
): Expression {
  if (list.length < builder.least || list.length > builder.most) {
    const count = builder.least === builder.most ? builder.least : `${builder.least} to ${builder.most}`;
    return refuse(`${text} takes ${count} argument${count === 1 ? '' : 's'}, not ${list.length}`, column);
  }
  try {
    return builder.build(...list);
  } catch (error) {
    if (error instanceof RangeError) return refuse('a division by zero', column);
    throw error;
  }
}
