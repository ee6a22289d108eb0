import { dataMeasure, type Histogram, type MeasureFamily } from '../fit/measure.js';
import { definedInputs } from '../plan/inputs.js';
import type { ReducedProblem } from '../plan/reduction.js';
import type { ResolvedSpec } from '../spec.js';
import { argumentReducer } from './argument.js';

/**
 * The measure of a spec on the reduced argument, which is where polynomials run: of a histogram of inputs, that of
 * their arguments after the fold and the reduction.
 */
export function measureOf(spec: ResolvedSpec, problem: ReducedProblem): MeasureFamily {
  const { measure, given, input } = spec;
  if (measure.name !== 'data' || !given.histogram) return measure;
  const reduced = argumentReducer(spec, problem);
  const defined = definedInputs({ input, ...(problem.undefined ? { undefined: problem.undefined } : {}) });
  const argumentOf = (value: number): number | undefined => {
    const x = BigInt(Math.round(value * 2 ** input.fracBits));
    if (!defined.some(({ lo, hi }) => x >= lo && x <= hi)) return undefined;
    return Number(reduced(x)) * 2 ** -problem.approximand.fracBits;
  };
  return dataMeasure(reducedHistogram(given.histogram, argumentOf));
}

/** Counts of arguments instead of inputs; inputs without one are left out. */
function reducedHistogram(
  { values, counts }: Histogram,
  argumentOf: (value: number) => number | undefined,
): Histogram {
  const reduced = new Map<number, number>();
  values.forEach((value, i) => {
    const argument = argumentOf(value);
    if (argument !== undefined) reduced.set(argument, (reduced.get(argument) ?? 0) + counts[i]);
  });
  const sorted = [...reduced].toSorted(([a], [b]) => a - b);
  return { values: sorted.map(([value]) => value), counts: sorted.map(([, count]) => count) };
}
