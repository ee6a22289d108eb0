import {
  addIntervals,
  interval,
  joinIntervals,
  multiplyIntervals,
  type Interval,
} from '../fixedpoint/interval.js';
import { bitLength } from './program-run.js';
import {
  operandsOf,
  type Operation,
  type Program,
  type ProgramColumn,
  type ProgramTable,
  type Relation,
  type Value,
} from './program.js';

/**
 * Operations on values, each with the interval that follows from its operands'. What the intervals decide is
 * decided here: a limit that nothing passes, a comparison that always holds, a sum with 0 leave no operation.
 */
export interface ProgramBuilder {
  readonly input: Value;
  /** Products of more bits are cut in two where a shift follows. */
  readonly word: number;
  readonly constant: (value: bigint | number) => Value;
  readonly add: (left: Value, right: Value) => Value;
  readonly subtract: (left: Value, right: Value) => Value;
  readonly multiply: (left: Value, right: Value) => Value;
  readonly min: (left: Value, right: Value) => Value;
  readonly max: (left: Value, right: Value) => Value;
  /** The value, limited to an interval. */
  readonly limit: (value: Value, to: Interval) => Value;
  readonly negate: (value: Value) => Value;
  /** value · 2^by, exactly; nothing for 0 */
  readonly shiftLeft: (value: Value, by: number) => Value;
  /** floor(value · 2^-by); nothing for 0 */
  readonly shiftRight: (value: Value, by: number) => Value;
  readonly shiftLeftBy: (value: Value, amount: Value) => Value;
  readonly shiftRightBy: (value: Value, amount: Value) => Value;
  readonly lowBits: (value: Value, bits: number) => Value;
  readonly compare: (left: Value, relation: Relation, right: Value) => Value;
  readonly and: (left: Value, right: Value) => Value;
  readonly select: (condition: Value, yes: Value, no: Value) => Value;
  readonly bitLength: (value: Value) => Value;
  readonly element: (table: ProgramTable, column: ProgramColumn, row: Value) => Value;
  readonly search: (table: ProgramTable, column: ProgramColumn, value: Value) => Value;
  /** The value under a name, and in a proven interval where that is narrower than what its operands say. */
  readonly named: (name: string, about: string, value: Value, within?: Interval) => Value;
  /** The value in a proven interval. */
  readonly within: (value: Value, proven: Interval) => Value;
  /** The program that computes a value: what it needs, in the order in which it was made. */
  readonly program: (
    facts: Pick<Program, 'name' | 'function' | 'input' | 'output'>,
    result: Value,
  ) => Program;
}

const point = (value: bigint): Interval => ({ lo: value, hi: value });
const BOOLEAN = interval(0, 1);

export function constantOf({ operation }: Value): bigint | undefined {
  return operation.kind === 'constant' ? operation.value : undefined;
}

