import type { ProgramColumn, ProgramTable } from './program.js';
import { sentence } from './written.js';

/** Where a column's numbers are in the bytes of a table's rows. */
export interface Field {
  /** Bytes before it in a row, and bytes of a row. */
  readonly offset: number;
  readonly stride: number;
  readonly bits: number;
  readonly signed: boolean;
}

/** Big-endian, in as few bytes as hold every number of the column. */
function shapeOf({ interval: { lo, hi } }: ProgramColumn): {
  readonly bits: number;
  readonly signed: boolean;
} {
  const signed = lo < 0n;
  const fits = (bits: number) =>
    signed ? lo >= -(1n << BigInt(bits - 1)) && hi < 1n << BigInt(bits - 1) : hi < 1n << BigInt(bits);
  let bits = 8;
  while (!fits(bits)) bits += 8;
  return { bits, signed };
}

export function fieldOf({ columns }: ProgramTable, column: ProgramColumn): Field {
  const bytes = columns.map((each) => shapeOf(each).bits / 8);
  const before = bytes.slice(0, columns.indexOf(column));
  const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);
  return { offset: sum(before), stride: sum(bytes), ...shapeOf(column) };
}

/** Bytes of a table's rows. */
export function packedBytes(table: ProgramTable): number {
  return table.rows * fieldOf(table, table.columns[0]).stride;
}

/** Bytes of a line of a table without labels. */
const LINE_BYTES = 32;
/** A field is read as the first bytes of a whole word, of which none may lie behind the table. */
const WORD_BYTES = 32;

export function solidityTableView(table: ProgramTable): object {
  const rows = Array.from({ length: table.rows }, (_, i) =>
    table.columns.map((column) => hex(column.values[i], shapeOf(column).bits)).join(''),
  );
  const last = fieldOf(table, table.columns[table.columns.length - 1]);
  const padding = '00'.repeat(WORD_BYTES - last.bits / 8);
  const abouts = table.columns.map((column) => `${column.about} (${shapeOf(column).bits / 8} bytes)`);
  return {
    name: table.name.toUpperCase(),
    about: `${table.about} ${sentence(abouts.join(', '))}`,
    lines: [...literals(rows, table.labels), `hex"${padding}"`],
  };
}

function literals(rows: readonly string[], labels: readonly string[] | undefined): readonly string[] {
  if (labels) return rows.map((row, i) => `hex"${row}" // ${labels[i]}`);
  const all = rows.join('');
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += 2 * LINE_BYTES)
    lines.push(`hex"${all.slice(at, at + 2 * LINE_BYTES)}"`);
  return lines;
}

const hex = (value: bigint, bits: number) =>
  BigInt.asUintN(bits, value)
    .toString(16)
    .padStart(bits / 4, '0');
