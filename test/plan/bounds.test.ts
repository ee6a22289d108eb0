import { describe, expect, it } from 'vitest';
import { roundShift } from '../../src/fixedpoint/rounding.js';
import { reduce, selectSegment } from '../../src/plan/interpret.js';
import type { Bound, KernelPlan } from '../../src/plan/plan.js';
import { inputsToTry } from './inputs.js';
import { planCases, planOf } from './plans.js';

/** Every intermediate of one input, by the formulas of a plan written out once more. */
function intermediates(
  plan: KernelPlan,
  x: number,
): readonly { bound: Bound; what: string; value: bigint }[] {
  const { bounds } = plan;
  const { argument, count } = reduce(plan, BigInt(x));
  const found = [{ bound: bounds.argument, what: 'argument', value: argument }];
  if (plan.tails.high && argument >= BigInt(plan.tails.high.bound)) return found;
  const segment = plan.segments[selectSegment(plan.select, argument)];
  const t = argument - BigInt(segment.origin);
  found.push({ bound: bounds.offset, what: 'offset', value: t });
  let accumulator = BigInt(segment.coefficients[0]);
  plan.steps.forEach(({ shift, rounding }, i) => {
    const product = accumulator * t;
    accumulator = roundShift(product, shift, rounding) + BigInt(segment.coefficients[i + 1]);
    found.push({ bound: bounds.steps[i].product, what: `product ${i}`, value: product });
    found.push({ bound: bounds.steps[i].accumulator, what: `accumulator ${i}`, value: accumulator });
  });
  if ('exponent' in plan.reduce && plan.reduce.exponent.effect === 'add') {
    const { slope, offset } = plan.reduce.exponent;
    accumulator += BigInt(slope * count + offset) << BigInt(plan.output.fracBits + plan.guardBits);
  }
  found.push({ bound: bounds.accumulator, what: 'final accumulator', value: accumulator });
  if (bounds.exponent) {
    const { lo, hi } = bounds.exponent;
    found.push({ bound: { lo: String(lo), hi: String(hi), bits: 32 }, what: 'count', value: BigInt(count) });
  }
  return found;
}

/** Every other case: those of `planCases` come in pairs that differ in format or mode. */
const cases = planCases.filter((_, i) => i % 2 === 0);

describe('bounds', () => {
  it.each(cases)('hold every intermediate: $what', ({ spec }) => {
    const plan = planOf(spec);
    for (const x of inputsToTry(plan, 200)) {
      if (plan.undefined && x <= plan.undefined.upTo) continue;
      for (const { bound, what, value } of intermediates(plan, x)) {
        const fits = BigInt.asIntN(bound.bits, value) === value;
        if (value < BigInt(bound.lo) || value > BigInt(bound.hi) || !fits) {
          expect.fail(`${what} of ${x} is ${value}, beyond ${bound.lo} … ${bound.hi} (${bound.bits} bits)`);
        }
      }
    }
  });

  it('are tight where interval arithmetic is: offsets and the first product', () => {
    const plan = planOf({ function: 'tanh', format: 'Q4.4' });
    const offsets = plan.segments.flatMap((s) => [s.lo - s.origin, s.hi - 1 - s.origin]);
    expect(plan.bounds.offset).toMatchObject({
      lo: String(Math.min(...offsets)),
      hi: String(Math.max(...offsets)),
    });
    const products = plan.segments.flatMap((s) => [
      s.coefficients[0] * (s.lo - s.origin),
      s.coefficients[0] * (s.hi - 1 - s.origin),
    ]);
    expect(plan.bounds.steps[0].product).toMatchObject({
      lo: String(Math.min(...products)),
      hi: String(Math.max(...products)),
    });
  });
});
