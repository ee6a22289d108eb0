import type { Operation, Program, Relation, Value } from './program.js';

/**
 * What a program means: the raw output for a raw input, on bigint.
 *
 * @param visit sees every value of the line, in order
 */
export function runProgram(
  program: Program,
  input: bigint,
  visit: (value: Value, result: bigint) => void = () => {},
): bigint {
  const results = new Map<Value, bigint>();
  const resultOf = (value: Value): bigint => {
    if (value.operation.kind === 'constant') return value.operation.value;
    const result = results.get(value);
    if (result === undefined) throw new TypeError(`${value.name} is used before it is computed`);
    return result;
  };
  for (const value of program.statements) {
    const result = evaluate(value.operation, input, resultOf);
    results.set(value, result);
    visit(value, result);
  }
  return resultOf(program.result);
}

function evaluate(operation: Operation, input: bigint, of: (value: Value) => bigint): bigint {
  switch (operation.kind) {
    case 'input':
      return input;
    case 'constant':
      return operation.value;
    case 'add':
      return of(operation.left) + of(operation.right);
    case 'subtract':
      return of(operation.left) - of(operation.right);
    case 'multiply':
      return of(operation.left) * of(operation.right);
    case 'min':
      return of(operation.left) < of(operation.right) ? of(operation.left) : of(operation.right);
    case 'max':
      return of(operation.left) > of(operation.right) ? of(operation.left) : of(operation.right);
    case 'negate':
      return -of(operation.value);
    case 'shiftLeft':
      return of(operation.value) << BigInt(operation.by);
    case 'shiftRight':
      return of(operation.value) >> BigInt(operation.by);
    case 'shiftLeftBy':
      return of(operation.value) << of(operation.amount);
    case 'shiftRightBy':
      return of(operation.value) >> of(operation.amount);
    case 'lowBits':
      return BigInt.asUintN(operation.bits, of(operation.value));
    case 'compare':
      return compare(operation.relation, of(operation.left), of(operation.right)) ? 1n : 0n;
    case 'and':
      return of(operation.left) & of(operation.right);
    case 'select':
      return of(operation.condition) === 1n ? of(operation.yes) : of(operation.no);
    case 'bitLength':
      return bitLength(of(operation.value));
    case 'element':
      return operation.column.values[Number(of(operation.row))];
    case 'search': {
      const value = of(operation.value);
      return BigInt(operation.column.values.filter((each) => each <= value).length);
    }
  }
}

function compare(relation: Relation, left: bigint, right: bigint): boolean {
  switch (relation) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '==':
      return left === right;
    case '>=':
      return left >= right;
  }
}

/** Bits of a value that is not negative. */
export function bitLength(value: bigint): bigint {
  return value === 0n ? 0n : BigInt(value.toString(2).length);
}