export function programBuilder(inputs: Interval, word = Infinity): ProgramBuilder {
  const order = new Map<Value, number>();
  const enlist = (value: Value, place = order.size): Value => {
    order.set(value, place);
    return value;
  };
  const made = (operation: Operation, proven: Interval): Value =>
    proven.lo === proven.hi ? constant(proven.lo) : enlist({ name: '', interval: proven, operation });
  const constant = (value: bigint | number): Value => ({
    name: '',
    interval: point(BigInt(value)),
    operation: { kind: 'constant', value: BigInt(value) },
  });
  const input = enlist({ name: 'x', about: 'the raw input', interval: inputs, operation: { kind: 'input' } });

  const add = (left: Value, right: Value): Value => {
    if (constantOf(left) === 0n) return right;
    const added = constantOf(right);
    if (added === 0n) return left;
    if (added !== undefined && added < 0n) return subtract(left, constant(-added));
    return made({ kind: 'add', left, right }, addIntervals(left.interval, right.interval));
  };
  const subtract = (left: Value, right: Value): Value => {
    if (constantOf(left) === 0n) return negate(right);
    const taken = constantOf(right);
    if (taken === 0n) return left;
    if (taken !== undefined && taken < 0n) return add(left, constant(-taken));
    return made({ kind: 'subtract', left, right }, addIntervals(left.interval, opposite(right.interval)));
  };
  const multiply = (left: Value, right: Value): Value => {
    if (constantOf(right) === undefined && constantOf(left) !== undefined) return multiply(right, left);
    const factor = constantOf(right);
    if (factor === 1n) return left;
    if (factor === -1n) return negate(left);
    return made({ kind: 'multiply', left, right }, multiplyIntervals(left.interval, right.interval));
  };
  const min = (left: Value, right: Value): Value => {
    if (left.interval.hi <= right.interval.lo) return left;
    if (right.interval.hi <= left.interval.lo) return right;
    const [a, b] = [left.interval, right.interval];
    return made({ kind: 'min', left, right }, { lo: least(a.lo, b.lo), hi: least(a.hi, b.hi) });
  };
  const max = (left: Value, right: Value): Value => {
    if (left.interval.lo >= right.interval.hi) return left;
    if (right.interval.lo >= left.interval.hi) return right;
    const [a, b] = [left.interval, right.interval];
    return made({ kind: 'max', left, right }, { lo: most(a.lo, b.lo), hi: most(a.hi, b.hi) });
  };
  const limit = (value: Value, { lo, hi }: Interval) => min(max(value, constant(lo)), constant(hi));
  const negate = (value: Value): Value => made({ kind: 'negate', value }, opposite(value.interval));
  const shiftLeft = (value: Value, by: number): Value =>
    by === 0 ? value : made({ kind: 'shiftLeft', value, by }, shifted(value.interval, point(BigInt(by))));
  const shiftRight = (value: Value, by: number): Value =>
    by === 0 ? value : made({ kind: 'shiftRight', value, by }, shifted(value.interval, point(BigInt(-by))));
  const shiftLeftBy = (value: Value, amount: Value): Value => {
    const by = constantOf(amount);
    if (by !== undefined) return shiftLeft(value, Number(by));
    return made({ kind: 'shiftLeftBy', value, amount }, shifted(value.interval, amount.interval));
  };
  const shiftRightBy = (value: Value, amount: Value): Value => {
    const by = constantOf(amount);
    if (by !== undefined) return shiftRight(value, Number(by));
    return made({ kind: 'shiftRightBy', value, amount }, shifted(value.interval, opposite(amount.interval)));
  };
  const lowBits = (value: Value, bits: number): Value => {
    const last = (1n << BigInt(bits)) - 1n;
    if (value.interval.lo >= 0n && value.interval.hi <= last) return value;
    const known = constantOf(value);
    if (known !== undefined) return constant(BigInt.asUintN(bits, known));
    return made({ kind: 'lowBits', value, bits }, interval(0n, last));
  };
  const compare = (left: Value, relation: Relation, right: Value): Value => {
    const decided = decide(left.interval, relation, right.interval);
    if (decided !== undefined) return constant(decided ? 1 : 0);
    return made({ kind: 'compare', relation, left, right }, BOOLEAN);
  };
  const and = (left: Value, right: Value): Value => {
    if (constantOf(left) !== undefined) return constantOf(left) === 0n ? left : right;
    if (constantOf(right) !== undefined) return constantOf(right) === 0n ? right : left;
    return made({ kind: 'and', left, right }, BOOLEAN);
  };
  const select = (condition: Value, yes: Value, no: Value): Value => {
    const decided = constantOf(condition);
    if (decided !== undefined) return decided === 1n ? yes : no;
    if (yes === no) return yes;
    return made({ kind: 'select', condition, yes, no }, joinIntervals(yes.interval, no.interval));
  };
  const lengthOf = (value: Value): Value =>
    made(
      { kind: 'bitLength', value },
      { lo: bitLength(value.interval.lo), hi: bitLength(value.interval.hi) },
    );
  const element = (table: ProgramTable, column: ProgramColumn, row: Value): Value => {
    const known = constantOf(row);
    if (known !== undefined) return constant(column.values[Number(known)]);
    return made({ kind: 'element', table, column, row }, column.interval);
  };
  const search = (table: ProgramTable, column: ProgramColumn, value: Value): Value => {
    const count = (end: bigint) => BigInt(column.values.filter((each) => each <= end).length);
    const counts = { lo: count(value.interval.lo), hi: count(value.interval.hi) };
    return made({ kind: 'search', table, column, value }, counts);
  };
  const within = (value: Value, proven: Interval): Value => {
    const narrower = intersection(value.interval, proven);
    if (narrower.lo === narrower.hi) return constant(narrower.lo);
    if (constantOf(value) !== undefined || value === input) return value;
    return enlist({ ...value, interval: narrower }, order.get(value));
  };
  const named = (name: string, about: string, value: Value, proven = value.interval): Value => {
    const narrowed = within(value, proven);
    if (constantOf(narrowed) !== undefined || narrowed.about !== undefined) return narrowed;
    return enlist({ ...narrowed, name, about }, order.get(narrowed));
  };
  const program: ProgramBuilder['program'] = (facts, result) => {
    const needed = reachable(input, result);
    return finished(
      facts,
      [...needed].toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
      result,
    );
  };
  return {
    ...{ input, word, constant, add, subtract, multiply, min, max, limit, negate },
    ...{ shiftLeft, shiftRight, shiftLeftBy, shiftRightBy, lowBits, compare, and, select },
    ...{ bitLength: lengthOf, element, search, named, within, program },
  };
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);
const most = (a: bigint, b: bigint) => (a > b ? a : b);
const opposite = ({ lo, hi }: Interval): Interval => ({ lo: -hi, hi: -lo });

