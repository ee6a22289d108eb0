import { cArrays } from './c-table.js';
import { computedIn, storageOf, widthFor, type Width } from './machine-type.js';
import {
  isCondition,
  type Operation,
  type Program,
  type ProgramColumn,
  type ProgramTable,
  type Value,
} from './program.js';
import {
  apart,
  atom,
  infix,
  inside,
  other,
  unary,
  type Language,
  type Operand,
  type Written,
} from './written.js';

/** What an expression is in Rust; the type of a literal follows from what stands beside it. */
export type RustType =
  'i8' | 'i16' | 'i32' | 'i64' | 'i128' | 'u8' | 'u16' | 'u32' | 'u64' | 'bool' | 'literal';

export interface RustWritten extends Written {
  readonly type: RustType;
}

const typed = (written: Written, type: RustType): RustWritten => ({ ...written, type });
const signedType = (width: Width): RustType => `i${width}`;

export function rustTypeOf(value: Value): RustType {
  return isCondition(value) ? 'bool' : signedType(widthFor(value.interval) ?? 128);
}

export function storedRustType(column: ProgramColumn): RustType {
  const { signed, bits } = storageOf(column);
  return `${signed ? 'i' : 'u'}${bits}` as RustType;
}

/** `as` binds tighter than products, but a `<` after it would begin a list of types. */
export function rustCast(operand: RustWritten, to: RustType): RustWritten {
  if (operand.type === to || operand.type === 'literal') return operand;
  return typed({ text: `${inside(operand, 'atom')} as ${to}`, level: 'product' }, to);
}

const condition = (operand: RustWritten): Written =>
  operand.type === 'bool' ? operand : apart(operand, '!=', atom('0'));

export function rustElement(table: ProgramTable, column: ProgramColumn, row: string): string {
  const arrays = cArrays(table);
  const { name, columns } = arrays.find((array) => array.columns.includes(column)) ?? arrays[0];
  return `${name.toUpperCase()}[${row}]${columns.length > 1 ? `.${column.name}` : ''}`;
}

/** Rust that never overflows: each operation in the narrowest type that holds its operands and its result. */
export function rustLanguage(_program: Program): Language<RustWritten> {
  const write = (value: Value, of: Operand<RustWritten>): RustWritten => {
    const { operation } = value;
    if (operation.kind === 'and') {
      const [left, right] = [condition(of(operation.left)), condition(of(operation.right))];
      return typed(apart(left, '&', right), 'bool');
    }
    if (operation.kind === 'select') return selected(value, operation, of);
    return rustCastResult(value, writeIn(value, signedType(computedIn(value) ?? 128), of));
  };
  return {
    name: (value) => typed(atom(value.name), rustTypeOf(value)),
    literal: (value) => typed(value < 0n ? unary(String(value)) : atom(String(value)), 'literal'),
    write,
    repeats: ({ kind }) => kind === 'min' || kind === 'max' || kind === 'bitLength',
  };
}

function rustCastResult(value: Value, written: RustWritten): RustWritten {
  return isCondition(value) ? written : rustCast(written, rustTypeOf(value));
}

function selected(
  value: Value,
  { condition: chosen, yes, no }: Extract<Operation, { kind: 'select' }>,
  of: Operand<RustWritten>,
): RustWritten {
  const type = signedType(computedIn(value) ?? 128);
  const [a, b] = [rustCast(of(yes), type), rustCast(of(no), type)];
  const text = `if ${condition(of(chosen)).text} { ${a.text} } else { ${b.text} }`;
  return rustCastResult(
    value,
    typed(other(text), a.type === 'literal' && b.type === 'literal' ? 'literal' : type),
  );
}

function writeIn(value: Value, type: RustType, of: Operand<RustWritten>): RustWritten {
  const { operation } = value;
  const as = (operand: Value) => rustCast(of(operand), type);
  switch (operation.kind) {
    case 'add':
    case 'subtract':
    case 'multiply':
      return typed(infix(as(operation.left), OPERATORS[operation.kind], as(operation.right)), type);
    case 'min':
    case 'max': {
      const [a, b] = [as(operation.left), as(operation.right)];
      const relation = operation.kind === 'min' ? '<' : '>';
      return typed(other(`if ${apart(a, relation, b).text} { ${a.text} } else { ${b.text} }`), type);
    }
    case 'negate':
      return typed(unary(`-${inside(as(operation.value), 'atom')}`), type);
    case 'shiftLeft':
      return typed(apart(as(operation.value), '<<', atom(String(operation.by))), type);
    case 'shiftRight': {
      const by = Math.min(operation.by, Number(type.slice(1)) - 1);
      return typed(apart(as(operation.value), '>>', atom(String(by))), type);
    }
    case 'shiftLeftBy': {
      const shifted = as(operation.value);
      // A literal has no type that the amount could not overflow.
      const base = shifted.type === 'literal' ? { ...shifted, text: `${shifted.text}${type}` } : shifted;
      return typed(apart(base, '<<', of(operation.amount)), type);
    }
    case 'shiftRightBy': {
      const shifted = as(operation.value);
      const base = shifted.type === 'literal' ? { ...shifted, text: `${shifted.text}${type}` } : shifted;
      return typed(apart(base, '>>', of(operation.amount)), type);
    }
    case 'lowBits':
      return typed(apart(as(operation.value), '&', atom(String((1n << BigInt(operation.bits)) - 1n))), type);
    case 'compare':
      return typed(apart(as(operation.left), operation.relation, as(operation.right)), 'bool');
    case 'bitLength': {
      const bits = type.slice(1);
      const unsigned = `(${as(operation.value).text} as u${bits})`;
      return typed(other(`(${bits} - ${unsigned}.leading_zeros()) as i32`), 'i32');
    }
    case 'element': {
      const row = rustIndex(of(operation.row));
      return typed(
        atom(rustElement(operation.table, operation.column, row)),
        storedRustType(operation.column),
      );
    }
    case 'search': {
      const searched = rustCast(of(operation.value), searchType(operation));
      return typed(atom(`search_${operation.table.name}(${searched.text})`), 'i32');
    }
    default:
      throw new TypeError(`${operation.kind} is not written here`);
  }
}

const OPERATORS = { add: '+', subtract: '-', multiply: '*' } as const;

const rustIndex = (row: RustWritten): string =>
  row.type === 'literal' ? row.text : `${inside(row, 'atom')} as usize`;

/** What a table is searched in: the type of what is looked for, or of what is there. */
export function searchType({ value, column }: Extract<Operation, { kind: 'search' }>): RustType {
  const widths = [value.interval, column.interval].map((each) => widthFor(each) ?? 128);
  return signedType(Math.max(...widths) as Width);
}
