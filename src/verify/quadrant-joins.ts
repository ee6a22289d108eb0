import { horner } from '../fixedpoint/horner.js';
import type { Interval } from '../fixedpoint/interval.js';
import { roundShift } from '../fixedpoint/rounding.js';
import type { Core, FunctionDefinition } from '../function/definition.js';
import { dyadic } from '../function/dyadic.js';
import { magnitudes } from '../plan/inputs.js';
import { quadrantOf, reduce } from '../plan/interpret.js';
import type { KernelPlan, PlanSegment, Quadrant } from '../plan/plan.js';

/** Two outputs that meet at a reduced argument, raw and before overflow. */
export interface Meeting {
  readonly argument: bigint;
  readonly before: bigint;
  readonly after: bigint;
}

/** What a segment's polynomial gives, without the reduction's exponent. */
export function outputAt(
  { steps, guardBits, finish }: KernelPlan,
  segment: PlanSegment,
  argument: bigint,
): bigint {
  const sum = horner(segment.coefficients.map(BigInt), steps, argument - BigInt(segment.origin));
  return roundShift(sum, guardBits, finish.rounding);
}

/**
 * The outputs on both sides of each change of quadrant between the given inputs of a periodic plan, where f itself is
 * continuous: at a pole of the tangent they have nothing to meet. None for other plans.
 *
 * @param inputs raw
 */
export function quadrantMeetings(
  plan: KernelPlan,
  { reduction }: FunctionDefinition,
  inputs: readonly Interval[],
): readonly Meeting[] {
  const { reduce: periodic, segments } = plan;
  if (periodic.kind !== 'periodic' || reduction.kind !== 'periodic') return [];
  const { quadrants } = periodic;
  const last = segments[segments.length - 1];
  return changesOf(plan, quadrants.length, inputs).flatMap((from) => {
    const sides = [sideOf(quadrants[from], 1), sideOf(quadrants[(from + 1) % quadrants.length], 0)] as const;
    if (!meets(reduction.core, sides, plan)) return [];
    const [before, after] = sides.map(({ end, sign }) => {
      const argument = BigInt(end) << BigInt(plan.argumentFracBits);
      return sign * outputAt(plan, end === 0 ? segments[0] : last, argument);
    });
    return [{ argument: BigInt(sides[0].end) << BigInt(plan.argumentFracBits), before, after }];
  });
}

/** One side of a change of quadrant: the end of the core's interval that it lies at, and its sign. */
interface Side {
  readonly end: 0 | 1;
  readonly sign: 1n | -1n;
}

/** @param rest what is left of the argument: 1 at the end of a quadrant, 0 at the beginning */
function sideOf({ mirror, negate }: Quadrant, rest: 0 | 1): Side {
  return { end: (mirror ? 1 - rest : rest) as 0 | 1, sign: negate ? -1n : 1n };
}

/** The quadrants after which another one follows between inputs. */
function changesOf(
  { reduce: reduction, argumentFracBits, fold }: KernelPlan,
  quadrants: number,
  inputs: readonly Interval[],
): readonly number[] {
  const changes = new Set<number>();
  for (const interval of inputs) {
    const { lo, hi } = fold ? magnitudes(interval) : interval;
    const [first, last] = [lo, hi].map((a) => reduce({ reduce: reduction, argumentFracBits }, a).count);
    for (let count = first; count < last && changes.size < quadrants; count++) {
      changes.add(quadrantOf(count, quadrants));
    }
  }
  return [...changes].toSorted((a, b) => a - b);
}

/** Bits beyond the output's fraction in which both sides of f have to be the same. */
const EXTRA_BITS = 32;

function meets(core: Core, sides: readonly Side[], { output }: KernelPlan): boolean {
  const [before, after] = sides.map(({ end, sign }) => {
    const value = core.exact(dyadic(BigInt(end), 0), output.fracBits + EXTRA_BITS);
    return value === undefined ? undefined : sign * value;
  });
  if (before === undefined || after === undefined) return false;
  // Each value is known within one unit.
  return before - after <= 2n && after - before <= 2n;
}
