import type { KernelPlan, PlanSegment } from '../plan/plan.js';

/** The tables of a TypeScript kernel. */
export interface TypescriptTable {
  readonly type: 'Int32Array' | 'Float64Array';
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

export function typescriptTable(plan: KernelPlan): TypescriptTable {
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
  const base = { type: integer ? 'Int32Array' : 'Float64Array', columns, rows, integer, tailRow } as const;
  if (select.kind === 'lookup') {
    const map = tailRow ? [...select.map, plan.segments.length] : select.map;
    return { ...base, cells: cells(map, rows.length, 2 ** select.shift) };
  }
  return select.kind === 'compare' ? { ...base, bounds: select.bounds.join(', ') } : base;
}

/**
 * A tail is a row of its own where the argument, limited to the tail's bound, falls into a cell of its own,
 * and no step's clamp would touch its constant.
 */
export function hasTailRow({ select, tails, guardBits, steps }: KernelPlan): boolean {
  if (!tails.high || select.kind === 'compare' || guardBits < 0) return false;
  const constant = Math.abs(tails.high.output) * 2 ** guardBits;
  if (steps.some(({ clamp = Infinity }) => constant > clamp)) return false;
  return (tails.high.bound - select.lo) % 2 ** select.shift === 0;
}

function cells(map: readonly number[], rows: number, size: number): NonNullable<TypescriptTable['cells']> {
  const lines: string[] = [];
  for (let i = 0; i < map.length; i += NUMBERS_PER_LINE) {
    lines.push(`${map.slice(i, i + NUMBERS_PER_LINE).join(', ')},`);
  }
  return { type: rows <= 256 ? 'Uint8Array' : 'Uint16Array', size, rows: lines };
}

function row(plan: KernelPlan, segment: PlanSegment): { numbers: string; label: string } {
  const numbers = [...segment.coefficients, segment.origin];
  return {
    numbers: `${numbers.join(', ')},`,
    label: `[${value(plan, segment.lo)}, ${value(plan, segment.hi)})`,
  };
}

function value(plan: KernelPlan, argument: number): number {
  return argument * 2 ** -plan.argumentFracBits;
}

/** Every product with its rounding bit, every sum and every argument fits in an int32. */
function fitsInt32({ bounds, steps, reduce, guardBits }: KernelPlan): boolean {
  const simple = reduce.kind !== 'normalise' && reduce.kind !== 'split' && guardBits >= 0;
  const quick = steps.every(
    (s) => s.clamp === undefined && (s.rounding === 'floor' || s.rounding === 'half-up'),
  );
  const narrow =
    bounds.argument.bits <= 31 &&
    bounds.accumulator.bits <= 31 &&
    bounds.steps.every(({ product, accumulator }) => product.bits <= 31 && accumulator.bits <= 31);
  return simple && quick && narrow;
}
