import type { NarrowPlan } from '../plan/narrow.js';
import type { PlanSegment } from '../plan/plan.js';

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

const NUMBERS_PER_LINE = 24;

export function typescriptTable(plan: NarrowPlan): TypescriptTable {
  const { select, tails } = plan;
  const integer = fitsInt32(plan);
  const tailRow = hasTailRow(plan);
  const rows = plan.segments.map((segment) => row(plan, segment));
  if (tailRow && tails.high) {
    const constant = tails.high.output * 2 ** plan.guardBits;
    const zeros = plan.steps.map(() => 0);
    const numbers = [...zeros, constant, tails.high.bound];
    rows.push({
      numbers: `${numbers.join(', ')},`,
      label: `tail: ${value(plan, tails.high.bound)} and beyond`,
    });
  }
  const degrees = plan.steps.map((_, i) => `coefficient of t^${plan.steps.length - i}`);
  const columns = [...degrees, 'constant', 'origin'];
  const type = integer ? 'Int32Array' : 'Float64Array';
  const base = { open: `new ${type}([`, close: '])', annotation: '', columns, rows, integer, tailRow };
  if (select.kind === 'lookup') {
    const map = tailRow ? [...select.map, plan.segments.length] : select.map;
    return { ...base, cells: cells(map, rows.length, 2 ** select.shift) };
  }
  return select.kind === 'compare'
    ? { ...base, bounds: `new Float64Array([${select.bounds.join(', ')}])` }
    : base;
}

/** Constants up to this magnitude are rounded exactly in doubles. */
const MOST_CONSTANT = 2 ** 50;

/**
 * A constant tail is a row of its own where the argument, limited to the tail's bound, falls into a cell of its
 * own, no step's clamp would touch its constant, and what follows the steps gives it back.
 */
export function hasTailRow({ select, tails, guardBits, steps, reduce, finish }: NarrowPlan): boolean {
  if (!tails.high || tails.high.slope || select.kind === 'compare' || guardBits < 0) return false;
  if ('exponent' in reduce || finish.offset !== undefined) return false;
  const constant = Math.abs(tails.high.output) * 2 ** guardBits;
  if (constant > MOST_CONSTANT || steps.some(({ clamp = Infinity }) => constant > clamp)) return false;
  return (tails.high.bound - select.lo) % 2 ** select.shift === 0;
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

function row(plan: NarrowPlan, segment: PlanSegment<number>): { numbers: string; label: string } {
  const numbers = [...segment.coefficients, segment.origin];
  return {
    numbers: `${numbers.join(', ')},`,
    label: `[${value(plan, segment.lo)}, ${value(plan, segment.hi)})`,
  };
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
