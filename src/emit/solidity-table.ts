import { operandsOf, type Program, type ProgramColumn, type ProgramTable, type Value } from './program.js';
import { sentence } from './written.js';

/*
 * Tables without memory: rows are packed into words of 256 bits, which are constants in the code of a function that
 * finds one by comparisons. A table that lies in memory would be copied there at every call.
 */

const WORD_BITS = 256;
/** Bounds beyond these are searched by words of them: a comparison for each would take too much code. */
const MOST_COMPARED = 128;

/** A table of which elements are read, packed. */
export interface PackedTable {
  readonly table: ProgramTable;
  /** The columns that are read, by the word of a row that they lie in. */
  readonly groups: readonly (readonly ProgramColumn[])[];
  /** The function that gives a row: a word for each group, its numbers in the lowest bits. */
  readonly name: string;
  /** Rows in a word, a power of two: one where a row takes several words. */
  readonly rowsPerWord: number;
}

/** Where a column's numbers are in a row: in which word, and which bits of it. */
export interface Field {
  readonly word: number;
  readonly offset: number;
  readonly bits: number;
  readonly signed: boolean;
}

/** Whole bytes, as few as hold every number of the column. */
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

const widthOf = (columns: readonly ProgramColumn[]): number =>
  columns.reduce((sum, column) => sum + shapeOf(column).bits, 0);

/** How many rows of so many bits a word holds, as a power of two. */
const rowsIn = (bits: number): number => 2 ** Math.floor(Math.log2(WORD_BITS / bits));

/** The tables that elements are read of. */
export function packedTables({ tables, statements }: Program): readonly PackedTable[] {
  const read = new Set(
    statements.flatMap(({ operation }) => (operation.kind === 'element' ? [operation.column] : [])),
  );
  return tables.flatMap((table) => {
    const groups: ProgramColumn[][] = [];
    for (const column of table.columns.filter((each) => read.has(each))) {
      const last = groups.at(-1);
      if (last && widthOf([...last, column]) <= WORD_BITS) last.push(column);
      else groups.push([column]);
    }
    if (groups.length === 0) return [];
    const rowsPerWord = groups.length === 1 ? rowsIn(widthOf(groups[0])) : 1;
    return [{ table, groups, name: `_${table.name}`, rowsPerWord }];
  });
}

export function fieldOf({ groups }: PackedTable, column: ProgramColumn): Field {
  const word = groups.findIndex((group) => group.includes(column));
  const before = groups[word].slice(0, groups[word].indexOf(column));
  return { word, offset: widthOf(before), ...shapeOf(column) };
}

/** How many words, or rows of several, have to be told apart. */
export function wordsOf({ table, rowsPerWord }: PackedTable): number {
  return Math.ceil(table.rows / rowsPerWord);
}

/** Which column of which table is searched, once each. */
export function searchedColumns({ statements }: Program): ReadonlyMap<ProgramTable, ProgramColumn> {
  return new Map(
    statements.flatMap(({ operation }) =>
      operation.kind === 'search' ? [[operation.table, operation.column] as const] : [],
    ),
  );
}

/** How many bounds are searched at once, in a word: one where each is compared on its own. */
export function boundsPerWord(table: ProgramTable, column: ProgramColumn): number {
  return table.rows <= MOST_COMPARED ? 1 : rowsIn(shapeOf(column).bits);
}

/** Bytes of a program's tables, less what finds a word. */
export function packedBytes(program: Program): number {
  const packed = packedTables(program);
  const searched = [...searchedColumns(program)].map(
    ([table, column]) => (table.rows * shapeOf(column).bits) / 8,
  );
  const read = packed.map(({ table, groups }) => (table.rows * widthOf(groups.flat())) / 8);
  return [...read, ...searched].reduce((sum, each) => sum + each, 0);
}

/** A row that is read. */
export interface Load {
  readonly packed: PackedTable;
  readonly row: Value;
  /** How many elements are read of it. */
  readonly uses: number;
}

/** Every row that a program reads, in the order of their first elements. */
export function loadsOf(program: Program): readonly Load[] {
  const loads: { packed: PackedTable; row: Value; uses: number }[] = [];
  const tables = packedTables(program);
  for (const { operation } of program.statements) {
    if (operation.kind !== 'element') continue;
    const packed = tables.find(({ table }) => table === operation.table);
    const known = loads.find((load) => load.packed === packed && load.row === operation.row);
    if (known) known.uses++;
    else if (packed) loads.push({ packed, row: operation.row, uses: 1 });
  }
  return loads;
}

/** The elements that the expression of a value reads, but for those behind declared values. */
export function elementsIn(
  value: Value,
  declared: ReadonlySet<Value>,
): readonly { readonly column: ProgramColumn; readonly row: Value }[] {
  const { operation } = value;
  const own = operation.kind === 'element' ? [operation] : [];
  const parts = operandsOf(value).filter((operand) => !declared.has(operand));
  return [...own, ...parts.flatMap((part) => elementsIn(part, declared))];
}

export interface TableFunction {
  readonly about: string;
  readonly head: string;
  readonly lines: readonly string[];
}

