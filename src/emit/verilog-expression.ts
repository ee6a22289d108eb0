import { memoryName, runsOf, type HardwareLanguage } from './hardware.js';
import { VERILOG_NAMES } from './hardware-keywords.js';
import { vectorOf, type Vector } from './hardware-pipeline.js';
import type { KernelPlan } from '../plan/plan.js';
import type { ProgramColumn, ProgramTable, Value } from './program.js';

/*
 * Verilog forms an expression at the width of the widest of its operands and its destination (IEEE 1364-2005, 5.4
 * and 5.5). Nothing is left to that here: each operation is one assignment, and its operands are brought to the width
 * of the result, by copies of the sign or by dropping bits that are copies of it. Sums and products are then right
 * whatever signs the operands are said to have; where it matters, `$signed` says so.
 */

type Operand = (value: Value) => string;

/** What is assigned, and which names in it are read in part only. */
interface Written {
  readonly text: string;
  readonly cut: readonly string[];
}

const whole = (text: string): Written => ({ text, cut: [] });

/** An integer as a literal of just so many bits. */
export function verilogLiteral(value: bigint, { signed, bits }: Vector): string {
  const mark = signed ? 's' : '';
  if (value === -(1n << BigInt(bits - 1)))
    return `${bits}'${mark}h${BigInt.asUintN(bits, value).toString(16)}`;
  return value < 0n ? `-${bits}'${mark}d${-value}` : `${bits}'${mark}d${value}`;
}

const vector = (value: Value): Vector => vectorOf(value.interval);

/** Some bits of a name, from the highest to the lowest. */
function bitsOf(name: string, { bits }: Vector, high: number, low: number): Written {
  if (high === bits - 1 && low === 0) return whole(name);
  return { text: `${name}[${high === low ? high : `${high}:${low}`}]`, cut: [name] };
}

/** The highest bit of a name, copied. */
function signs(name: string, { bits }: Vector, count: number): string {
  return `{${count}{${bits === 1 ? name : `${name}[${bits - 1}]`}}}`;
}

/** Bits `low` and up of a name, as a vector of just so many bits. */
function widened(name: string, from: Vector, low: number, to: number): Written {
  if (low >= from.bits) return { text: from.signed ? signs(name, from, to) : `${to}'d0`, cut: [name] };
  const there = from.bits - low;
  if (to <= there) return bitsOf(name, from, low + to - 1, low);
  const { text, cut } = bitsOf(name, from, from.bits - 1, low);
  const filling = from.signed ? signs(name, from, to - there) : `${to - there}'d0`;
  return { text: `{${filling}, ${text}}`, cut };
}

/** A value as just so many bits: right modulo two to their number, whatever its own vector is. */
function sized(value: Value, bits: number, operand: Operand): Written {
  const { operation } = value;
  if (operation.kind === 'constant') return whole(constantText(operation.value, { signed: false, bits }));
  return widened(operand(value), vector(value), 0, bits);
}

/** The same, with a sign where `signed` says so. */
function signedAs(value: Value, to: Vector, operand: Operand): Written {
  const { operation } = value;
  if (operation.kind === 'constant') return whole(constantText(operation.value, to));
  const { text, cut } = sized(value, to.bits, operand);
  const isSigned = vector(value).signed && text === operand(value);
  return { text: to.signed && !isSigned ? `$signed(${text})` : text, cut };
}

/** The low bits of a constant, as an operand. */
function constantText(value: bigint, to: Vector): string {
  const low = value < 0n ? BigInt.asIntN(to.bits, value) : BigInt.asUintN(to.bits, value);
  const literal = verilogLiteral(low, to);
  return literal.startsWith('-') ? `(${literal})` : literal;
}

/** The narrowest vector that holds all of some values. */
function common(...values: readonly Value[]): Vector {
  const signed = values.some((value) => vector(value).signed);
  const bits = values.map((value) => vector(value).bits + (signed && !vector(value).signed ? 1 : 0));
  return { signed, bits: Math.max(...bits) };
}

