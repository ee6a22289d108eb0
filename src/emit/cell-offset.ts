import { isConstantPolynomial } from '../fixedpoint/horner.js';
import type { NarrowPlan } from '../plan/narrow.js';

/**
 * Where every segment is a cell, and the origin lies as far into each: that distance, so that an argument's offset t
 * is ((a − lo) mod 2^shift) − distance, and no origin has to be read. Segments whose polynomial is a constant may have
 * theirs anywhere. Undefined where the origins differ.
 */
export function commonOrigin({ select, segments }: NarrowPlan): number | undefined {
  if (select.kind !== 'uniform' || select.shift > 30) return undefined;
  const distances = segments.flatMap(({ origin, coefficients }, cell) => {
    return isConstantPolynomial(coefficients) ? [] : [origin - select.lo - cell * 2 ** select.shift];
  });
  const [first = 0] = distances;
  return distances.every((distance) => distance === first) ? first : undefined;
}
