import { interval, joinIntervals } from '../fixedpoint/interval.js';
import type { Operation, Program, ProgramColumn, ProgramTable, Value } from './program.js';

type Search = Extract<Operation, { kind: 'search' }>;

/**
 * A program whose searches are bisections, level by level: a table entry, a comparison, one more bit of the
 * count. So a search has a comparator a level instead of one a bound, and can be cut into stages.
 */
export function bisected(program: Program): Program {
  const replaced = new Map<Value, Value>();
  const tables: ProgramTable[] = [];
  const at = (value: Value): Value => replaced.get(value) ?? value;
  const statements = program.statements.flatMap((value) => {
    const operation = rewired(value.operation, at);
    const made =
      operation.kind === 'search'
        ? levels({ ...value, operation }, operation, tables)
        : [operation === value.operation ? value : { ...value, operation }];
    replaced.set(value, made[made.length - 1]);
    return made;
  });
  const searched = new Set(program.statements.flatMap(({ operation }) => columnsOf(operation, 'search')));
  const read = new Set(program.statements.flatMap(({ operation }) => columnsOf(operation, 'element')));
  const kept = program.tables
    .map((table) => ({
      ...table,
      columns: table.columns.filter((column) => read.has(column) || !searched.has(column)),
    }))
    .filter(({ columns }) => columns.length > 0);
  return { ...program, tables: [...kept, ...tables], statements, result: at(program.result) };
}

function columnsOf(operation: Operation, kind: 'search' | 'element'): readonly ProgramColumn[] {
  return operation.kind === kind ? [operation.column] : [];
}

/** The operation on replaced values; itself where none is. */
export function rewired(operation: Operation, at: (value: Value) => Value): Operation {
  let changed = false;
  const entries = Object.entries(operation).map(([key, part]) => {
    const isValue = typeof part === 'object' && part !== null && 'operation' in part;
    const now = isValue ? at(part as Value) : part;
    if (now !== part) changed = true;
    return [key, now];
  });
  return changed ? (Object.fromEntries(entries) as Operation) : operation;
}

const constant = (value: bigint): Value => ({
  name: '',
  interval: { lo: value, hi: value },
  operation: { kind: 'constant', value },
});

/**
 * The count of bounds ≤ value, highest bit first. Where a level has no bound any more, because their number is
 * no power of two less one, it compares with what is above every value.
 */
function levels(counted: Value, { value, table, column }: Search, tables: ProgramTable[]): readonly Value[] {
  const bounds = column.values;
  const depth = bounds.length.toString(2).length;
  const beyond = value.interval.hi + 1n;
  const made: Value[] = [];
  const add = (name: string, operation: Operation, lo: bigint, hi: bigint): Value => {
    const added = { name: `${counted.name}${name}`, interval: { lo, hi }, operation };
    made.push(added);
    return added;
  };
  let count = constant(0n);
  for (let level = 0; level < depth; level++) {
    const step = 2 ** (depth - 1 - level);
    const middles = Array.from({ length: 2 ** level }, (_, i) => bounds[(2 * i + 1) * step - 1] ?? beyond);
    const least = middles.reduce((a, b) => (a < b ? a : b));
    const middle =
      level === 0
        ? constant(middles[0])
        : entry(add, table, column, { level, middles, count, tables, least });
    const right = middle;
    const passed = add(`at${level}`, { kind: 'compare', relation: '>=', left: value, right }, 0n, 1n);
    const most = BigInt(2 ** (level + 1) - 1);
    const twice =
      level === 0
        ? undefined
        : add(`twice${level}`, { kind: 'shiftLeft', value: count, by: 1 }, 0n, most - 1n);
    count = twice ? add(`count${level}`, { kind: 'add', left: twice, right: passed }, 0n, most) : passed;
  }
  const last = made[made.length - 1];
  made[made.length - 1] = { ...last, ...named(counted), interval: counted.interval };
  return made;
}

const named = ({ name, about }: Value) => (about === undefined ? { name } : { name, about });

interface Level {
  readonly level: number;
  readonly middles: readonly bigint[];
  readonly count: Value;
  readonly tables: ProgramTable[];
  readonly least: bigint;
}

function entry(
  add: (name: string, operation: Operation, lo: bigint, hi: bigint) => Value,
  table: ProgramTable,
  { name, about }: ProgramColumn,
  { level, middles, count, tables }: Level,
): Value {
  const hull = middles.map((value) => interval(value, value)).reduce(joinIntervals);
  const column: ProgramColumn = {
    name: `${name}${level}`,
    about: `${about}, at level ${level} of a bisection`,
    values: middles,
    interval: hull,
  };
  const made: ProgramTable = {
    name: table.name,
    about: `${table.about}, level ${level}`,
    rows: middles.length,
    columns: [column],
  };
  tables.push(made);
  return add(`middle${level}`, { kind: 'element', table: made, column, row: count }, hull.lo, hull.hi);
}
