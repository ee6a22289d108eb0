import type { Operation, Program } from './program.js';
import { boundsPerWord, loadsOf, wordsOf, type Load } from './solidity-table.js';

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
/** Of finding a row of a table, besides the comparisons that find its word, and of shifting it to the end of that. */
const ROW = 40;
const ROW_IN_WORD = 30;
/** Of a comparison that finds a word, or a bound. */
const COMPARISON = 25;
/** Of a comparison with a bound in a word. */
const HALVING = 60;

/**
 * What a call costs, about: most kernels are within a fifth of it, and none that was measured is a tenth above.
 */
export function gasOf(program: Program): number {
  const operations = program.statements.map(
    ({ operation }) => OPERATIONS[operation.kind] + searching(operation),
  );
  return [CALL, ...operations, ...loadsOf(program).map(loading)].reduce((sum, each) => sum + each, 0);
}

function loading({ packed }: Load): number {
  return ROW + COMPARISON * depth(wordsOf(packed)) + (packed.rowsPerWord > 1 ? ROW_IN_WORD : 0);
}

function searching(operation: Operation): number {
  if (operation.kind !== 'search') return 0;
  const { table, column } = operation;
  const perWord = boundsPerWord(table, column);
  if (perWord === 1) return COMPARISON * depth(table.rows + 1);
  return COMPARISON * depth(Math.ceil(table.rows / perWord)) + HALVING * (Math.log2(perWord) + 1);
}

/** Comparisons that find one of so many, at most. */
const depth = (count: number): number => Math.ceil(Math.log2(count));
