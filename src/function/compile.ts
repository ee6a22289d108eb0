import { erfcDouble, erfDouble } from './error-function.js';
import { evaluateSeries } from './evaluate.js';
import { isConstant, isNumber, operands, type Expression } from './expression.js';
import { exponential } from './print.js';
import type { PrimitiveName } from './primitive.js';
import { toDouble, type Rational } from './rational.js';
import { isFailure } from './series.js';

/**
 * A function in double precision, as compiled JavaScript: it steers the search, and is called millions of
 * times. NaN where the expression is undefined. The text is made of the tree alone, never of a user's text.
 */
export function compileExpression(expression: Expression): (x: number) => number {
  const lines: string[] = [];
  const names = new Map<Expression, string>();
  const uses = countUses(expression);
  const code = (part: Expression): string => {
    const known = names.get(part);
    if (known !== undefined) return known;
    const text = codeOf(part, code, named);
    const isShared = (uses.get(part) ?? 0) >= 2 && operands(part).length > 0 && !isConstant(part);
    return isShared ? keep(part, text) : text;
  };
  const keep = (part: Expression, text: string): string => {
    const name = `t${names.size}`;
    lines.push(`const ${name} = ${text};`);
    names.set(part, name);
    return name;
  };
  const named = (part: Expression): string => {
    const text = code(part);
    return /^(?:x|t\d+)$/.test(text) ? text : keep(part, text);
  };
  const result = code(expression);
  const make = new Function(
    ...Object.keys(HELPERS),
    `return (x) => { ${lines.join(' ')} return ${result}; };`,
  ) as (...helpers: readonly unknown[]) => (x: number) => number;
  return make(...Object.values(HELPERS));
}

/** How often a part stands in the tree: parts that are shared are computed once. */
function countUses(expression: Expression): ReadonlyMap<Expression, number> {
  const uses = new Map<Expression, number>();
  const visit = (part: Expression): void => {
    const count = (uses.get(part) ?? 0) + 1;
    uses.set(part, count);
    if (count === 1) operands(part).forEach(visit);
  };
  visit(expression);
  return uses;
}

const HELPERS = {
  erf: erfDouble,
  erfc: erfcDouble,
  softplus: (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  // From the side where the exponential is small, so that neither end loses digits.
  sigmoid: (x: number): number => {
    const decay = Math.exp(-Math.abs(x));
    return x < 0 ? decay / (1 + decay) : 1 / (1 + decay);
  },
};

function codeOf(
  part: Expression,
  code: (part: Expression) => string,
  named: (part: Expression) => string,
): string {
  if (part.kind === 'variable') return 'x';
  if (isConstant(part)) return literal(constantDouble(part));
  switch (part.kind) {
    case 'add':
      return `(${code(part.left)} + ${code(part.right)})`;
    case 'multiply':
      return codeOfProduct(part.left, part.right, code);
    case 'divide':
      return `(${code(part.left)} / ${code(part.right)})`;
    case 'maximum':
      return `Math.max(${code(part.left)}, ${code(part.right)})`;
    case 'minimum':
      return `Math.min(${code(part.left)}, ${code(part.right)})`;
    case 'piecewise':
      // Neither where the condition has no value.
      return [
        `(${named(part.condition)} < 0 ? ${code(part.negative)}`,
        `${named(part.condition)} >= 0 ? ${code(part.otherwise)} : NaN)`,
      ].join(' : ');
    case 'power':
      return codeOfPower(code(part.base), part.exponent);
    case 'call': {
      const power = exponential(part);
      if (power)
        return `${literal(toDouble(power.base))} ** ${code(power.exponent)}`.replace(/^(.*)$/, '($1)');
      return codeOfCall(part.name, code(part.argument));
    }
    default:
      throw new TypeError(`${part.kind} is no operation`);
  }
}

const IN_HELPERS: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>(['erf', 'erfc', 'softplus', 'sigmoid']);

function codeOfCall(name: PrimitiveName, argument: string): string {
  return IN_HELPERS.has(name) ? `${name}(${argument})` : `Math.${name}(${argument})`;
}

/** u/6 is a division, which is rounded once; other factors are doubles. */
function codeOfProduct(left: Expression, right: Expression, code: (part: Expression) => string): string {
  if (isNumber(left, -1)) return `(-${code(right)})`;
  if (left.kind === 'rational' && left.value.numerator === 1n) {
    return `(${code(right)} / ${literal(Number(left.value.denominator))})`;
  }
  return `(${code(left)} * ${code(right)})`;
}

const LARGEST_PRODUCT = 4n;

function codeOfPower(base: string, { numerator, denominator }: Rational): string {
  if (denominator === 2n && numerator === 1n) return `Math.sqrt(${base})`;
  if (denominator === 2n && numerator === -1n) return `(1 / Math.sqrt(${base}))`;
  if (denominator === 1n && numerator === -1n) return `(1 / ${base})`;
  if (denominator === 1n && numerator > 0n && numerator <= LARGEST_PRODUCT && /^[a-z0-9]+$/.test(base)) {
    return `(${Array.from({ length: Number(numerator) }, () => base).join(' * ')})`;
  }
  return `Math.pow(${base}, ${literal(toDouble({ numerator, denominator }))})`;
}

const CONSTANT_BITS = 1100;

/** An expression without x as a double, the same on every machine; NaN where it has no value. */
export function constantDouble(part: Expression): number {
  if (part.kind === 'rational') return toDouble(part.value);
  const outcome = evaluateSeries(part, [], { bits: CONSTANT_BITS, terms: 1, lenient: true });
  if (isFailure(outcome)) return NaN;
  return toDouble({ numerator: outcome[0].lo, denominator: 1n << BigInt(CONSTANT_BITS) });
}

function literal(value: number): string {
  const text = Object.is(value, -0) ? '0' : String(value);
  return value < 0 ? `(${text})` : text;
}
