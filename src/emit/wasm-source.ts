import type { KernelPlan, PlanSegment } from '../plan/plan.js';

/** Constants in the module's memory. */
export interface DataBlock {
  readonly name: string;
  readonly type: 'f64' | 'i64' | 'u64' | 'u16';
  readonly about: string;
  readonly lines: readonly string[];
}

/** What an AssemblyScript kernel consists of besides its header: a function `scalar`, and `lanes` of 32-bit ones. */
export interface AssemblyBody {
  readonly constants: readonly string[];
  readonly data: readonly DataBlock[];
  readonly functions: readonly string[];
}

const NUMBERS_PER_LINE = 24;

export function dataLines(values: readonly (number | string)[]): readonly string[] {
  const lines: string[] = [];
  for (let i = 0; i < values.length; i += NUMBERS_PER_LINE) {
    lines.push(`${values.slice(i, i + NUMBERS_PER_LINE).join(', ')},`);
  }
  return lines;
}

export function segmentLabel(plan: KernelPlan, { lo, hi }: PlanSegment): string {
  const unit = 2 ** -plan.argumentFracBits;
  return `[${Number(lo) * unit}, ${Number(hi) * unit})`;
}
