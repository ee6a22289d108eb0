import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hornerFast, type HornerStep } from '../../src/fixedpoint/horner.js';
import { ROUNDING_MODES, type RoundingMode } from '../../src/fixedpoint/rounding.js';
import { goesInDirection } from '../../src/segment/differences.js';

const steps = (shifts: readonly number[], rounding: RoundingMode): HornerStep[] =>
  shifts.map((shift) => ({ shift, rounding }));

/** Whether every step of a polynomial goes in a direction, by running all of them. */
function runs(
  coefficients: readonly number[],
  horner: readonly HornerStep[],
  from: number,
  to: number,
  direction: number,
): boolean {
  for (let t = from; t < to; t++) {
    const step = hornerFast(coefficients, horner, t + 1) - hornerFast(coefficients, horner, t);
    if (step * direction < 0) return false;
  }
  return true;
}

describe('bounds on differences', () => {
  it('never say that a polynomial keeps a direction which it does not', () => {
    let shown = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 6, max: 13 }),
        fc.integer({ min: -3000, max: 1000 }),
        fc.integer({ min: 600, max: 3000 }),
        fc.constantFrom(...ROUNDING_MODES),
        fc.constantFrom(1 as const, -1 as const),
        (coefficients, shift, from, count, rounding, direction) => {
          const horner = steps(
            coefficients.slice(1).map(() => shift),
            rounding,
          );
          const polynomial = { origin: 0, coefficients };
          if (!goesInDirection(polynomial, horner, from, from + count, direction)) return;
          shown++;
          expect(runs(coefficients, horner, from, from + count, direction)).toBe(true);
        },
      ),
      { numRuns: 3000, seed: 4 },
    );
    expect(shown).toBeGreaterThan(200);
  });

  it('show it of a slope that is far less than a unit a step, where the origin is at the flat end', () => {
    // Rising towards 0 and levelling off there: t² / 2^20 changes by less than a unit a step.
    const falling = { origin: 0, coefficients: [-1000, 0, 0] };
    const horner = steps([10, 20], 'half-up');
    expect(goesInDirection(falling, horner, -5000, 0, 1)).toBe(true);
    expect(goesInDirection(falling, horner, -5000, 0, -1)).toBe(false);
    expect(runs(falling.coefficients, horner, -5000, 0, 1)).toBe(true);
  });

  it('do not show it where roundings make it turn: the origin is at the steep end', () => {
    const steep = { origin: 0, coefficients: [-3, 40, 0] };
    const horner = steps([10, 12], 'half-up');
    expect(runs(steep.coefficients, horner, 0, 5000, 1)).toBe(false);
    expect(goesInDirection(steep, horner, 0, 5000, 1)).toBe(false);
  });
});
