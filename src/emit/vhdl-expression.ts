import { memoryName, runsOf, type HardwareLanguage } from './hardware.js';
import { VHDL_NAMES } from './hardware-keywords.js';
import { vectorOf, type Vector } from './hardware-pipeline.js';
import type { ProgramColumn, ProgramTable, Value } from './program.js';

/*
 * numeric_std wants both operands of one type and gives sums the wider one's width, products the sum of both.
 * So operands are brought to a width that the exact result fits, and results to the width that is proven: by
 * dropping high bits of what is unsigned, or copies of the sign.
 */

type Operand = (value: Value) => string;

/** Magnitudes of literals: VHDL promises one bit more, of which GHDL reads some as two numbers. */
const INTEGER_BITS = 30;

/** An integer as a vector. */
export function vhdlLiteral(value: bigint, { signed, bits }: Vector): string {
  const type = signed ? 'signed' : 'unsigned';
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << BigInt(INTEGER_BITS)) return `to_${type}(${value}, ${bits})`;
  return `${type}'("${BigInt.asUintN(bits, value).toString(2).padStart(bits, '0')}")`;
}

const vector = (value: Value) => vectorOf(value.interval);
/** Bits of a value where it stands among signed ones. */
const signedBits = (value: Value) => vector(value).bits + (vector(value).signed ? 0 : 1);

/** An operand as a vector of a kind that holds it. */
function as(value: Value, to: Vector, operand: Operand): string {
  if (value.operation.kind === 'constant') return vhdlLiteral(value.operation.value, to);
  const { signed, bits } = vector(value);
  const name = operand(value);
  const wide = bits === to.bits ? name : `resize(${name}, ${to.bits})`;
  return signed === to.signed ? wide : to.signed ? `signed(${wide})` : `unsigned(${wide})`;
}

/** An exact result of some width as the value's own vector. */
function fit(expression: string, from: Vector, to: Vector): string {
  const alike = from.signed === to.signed ? expression : `unsigned(${expression})`;
  return from.bits === to.bits ? alike : `resize(${alike}, ${to.bits})`;
}

/** The narrowest kind of vector that holds all of the values, and at least as many bits as asked for. */
function common(values: readonly Value[], least: number, signed: boolean): Vector {
  const anySigned = signed || values.some((value) => vector(value).signed);
  return {
    signed: anySigned,
    bits: Math.max(least, ...values.map((value) => (anySigned ? signedBits(value) : vector(value).bits))),
  };
}

const SIGNS = { add: '+', subtract: '-' } as const;

