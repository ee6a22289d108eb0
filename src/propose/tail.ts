import { targetError } from '../diagnostic.js';
import { maxRaw } from '../fixedpoint/format.js';
import { isConstantPolynomial } from '../fixedpoint/horner.js';
import type { Integer } from '../fixedpoint/integer.js';
import { representable } from '../fixedpoint/overflow.js';
import { roundShift } from '../fixedpoint/rounding.js';
import type { KernelPlan, PlanSegment, RawRange, Tail } from '../plan/plan.js';
import type { ReducedProblem } from '../plan/reduction.js';
import type { OutputLimits } from '../segment/output-error.js';
import { linearTail, tailStart, type TailProblem } from '../segment/tail.js';
import type { Segment } from '../segment/serve.js';
import { describeTarget, type ErrorTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import { asksForCorrectRounding } from './correct-rounding.js';
import { defaultRange } from './default-range.js';
import { foldOf, lastArgument, SIDES, type Side } from './side.js';

/** What serves the arguments beyond the range, on the sides that have any. */
export type TailProblems = { readonly [S in Side]?: TailProblem };

/** What the output holds, and what f(x) and f(−x) add up to where one kernel serves both. */
export function outputLimits(spec: ResolvedSpec): OutputLimits {
  const fold = foldOf(spec);
  // Outputs that the format holds on one side only are listed where rounding has to be correct.
  const mirrored = fold?.sign === -1 && fold.slope === 0 && !asksForCorrectRounding(spec);
  return {
    ...representable(spec.output, spec.overflow),
    ...(mirrored ? { mirrorSum: Number(fold.sum) } : {}),
  };
}

/** A tail of a slope, in values. */
function tailProblem(spec: ResolvedSpec, side: Side, target: ErrorTarget, slope: number): TailProblem {
  const { definition, input, output } = spec;
  const sign = side === 'high' ? 1 : -1;
  return {
    scaled: (a) => definition.evaluate((sign * a) / 2 ** input.fracBits) * 2 ** output.fracBits,
    last: Number(lastArgument(spec, side)),
    outputFracBits: output.fracBits,
    limits: outputLimits(spec),
    target,
    slope: sign * slope * 2 ** (output.fracBits - input.fracBits),
  };
}

/** The lines that a function may tend to on a side: constants, and where its slope there is an integer, that. */
function tailProblems(spec: ResolvedSpec, side: Side, target: ErrorTarget): readonly TailProblem[] {
  const constant = tailProblem(spec, side, target, 0);
  const { last, scaled } = constant;
  const unit = 2 ** (spec.output.fracBits - spec.input.fracBits);
  const step = Math.max(1, Math.floor(last / 16));
  const slope = Math.round((scaled(last) - scaled(last - step)) / (step * unit)) * (side === 'high' ? 1 : -1);
  return slope === 0 || !Number.isFinite(slope)
    ? [constant]
    : [constant, tailProblem(spec, side, target, slope)];
}

/** The inputs that a target is for where nobody says: see `defaultRange`. */
export function chooseRange(spec: ResolvedSpec): RawRange {
  const { lo, hi } = defaultRange(spec, {
    startOf: (side) => {
      const starts = tailProblems(spec, side, spec.target).flatMap((tail) => tailStart(tail, 0) ?? []);
      return starts.length === 0 ? undefined : BigInt(Math.min(...starts));
    },
    levelsOff: (side) => levelsOff(spec, side),
  });
  return { lo: Number(lo), hi: Number(hi) };
}

/**
 * The problems of the inputs beyond the range, where there are any, in the form that serves them best. Where f
 * does not level off, inputs beyond the range are outside of what was asked, and get its value at the end.
 *
 * @throws target error that names a range that would do, where no line meets the target
 */
export function checkTails(spec: ResolvedSpec, problem: ReducedProblem, range: RawRange): TailProblems {
  // Tails are judged against the target itself: their errors are known, not sampled.
  return tailsFor(spec, problem, spec.target, (side) => {
    throw tailRefusal(spec, side, range, problem);
  });
}

/** The same for another target; undefined sides are those that it can't be met on. */
export function tailsFor(
  spec: ResolvedSpec,
  problem: ReducedProblem,
  target: ErrorTarget,
  refuse: (side: Side) => void = () => {},
): TailProblems {
  const needed = { high: problem.needsHighTail, low: problem.needsLowTail };
  const entries = SIDES.filter((side) => needed[side]).flatMap((side) => {
    const from = firstBeyond(problem, side);
    const possible = tailProblems(spec, side, target).find((tail) => linearTail(tail, from).ratio <= 1);
    if (possible) return [[side, possible] as const];
    if (!levelsOff(spec, side))
      return [[side, { ...tailProblem(spec, side, target, 0), unclaimed: true }] as const];
    refuse(side);
    return [];
  });
  return Object.fromEntries(entries);
}

/** Heuristic: f levels off where one line serves this part of all arguments of a side. */
const LEVEL_PART = 1 / 8;

/** Whether f itself, in an output without limits, levels off before the format's last inputs. */
function levelsOff(spec: ResolvedSpec, side: Side): boolean {
  return tailProblems(spec, side, spec.target).some((tail) => {
    const start = tailStart({ ...tail, limits: { min: -Infinity, max: Infinity } }, 0);
    return start !== undefined && tail.last > 0 && tail.last - start >= LEVEL_PART * tail.last;
  });
}

/** The first argument that a tail serves, seen from its side. */
function firstBeyond({ approximand }: ReducedProblem, side: Side): number {
  return side === 'high' ? approximand.hi : -approximand.lo + 1;
}

/** The plan's tails behind these segments; the outermost segment's own constant, where it is one. */
export function tailsBehind(
  { high, low }: TailProblems,
  spec: ResolvedSpec,
  problem: ReducedProblem,
  segments: readonly Segment[],
): KernelPlan['tails'] {
  const { approximand } = problem;
  const last = segments[segments.length - 1];
  // A constant that was fitted to the segment alone need not do for what lies beyond.
  const shared =
    high !== undefined && !high.unclaimed && endsConstant(segments) && linearTail(high, last.lo).ratio <= 1;
  return {
    ...(low ? { low: planTail(low, spec, 'low', approximand.lo, firstBeyond(problem, 'low')) } : {}),
    ...(high
      ? { high: planTail(high, spec, 'high', approximand.hi, shared ? last.lo : approximand.hi) }
      : {}),
  };
}

function planTail(tail: TailProblem, spec: ResolvedSpec, side: Side, bound: number, from: number): Tail {
  const { output } = linearTail(tail, from);
  if (!tail.slope) return { bound, output, ...(tail.unclaimed ? { unclaimed: true } : {}) };
  const exponent = spec.output.fracBits - spec.input.fracBits;
  const slope = (side === 'high' ? tail.slope : -tail.slope) * 2 ** -Math.max(exponent, 0);
  const multiplier = exponent >= 0 ? slope * 2 ** exponent : Math.round(slope * 2 ** -exponent);
  return { bound, output, slope: { multiplier, shift: Math.max(0, -exponent), rounding: 'half-up' } };
}

function endsConstant(segments: readonly { readonly coefficients: readonly Integer[] }[]): boolean {
  return segments.length > 1 && isConstantPolynomial(segments[segments.length - 1].coefficients);
}

export function tailNotes(spec: ResolvedSpec, plan: KernelPlan): readonly string[] {
  const unit = 2 ** -spec.input.fracBits;
  const last = plan.segments[plan.segments.length - 1];
  return SIDES.flatMap((side) => {
    const tail = plan.tails[side];
    if (!tail) return [];
    const shared =
      side === 'high' && endsConstant(plan.segments) && outputOf(plan, last) === BigInt(tail.output);
    return tailNote(spec, side, {
      bound: Number(shared ? last.lo : tail.bound) * unit,
      output: String(tail.output),
      slope: slopeOf(spec, tail),
      unclaimed: tail.unclaimed === true,
      shared,
    });
  });
}

/** What a segment that is a constant gives. */
function outputOf({ guardBits, finish }: KernelPlan, { coefficients }: PlanSegment): bigint {
  return roundShift(BigInt(coefficients[coefficients.length - 1]), guardBits, finish.rounding);
}

/** A tail as a reader should know it. */
interface NotedTail {
  /** Where it begins, as a value. */
  readonly bound: number;
  /** Raw. */
  readonly output: string;
  /** What is added for each unit of x, as a value: 0 for a constant. */
  readonly slope: number;
  readonly unclaimed: boolean;
  /** Whether the outermost segment serves it. */
  readonly shared: boolean;
}

export function tailNote(
  spec: ResolvedSpec,
  side: Side,
  { bound, output, slope, unclaimed, shared }: NotedTail,
): string {
  const value = Number(output) * 2 ** -spec.output.fracBits;
  const where = side === 'high' ? `from ${bound} on` : `below ${bound}`;
  if (unclaimed) {
    const beyond = foldOf(spec) ? `beyond ±${bound}` : where;
    return `${beyond} inputs are outside the range and give its last value, ${value} (raw ${output})`;
  }
  if (slope !== 0) {
    const line = slope === 1 ? 'x' : `${slope}·x`;
    return `a linear tail was added: ${line}${value === 0 ? '' : ` + ${value}`} ${where}`;
  }
  const how = shared
    ? 'the outermost segment is a constant and serves the tail'
    : 'a constant tail was added';
  return `${how}: ${value} (raw ${output}) ${where}`;
}

function slopeOf({ input, output }: ResolvedSpec, { slope }: Tail): number {
  if (!slope) return 0;
  return Number(slope.multiplier) * 2 ** -(slope.shift + output.fracBits - input.fracBits);
}

function tailRefusal(spec: ResolvedSpec, side: Side, range: RawRange, problem: ReducedProblem): Error {
  const { definition, input } = spec;
  const unit = 2 ** -input.fracBits;
  const tails = tailProblems(spec, side, spec.target);
  const starts = tails.flatMap((tail) => tailStart(tail, 0) ?? []);
  const ulp = Math.min(...tails.map((tail) => linearTail(tail, firstBeyond(problem, side)).ulp));
  const end =
    side === 'low' ? range.lo * unit : range.hi === maxRaw(input) ? (range.hi + 1) * unit : range.hi * unit;
  const what = `beyond ${end}, a constant errs by ${ulp.toFixed(3)} ulp from ${definition.name}; the target is ${describeTarget(spec.target)}`;
  const hint =
    starts.length === 0
      ? 'no constant serves any tail with this target: try a larger one, or the range of the whole format'
      : `try --range=${wider(spec, side, range, Math.min(...starts))}`;
  return targetError('tail-misses-target', what, hint, '--range');
}

/** A range whose tail on a side would do, in sixteenths. */
export function wider(spec: ResolvedSpec, side: Side, range: RawRange<Integer>, start: number): string {
  const unit = 2 ** -spec.input.fracBits;
  const bound = Math.ceil(start * unit * 16) / 16;
  const folded = foldOf(spec) !== undefined;
  const low = side === 'low' || folded ? -bound : Number(range.lo) * unit;
  const high = side === 'high' ? bound : Number(range.hi) * unit;
  return `${low},${high}`;
}
