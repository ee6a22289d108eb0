import { describe, expect, it } from 'vitest';
import { monicPowers } from '../../src/fit/measure.js';
import { measureOf } from '../../src/propose/measure.js';
import { taskOf } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';

/** The mean of the measure's points on a stretch of arguments, in values. */
function meanOn(spec: KernelSpec, lo: number, hi: number): number {
  const task = taskOf(resolveSpec(spec), { ulp: 1 });
  const [center, halfWidth] = [(lo + hi) / 2, (hi - lo) / 2];
  // The monic polynomial of degree 1 is u less the mean.
  const [constant] = monicPowers(measureOf(task.spec, task.problem).on(center, halfWidth), 1);
  return center - constant * halfWidth;
}

describe('the measure of inputs that occur', () => {
  it('counts an input of a folded function at its magnitude', () => {
    const histogram = { values: [-3, -0.75, 5], counts: [10, 1000, 10] };
    const spec = { function: 'tanh', format: 'Q4.12', measure: 'data', histogram };
    expect(meanOn(spec, 0, 1)).toBeCloseTo(0.75, 1);
    expect(meanOn(spec, 2, 4)).toBeCloseTo(3, 1);
  });

  it('counts it where the reduction brings it, and not at all where there is no value', () => {
    // 10 = 2.5 · 4, 0.1640625 = 2.625 / 16
    const histogram = { values: [-2.125, 0, 0.1640625, 10], counts: [1e6, 1e6, 500, 500] };
    const spec = { function: 'rsqrt', format: 'Q8.24', measure: 'data', histogram };
    expect(meanOn(spec, 2, 4)).toBeCloseTo(2.5625, 1);
  });
});
