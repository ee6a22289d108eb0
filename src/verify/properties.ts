import { maxRaw, maxRawBigint, minRaw, minRawBigint } from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import { representable, representableBigint } from '../fixedpoint/overflow.js';
import { roundShift } from '../fixedpoint/rounding.js';
import type { FunctionDefinition } from '../function/definition.js';
import { dyadic } from '../function/dyadic.js';
import { definedInputs } from '../plan/inputs.js';
import { interpret } from '../plan/interpret.js';
import { scalarLoops } from '../plan/loops.js';
import type { KernelPlan } from '../plan/plan.js';
import { planRunner } from '../plan/run.js';
import { outputAt, quadrantMeetings } from './quadrant-joins.js';
import type { ErrorStats } from './stats.js';

/** Where segments meet, and the quadrants of a period: how far outputs are apart there, in whole ulps. */
export interface JoinSummary {
  readonly joins: number;
  readonly widestUlp: number;
  /** The reduced argument at which that is. */
  readonly at: Integer | null;
}

/** Inputs at which f is itself a number of the output format. */
export interface ExactPoints {
  readonly points: number;
  /** Those at which the kernel does not give it. */
  readonly missed: readonly Integer[];
}

export interface SymmetrySummary {
  readonly sign: 1 | -1;
  readonly sum: number;
  readonly slope: number;
  /** Pairs of inputs x and −x whose outputs do not follow from each other; saturation breaks some. */
  readonly broken: number;
  /** Whether that was seen on every pair, or follows from the plan's fold. */
  readonly shownBy: 'run' | 'fold';
}

/**
 * Outputs of the two polynomials at each join, without the reduction's exponent; of periodic plans also those on
 * both sides of each change of quadrant.
 */
export function joinsOf(plan: KernelPlan, definition: FunctionDefinition): JoinSummary {
  const { segments } = plan;
  const between = segments.slice(1).map((segment, i) => {
    const argument = BigInt(segment.lo);
    const [before, after] = [segments[i], segment].map((side) => outputAt(plan, side, argument));
    return { argument, before, after };
  });
  const meetings = [...between, ...quadrantMeetings(plan, definition, definedInputs(plan))];
  let widest = 0n;
  let at: Integer | null = null;
  for (const { argument, before, after } of meetings) {
    const jump = before < after ? after - before : before - after;
    if (at === null || jump > widest) [widest, at] = [jump, toInteger(argument)];
  }
  return { joins: meetings.length, widestUlp: Number(widest), at };
}

/** Bits beyond the output's fraction that have to be zero. */
const EXACT_BITS = 96;

/**
 * Zero, the powers of two and their negatives: where elementary functions have values that can be held. Inputs
 * whose neighbour has the same value are not counted: there f is level, or nears a limit without reaching it.
 */
export function exactPointsOf(plan: KernelPlan, definition: FunctionDefinition): ExactPoints {
  const { input, output } = plan;
  const powers = Array.from({ length: input.bits }, (_, i) => 1n << BigInt(i));
  const candidates = [...powers.map((power) => -power).toReversed(), 0n, ...powers].filter(
    (x) => x >= minRawBigint(input) && x <= maxRawBigint(input),
  );
  const { min, max } = representableBigint(output, plan.finish.overflow);
  const missed: Integer[] = [];
  let points = 0;
  for (const x of candidates) {
    const valueAt = (raw: bigint) =>
      definition.exact(dyadic(raw, input.fracBits), output.fracBits + EXACT_BITS);
    const value = valueAt(x);
    if (value === undefined) continue;
    const nearest = roundShift(value, EXACT_BITS, 'half-up');
    const rest = value - (nearest << BigInt(EXACT_BITS));
    if (rest < -1n || rest > 1n || nearest < min || nearest > max) continue;
    const next = valueAt(x > 0n ? x - 1n : x + 1n);
    if (next !== undefined && next - value <= 1n && value - next <= 1n) continue;
    points++;
    if (interpret(plan, x) !== nearest) missed.push(toInteger(x));
  }
  return { points, missed };
}

/** Parts into which the inputs are divided to enclose the range of f. */
const RANGE_PARTS = 256;

/** Whether no output lies beyond what f reaches on the format, rounded outward. */
export function isBounded(
  plan: KernelPlan,
  definition: FunctionDefinition,
  stats: ErrorStats,
): boolean | null {
  const { least, most } = stats;
  if (!least || !most) return null;
  const range = rangeOf(plan, definition);
  return range && BigInt(least.output) >= range.lo && BigInt(most.output) <= range.hi;
}

