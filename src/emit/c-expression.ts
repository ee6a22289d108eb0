import { cElement } from './c-table.js';
import { cast, cTypeOf, literalText, typed, type CNeeds, type CWritten } from './c-type.js';
import { cWide } from './c-wide.js';
import { computedIn, storageOf, widthFor } from './machine-type.js';
import type { Operation, Program, Value } from './program.js';
import { apart, atom, infix, inside, other, unary, type Language, type Operand } from './written.js';

/**
 * C99 without undefined behaviour: sums and products in types that hold them, negative values multiplied
 * instead of shifted to the left. Beyond 64 bits, a struct of two words and functions on it.
 *
 * @param needs takes note of the functions that are called
 * @param nameOf what a declared value is called
 */
export function cLanguage(
  program: Program,
  needs: CNeeds,
  nameOf: (value: Value) => string,
): Language<CWritten> {
  const wide = cWide(program, needs);
  const literal = (value: bigint): CWritten => {
    const width = widthFor({ lo: value, hi: value });
    if (width !== 32 && width !== 64) return wide.literal(value);
    return typed(value < 0n ? unary(literalText(value)) : atom(literalText(value)), 'small');
  };
  const write = (value: Value, of: Operand<CWritten>): CWritten => {
    const { operation } = value;
    const width = computedIn(value);
    if (operation.kind === 'element') {
      const stored = elementOf(program, operation, of);
      return cTypeOf(value) === 'wide' && stored.type !== 'wide' ? wide.ofUnsigned(stored) : stored;
    }
    if (operation.kind === 'and') return typed(apart(of(operation.left), '&', of(operation.right)), 'small');
    if (width !== 32 && width !== 64) return wide.write(value, of);
    const written = writeWord(program, needs, value, width, of);
    const type = cTypeOf(value);
    return written.type === 'small' || type === 'small' || type === 'wide' || written.type === type
      ? written
      : cast(written, type);
  };
  return {
    name: (value) => typed(atom(nameOf(value)), cTypeOf(value)),
    literal,
    write,
    repeats: ({ kind }) => kind === 'min' || kind === 'max',
  };
}

function elementOf(
  { name }: Program,
  { table, column, row }: Extract<Operation, { kind: 'element' }>,
  of: Operand<CWritten>,
): CWritten {
  const element = cElement(name, table, column, of(row).text);
  const { signed, bits } = storageOf(column);
  const type = bits === 128 ? 'wide' : signed && bits >= 32 ? (bits as 32 | 64) : 'small';
  return typed(element, type);
}

function writeWord(
  { name }: Program,
  needs: CNeeds,
  value: Value,
  width: 32 | 64,
  of: Operand<CWritten>,
): CWritten {
  const { operation } = value;
  const as = (operand: Value) => (of(operand).type === width ? of(operand) : cast(of(operand), width));
  /** Two operands that C brings to the type: one of them has to have it. */
  const pair = (left: Value, right: Value) => {
    const [a, b] = [of(left), of(right)];
    if (a.type === width || b.type === width) return { a, b };
    return left.operation.kind === 'constant' ? { a, b: as(right) } : { a: as(left), b };
  };
  switch (operation.kind) {
    case 'add':
    case 'subtract':
    case 'multiply': {
      const { a, b } = pair(operation.left, operation.right);
      return typed(infix(a, OPERATORS[operation.kind], b), width);
    }
    case 'min':
    case 'max': {
      const { a, b } = pair(operation.left, operation.right);
      const [yes, no] = [inside(a, 'unary'), inside(b, 'unary')];
      return typed(other(`${yes} ${operation.kind === 'min' ? '<' : '>'} ${no} ? ${yes} : ${no}`), width);
    }
    case 'select': {
      const { a, b } = pair(operation.yes, operation.no);
      const condition = inside(of(operation.condition), 'atom');
      return typed(other(`${condition} ? ${inside(a, 'sum')} : ${inside(b, 'sum')}`), width);
    }
    case 'negate':
      return typed(unary(`-${inside(as(operation.value), 'atom')}`), width);
    case 'shiftLeft': {
      const shifted = as(operation.value);
      const power = atom(literalText(1n << BigInt(operation.by)));
      return typed(
        operation.value.interval.lo < 0n
          ? infix(shifted, '*', power)
          : apart(shifted, '<<', atom(String(operation.by))),
        width,
      );
    }
    case 'shiftRight': {
      const by = atom(String(Math.min(operation.by, width - 1)));
      return typed(apart(as(operation.value), '>>', by), width);
    }
    case 'shiftLeftBy': {
      const shifted = as(operation.value);
      const amount = of(operation.amount);
      if (operation.value.interval.lo >= 0n) return typed(apart(shifted, '<<', amount), width);
      return typed(infix(shifted, '*', apart(cast(atom('1'), width), '<<', amount)), width);
    }
    case 'shiftRightBy':
      return typed(apart(as(operation.value), '>>', of(operation.amount)), width);
    case 'lowBits':
      return typed(
        apart(as(operation.value), '&', atom(literalText((1n << BigInt(operation.bits)) - 1n))),
        width,
      );
    case 'compare': {
      const { a, b } = pair(operation.left, operation.right);
      return typed(apart(a, operation.relation, b), 'small');
    }
    case 'bitLength':
      needs.bitLengths.add(width);
      return typed(
        atom(`${name}_bit_length_${width}((uint${width}_t)${inside(of(operation.value), 'atom')})`),
        32,
      );
    case 'search':
      needs.searches.set(operation.table, operation.column);
      return typed(atom(`${name}_search_${operation.table.name}(${of(operation.value).text})`), 32);
    default:
      throw new TypeError(`${operation.kind} is not written here`);
  }
}

const OPERATORS = { add: '+', subtract: '-', multiply: '*' } as const;
