import type { KernelPlan } from '../plan/plan.js';
import { literal } from './ts-bigint.js';
import { cells, type TypescriptTable } from './ts-table.js';

/** The tables of a kernel in bigint. */
export function bigintTable({ select, segments, steps, argumentFracBits }: KernelPlan): TypescriptTable {
  const unit = 2 ** -argumentFracBits;
  const rows = segments.map(({ lo, hi, origin, coefficients }) => ({
    numbers: `${[...coefficients, origin].map(literal).join(', ')},`,
    label: `[${Number(lo) * unit}, ${Number(hi) * unit})`,
  }));
  const degrees = steps.map((_, i) => `coefficient of t^${steps.length - i}`);
  const base = {
    open: '[',
    close: ']',
    annotation: ': readonly bigint[]',
    columns: [...degrees, 'constant', 'origin'],
    rows,
    integer: false,
    tailRow: false,
  };
  if (select.kind === 'lookup') {
    return { ...base, cells: cells(select.map, rows.length, 2 ** select.shift) };
  }
  if (select.kind === 'compare' && select.bounds.length > 0) {
    return { ...base, bounds: `[${select.bounds.map(literal).join(', ')}]` };
  }
  return base;
}
