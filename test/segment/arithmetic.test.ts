import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeArithmetic } from '../../src/segment/arithmetic.js';
import { options } from './problems.js';

describe('the arithmetic of a kernel', () => {
  it('has steps whose shifts are what the fraction bits say, and never negative', () => {
    fc.assert(
      fc.property(
        fc.record({
          order: fc.integer({ min: 0, max: 12 }),
          guardBits: fc.integer({ min: 0, max: 24 }),
          argumentFracBits: fc.integer({ min: 0, max: 32 }),
          scaling: fc.constantFrom('same' as const, 'scaled' as const),
          widestSegment: fc.integer({ min: -32, max: 8 }).map((e) => 1.5 * 2 ** e),
        }),
        (changes) => {
          const { steps, format, accumulatorFracBits, outputFracBits } = makeArithmetic({
            ...options,
            ...changes,
          });
          const { order, guardBits, argumentFracBits } = changes;
          expect(steps.length).toBe(order);
          expect(format.fracBits.length).toBe(order + 1);
          expect(accumulatorFracBits).toBe(outputFracBits + guardBits);
          expect(format.fracBits[0]).toBe(accumulatorFracBits);
          steps.forEach(({ shift }, i) => {
            const k = order - i;
            expect(shift).toBe(format.fracBits[k] + argumentFracBits - format.fracBits[k - 1]);
            expect(shift).toBeGreaterThanOrEqual(0);
          });
        },
      ),
    );
  });

  it.each([
    { widestSegment: 2, drop: 0 },
    { widestSegment: 1, drop: 1 },
    { widestSegment: 0.75, drop: 1 },
    { widestSegment: 0.5, drop: 2 },
    { widestSegment: 8, drop: -2 },
  ])('scales coefficients by what offsets up to half of $widestSegment shift', ({ widestSegment, drop }) => {
    const { format } = makeArithmetic({ ...options, scaling: 'scaled', widestSegment });
    expect(format.fracBits).toEqual([16, 16 - drop, 16 - 2 * drop]);
    expect(makeArithmetic({ ...options, widestSegment }).format.fracBits).toEqual([16, 16, 16]);
  });

  it('clamps every step where it is asked to', () => {
    const { steps } = makeArithmetic({ ...options, stepClamp: 1000 });
    expect(steps.map(({ clamp }) => clamp)).toEqual([1000, 1000]);
    expect(makeArithmetic(options).steps.some((step) => 'clamp' in step)).toBe(false);
  });
});
