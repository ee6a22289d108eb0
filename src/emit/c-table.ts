import { cLiteral, literalText } from './c-type.js';
import { storageOf } from './machine-type.js';
import type { Program, ProgramColumn, ProgramTable } from './program.js';
import { filled } from './table-lines.js';
import { atom, sentence, unary, type Written } from './written.js';

/** Columns that C holds in one array: of records where they are several. */
export interface CArray {
  /** Without the kernel's name: `segments`. */
  readonly name: string;
  readonly columns: readonly ProgramColumn[];
}

const bitsOf = (column: ProgramColumn): number => storageOf(column).bits;

/**
 * One array of records, widest members first, where that leaves no gaps; otherwise an array for each width.
 * Either way a table takes no more bytes than its columns.
 */
export function cArrays({ name, columns }: ProgramTable): readonly CArray[] {
  const ordered = columns.toSorted((a, b) => bitsOf(b) - bitsOf(a));
  const widest = bitsOf(ordered[0]);
  const sum = ordered.reduce((bits, column) => bits + bitsOf(column), 0);
  if (sum % widest === 0) return [{ name, columns: ordered }];
  const widths = [...new Set(ordered.map(bitsOf))];
  return widths.map((bits, i) => ({
    name: i === 0 ? name : `${name}_${bits}`,
    columns: ordered.filter((column) => bitsOf(column) === bits),
  }));
}

/** What reads an element of a table, wherever tables lie, as the type that it is stored in. */
export function cElement(program: string, table: ProgramTable, column: ProgramColumn, row: string): Written {
  const arrays = cArrays(table);
  const { name, columns } = arrays.find((array) => array.columns.includes(column)) ?? arrays[0];
  const place = `&${program}_${name}[${row}]${columns.length > 1 ? `.${column.name}` : ''}`;
  const { bits } = storageOf(column);
  if (bits === 128) return atom(`${program}_wide_read(${place})`);
  return unary(`(${storedType(program, column)})APPROXGEN_READ(${bits}, ${place})`);
}

/** Whether a column is of integers beyond 64 bits. */
export function isWideColumn(column: ProgramColumn): boolean {
  return bitsOf(column) === 128;
}

/** Bytes of a table in an array. */
export function storedBytes({ rows, columns }: ProgramTable): number {
  return (rows * columns.reduce((bits, column) => bits + bitsOf(column), 0)) / 8;
}

export function cTableViews(program: Program, table: ProgramTable): readonly object[] {
  return cArrays(table).map(({ name, columns }) => {
    const single = columns.length === 1;
    const members = columns.map((each) => `${storedType(program.name, each)} ${each.name};`).join(' ');
    const type = single ? storedType(program.name, columns[0]) : `struct { ${members} }`;
    const texts = Array.from({ length: table.rows }, (_, i) =>
      columns.map((each) => stored(each, each.values[i])),
    );
    const labels = table.labels ?? [];
    return {
      open: `static const ${type} ${program.name}_${name}[${table.rows}] APPROXGEN_TABLE = {`,
      about: `${table.about} ${sentence(columns.map((each) => each.about).join(', '))}`,
      rows: single
        ? filled(texts.map(([text]) => `${text},`))
        : texts.map(
            (row, i) => `{ ${row.join(', ')} },${labels[i] === undefined ? '' : ` /* ${labels[i]} */`}`,
          ),
    };
  });
}

function storedType(program: string, column: ProgramColumn): string {
  const { signed, bits } = storageOf(column);
  return bits === 128 ? `${program}_wide_t` : `${signed ? '' : 'u'}int${bits}_t`;
}

function stored(column: ProgramColumn, value: bigint): string {
  if (storageOf(column).bits === 128) {
    return `{ UINT64_C(${BigInt.asUintN(64, value)}), ${literalText(value >> 64n)} }`;
  }
  return cLiteral(value);
}