const SIGNS = { add: '+', subtract: '-', multiply: '*' } as const;

const joined = (parts: readonly Written[], text: (...texts: readonly string[]) => string): Written => ({
  text: text(...parts.map((part) => part.text)),
  cut: parts.flatMap((part) => part.cut),
});

/** What a value is assigned; where that has another width than the value, `bits` says which. */
function expression(value: Value, operand: Operand): Written & { readonly bits?: number } {
  const { operation } = value;
  const own = vector(value);
  const { bits } = own;
  const at = (each: Value, width = bits) => sized(each, width, operand);
  switch (operation.kind) {
    case 'input':
      throw new TypeError('the input is a port');
    case 'constant':
      return whole(verilogLiteral(operation.value, own));
    case 'add':
    case 'subtract':
    case 'multiply': {
      const to = { signed: common(operation.left, operation.right).signed, bits };
      // Synthesis finds multipliers and adders as narrow as the operands where it is told of signs.
      const operands = [operation.left, operation.right].map((each) => signedAs(each, to, operand));
      return joined(operands, (a, b) => `${a} ${SIGNS[operation.kind]} ${b}`);
    }
    case 'min':
    case 'max': {
      const both = common(operation.left, operation.right);
      const compared = [operation.left, operation.right].map((each) => signedAs(each, both, operand));
      return joined([...compared, at(operation.left), at(operation.right)], (a, b, left, right) => {
        return `${a} ${operation.kind === 'min' ? '<' : '>'} ${b} ? ${left} : ${right}`;
      });
    }
    case 'negate':
      return joined([at(operation.value)], (a) => `-${a}`);
    case 'shiftLeft': {
      if (operation.by >= bits) return { text: `${bits}'d0`, cut: namesOf(operation.value, operand) };
      return joined([at(operation.value, bits - operation.by)], (a) =>
        operation.by === 0 ? a : `{${a}, ${operation.by}'d0}`,
      );
    }
    case 'shiftRight':
      if (operation.value.operation.kind === 'constant') {
        return whole(constantText(operation.value.operation.value >> BigInt(operation.by), own));
      }
      return widened(operand(operation.value), vector(operation.value), operation.by, bits);
    case 'shiftLeftBy':
      return joined([at(operation.value), amountOf(operation.amount, operand)], (a, by) => `${a} << ${by}`);
    case 'shiftRightBy': {
      const from = vector(operation.value);
      const wide = { signed: from.signed, bits: Math.max(bits, from.bits) };
      const shifted = joined(
        [signedAs(operation.value, wide, operand), amountOf(operation.amount, operand)],
        (a, by) => `${a} >>> ${by}`,
      );
      return { ...shifted, bits: wide.bits };
    }
    case 'lowBits':
      return at(operation.value);
    case 'compare': {
      const both = common(operation.left, operation.right);
      const compared = [operation.left, operation.right].map((each) => signedAs(each, both, operand));
      return joined(compared, (a, b) => `${a} ${operation.relation} ${b}`);
    }
    case 'and':
      return joined([at(operation.left), at(operation.right)], (a, b) => `${a} & ${b}`);
    case 'select':
      return joined(
        [at(operation.condition, 1), at(operation.yes), at(operation.no)],
        (condition, yes, no) => `${condition} ? ${yes} : ${no}`,
      );
    case 'bitLength': {
      const { bits: taken } = vector(operation.value);
      const called = joined([at(operation.value, taken)], (a) => `bit_length_${taken}(${a})`);
      return { ...called, bits: lengthBits(taken) };
    }
    case 'element': {
      const { table, column, row } = operation;
      const called = joined([at(row, rowVector(table).bits)], (a) => `${memoryName(table, column)}(${a})`);
      return { ...called, bits: vectorOf(column.interval).bits };
    }
    case 'search':
      throw new TypeError('a search has to be bisected first');
  }
}

const amountOf = (amount: Value, operand: Operand): Written => sized(amount, vector(amount).bits, operand);

