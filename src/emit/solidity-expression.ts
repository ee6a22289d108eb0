import { isCondition, type Operation, type ProgramColumn, type ProgramTable, type Value } from './program.js';
import { mask, type Field } from './solidity-table.js';
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

/** What a program needs beside its expressions. */
export interface SolidityNeeds {
  bitLength: boolean;
  /** Where a number of a table is, and the text of the word that it is in: of a variable, or a call. */
  readonly field: (column: ProgramColumn, row: Value, rowText: string) => Field & { readonly text: string };
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

/** A field of a row that lies in the lowest bits of a word. */
function fieldText({ offset, bits, signed, text }: Field & { readonly text: string }): Written {
  if (signed) return other(`int256(${text} << ${256 - offset - bits}) >> ${256 - bits}`);
  return atom(`int256(${offset === 0 ? text : `(${text} >> ${offset})`} & ${mask(bits)})`);
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
      return integer(fieldText(needs.field(operation.column, operation.row, word(of(operation.row)).text)));
    case 'search':
      return integer(atom(`${searchName(operation.table)}(${of(operation.value).text})`));
    default:
      throw new TypeError(`${operation.kind} is not written here`);
  }
}

export function searchName({ name }: ProgramTable): string {
  return `_search${name[0].toUpperCase()}${name.slice(1)}`;
}
