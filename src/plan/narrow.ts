import type { Bound, KernelPlan, PlanSegment, Tail } from './plan.js';

/**
 * A plan that double arithmetic can run: formats of at most 32 bits, and every integer, argument and
 * accumulator exact as a double. Products may be wider; whoever forms them cuts them or leaves doubles.
 */
export type NarrowPlan = KernelPlan<number>;

/** A plan that is narrow but for its polynomials: near a pole, say, some may need more. */
export type FramedPlan = Omit<NarrowPlan, 'segments'> & Pick<KernelPlan, 'segments'>;

/** Formats of at most this many bits travel in 32-bit arrays. */
export const WORD_BITS = 32;
/** Integers of this many bits, sign included, and sums of two of them are exact in a double. */
const EXACT_BITS = 53;

/** Whether input and output travel as 32-bit words, so that numbers hold them whatever the arithmetic. */
export function hasWordFormats({ input, output }: Pick<KernelPlan, 'input' | 'output'>): boolean {
  return input.bits <= WORD_BITS && output.bits <= WORD_BITS;
}

export function isNarrow(plan: KernelPlan): plan is NarrowPlan {
  const { bounds, segments } = plan;
  return (
    isFramed(plan) &&
    !holdsText(segments) &&
    [...bounds.steps.map(({ accumulator }) => accumulator), bounds.accumulator].every(isExact) &&
    segments.every(hasExactCoefficients)
  );
}

/** Whether doubles hold a segment's coefficients, and sums of two of them. */
export function hasExactCoefficients({ coefficients }: PlanSegment): boolean {
  return coefficients.every((c) => Math.abs(Number(c)) <= 2 ** (EXACT_BITS - 1));
}

export function isFramed(plan: KernelPlan): plan is KernelPlan & FramedPlan {
  const { bounds, tails } = plan;
  return (
    hasWordFormats(plan) &&
    !holdsText({ ...integersOf(plan), segments: [] }) &&
    [bounds.reduction?.shifted, bounds.argument, bounds.offset, bounds.folded].every(isExact) &&
    [tails.low, tails.high].every((tail) => tailBits(plan, tail) < EXACT_BITS)
  );
}

const isExact = (bound: Bound | undefined): boolean => bound === undefined || bound.bits <= EXACT_BITS;

/** Bits of what an affine tail adds to its output, before the output is added. */
function tailBits({ bounds }: KernelPlan, tail: Tail | undefined): number {
  if (!tail?.slope) return 0;
  return bounds.argument.bits + Math.abs(Number(tail.slope.multiplier)).toString(2).length - tail.slope.shift;
}

/** The parts of a plan that hold integers of its arithmetic. */
export function integersOf(plan: KernelPlan): object {
  const {
    bounds,
    range,
    undefined: holes,
    exceptions,
    fold,
    reduce,
    tails,
    select,
    segments,
    steps,
    finish,
  } = plan;
  const clamps = steps.map(({ clamp }) => clamp);
  const offset = finish.offset;
  const reduction = reduce.kind === 'periodic' ? reduce.multiplier : reduce;
  return {
    range,
    holes,
    exceptions,
    fold,
    reduction,
    tails: [tails.low, tails.high].map((tail) => tail && { ...tail, unclaimed: undefined }),
    select,
    segments,
    clamps,
    offset,
    counts: bounds?.counts,
  };
}

/** Words of a plan that are not integers: kinds, effects and modes. */
const isInteger = (text: string) => /^-?\d/.test(text);

function holdsText(value: unknown): boolean {
  if (typeof value === 'string') return isInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsText);
}
