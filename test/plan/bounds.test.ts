import { describe, expect, it } from 'vitest';
import { roundShift } from '../../src/fixedpoint/rounding.js';
import { applyOverflow } from '../../src/fixedpoint/overflow.js';
import { finishShift, interpret, reduce, selectSegment, type Meaning } from '../../src/plan/interpret.js';
import type { Bound, KernelPlan } from '../../src/plan/plan.js';
import { runningPlan } from '../../src/plan/wide-run.js';
import { inputsOf } from '../conformance/inputs.js';
import { PLANS } from '../conformance/plans.js';
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
    const { perStep, offset } = plan.reduce.exponent;
    accumulator += BigInt(perStep) * count + BigInt(offset);
  }
  found.push({ bound: bounds.accumulator, what: 'final accumulator', value: accumulator });
  if (bounds.counts) {
    const { lo, hi } = bounds.counts;
    found.push({ bound: { lo: String(lo), hi: String(hi), bits: 96 }, what: 'count', value: count });
  }
  return found;
}

/** What enters and leaves a kernel at one input, by running it without its overflow and without its fold. */
function ends(plan: KernelPlan, running: Meaning, x: bigint): ReturnType<typeof intermediates> {
  const { bounds, reduce: reduction } = plan;
  const { argument, count, folded } = reduce(running, x);
  const found = [{ bound: bounds.argument, what: 'argument', value: argument }];
  if (bounds.counts) {
    const [lo, hi] = [String(bounds.counts.lo), String(bounds.counts.hi)];
    found.push({ bound: { lo, hi, bits: 200 }, what: 'count', value: count });
  }
  if (bounds.reduction && 'multiplier' in reduction) {
    const product = (folded ? -x : x) * BigInt(reduction.multiplier);
    const shifted = roundShift(product, reduction.shift, 'floor');
    found.push({ bound: bounds.reduction.product, what: 'product of the reduction', value: product });
    found.push({ bound: bounds.reduction.shifted, what: 'its shift', value: shifted });
  }
  // A format that holds every result: what comes out is what overflow would have seen.
  const { exceptions: _exceptions, ...computed } = running;
  const roomy = { ...computed, output: { ...plan.output, bits: 2 ** 9, signed: true } };
  const { fold: _fold, ...unfolded } = roomy;
  const quadrants = [{ mirror: false, negate: false }];
  const plain = reduction.kind === 'periodic' ? { ...reduction, quadrants } : reduction;
  const straight =
    reduction.kind === 'periodic'
      ? interpret({ ...unfolded, reduce: { kind: 'none' } }, argument)
      : interpret({ ...unfolded, reduce: plain }, folded ? -x : x);
  // What is scaled out of sight counts as scaled less far.
  const cut = finishShift(roomy, count) !== finishShift(plan, count);
  if (!cut) found.push({ bound: bounds.result, what: 'result', value: straight });
  if (folded && bounds.folded && plan.fold) {
    const { fold } = plan;
    const fits = applyOverflow(straight, plan.output, plan.finish.overflow) === straight;
    const line = (BigInt(fold.slope) * x) << BigInt(plan.output.fracBits - plan.input.fracBits);
    const value = BigInt(fold.sign) * straight + BigInt(fold.sum) + line;
    if (fits && reduction.kind !== 'periodic') found.push({ bound: bounds.folded, what: 'folded', value });
  }
  return found;
}

/** Every other case: those of `planCases` come in pairs that differ in format or mode. */
const cases = planCases.filter((_, i) => i % 2 === 0);

describe('bounds', () => {
  it.each(cases)('hold every intermediate: $what', ({ spec }) => {
    const plan = planOf(spec);
    for (const x of inputsToTry(plan, 200)) {
      if (plan.undefined?.some(({ lo, hi }) => x >= lo && x <= hi)) continue;
      for (const { bound, what, value } of intermediates(plan, x)) {
        const fits = BigInt.asIntN(bound.bits, value) === value;
        if (value < BigInt(bound.lo) || value > BigInt(bound.hi) || !fits) {
          expect.fail(`${what} of ${x} is ${value}, beyond ${bound.lo} … ${bound.hi} (${bound.bits} bits)`);
        }
      }
    }
  });

  it.each(Object.keys(PLANS))('hold what reductions, tails and folds make: %s', (name) => {
    const plan = PLANS[name]();
    const running = runningPlan(plan);
    for (const x of inputsOf(plan, 200)) {
      if (plan.undefined?.some(({ lo, hi }) => x >= BigInt(lo) && x <= BigInt(hi))) continue;
      for (const { bound, what, value } of ends(plan, running, x)) {
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
