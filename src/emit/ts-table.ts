import type { NarrowPlan } from '../plan/narrow.js';
import { commonOrigin } from './cell-offset.js';
import { hornerForm, storedCoefficient, type HornerForm } from './ts-horner.js';
import { hasTailRow } from './tail-row.js';

/** The row of each cell of an argument. */
export interface Cells {
  readonly type: string;
  /** Arguments in a cell. */
  readonly size: number;
  /** The rows of the first cells, in lines; where there are none, cell i has row i. */
  readonly rows: readonly string[];
  /** How many cells there are, where those that are not given have the last row. */
  readonly length?: number;
  readonly lastRow: number;
}

/** The tables of a TypeScript kernel, in numbers or in bigint. */
export interface TypescriptTable {
  /** What stands before and after the rows, and after the bounds of segments. */
  readonly open: string;
  readonly close: string;
  /** The type that the tables have to be given, where their values don't. */
  readonly annotation: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly numbers: string; readonly label: string }[];
  readonly cells?: Cells;
  readonly bounds?: string;
  /** Whether every product fits in 32 bits, so that integer operations do. */
  readonly integer: boolean;
  /** The high tail is one more row, reached by limiting the argument to its bound. */
  readonly tailRow: boolean;
}

/** Of a kernel in numbers. */
export interface NumberTable extends TypescriptTable {
  /** How far into its cell each segment's origin lies, where rows need not say it. */
  readonly originInCell?: number;
  readonly horner: HornerForm;
  /** Whether the cells reach as far as arguments do, so that none has to be limited to the tail's bound. */
  readonly tailCells: boolean;
  /** The columns as arrays of their own: as all have one length, engines check an index once for all. */
  readonly arrays: readonly { readonly name: string; readonly scale: string }[];
  /** How long each of them is: where the index is a byte, as many as that can be, so that nothing has to be checked. */
  readonly columnLength: number;
  readonly type: string;
  /** What rounds to multiples of a power of two other than 1. */
  readonly rounds: readonly { readonly name: string; readonly exponent: number }[];
}

/** The array of the coefficients of t^degree. */
export const coefficientColumn = (degree: number) => `C${degree}`;

/** The constant that rounds to multiples of 2^exponent, which is at most 1. */
export const roundName = (exponent: number) => (exponent === 0 ? 'ROUND' : `ROUND_${-exponent}`);

const NUMBERS_PER_LINE = 24;
/** Cells beyond these would take more of the cache than limiting an argument takes time. */
const MOST_TAIL_CELLS = 4096;
const BYTES = 256;
const BYTE_ARRAY = 'Uint8Array';

export function typescriptTable(plan: NarrowPlan): NumberTable {
  const { select, steps, tails, guardBits } = plan;
  const integer = fitsInt32(plan);
  const tailRow = hasTailRow(plan);
  const originInCell = commonOrigin(plan);
  const hasOrigins = steps.length > 0 && originInCell === undefined;
  const horner = hornerForm(plan, integer);
  const row = (coefficients: readonly number[], origin: number, label: string) => {
    const stored = coefficients.map((c, place) => storedCoefficient(horner, steps.length, place, c));
    const numbers = hasOrigins ? [...stored, origin] : stored;
    return { numbers: `${numbers.join(', ')},`, label };
  };
  const rows = plan.segments.map(({ coefficients, origin, lo, hi }) =>
    row(coefficients, origin, `[${value(plan, lo)}, ${value(plan, hi)})`),
  );
  if (tailRow && tails.high) {
    const { output, bound } = tails.high;
    const coefficients = [...steps.map(() => 0), output * 2 ** guardBits];
    rows.push(row(coefficients, bound, `tail: ${value(plan, bound)} and beyond`));
  }
  const degrees = steps.map((_, i) => `coefficient of t^${steps.length - i}`);
  const columns = [...degrees, 'constant', ...(hasOrigins ? ['origin'] : [])];
  const names = Array.from({ length: steps.length + 1 }, (_, i) => coefficientColumn(steps.length - i));
  const scaled = names.map((name, place) => ({ name, scale: scaleText(horner.exponents?.[place] ?? 0) }));
  const arrays = hasOrigins ? [...scaled, { name: 'ORIGIN', scale: '1' }] : scaled;
  const type = integer ? 'Int32Array' : 'Float64Array';
  const length = tailRow ? tailCells(plan) : undefined;
  const found = cellsOf(plan, rows.length, length);
  return {
    open: `new ${type}([`,
    close: '])',
    annotation: '',
    columns,
    rows,
    integer,
    tailRow,
    tailCells: length !== undefined,
    horner,
    arrays,
    columnLength: found?.type === BYTE_ARRAY ? BYTES : rows.length,
    type,
    rounds: roundsOf(horner),
    ...(originInCell !== undefined && { originInCell }),
    ...(found && { cells: found }),
    ...(select.kind === 'compare' &&
      select.bounds.length > 0 && { bounds: `new Float64Array([${select.bounds.join(', ')}])` }),
  };
}

