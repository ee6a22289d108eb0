import { describe, expect, it } from 'vitest';
import { commonOrigin } from '../../src/emit/cell-offset.js';
import { hornerForm, storedCoefficient } from '../../src/emit/ts-horner.js';
import { isNarrow, type NarrowPlan } from '../../src/plan/narrow.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { readFileSync } from 'node:fs';

function generated(name: string): NarrowPlan {
  const file = new URL(`../../generated/plan/${name}.json`, import.meta.url);
  const { plan } = JSON.parse(readFileSync(file, 'utf8')) as { plan: KernelPlan };
  if (!isNarrow(plan)) throw new TypeError(`${name} is not narrow`);
  return plan;
}

const tanh = generated('tanh_q8_24');
const last = tanh.steps.length - 1;

describe('the origin of equal segments', () => {
  it('is not read where it lies as far into every cell', () => {
    expect(commonOrigin(tanh)).toBe(2 ** 19);
  });

  it('may be anywhere in a segment that is a constant', () => {
    const [first, ...others] = tanh.segments;
    const constant = { ...first, origin: 3, coefficients: [0, 0, 0, 5] };
    expect(commonOrigin({ ...tanh, segments: [constant, ...others] })).toBe(2 ** 19);
  });

  it('is read where one of them lies elsewhere, and where cells share segments', () => {
    const [first, ...others] = tanh.segments;
    expect(commonOrigin({ ...tanh, segments: [{ ...first, origin: 0 }, ...others] })).toBeUndefined();
    expect(commonOrigin(generated('tanh_q8_24_original'))).toBeUndefined();
  });
});

describe('the steps of Horner’s rule in doubles', () => {
  const withLast = (change: Partial<NarrowPlan['steps'][number]>): NarrowPlan => ({
    ...tanh,
    steps: tanh.steps.map((step, i) => (i === last ? { ...step, ...change } : step)),
  });

  it('leave ROUND for the next coefficient to take out', () => {
    const form = hornerForm(tanh, false);
    expect(form.fused).toEqual([true, true, true]);
    expect(form.exponents).toEqual([-57, -38, -19, 0]); // of the coefficients: each step drops 19 bits
    expect(storedCoefficient(form, 3, 0, 7)).toBe('7');
    expect(storedCoefficient(form, 3, 1, 7)).toBe('7 - ROUND');
    expect(storedCoefficient(form, 3, 3, 7)).toBe('7 + 1 - ROUND'); // half of a unit that one guard bit makes
  });

  it('end in a conversion that rounds down, above zero, where the last rounds half up', () => {
    const { end } = hornerForm(withLast({ rounding: 'half-up' }), false);
    expect(end).toMatchObject({ truncates: true });
    const least = Number(tanh.bounds.accumulator.lo);
    expect(least).toBeLessThan(0);
    expect(least + (end?.addend ?? 0)).toBeGreaterThanOrEqual(0);
    expect((end?.excess ?? 0) * 2 ** tanh.guardBits).toBe((end?.addend ?? 0) - 1.5);
  });

  it('do not where the sum would be inexact or no int32', () => {
    const wide = (hi: number, shift: number) => {
      const plan = withLast({ rounding: 'half-up', shift });
      const bounds = { ...plan.bounds, accumulator: { lo: '0', hi: String(hi), bits: 32 } };
      return hornerForm({ ...plan, bounds }, false).end?.truncates;
    };
    expect(wide(2 ** 29, 23)).toBe(true);
    expect(wide(2 ** 29, 24)).toBe(false);
    expect(wide(2 ** 31 - 4, 19)).toBe(true);
    expect(wide(2 ** 31 - 1, 19)).toBeUndefined();
  });
});
