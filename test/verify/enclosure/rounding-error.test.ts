import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { horner, type HornerStep } from '../../../src/fixedpoint/horner.js';
import { ROUNDING_MODES, roundShift } from '../../../src/fixedpoint/rounding.js';
import { hornerError, roundingSpan } from '../../../src/verify/enclosure/rounding-error.js';

describe.each(ROUNDING_MODES)('rounding %s', (mode) => {
  it('errs within its span, and somewhere near both its ends or never there', () => {
    for (const shift of [-2, 0, 1, 2, 5, 8]) {
      const { lo, hi } = roundingSpan(mode, shift);
      for (let value = -700n; value <= 700n; value++) {
        const error = Number(roundShift(value, shift, mode)) - Number(value) * 2 ** -shift;
        if (error < lo || error > hi) expect.fail(`${value} >> ${shift} errs by ${error}`);
      }
    }
  });
});

/** accumulator · 2^-bits of the polynomial without any rounding, as a numerator over a power of two. */
function exactly(coefficients: readonly bigint[], steps: readonly HornerStep[], t: bigint) {
  let [value, bits] = [coefficients[0], 0];
  steps.forEach(({ shift }, i) => {
    bits += shift;
    value = value * t + (coefficients[i + 1] << BigInt(bits));
  });
  return { value, bits };
}

describe('the roundings of Horner’s steps', () => {
  const step = fc.record({
    shift: fc.integer({ min: 1, max: 12 }),
    rounding: fc.constantFrom(...ROUNDING_MODES),
  });
  const problem = fc.integer({ min: 1, max: 5 }).chain((order) =>
    fc.record({
      steps: fc.array(step, { minLength: order, maxLength: order }),
      coefficients: fc.array(fc.bigInt(-5000n, 5000n), { minLength: order + 1, maxLength: order + 1 }),
      lo: fc.integer({ min: -600, max: 0 }),
      hi: fc.integer({ min: 1, max: 600 }),
    }),
  );

  it('together change the accumulator within the span, at every argument', () => {
    fc.assert(
      fc.property(problem, ({ steps, coefficients, lo, hi }) => {
        const span = hornerError({ steps }, { lo, hi, origin: 0, coefficients: coefficients.map(Number) });
        for (let t = lo; t < hi; t += 7) {
          const { value, bits } = exactly(coefficients, steps, BigInt(t));
          const rounded = horner(coefficients, steps, BigInt(t)) << BigInt(bits);
          const error = Number(rounded - value) * 2 ** -bits;
          expect(error).toBeGreaterThanOrEqual(span.lo - 1e-9);
          expect(error).toBeLessThanOrEqual(span.hi + 1e-9);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('begin with the first coefficient that is not zero', () => {
    const steps: HornerStep[] = [
      { shift: 4, rounding: 'floor' },
      { shift: 4, rounding: 'half-up' },
    ];
    const segment = { lo: -16, hi: 17, origin: 0 };
    expect(hornerError({ steps }, { ...segment, coefficients: [0, 0, 9] })).toEqual({ lo: 0, hi: 0 });
    expect(hornerError({ steps }, { ...segment, coefficients: [0, 3, 9] })).toEqual({ lo: -0.5, hi: 0.5 });
    expect(hornerError({ steps }, { ...segment, coefficients: [1, 3, 9] })).toEqual({ lo: -1.5, hi: 1.5 });
  });
});
