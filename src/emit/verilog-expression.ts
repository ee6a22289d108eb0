import { memoryName, runsOf, type HardwareLanguage } from './hardware.js';
import { VERILOG_NAMES } from './hardware-keywords.js';
import { vectorOf, type Vector } from './hardware-pipeline.js';
import type { ProgramColumn, ProgramTable, Value } from './program.js';

/*
 * Verilog forms an expression at the width of the widest of its operands and its destination, with signs where
 * all operands have one (IEEE 1364-2005, 5.4 and 5.5). So each operation is one assignment, its operands either
 * all signed or all unsigned, and what is assigned are the low bits of the exact result.
 */

type Operand = (value: Value) => string;

/** An integer as a literal of a vector's signedness, wide enough for its magnitude. */
export function verilogLiteral(value: bigint, signed: boolean, least = 1): string {
  const magnitude = value < 0n ? -value : value;
  const bits = Math.max(least, magnitude.toString(2).length + (signed ? 1 : 0));
  return `${value < 0n ? '-' : ''}${bits}'${signed ? 's' : ''}d${magnitude}`;
}

const isSigned = (value: Value) => vectorOf(value.interval).signed;

/** An operand where others are signed, or where none is. */
function as(value: Value, signed: boolean, operand: Operand): string {
  if (value.operation.kind === 'constant') {
    const literal = verilogLiteral(value.operation.value, signed);
    return literal.startsWith('-') ? `(${literal})` : literal;
  }
  return signed && !isSigned(value) ? `$signed({1'b0, ${operand(value)}})` : operand(value);
}

/** Two operands with the same signedness: signed as soon as one is. */
function alike(left: Value, right: Value, operand: Operand): readonly [string, string] {
  const signed = isSigned(left) || isSigned(right);
  return [as(left, signed, operand), as(right, signed, operand)];
}

const SIGNS = { add: '+', subtract: '-', multiply: '*' } as const;

function expression({ operation }: Value, operand: Operand): string {
  switch (operation.kind) {
    case 'input':
      return 'in_raw';
    case 'constant':
      return verilogLiteral(operation.value, operation.value < 0n);
    case 'add':
    case 'subtract':
    case 'multiply': {
      const [left, right] = alike(operation.left, operation.right, operand);
      return `${left} ${SIGNS[operation.kind]} ${right}`;
    }
    case 'min':
    case 'max': {
      const [left, right] = alike(operation.left, operation.right, operand);
      return `${left} ${operation.kind === 'min' ? '<' : '>'} ${right} ? ${left} : ${right}`;
    }
    case 'negate':
      return `-${as(operation.value, isSigned(operation.value), operand)}`;
    case 'shiftLeft':
      return `${as(operation.value, isSigned(operation.value), operand)} <<< ${operation.by}`;
    case 'shiftRight':
      return `${as(operation.value, isSigned(operation.value), operand)} >>> ${operation.by}`;
    case 'shiftLeftBy':
      return `${as(operation.value, isSigned(operation.value), operand)} <<< ${as(operation.amount, false, operand)}`;
    case 'shiftRightBy':
      return `${as(operation.value, isSigned(operation.value), operand)} >>> ${as(operation.amount, false, operand)}`;
    case 'lowBits':
      return lowBits(operation.value, operation.bits, operand);
    case 'compare': {
      const [left, right] = alike(operation.left, operation.right, operand);
      return `${left} ${operation.relation} ${right}`;
    }
    case 'and':
      return `${operand(operation.left)} & ${operand(operation.right)}`;
    case 'select': {
      const [yes, no] = alike(operation.yes, operation.no, operand);
      return `${as(operation.condition, false, operand)} ? ${yes} : ${no}`;
    }
    case 'bitLength':
      return `bit_length(${as(operation.value, false, operand)})`;
    case 'element':
      return `${memoryName(operation.table, operation.column)}(${as(operation.row, false, operand)})`;
    case 'search':
      throw new TypeError('a search has to be bisected first');
  }
}

/** A negative value that is narrower than the bits that are wanted is widened by its sign, as assignments do. */
function lowBits(value: Value, bits: number, operand: Operand): string {
  if (vectorOf(value.interval).bits <= bits || value.operation.kind === 'constant') {
    return as(value, isSigned(value), operand);
  }
  return `${operand(value)}[${bits - 1}:0]`;
}

const ENTRIES_PER_LINE = 12;

/** A memory as a function: what synthesis makes a ROM of, and simulation reads without a clock. */
function memory(table: ProgramTable, column: ProgramColumn): readonly string[] {
  const name = memoryName(table, column);
  const output = vectorOf(column.interval);
  const row = vectorOf({ lo: 0n, hi: BigInt(table.rows - 1) });
  const last = column.values.length - 1;
  const runs = runsOf(column.values.slice(0, -1));
  const entries = runs.flatMap(({ from, to, value }) => {
    const keys = Array.from({ length: to - from + 1 }, (_, i) => `${row.bits}'d${from + i}`);
    const lines = Array.from({ length: Math.ceil(keys.length / ENTRIES_PER_LINE) }, (_, i) =>
      keys.slice(i * ENTRIES_PER_LINE, (i + 1) * ENTRIES_PER_LINE).join(', '),
    );
    const result = `${name} = ${verilogLiteral(value, output.signed, output.bits)};`;
    const label = table.labels && from === to ? ` // ${table.labels[from]}` : '';
    return lines.map((line, i) => (i === lines.length - 1 ? `${line}: ${result}${label}` : `${line},`));
  });
  const label = table.labels ? ` // ${table.labels[last]}` : '';
  return [
    `function ${range(output)}${name}(input ${range(row)}row);`,
    '  case (row)',
    ...entries.map((line) => `    ${line}`),
    `    default: ${name} = ${verilogLiteral(column.values[last], output.signed, output.bits)};${label}`,
    '  endcase',
    'endfunction',
  ];
}

/** `signed [7:0] `, `[7:0] `, and nothing for one bit. */
export function range({ signed, bits }: Vector): string {
  return `${signed ? 'signed ' : ''}${bits === 1 ? '' : `[${bits - 1}:0] `}`;
}

export const VERILOG: HardwareLanguage = Object.freeze({
  keywords: VERILOG_NAMES.words,
  declare: (name: string, vector: Vector) => `${range(vector)}${name}`,
  assign: (name: string, value: Value, operand: Operand) =>
    `${range(vectorOf(value.interval))}${name} = ${expression(value, operand)};`,
  as: (value: Value, { signed }: Vector, operand: Operand) => as(value, signed || isSigned(value), operand),
  memory,
  bitLength: (bits: number) => [
    `function ${range({ signed: false, bits: bits.toString(2).length })}bit_length(input ${range({ signed: false, bits })}value);`,
    '  integer i;',
    '  begin',
    '    bit_length = 0;',
    `    for (i = 0; i < ${bits}; i = i + 1) if (value[i]) bit_length = i + 1;`,
    '  end',
    'endfunction',
  ],
});
