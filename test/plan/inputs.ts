import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { mulberry } from './mulberry.js';

/**
 * Inputs at which a plan's parts meet, and `count` others of every magnitude: the format's ends, zero,
 * powers of two, and whatever is reduced to a segment's bounds, each with its neighbours.
 */
export function inputsToTry(plan: KernelPlan, count: number): readonly number[] {
  const [least, most] = [minRaw(plan.input), maxRaw(plan.input)];
  const bounds = plan.segments.flatMap(({ lo, hi }) => [lo, hi]);
  const powers = Array.from({ length: plan.input.bits }, (_, i) => 2 ** i);
  const meeting = [
    least,
    most,
    0,
    plan.range.lo,
    plan.range.hi,
    ...powers,
    ...bounds.flatMap((a) => unreduced(plan, a)),
  ];
  const random = mulberry(plan.segments.length + plan.input.fracBits);
  const others = Array.from({ length: count }, () =>
    Math.floor((random() * 2 - 1) * 2 ** (random() * plan.input.bits)),
  );
  const tried = [...meeting.flatMap((x) => [-x - 1, -x, -x + 1, x - 1, x, x + 1]), ...others];
  return [...new Set(tried.map((x) => x + 0))]
    .filter((x) => x >= least && x <= most)
    .toSorted((a, b) => a - b);
}

/** Inputs next to those that are reduced to an argument. */
function unreduced({ reduce, argumentFracBits }: KernelPlan, a: number): number[] {
  switch (reduce.kind) {
    case 'normalise':
      return Array.from({ length: 16 }, (_, k) => Math.floor(a / 2 ** (reduce.step * k)));
    case 'split':
      return [-3, -1, 0, 1, 2].map((k) =>
        Math.floor(((a + k * 2 ** argumentFracBits) * 2 ** reduce.shift) / reduce.multiplier),
      );
    default:
      return [a];
  }
}
