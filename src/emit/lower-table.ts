import { joinIntervals } from '../fixedpoint/interval.js';
import type { KernelPlan } from '../plan/plan.js';
import type { ProgramColumn, ProgramTable } from './program.js';

export function column(name: string, about: string, values: readonly bigint[]): ProgramColumn {
  const interval = values.map((value) => ({ lo: value, hi: value })).reduce(joinIntervals);
  return Object.freeze({ name, about, values, interval });
}

/** A column for each degree, highest first, and the origins. */
export function segmentTable({ segments, steps, argumentFracBits }: KernelPlan) {
  const value = (argument: number | string) => Number(argument) * 2 ** -argumentFracBits;
  const coefficients = Array.from({ length: steps.length + 1 }, (_, i) => {
    const degree = steps.length - i;
    const about =
      degree === 0
        ? 'the constant'
        : degree === 1
          ? 'the coefficient of t'
          : `the coefficient of t^${degree}`;
    return column(
      `c${degree}`,
      about,
      segments.map((segment) => BigInt(segment.coefficients[i])),
    );
  });
  const origin = column(
    'origin',
    'where t is 0',
    segments.map((segment) => BigInt(segment.origin)),
  );
  const table: ProgramTable = {
    name: 'segments',
    about: 'A segment a row.',
    rows: segments.length,
    columns: [...coefficients, origin],
    labels: segments.map(({ lo, hi }) => `[${value(lo)}, ${value(hi)})`),
  };
  return { table, coefficients, origin };
}
