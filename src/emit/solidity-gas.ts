import type { Operation, Program, ProgramTable } from './program.js';
import { packedBytes } from './solidity-table.js';

/*
 * Gas of a call from the same contract, as solc 0.8.37 compiles it with its optimizer for 200 runs. Each figure
 * is what an operation adds to a call, fitted from above to measured calls of some two hundred kernels; loads and
 * stores of the stack are in them, so that they are more than the virtual machine asks for the operation alone.
 */
const CALL = 100;
const OPERATIONS: Readonly<Record<Operation['kind'], number>> = {
  input: 0,
  constant: 0,
  add: 11,
  subtract: 15,
  negate: 10,
  multiply: 5,
  min: 31,
  max: 42,
  compare: 34,
  and: 34,
  select: 19,
  lowBits: 18,
  shiftLeft: 8,
  shiftRight: 10,
  shiftLeftBy: 6,
  shiftRightBy: 25,
  bitLength: 641,
  element: 24,
  search: 80,
};
/** Of copying a table from code to memory: for each, and for each word of 32 bytes. */
const TABLE = 95;
const TABLE_WORD = 7;
/** Of each halving of a search. */
const HALVING = 149;

/**
 * What a call costs, about: most kernels are within a fifth of it, and none that was measured is a tenth above.
 */
export function gasOf({ statements, tables }: Program): number {
  const operations = statements.map(({ operation }) => OPERATIONS[operation.kind] + searching(operation));
  // A search copies its table for itself.
  const copied = (table: ProgramTable) => [
    statements.some(({ operation }) => operation.kind === 'search' && operation.table === table),
    statements.some(({ operation }) => operation.kind === 'element' && operation.table === table),
  ];
  const copies = tables.map(
    (table) =>
      copied(table).filter(Boolean).length * (TABLE + TABLE_WORD * Math.ceil(packedBytes(table) / 32)),
  );
  return [CALL, ...operations, ...copies].reduce((sum, each) => sum + each, 0);
}

function searching(operation: Operation): number {
  return operation.kind === 'search' ? HALVING * Math.ceil(Math.log2(operation.table.rows + 1)) : 0;
}
