import { widthBits } from '../fixedpoint/interval.js';
import type { Integer } from '../fixedpoint/integer.js';
import type { KernelPlan } from './plan.js';

export interface PlanCost {
  readonly tableBytes: number;
  readonly multiplications: number;
}

/** Bytes of the narrowest of 1, 2, 4, 8 and so on that hold every value in two's complement. */
function storageBytes(values: readonly Integer[]): number {
  const numbers = values.map(BigInt);
  const lo = numbers.reduce((least, value) => (value < least ? value : least));
  const hi = numbers.reduce((most, value) => (value > most ? value : most));
  const bits = widthBits({ lo, hi });
  return Math.max(1, 2 ** Math.ceil(Math.log2(bits / 8)));
}

/**
 * What a plan costs a target that stores integers: coefficients by column, each in the narrowest word;
 * origins and the map of cells where the selection needs them; listed inputs with their outputs.
 */
export function planCost(plan: KernelPlan): PlanCost {
  const { segments, select } = plan;
  const columns = plan.coefficientFracBits.map((_, i) => segments.map((segment) => segment.coefficients[i]));
  const coefficients = columns.reduce((sum, column) => sum + column.length * storageBytes(column), 0);
  const origins =
    select.kind === 'uniform' ? 0 : segments.length * storageBytes(segments.map((s) => s.origin));
  const finder =
    select.kind === 'lookup'
      ? select.map.length * (segments.length <= 256 ? 1 : 2)
      : select.kind === 'compare'
        ? select.bounds.length * (select.bounds.length === 0 ? 0 : storageBytes(select.bounds))
        : 0;
  const exceptions = plan.exceptions
    ? plan.exceptions.inputs.length *
      (storageBytes(plan.exceptions.inputs) + storageBytes(plan.exceptions.outputs))
    : 0;
  const reduction = plan.reduce.kind === 'split' || plan.reduce.kind === 'periodic' ? 1 : 0;
  return {
    tableBytes: coefficients + origins + finder + exceptions,
    multiplications: plan.steps.length + reduction,
  };
}