function rangeOf(
  { input, output, ...plan }: KernelPlan,
  definition: FunctionDefinition,
): { readonly lo: bigint; readonly hi: bigint } | null {
  let hull: { lo: bigint; hi: bigint } | null = null;
  for (const { lo, hi } of definedInputs({
    input,
    ...(plan.undefined ? { undefined: plan.undefined } : {}),
  })) {
    const [from, length] = [Number(lo), Number(hi - lo)];
    const parts = Math.max(1, Math.min(RANGE_PARTS, length));
    for (let i = 0; i < parts; i++) {
      const a = from + Math.floor((i * length) / parts);
      const b = from + Math.floor(((i + 1) * length) / parts);
      const center = dyadic(a + b, input.fracBits + 1);
      const part = definition.expand(center, dyadic(b - a, input.fracBits + 1), 0, output.fracBits)?.[0];
      if (!part) return null;
      hull = {
        lo: hull && hull.lo < part.lo ? hull.lo : part.lo,
        hi: hull && hull.hi > part.hi ? hull.hi : part.hi,
      };
    }
  }
  return hull;
}

/** Formats up to this many bits are run for their symmetry, pair by pair. */
const RUN_BITS = 16;

/**
 * Whether f(−x) = sign · f(x) + sum + slope · x holds for outputs bit for bit. A plan that folds has it but
 * for overflow; any other is run, where its format is small enough.
 */
export function symmetryOf(
  plan: KernelPlan,
  definition: FunctionDefinition,
  stats: ErrorStats,
): SymmetrySummary | null {
  const { symmetry } = definition;
  if (!symmetry || !plan.input.signed) return null;
  const scale = 2 ** plan.output.fracBits;
  const sum = symmetry.sum * scale;
  const slope = symmetry.slope * 2 ** (plan.output.fracBits - plan.input.fracBits);
  if (!Number.isInteger(sum) || !Number.isInteger(slope)) return null;
  const facts = { sign: symmetry.sign, sum: symmetry.sum, slope: symmetry.slope };
  if (plan.input.bits <= RUN_BITS) {
    return { ...facts, broken: brokenPairs(plan, symmetry.sign, sum, slope), shownBy: 'run' };
  }
  const { min, max } = representable(plan.output, plan.finish.overflow);
  const { least, most } = stats;
  const folds = plan.fold && slope === 0 && least && most && !plan.exceptions;
  const mirrored = (y: number) => symmetry.sign * y + sum;
  const fits = (y: number) => y >= min && y <= max;
  return folds && fits(mirrored(least.output)) && fits(mirrored(most.output))
    ? { ...facts, broken: 0, shownBy: 'fold' }
    : null;
}

/** The same from the plan alone: it holds where its fold is the function's and overflows nowhere. */
export function symmetryOfFold(plan: KernelPlan, { symmetry }: FunctionDefinition): SymmetrySummary | null {
  const { fold, bounds, output, finish } = plan;
  if (!symmetry || !fold || plan.exceptions) return null;
  const { min, max } = representableBigint(output, finish.overflow);
  const { folded } = bounds;
  const fits = folded !== undefined && BigInt(folded.lo) >= min && BigInt(folded.hi) <= max;
  const isOwn =
    fold.sign === symmetry.sign &&
    BigInt(fold.sum) === BigInt(symmetry.sum) << BigInt(output.fracBits) &&
    BigInt(fold.slope) === -BigInt(symmetry.slope);
  const { sign, sum, slope } = symmetry;
  return fits && isOwn ? { sign, sum, slope, broken: 0, shownBy: 'fold' } : null;
}

function brokenPairs(plan: KernelPlan, sign: number, sum: number, slope: number): number {
  let broken = 0;
  const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];
  const outputs = new Float64Array(last - first + 1);
  planRunner(plan, scalarLoops())(first, outputs);
  const defined = definedInputs(plan).map(({ lo, hi }) => ({ lo: Number(lo), hi: Number(hi) }));
  const hasValue = (x: number) => defined.some(({ lo, hi }) => x >= lo && x <= hi);
  for (let x = 1; x <= last; x++) {
    if (!hasValue(x) || !hasValue(-x)) continue;
    const [y, mirrored] = [outputs[x - first], outputs[-x - first]];
    if (mirrored !== sign * y + sum + slope * x) broken++;
  }
  return broken;
}
