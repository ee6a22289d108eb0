import type { NarrowPlan } from '../plan/narrow.js';
import { commonOrigin } from './cell-offset.js';
import { hornerForm, storedCoefficient, type HornerForm } from './ts-horner.js';
import { hasTailRow } from './tail-row.js';

/** The tables of a TypeScript kernel, in numbers or in bigint. */
export interface TypescriptTable {
  /** What stands before and after the rows, and after the bounds of segments. */
  readonly open: string;
  readonly close: string;
  /** The type that the tables have to be given, where their values don't. */
  readonly annotation: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly numbers: string; readonly label: string }[];
  readonly cells?: { readonly type: string; readonly size: number; readonly rows: readonly string[] };
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
  /** The columns as arrays of their own: as all have one length, engines check an index once for all. */
  readonly arrays: readonly string[];
}

/** The array of the coefficients of t^degree. */
export const coefficientColumn = (degree: number) => `C${degree}`;

const NUMBERS_PER_LINE = 24;

export function typescriptTable(plan: NarrowPlan): NumberTable {
  const { select, steps, tails, guardBits } = plan;
  const integer = fitsInt32(plan);
  const tailRow = hasTailRow(plan);
  const originInCell = commonOrigin(plan);
  const horner = hornerForm(plan, integer);
  const row = (coefficients: readonly number[], origin: number, label: string) => {
    const stored = coefficients.map((c, place) => storedCoefficient(horner, steps.length, place, c));
    const numbers = originInCell === undefined ? [...stored, origin] : stored;
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
  const columns = [...degrees, 'constant', ...(originInCell === undefined ? ['origin'] : [])];
  const names = Array.from({ length: steps.length + 1 }, (_, i) => coefficientColumn(steps.length - i));
  const arrays = originInCell === undefined ? [...names, 'ORIGIN'] : names;
  const type = integer ? 'Int32Array' : 'Float64Array';
  const base = {
    open: `new ${type}([`,
    close: '])',
    annotation: '',
    columns,
    rows,
    integer,
    tailRow,
    horner,
    arrays,
    ...(originInCell !== undefined && { originInCell }),
  };
  if (select.kind === 'lookup') {
    const map = tailRow ? [...select.map, plan.segments.length] : select.map;
    return { ...base, cells: cells(map, rows.length, 2 ** select.shift) };
  }
  return select.kind === 'compare'
    ? { ...base, bounds: `new Float64Array([${select.bounds.join(', ')}])` }
    : base;
}

export function cells(
  map: readonly number[],
  rows: number,
  size: number,
): NonNullable<TypescriptTable['cells']> {
  const lines: string[] = [];
  for (let i = 0; i < map.length; i += NUMBERS_PER_LINE) {
    lines.push(`${map.slice(i, i + NUMBERS_PER_LINE).join(', ')},`);
  }
  return { type: rows <= 256 ? 'Uint8Array' : 'Uint16Array', size, rows: lines };
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