/** The function that gives a row of a table. */
export function rowFunction(packed: PackedTable): TableFunction {
  const { table, groups, name, rowsPerWord } = packed;
  const rowBits = widthOf(groups[0]);
  const count = wordsOf(packed);
  const wordOf = (group: readonly ProgramColumn[], i: number): string => {
    const rows = Array.from({ length: Math.min(rowsPerWord, table.rows - i * rowsPerWord) }, (_, k) =>
      rowOf(group, i * rowsPerWord + k),
    );
    return hex(rows.reduce((sum, row, k) => sum | (row << BigInt(k * rowBits)), 0n));
  };
  const names = groups.map((_, i) => `word${i === 0 ? '' : i}`);
  const leaf = (i: number): readonly string[] => {
    const label = rowsPerWord === 1 ? table.labels?.[i] : undefined;
    const words = groups.map((group) => wordOf(group, i));
    const assigned =
      names.length === 1 ? `word = ${words[0]}` : `(${names.join(', ')}) = (${words.join(', ')})`;
    return [`${assigned};${label === undefined ? '' : ` // ${label}`}`];
  };
  const abouts = groups.flat().map((column) => `${column.about} (${shapeOf(column).bits} bits)`);
  const shift = Math.log2(rowsPerWord);
  return {
    about: `${table.about} ${sentence(abouts.join(', '))}`,
    head: `function ${name}(uint256 row) private pure returns (${names.map((each) => `uint256 ${each}`).join(', ')})`,
    lines: [
      ...(count > 1 ? [`uint256 place = ${shift === 0 ? 'row' : `row >> ${shift}`};`] : []),
      ...tree(0, count, (i) => `place < ${i}`, leaf),
      ...(shift > 0 ? [`word >>= (row & ${rowsPerWord - 1}) * ${rowBits};`] : []),
    ],
  };
}

function rowOf(columns: readonly ProgramColumn[], row: number): bigint {
  let bits = 0;
  return columns.reduce((sum, column) => {
    const shape = shapeOf(column);
    const placed = BigInt.asUintN(shape.bits, column.values[row]) << BigInt(bits);
    bits += shape.bits;
    return sum | placed;
  }, 0n);
}

const hex = (value: bigint): string => `0x${value.toString(16).padStart(WORD_BITS / 4, '0')}`;

/** The function that counts the bounds at or below a value. */
export function searchFunction(name: string, table: ProgramTable, column: ProgramColumn): TableFunction {
  const about = `How many of these are at or below a value: ${table.about[0].toLowerCase()}${table.about.slice(1)} ${sentence(column.about)}`;
  const head = `function ${name}(int256 value) private pure returns (int256 count)`;
  const perWord = boundsPerWord(table, column);
  const { values } = column;
  if (perWord === 1) {
    const lines = tree(
      0,
      table.rows + 1,
      (i) => `value < ${values[i - 1]}`,
      (i) => [`count = ${i};`],
    );
    return { about, head, lines };
  }
  const { bits, signed } = shapeOf(column);
  const words = Math.ceil(table.rows / perWord);
  const leaf = (i: number): readonly string[] => {
    const some = Array.from({ length: perWord }, (_, k) => values[Math.min(i * perWord + k, table.rows - 1)]);
    const word = some.reduce((sum, bound, k) => sum | (BigInt.asUintN(bits, bound) << BigInt(k * bits)), 0n);
    return [`(word, count) = (${hex(word)}, ${i * perWord});`];
  };
  const halvings = Array.from({ length: Math.log2(perWord) }, (_, i) => perWord >> (i + 1));
  const entry = (place: number): string =>
    signed
      ? `int256(word << ${WORD_BITS - (place + 1) * bits}) >> ${WORD_BITS - bits}`
      : `int256((word >> ${place * bits}) & ${mask(bits)})`;
  return {
    about,
    head,
    lines: [
      'uint256 word;',
      ...tree(0, words, (i) => `value < ${values[i * perWord]}`, leaf),
      ...halvings.map(
        (step) =>
          `if (${entry(step - 1)} <= value) (word, count) = (word >> ${step * bits}, count + ${step});`,
      ),
      `if (${entry(0)} <= value) ++count;`,
      // The last word is filled up with its last bound.
      ...(table.rows % perWord === 0 ? [] : [`if (count > ${table.rows}) count = ${table.rows};`]),
    ],
  };
}

export const mask = (bits: number): string => `0x${((1n << BigInt(bits)) - 1n).toString(16)}`;

/** What finds one of the leaves from `first` to before `end` by comparisons: those below leaf i are where `below(i)`. */
function tree(
  first: number,
  end: number,
  below: (leaf: number) => string,
  leaf: (leaf: number) => readonly string[],
): readonly string[] {
  if (end - first === 1) return leaf(first);
  const middle = (first + end) >> 1;
  const indented = (lines: readonly string[]) => lines.map((line) => `    ${line}`);
  return [
    `if (${below(middle)}) {`,
    ...indented(tree(first, middle, below, leaf)),
    '} else {',
    ...indented(tree(middle, end, below, leaf)),
    '}',
  ];
}
