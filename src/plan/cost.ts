import type { KernelPlan } from './plan.js';

export interface PlanCost {
  readonly tableBytes: number;
  readonly multiplications: number;
}

/** Bytes of the narrowest of 1, 2, 4 or 8 that hold every value in two's complement. */
function storageBytes(values: readonly number[]): number {
  const fits = (bits: number) => values.every((v) => v >= -(2 ** (bits - 1)) && v < 2 ** (bits - 1));
  return [8, 16, 32].find(fits) === undefined ? 8 : [8, 16, 32].find(fits)! / 8;
}

/**
 * What a plan costs a target that stores integers: coefficients by column, each in the narrowest word;
 * origins and the map of cells where the selection needs them.
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
        ? select.bounds.length * storageBytes(select.bounds)
        : 0;
  const reduction = plan.reduce.kind === 'split' ? 1 : 0;
  return { tableBytes: coefficients + origins + finder, multiplications: plan.steps.length + reduction };
}
