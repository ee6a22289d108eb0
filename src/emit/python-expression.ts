import type { Operation, ProgramColumn, ProgramTable, Value } from './program.js';
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

/** How one of the two forms of a Python kernel writes what they write differently. */
interface PythonForm {
  readonly lesser: (left: string, right: string) => Written;
  readonly greater: (left: string, right: string) => Written;
  readonly select: (condition: Written, yes: Written, no: Written) => Written;
  readonly bitLength: (value: Written) => Written;
  readonly element: (table: ProgramTable, column: ProgramColumn, row: Written) => Written;
  readonly search: (table: ProgramTable, column: ProgramColumn, value: Written) => Written;
}

/** A column where it is a tuple: `_SEGMENTS_C2`. */
export function pythonColumn({ name, columns }: ProgramTable, column: ProgramColumn): string {
  return `_${name}${columns.length > 1 ? `_${column.name}` : ''}`.toUpperCase();
}

/** Python's integers. */
export const PYTHON_SCALAR: Language = languageOf({
  lesser: (left, right) => atom(`min(${left}, ${right})`),
  greater: (left, right) => atom(`max(${left}, ${right})`),
  select: (condition, yes, no) =>
    other(`${inside(yes, 'sum')} if ${condition.text} else ${inside(no, 'sum')}`),
  bitLength: (value) => atom(`${inside(value, 'atom')}.bit_length()`),
  element: (table, column, row) => atom(`${pythonColumn(table, column)}[${row.text}]`),
  search: (table, column, value) => atom(`_bisect_right(${pythonColumn(table, column)}, ${value.text})`),
});

/**
 * NumPy's arrays: of int64 where every value fits, of Python's integers otherwise. Tables are arrays in
 * variables of their own, and `rows` makes what an array is indexed by.
 *
 * @param exact whether int64 holds every value
 */
export function pythonArrays(exact: boolean): Language {
  // Of two numbers beyond int64, NumPy would make doubles.
  const chosen = ({ text }: Written) =>
    exact || !/^-?\d+$/.test(text) ? text : `np.array(${text}, dtype=object)`;
  const counted = (sorted: string, { text }: Written) =>
    `np.searchsorted(${sorted}, ${text}, side="right")${exact ? '' : '.astype(object)'}`;
  return languageOf({
    lesser: (left, right) => atom(`np.minimum(${left}, ${right})`),
    greater: (left, right) => atom(`np.maximum(${left}, ${right})`),
    select: (condition, yes, no) => atom(`np.where(${condition.text}, ${chosen(yes)}, ${chosen(no)})`),
    bitLength: (value) => atom(counted('powers', value)),
    element: (table, column, row) => atom(`${arrayOf(table, column)}[rows(${row.text})]`),
    search: (table, column, value) => atom(counted(arrayOf(table, column), value)),
  });
}

/** A column where it is an array: `segments_c2`. */
export function arrayOf(table: ProgramTable, column: ProgramColumn): string {
  return pythonColumn(table, column).slice(1).toLowerCase();
}

function languageOf(form: PythonForm): Language {
  return {
    name: ({ name }) => atom(name),
    literal: (value) => (value < 0n ? unary(String(value)) : atom(String(value))),
    write: ({ operation }: Value, of: Operand) => writeIn(form, operation, of),
    repeats: () => false,
  };
}

const OPERATORS = { add: '+', subtract: '-', multiply: '*' } as const;

function writeIn(form: PythonForm, operation: Operation, of: Operand): Written {
  switch (operation.kind) {
    case 'add':
    case 'subtract':
    case 'multiply':
      return infix(of(operation.left), OPERATORS[operation.kind], of(operation.right));
    case 'min':
      return form.lesser(of(operation.left).text, of(operation.right).text);
    case 'max':
      return form.greater(of(operation.left).text, of(operation.right).text);
    case 'negate':
      return unary(`-${inside(of(operation.value), 'atom')}`);
    case 'shiftLeft':
      return apart(of(operation.value), '<<', atom(String(operation.by)));
    case 'shiftRight':
      return apart(of(operation.value), '>>', atom(String(operation.by)));
    case 'shiftLeftBy':
      return apart(of(operation.value), '<<', of(operation.amount));
    case 'shiftRightBy':
      return apart(of(operation.value), '>>', of(operation.amount));
    case 'lowBits':
      return apart(of(operation.value), '&', atom(String((1n << BigInt(operation.bits)) - 1n)));
    case 'compare':
      return apart(of(operation.left), operation.relation, of(operation.right));
    case 'and':
      return apart(of(operation.left), '&', of(operation.right));
    case 'select':
      return form.select(of(operation.condition), of(operation.yes), of(operation.no));
    case 'bitLength':
      return form.bitLength(of(operation.value));
    case 'element':
      return form.element(operation.table, operation.column, of(operation.row));
    case 'search':
      return form.search(operation.table, operation.column, of(operation.value));
    default:
      throw new TypeError(`${operation.kind} is not written here`);
  }
}