function expression(value: Value, operand: Operand): string {
  const { operation } = value;
  const to = vector(value);
  switch (operation.kind) {
    case 'input':
      return 'in_raw';
    case 'constant':
      return vhdlLiteral(operation.value, to);
    case 'add':
    case 'subtract': {
      const { left, right } = operation;
      const kind = common([left, right], to.bits, to.signed);
      return fit(`${as(left, kind, operand)} ${SIGNS[operation.kind]} ${as(right, kind, operand)}`, kind, to);
    }
    case 'multiply': {
      const { left, right } = operation;
      const { signed } = common([left, right], 1, to.signed);
      const kinds = [left, right].map((each) => common([each], 1, signed));
      const product = { signed, bits: kinds[0].bits + kinds[1].bits };
      return fit(`${as(left, kinds[0], operand)} * ${as(right, kinds[1], operand)}`, product, to);
    }
    case 'min':
    case 'max': {
      const { left, right } = operation;
      const kind = common([left, right], 1, to.signed);
      const test = `${as(left, kind, operand)} ${operation.kind === 'min' ? '<' : '>'} ${as(right, kind, operand)}`;
      return `${fit(as(left, kind, operand), kind, to)} when ${test} else ${fit(as(right, kind, operand), kind, to)}`;
    }
    case 'negate': {
      const kind = common([operation.value], to.bits, true);
      return fit(`-${as(operation.value, kind, operand)}`, kind, to);
    }
    case 'shiftLeft':
    case 'shiftLeftBy': {
      const kind = common([operation.value], to.bits, to.signed);
      return fit(
        `shift_left(${as(operation.value, kind, operand)}, ${amount(operation, operand)})`,
        kind,
        to,
      );
    }
    case 'shiftRight':
    case 'shiftRightBy': {
      const kind = common([operation.value], 1, to.signed);
      return fit(
        `shift_right(${as(operation.value, kind, operand)}, ${amount(operation, operand)})`,
        kind,
        to,
      );
    }
    case 'lowBits': {
      const kind = common([operation.value], operation.bits, false);
      return fit(as(operation.value, kind, operand), kind, to);
    }
    case 'compare': {
      const { left, right, relation } = operation;
      const kind = common([left, right], 1, false);
      const sign = relation === '==' ? '=' : relation;
      return `"1" when ${as(left, kind, operand)} ${sign} ${as(right, kind, operand)} else "0"`;
    }
    case 'and':
      return `${operand(operation.left)} and ${operand(operation.right)}`;
    case 'select': {
      const { condition, yes, no } = operation;
      const choice = (each: Value) => {
        const kind = common([each], 1, to.signed);
        return fit(as(each, kind, operand), kind, to);
      };
      return `${choice(yes)} when ${operand(condition)} = 1 else ${choice(no)}`;
    }
    case 'bitLength':
      return `to_unsigned(bit_length(${as(operation.value, common([operation.value], 1, false), operand)}), ${to.bits})`;
    case 'element':
      return `${memoryName(operation.table, operation.column)}(to_integer(${operand(operation.row)}))`;
    case 'search':
      throw new TypeError('a search has to be bisected first');
  }
}

/** The shift of an operation, as an integer. */
function amount(operation: { readonly by: number } | { readonly amount: Value }, operand: Operand): string {
  if ('by' in operation) return String(operation.by);
  return `to_integer(${as(operation.amount, { ...vector(operation.amount), signed: false }, operand)})`;
}

/**
 * A memory as a constant array, with a row for every index: while signals settle, one after the other, an index
 * may be what it never is in the end.
 */
function memory(table: ProgramTable, column: ProgramColumn): readonly string[] {
  const name = memoryName(table, column);
  const entry = vectorOf(column.interval);
  const last = column.values.length - 1;
  const rows = 2 ** vectorOf({ lo: 0n, hi: BigInt(last) }).bits;
  const label = (row: number) => (table.labels ? ` -- ${table.labels[row]}` : '');
  return [
    `type ${name}_rom is array (0 to ${rows - 1}) of ${typeOf(entry)};`,
    `constant ${name} : ${name}_rom := (`,
    ...runsOf(column.values.slice(0, -1)).map(({ from, to, value }) => {
      const place = from === to ? `${from}` : `${from} to ${to}`;
      return `  ${place} => ${vhdlLiteral(value, entry)},${from === to ? label(from) : ''}`;
    }),
    `  others => ${vhdlLiteral(column.values[last], entry)}${label(last)}`,
    ');',
  ];
}

export function typeOf({ signed, bits }: Vector): string {
  return `${signed ? 'signed' : 'unsigned'}(${bits - 1} downto 0)`;
}

export const VHDL: HardwareLanguage = Object.freeze({
  keywords: VHDL_NAMES.words,
  declare: (name: string, kind: Vector) => `signal ${name} : ${typeOf(kind)} := (others => '0');`,
  assign: (name: string, value: Value, operand: Operand) => [`${name} <= ${expression(value, operand)};`],
  cut: () => [],
  as,
  memory,
  bitLength: () => [
    'function bit_length(value : unsigned) return natural is',
    "  alias bits : unsigned(value'length - 1 downto 0) is value;",
    '  variable length : natural := 0;',
    'begin',
    "  for i in bits'reverse_range loop",
    "    if bits(i) = '1' then",
    '      length := i + 1;',
    '    end if;',
    '  end loop;',
    '  return length;',
    'end function;',
  ],
});
