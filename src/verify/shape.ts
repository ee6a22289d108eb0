import { horner } from '../fixedpoint/horner.js';
import type { Interval } from '../fixedpoint/interval.js';
import { applyOverflow } from '../fixedpoint/overflow.js';
import { roundShift } from '../fixedpoint/rounding.js';
import type { FunctionDefinition } from '../function/definition.js';
import { definedInputs, magnitudes } from '../plan/inputs.js';
import { addend, finishShift, reduce, tailAt } from '../plan/interpret.js';
import type { KernelPlan, PlanSegment } from '../plan/plan.js';
import { isClaimed, stretchesOf } from './coverage.js';
import { directionOver } from './monotone.js';
import { quadrantMeetings, type Meeting } from './quadrant-joins.js';
import type { ErrorStats } from './stats.js';

/**
 * What a plan breaks of the shape that it promises, as a sentence; undefined where it keeps it.
 *
 * @param claimed what running the range and the tails showed
 */
export function brokenShape(
  plan: KernelPlan,
  definition: FunctionDefinition,
  claimed: Pick<ErrorStats, 'against' | 'firstAgainst'>,
): string | undefined {
  const { monotone, continuous } = plan.shape ?? {};
  if (monotone) {
    if (promisedDirection(plan, definition) === undefined) {
      return `${plan.function} is not monotone on the range`;
    }
    const against = claimed.against - (claimed.firstAgainst === entry(plan) ? 1 : 0);
    if (against > 0) {
      return `outputs go against ${plan.function} at ${against} inputs, first about raw input ${claimed.firstAgainst}`;
    }
  }
  const widest = continuous === undefined ? undefined : widestMeeting(plan, definition);
  if (continuous === undefined || widest === undefined || widest.ulp <= continuous) return undefined;
  return `two pieces meet ${widest.ulp} ulp apart, at the reduced argument ${widest.argument}; asked were ${continuous}`;
}

/** The direction of f on the range of a plan that promises to be monotone, by its enclosed slope. */
export function promisedDirection(plan: KernelPlan, definition: FunctionDefinition): 1 | -1 | undefined {
  return plan.shape?.monotone ? directionOver(definition, plan, plan.range) : undefined;
}

/** The first input that something is claimed of, where there is one before it: the step to it is not claimed. */
function entry(plan: KernelPlan): number | undefined {
  const stretches = stretchesOf(plan);
  return stretches.find((stretch, i) => i > 0 && isClaimed(stretch) && !isClaimed(stretches[i - 1]))?.first;
}

/**
 * How far outputs are apart where one polynomial ends and the next, a tail, the next quadrant of a period, or the
 * first polynomial of the next power of two begins: in whole ulps, at the worst count of the reduction that an input of the range has.
 */
export function widestMeeting(
  plan: KernelPlan,
  definition: FunctionDefinition,
): { readonly ulp: number; readonly argument: bigint } {
  let widest = { ulp: 0n, argument: BigInt(plan.segments[0].lo) };
  for (const { argument, before, after } of meetings(plan, definition)) {
    const ulp = before < after ? after - before : before - after;
    if (ulp > widest.ulp) widest = { ulp, argument };
  }
  return { ulp: Number(widest.ulp), argument: widest.argument };
}

function meetings(plan: KernelPlan, definition: FunctionDefinition): readonly Meeting[] {
  const { segments, tails } = plan;
  const { least, most } = countsOf(plan);
  const counts = Array.from({ length: Number(most - least) + 1 }, (_, i) => least + BigInt(i));
  const last = segments[segments.length - 1];
  const joins = counts.flatMap((count) =>
    segments.slice(1).map((segment, i) => {
      const argument = BigInt(segment.lo);
      return {
        argument,
        before: outputAt(plan, segments[i], argument, count),
        after: outputAt(plan, segment, argument, count),
      };
    }),
  );
  const [lo, hi] = [BigInt(segments[0].lo), BigInt(last.hi)];
  const ends = [
    ...(tails.low && !tails.low.unclaimed
      ? [
          {
            argument: lo,
            before: limited(plan, tailAt(tails.low, lo)),
            after: limited(plan, outputAt(plan, segments[0], lo, 0n)),
          },
        ]
      : []),
    ...(tails.high && !tails.high.unclaimed
      ? [
          {
            argument: hi,
            before: limited(plan, outputAt(plan, last, hi, 0n)),
            after: limited(plan, tailAt(tails.high, hi)),
          },
        ]
      : []),
  ];
  return [
    ...joins,
    ...ends,
    ...wraps(plan, counts),
    ...quadrantMeetings(plan, definition, askedInputs(plan)),
  ];
}

/** Where the reduction's count changes: the argument goes from one end to the other. */
function wraps(plan: KernelPlan, counts: readonly bigint[]): readonly Meeting[] {
  const { segments, reduce: reduction } = plan;
  if (reduction.kind !== 'normalise' && reduction.kind !== 'split') return [];
  // Arguments are normalised by as many steps less as they are greater.
  const step = reduction.kind === 'split' ? 1n : -1n;
  const last = segments[segments.length - 1];
  const [lo, hi] = [BigInt(segments[0].lo), BigInt(last.hi)];
  return counts
    .filter((count) => counts.includes(count + step))
    .map((count) => ({
      argument: hi,
      before: outputAt(plan, last, hi, count),
      after: outputAt(plan, segments[0], lo, count + step),
    }));
}

/** The counts that the reduction has on the range; they are monotone in what enters it. */
function countsOf(plan: KernelPlan): { readonly least: bigint; readonly most: bigint } {
  const { reduce: reduction, fold, argumentFracBits } = plan;
  if (reduction.kind === 'none' || reduction.kind === 'periodic') return { least: 0n, most: 0n };
  const counts = askedInputs(plan)
    .map((inputs) => (fold ? magnitudes(inputs) : inputs))
    .flatMap(({ lo, hi }) => [lo, hi].map((a) => reduce({ reduce: reduction, argumentFracBits }, a).count));
  return { least: counts.reduce(lesser), most: counts.reduce(greater) };
}

/** The inputs of the range on which f has a value. */
function askedInputs(plan: KernelPlan): readonly Interval[] {
  const { range } = plan;
  return definedInputs(plan)
    .map(({ lo, hi }) => ({ lo: greater(lo, BigInt(range.lo)), hi: lesser(hi, BigInt(range.hi)) }))
    .filter(({ lo, hi }) => lo <= hi);
}

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Before overflow. */
function outputAt(plan: KernelPlan, segment: PlanSegment, argument: bigint, count: bigint): bigint {
  const sum = horner(segment.coefficients.map(BigInt), plan.steps, argument - BigInt(segment.origin));
  const { rounding, offset = 0 } = plan.finish;
  return roundShift(sum + addend(plan, count), finishShift(plan, count), rounding) + BigInt(offset);
}

/** What the output holds of a value. */
function limited({ output, finish }: KernelPlan, value: bigint): bigint {
  return applyOverflow(
    value,
    output,
    finish.overflow === 'saturate-symmetric' ? finish.overflow : 'saturate',
  );
}
