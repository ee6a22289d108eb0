import type { QFormat } from '../fixedpoint/format.js';
import type { Interval } from '../fixedpoint/interval.js';

/**
 * A kernel as a target prints it: a straight line of integer operations, each on values that stand before it.
 *
 * Everything that a plan says is an operation here: folds, reductions, tails, selection, Horner's scheme,
 * rounding, overflow, listed exceptions, stretches without values. Nothing branches, nothing divides, and
 * nothing depends on the width of a word: the integers are those of mathematics, and every value carries the
 * proven interval in which it lies for *every* input of the format. Operands that a later `select` throws away
 * hold their intervals, too, so that a target may compute all of it in the narrowest types that hold the
 * intervals of an operation's operands and result: no overflow, no index beyond a table, no negative shift.
 *
 * A target prints `statements` in order, one declaration each, or writes those of them that have no `about`
 * and are used once where they are used. `runProgram` is what a program means, and the plan's interpreter what
 * it has to mean.
 */
export interface Program {
  /** The plan's name, and the name of its function. */
  readonly name: string;
  readonly function: string;
  readonly input: QFormat;
  readonly output: QFormat;
  readonly tables: readonly ProgramTable[];
  /** The input first; constants are not among them. Every one is needed for the result. */
  readonly statements: readonly Value[];
  /** The raw output; its interval lies in the output format. It may be a constant, or the input. */
  readonly result: Value;
}

/** An integer that a program computes. Compared by identity. */
export interface Value {
  /**
   * A lower-case identifier of letters and digits, unique in its program: `a`, `t`, `y2`; of constants empty.
   * Targets in which it is a keyword have to change it.
   */
  readonly name: string;
  /** What it is, for a comment; values without are parts of the next that has one. */
  readonly about?: string;
  /** Proven: where it lies for every input of the format. */
  readonly interval: Interval;
  readonly operation: Operation;
}

export type Operation =
  /** The raw input. */
  | { readonly kind: 'input' }
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'add' | 'subtract' | 'multiply'; readonly left: Value; readonly right: Value }
  | { readonly kind: 'min' | 'max'; readonly left: Value; readonly right: Value }
  /** −value */
  | { readonly kind: 'negate'; readonly value: Value }
  /** value · 2^by, by > 0; of negative values as well */
  | { readonly kind: 'shiftLeft'; readonly value: Value; readonly by: number }
  /** floor(value · 2^-by), by > 0: an arithmetic shift. It may be longer than the value. */
  | { readonly kind: 'shiftRight'; readonly value: Value; readonly by: number }
  /** The same by an amount that depends on the input; its interval begins at 0 or above. */
  | { readonly kind: 'shiftLeftBy' | 'shiftRightBy'; readonly value: Value; readonly amount: Value }
  /** value modulo 2^bits, from 0 to 2^bits − 1, of negative values as well: the low bits in two's complement */
  | { readonly kind: 'lowBits'; readonly value: Value; readonly bits: number }
  /** 1 where it holds, 0 where not */
  | { readonly kind: 'compare'; readonly relation: Relation; readonly left: Value; readonly right: Value }
  /** 1 where both are 1; both are conditions, 0 or 1 */
  | { readonly kind: 'and'; readonly left: Value; readonly right: Value }
  /** yes where the condition is 1, no where it is 0 */
  | { readonly kind: 'select'; readonly condition: Value; readonly yes: Value; readonly no: Value }
  /** The bits of a value ≥ 0 without its leading zeros; of 0 none. */
  | { readonly kind: 'bitLength'; readonly value: Value }
  /** The number in a row of a table's column; the row's interval lies in the table. */
  | {
      readonly kind: 'element';
      readonly table: ProgramTable;
      readonly column: ProgramColumn;
      readonly row: Value;
    }
  /** How many numbers of a column, which ascend strictly, are ≤ value: by bisection, or by comparing with each. */
  | {
      readonly kind: 'search';
      readonly table: ProgramTable;
      readonly column: ProgramColumn;
      readonly value: Value;
    };

export type Relation = '<' | '<=' | '==' | '>=';

/** Constant data: columns of the same length. */
export interface ProgramTable {
  /** `segments`, `cells`, `bounds`, `exceptions`: at most one of each. */
  readonly name: string;
  /** What a row is. */
  readonly about: string;
  readonly rows: number;
  /** Only those that the program uses. */
  readonly columns: readonly ProgramColumn[];
  /** What each row is for: the interval of its segment. */
  readonly labels?: readonly string[];
}

export interface ProgramColumn {
  /** A lower-case identifier, unique in its table: `c2`, `origin`. */
  readonly name: string;
  readonly about: string;
  readonly values: readonly bigint[];
  /** The hull of the values. */
  readonly interval: Interval;
}

/** Whether the result depends on the input: of some plans it is the same for all. */
export function usesInput({ statements, result }: Program): boolean {
  return statements.length > 1 || result === statements[0];
}

/** Whether a value is what a comparison gives, for languages in which that has a type of its own. */
export function isCondition({ operation }: Value): boolean {
  return operation.kind === 'compare' || operation.kind === 'and';
}

/** The values that an operation reads, constants among them. */
export function operandsOf({ operation }: Value): readonly Value[] {
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return [];
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'min':
    case 'max':
    case 'compare':
    case 'and':
      return [operation.left, operation.right];
    case 'negate':
    case 'shiftLeft':
    case 'shiftRight':
    case 'lowBits':
    case 'bitLength':
    case 'search':
      return [operation.value];
    case 'shiftLeftBy':
    case 'shiftRightBy':
      return [operation.value, operation.amount];
    case 'select':
      return [operation.condition, operation.yes, operation.no];
    case 'element':
      return [operation.row];
  }
}