function scaleText(exponent: number): string {
  return exponent === 0 ? '1' : `2 ** ${exponent}`;
}

/** What the sums but the last are rounded by, where those are finer than units. */
function roundsOf({ exponents = [] }: HornerForm): NumberTable['rounds'] {
  const finer = new Set(exponents.slice(1).filter((exponent) => exponent !== 0));
  return [...finer].map((exponent) => ({ name: roundName(exponent), exponent }));
}

/** How many cells all arguments from the first segment on lie in, in the tail too; undefined where those are too many. */
function tailCells({ select, bounds }: NarrowPlan): number | undefined {
  if (select.kind === 'compare' || bounds.argument.bits > 33 || select.shift > 31) return undefined;
  const last = Math.floor((Number(bounds.argument.hi) - select.lo) / 2 ** select.shift);
  // What a shift of 32 bits can give: then no index has to be checked.
  const most = 2 ** (32 - select.shift);
  if (last >= Math.min(most, MOST_TAIL_CELLS)) return undefined;
  return most <= MOST_TAIL_CELLS ? most : last + 1;
}

/** @param length as `tailCells` gives it */
function cellsOf(plan: NarrowPlan, rows: number, length: number | undefined): Cells | undefined {
  const { select, segments } = plan;
  if (select.kind === 'compare' || (select.kind === 'uniform' && length === undefined)) return undefined;
  const given = select.kind === 'lookup' ? select.map : [];
  const tail = hasTailRow(plan) && length === undefined ? [segments.length] : [];
  return { ...cells([...given, ...tail], rows, 2 ** select.shift), ...(length !== undefined && { length }) };
}

export function cells(map: readonly number[], rows: number, size: number): Cells {
  const lines: string[] = [];
  for (let i = 0; i < map.length; i += NUMBERS_PER_LINE) {
    lines.push(`${map.slice(i, i + NUMBERS_PER_LINE).join(', ')},`);
  }
  return { type: rows <= BYTES ? BYTE_ARRAY : 'Uint16Array', size, rows: lines, lastRow: rows - 1 };
}

function value(plan: NarrowPlan, argument: number): number {
  return argument * 2 ** -plan.argumentFracBits;
}

/** Every product with its rounding bit, every sum and every argument fits in an int32. */
function fitsInt32({ bounds, steps, reduce, guardBits, tails }: NarrowPlan): boolean {
  const constant = Math.abs(tails.high?.output ?? 0) * 2 ** guardBits;
  const simple = reduce.kind === 'none' && guardBits >= 0 && constant < 2 ** 30;
  const quick = steps.every(
    (s) => s.clamp === undefined && (s.rounding === 'floor' || s.rounding === 'half-up'),
  );
  const narrow =
    bounds.argument.bits <= 31 &&
    bounds.accumulator.bits <= 31 &&
    bounds.result.bits <= 32 &&
    bounds.steps.every(({ product, accumulator }) => product.bits <= 31 && accumulator.bits <= 31);
  return simple && quick && narrow;
}
