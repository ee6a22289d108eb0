import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { horner, hornerFast, type HornerStep } from '../../src/fixedpoint/horner.js';
import { ROUNDING_MODES, roundShift } from '../../src/fixedpoint/rounding.js';

const coefficient = fc.integer({ min: -(2 ** 30), max: 2 ** 30 });
const argument = fc.integer({ min: -(2 ** 28), max: 2 ** 28 });
const step = fc
  .record({
    shift: fc.integer({ min: 20, max: 34 }),
    rounding: fc.constantFrom(...ROUNDING_MODES),
    clamp: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  })
  .map(({ shift, rounding, clamp }): HornerStep =>
    clamp === null ? { shift, rounding } : { shift, rounding, clamp },
  );

describe('an integer polynomial', () => {
  it('is the exact polynomial where no step drops a bit', () => {
    fc.assert(
      fc.property(fc.array(coefficient, { minLength: 1, maxLength: 6 }), argument, (coefficients, t) => {
        const steps = coefficients.slice(1).map((): HornerStep => ({ shift: 0, rounding: 'floor' }));
        const degree = coefficients.length - 1;
        const exact = coefficients.reduce(
          (sum, c, i) => sum + BigInt(c) * BigInt(t) ** BigInt(degree - i),
          0n,
        );
        expect(horner(coefficients.map(BigInt), steps, BigInt(t))).toBe(exact);
      }),
    );
  });

  it('rounds the product of each step, with that step’s shift and mode, before it adds', () => {
    const steps: HornerStep[] = [
      { shift: 1, rounding: 'half-up' },
      { shift: 2, rounding: 'floor' },
    ];
    // (3 · 5 / 2 → 8) + 10 = 18; (18 · 5 / 4 → 22) + 100
    expect(horner([3n, 10n, 100n], steps, 5n)).toBe(122n);
  });

  it.each([
    { what: 'the product', coefficients: [9, -3], t: 9, clamp: 50, result: 47 },
    { what: 'the sum', coefficients: [5, 40], t: 9, clamp: 50, result: 50 },
    { what: 'a negative sum', coefficients: [-5, -40], t: 9, clamp: 50, result: -50 },
    { what: 'nothing that fits', coefficients: [-5, 40], t: 9, clamp: 50, result: -5 },
  ])('clamps $what', ({ coefficients, t, clamp, result }) => {
    const steps: HornerStep[] = [{ shift: 0, rounding: 'half-even', clamp }];
    expect(horner(coefficients.map(BigInt), steps, BigInt(t))).toBe(BigInt(result));
    expect(hornerFast(coefficients, steps, t)).toBe(result);
  });

  it('is the same on doubles', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 6 }),
        fc.array(coefficient, { minLength: 7, maxLength: 7 }),
        fc.oneof(argument, fc.integer({ min: -9, max: 9 })),
        (steps, coefficients, t) => {
          expect(hornerFast(coefficients, steps, t)).toBe(
            Number(horner(coefficients.map(BigInt), steps, BigInt(t))),
          );
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is the same on doubles where products need more than 53 bits', () => {
    const steps: HornerStep[] = [{ shift: 40, rounding: 'half-even' }];
    for (const t of [2 ** 31 - 1, -(2 ** 31) + 7]) {
      const c = 2 ** 45 + 12345;
      expect(hornerFast([c, 3], steps, t)).toBe(
        Number(roundShift(BigInt(c) * BigInt(t), 40, 'half-even') + 3n),
      );
    }
  });
});