const namesOf = (value: Value, operand: Operand): readonly string[] =>
  value.operation.kind === 'constant' ? [] : [operand(value)];

/** Bits of the length of so many bits. */
const lengthBits = (bits: number): number => bits.toString(2).length;

const rowVector = ({ rows }: ProgramTable): Vector => vectorOf({ lo: 0n, hi: BigInt(rows - 1) });

const ENTRIES_PER_LINE = 12;

/** A memory as a function: what synthesis makes a ROM of, and simulation reads without a clock. */
function memory(table: ProgramTable, column: ProgramColumn): readonly string[] {
  const name = memoryName(table, column);
  const output = vectorOf(column.interval);
  const row = rowVector(table);
  const last = column.values.length - 1;
  const runs = runsOf(column.values.slice(0, -1));
  const entries = runs.flatMap(({ from, to, value }) => {
    const keys = Array.from({ length: to - from + 1 }, (_, i) => `${row.bits}'d${from + i}`);
    const lines = Array.from({ length: Math.ceil(keys.length / ENTRIES_PER_LINE) }, (_, i) =>
      keys.slice(i * ENTRIES_PER_LINE, (i + 1) * ENTRIES_PER_LINE).join(', '),
    );
    const result = `${name} = ${verilogLiteral(value, output)};`;
    const label = table.labels && from === to ? ` // ${table.labels[from]}` : '';
    return lines.map((line, i) => (i === lines.length - 1 ? `${line}: ${result}${label}` : `${line},`));
  });
  const label = table.labels ? ` // ${table.labels[last]}` : '';
  return [
    `function ${range(output)}${name}(input ${range(row)}row);`,
    '  case (row)',
    ...entries.map((line) => `    ${line}`),
    `    default: ${name} = ${verilogLiteral(column.values[last], output)};${label}`,
    '  endcase',
    'endfunction',
  ];
}

/** `signed [7:0] `, `[7:0] `, and nothing for one bit. */
export function range({ signed, bits }: Vector): string {
  return `${signed ? 'signed ' : ''}${bits === 1 ? '' : `[${bits - 1}:0] `}`;
}

/** Verilog for one design, of which it knows the names that are read in part. */
export function verilog({ input }: Pick<KernelPlan, 'input'>): HardwareLanguage {
  const cut = new Set<string>();
  const note = ({ text, cut: names }: Written): string => {
    names.forEach((name) => cut.add(name));
    return text;
  };
  return {
    keywords: VERILOG_NAMES.words,
    declare: (name, of) => `${range(of)}${name}`,
    assign: (name, value, operand) => {
      const own = vector(value);
      if (value.operation.kind === 'input') {
        return [`${range(own)}${name} = ${note(widened('in_raw', input, 0, own.bits))};`];
      }
      const { bits = own.bits, ...written } = expression(value, operand);
      if (bits === own.bits) return [`${range(own)}${name} = ${note(written)};`];
      const full = { signed: own.signed, bits };
      return [
        `${range(full)}${name}_full = ${note(written)};`,
        `${range(own)}${name} = ${note(widened(`${name}_full`, full, 0, own.bits))};`,
      ];
    },
    as: (value, { bits }, operand) => note(sized(value, bits, operand)),
    memory,
    bitLength: (lengths) => lengths.flatMap(bitLength),
    cut: () => [...cut],
  };
}

function bitLength(bits: number): readonly string[] {
  const length = lengthBits(bits);
  const head = `function ${range({ signed: false, bits: length })}bit_length_${bits}(input ${range({ signed: false, bits })}value);`;
  if (bits === 1) return [head, '  bit_length_1 = value;', 'endfunction'];
  return [
    head,
    '  integer i;',
    '  begin',
    `    bit_length_${bits} = ${length}'d0;`,
    `    for (i = 0; i < ${bits}; i = i + 1) if (value[i]) bit_length_${bits} = i[${length - 1}:0] + ${length}'d1;`,
    '  end',
    'endfunction',
  ];
}