/** value · 2^by, floored, for all of both intervals; by may be negative. */
function shifted({ lo, hi }: Interval, by: Interval): Interval {
  const at = (value: bigint, amount: bigint) => (amount < 0n ? value >> -amount : value << amount);
  return [at(lo, by.lo), at(lo, by.hi), at(hi, by.lo), at(hi, by.hi)].map(point).reduce(joinIntervals);
}

/** Whether a relation holds for all of two intervals, for none, or for some. */
function decide(left: Interval, relation: Relation, right: Interval): boolean | undefined {
  switch (relation) {
    case '<':
      return left.hi < right.lo ? true : left.lo >= right.hi ? false : undefined;
    case '<=':
      return left.hi <= right.lo ? true : left.lo > right.hi ? false : undefined;
    case '>=':
      return left.lo >= right.hi ? true : left.hi < right.lo ? false : undefined;
    case '==':
      if (left.hi < right.lo || right.hi < left.lo) return false;
      return left.lo === right.hi && left.hi === right.lo ? true : undefined;
  }
}

/** @throws TypeError where they have nothing in common: what was said to be proven was not */
function intersection(a: Interval, b: Interval): Interval {
  const [lo, hi] = [most(a.lo, b.lo), least(a.hi, b.hi)];
  if (lo > hi) throw new TypeError(`[${a.lo}, ${a.hi}] and [${b.lo}, ${b.hi}] have nothing in common`);
  return { lo, hi };
}

function reachable(input: Value, result: Value): ReadonlySet<Value> {
  const found = new Set<Value>([input]);
  const visit = (value: Value): void => {
    if (found.has(value) || constantOf(value) !== undefined) return;
    found.add(value);
    operandsOf(value).forEach(visit);
  };
  visit(result);
  return found;
}

/** Gives every value a name of its own, and leaves of each table what is used. */
function finished(
  facts: Pick<Program, 'name' | 'function' | 'input' | 'output'>,
  needed: readonly Value[],
  result: Value,
): Program {
  const names = new Set(needed.map(({ name }) => name));
  const taken = new Set<string>();
  const nameOf = (wanted: string): string => {
    let name = wanted === '' ? 'v0' : wanted;
    for (let i = 1; taken.has(name) || (wanted === '' && names.has(name)); i++) {
      name = `${wanted === '' ? 'v' : wanted}${i}`;
    }
    taken.add(name);
    return name;
  };
  const tables = usedTables(needed);
  const replaced = new Map<Value, Value>();
  const at = (value: Value) => replaced.get(value) ?? value;
  const statements = needed.map((value) => {
    const operation = rewritten(value.operation, at, tables);
    const copy = Object.freeze({ ...value, name: nameOf(value.name), operation });
    replaced.set(value, copy);
    return copy;
  });
  return Object.freeze({ ...facts, tables: [...tables.values()], statements, result: at(result) });
}

function usedTables(needed: readonly Value[]): ReadonlyMap<ProgramTable, ProgramTable> {
  const used = new Map<ProgramTable, Set<ProgramColumn>>();
  for (const { operation } of needed) {
    if (operation.kind !== 'element' && operation.kind !== 'search') continue;
    const columns = used.get(operation.table) ?? new Set();
    used.set(operation.table, columns.add(operation.column));
  }
  return new Map(
    [...used].map(([table, columns]) => [
      table,
      Object.freeze({ ...table, columns: table.columns.filter((column) => columns.has(column)) }),
    ]),
  );
}

function rewritten(
  operation: Operation,
  at: (value: Value) => Value,
  tables: ReadonlyMap<ProgramTable, ProgramTable>,
): Operation {
  const entries = Object.entries(operation).map(([key, part]) => {
    if (key === 'table') return [key, tables.get(part as ProgramTable)];
    return [key, typeof part === 'object' && 'operation' in part ? at(part as Value) : part];
  });
  return Object.freeze(Object.fromEntries(entries)) as Operation;
}
