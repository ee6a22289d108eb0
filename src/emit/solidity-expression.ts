import { isCondition, type Operation, type ProgramColumn, type ProgramTable, type Value } from './program.js';
import { fieldOf } from './solidity-table.js';
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

/** A literal has the narrowest type that holds it, where nothing beside it says otherwise. */
export interface SolidityWritten extends Written {
  readonly type: 'int256' | 'bool' | 'literal';
}

/** Functions that have to stand beside a kernel. */
export interface SolidityNeeds {
  signed: boolean;
  unsigned: boolean;
  bitLength: boolean;
}

const typed = (written: Written, type: SolidityWritten['type']): SolidityWritten => ({ ...written, type });
const integer = (written: Written) => typed(written, 'int256');

/**
 * Solidity on int256, which holds every value, so that nothing is checked. Comparisons have no variables: the
 * stack has room for few.
 *
 * @param nameOf what a declared value is called
 */
export function solidityLanguage(
  needs: SolidityNeeds,
  nameOf: (value: Value) => string,
): Language<SolidityWritten> {
  return {
    name: (value) => typed(atom(nameOf(value)), isCondition(value) ? 'bool' : 'int256'),
    literal: (value) => typed(value < 0n ? unary(String(value)) : atom(String(value)), 'literal'),
    write: ({ operation }, of) => writeIn(needs, operation, of),
    repeats: ({ kind }) => kind === 'min' || kind === 'max',
    inlines: isCondition,
  };
}

/** A field of a row as an expression; the table is in a variable of its name. */
export function fieldText(
  needs: SolidityNeeds,
  table: ProgramTable,
  column: ProgramColumn,
  row: string,
): string {
  const { offset, stride, bits, signed } = fieldOf(table, column);
  if (signed) needs.signed = true;
  else needs.unsigned = true;
  const place = `${stride === 1 ? row : `${row} * ${stride}`}${offset === 0 ? '' : ` + ${offset}`}`;
  return `${signed ? '_signed' : '_unsigned'}(${table.name}, ${place}, ${256 - bits})`;
}

const word = (amount: SolidityWritten): Written =>
  amount.type === 'literal' ? amount : atom(`uint256(${amount.text})`);

/** An operand as int256: what a comparison gives, and literals that would have another type. */
function wide(operand: SolidityWritten): Written {
  if (operand.type === 'bool') return other(`${inside(operand, 'atom')} ? int256(1) : int256(0)`);
  return operand.type === 'literal' ? atom(`int256(${operand.text})`) : operand;
}

const number = (operand: SolidityWritten): Written => (operand.type === 'literal' ? operand : wide(operand));

const condition = (operand: SolidityWritten): Written =>
  operand.type === 'bool' ? operand : apart(operand, '!=', atom('0'));

const OPERATORS = { add: '+', subtract: '-', multiply: '*' } as const;

function writeIn(needs: SolidityNeeds, operation: Operation, of: Operand<SolidityWritten>): SolidityWritten {
  switch (operation.kind) {
    case 'add':
    case 'subtract':
    case 'multiply':
      return integer(
        infix(number(of(operation.left)), OPERATORS[operation.kind], number(of(operation.right))),
      );
    case 'min':
    case 'max': {
      const [left, right] = [wide(of(operation.left)), wide(of(operation.right))];
      const relation = operation.kind === 'min' ? '<' : '>';
      return integer(other(`${apart(left, relation, right).text} ? ${left.text} : ${right.text}`));
    }
    case 'negate':
      return integer(unary(`-${inside(wide(of(operation.value)), 'atom')}`));
    case 'shiftLeft':
      return integer(apart(wide(of(operation.value)), '<<', atom(String(operation.by))));
    case 'shiftRight':
      return integer(apart(wide(of(operation.value)), '>>', atom(String(operation.by))));
    case 'shiftLeftBy':
      return integer(apart(wide(of(operation.value)), '<<', word(of(operation.amount))));
    case 'shiftRightBy':
      return integer(apart(wide(of(operation.value)), '>>', word(of(operation.amount))));
    case 'lowBits':
      return integer(
        apart(wide(of(operation.value)), '&', atom(String((1n << BigInt(operation.bits)) - 1n))),
      );
    case 'compare':
      return typed(apart(wide(of(operation.left)), operation.relation, number(of(operation.right))), 'bool');
    case 'and':
      return typed(apart(condition(of(operation.left)), '&&', condition(of(operation.right))), 'bool');
    case 'select': {
      const [yes, no] = [wide(of(operation.yes)), wide(of(operation.no))];
      const chosen = inside(condition(of(operation.condition)), 'atom');
      return integer(other(`${chosen} ? ${inside(yes, 'sum')} : ${inside(no, 'sum')}`));
    }
    case 'bitLength':
      needs.bitLength = true;
      return integer(atom(`_bitLength(uint256(${of(operation.value).text}))`));
    case 'element':
      return integer(atom(fieldText(needs, operation.table, operation.column, word(of(operation.row)).text)));
    case 'search':
      return integer(atom(`${searchName(operation.table)}(${of(operation.value).text})`));
    default:
      throw new TypeError(`${operation.kind} is not written here`);
  }
}

export function searchName({ name }: ProgramTable): string {
  return `_search${name[0].toUpperCase()}${name.slice(1)}`;
}
