import { horner } from '../fixedpoint/horner.js';
import { joinIntervals, widthBits } from '../fixedpoint/interval.js';
import { applyOverflow, representable } from '../fixedpoint/overflow.js';
import { EXACT_PRODUCT, multiplyShift, roundDouble } from '../fixedpoint/product.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { segmentBounds } from './bounds.js';
import { addend, finish, finishShift } from './interpret.js';
import type { Loops } from './loops.js';
import { hasExactCoefficients, type FramedPlan } from './narrow.js';
import type { PlanSegment, Selection, Tail } from './plan.js';
import { EXACT_BITS, quickFinish, quickPolynomial, quickTail, type QuickFinish } from './quick.js';

/** Fills `results` for ascending arguments that share their count. */
export type RunEvaluator = (args: Float64Array, count: number, results: Float64Array) => void;

export function runEvaluator(plan: FramedPlan, loops: Loops): RunEvaluator {
  const endingOf = endingsOf(plan);
  const servers = new Map<PlanSegment | Tail<number>, PieceServer>();
  const serverOf = (piece: Piece): PieceServer => {
    const served = piece.kind === 'tail' ? piece.tail : plan.segments[piece.segment];
    let server = servers.get(served);
    if (!server) {
      server =
        piece.kind === 'tail'
          ? tailServer(plan, piece.tail, loops)
          : segmentServer(plan, plan.segments[piece.segment], loops);
      servers.set(served, server);
    }
    return server;
  };
  return (args, count, results) => {
    const ending = endingOf(count);
    for (let i = 0; i < args.length;) {
      const piece = pieceAt(plan, args[i]);
      const end = args[args.length - 1] < piece.end ? args.length : lowerBound(args, piece.end, i);
      serverOf(piece)(args.subarray(i, end), results.subarray(i, end), ending);
      i = end;
    }
  };
}

/** How accumulators become results, for inputs that share a count. */
interface Ending {
  readonly count: number;
  readonly shift: number;
  readonly added: bigint;
}

/** Fills results for arguments that one polynomial, or one tail, serves. */
type PieceServer = (args: Float64Array, results: Float64Array, ending: Ending) => void;

/** Endings by count: runs are short enough for what decides them to be felt. */
function endingsOf(plan: FramedPlan): (count: number) => Ending {
  let last: Ending | undefined;
  return (count) => {
    if (last?.count !== count) {
      const [shift, added] = [finishShift(plan, BigInt(count)), addend(plan, BigInt(count))];
      last = { count, shift, added };
    }
    return last;
  };
}

type Piece =
  | { readonly kind: 'tail'; readonly tail: Tail<number>; readonly end: number }
  | { readonly kind: 'segment'; readonly segment: number; readonly end: number };

/** What serves an argument, and the next argument that something else may serve. */
function pieceAt(plan: FramedPlan, argument: number): Piece {
  const { low, high } = plan.tails;
  if (low && argument < low.bound) return { kind: 'tail', tail: low, end: low.bound };
  if (high && argument >= high.bound) return { kind: 'tail', tail: high, end: Infinity };
  const { segment, end } = segmentAt(plan.select, argument);
  return { kind: 'segment', segment, end: Math.min(end, high?.bound ?? Infinity) };
}

function segmentAt(select: Selection<number>, argument: number): { segment: number; end: number } {
  if (select.kind === 'compare') {
    const segment = lowerBound(select.bounds, argument + 1);
    return { segment, end: select.bounds[segment] ?? Infinity };
  }
  const cellSize = 2 ** select.shift;
  const cell = Math.floor((argument - select.lo) / cellSize);
  const end = select.lo + (cell + 1) * cellSize;
  return { segment: select.kind === 'uniform' ? cell : select.map[cell], end };
}

/** The least index whose value is at least `bound`, in ascending values; their number where there is none. */
export function lowerBound(values: ArrayLike<number>, bound: number, from = 0): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] >= bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

function tailServer(plan: FramedPlan, tail: Tail<number>, loops: Loops): PieceServer {
  const { output, slope } = tail;
  if (!slope) return (_args, results) => void results.fill(output);
  const quick = quickTail(plan, tail);
  // Nothing is left to round.
  const plain = { ...plan.finish, offset: 0, rounding: 'half-up' as const };
  const end = quickFinish({ ...plan, finish: plain }, EXACT_BITS, 0, 0);
  if (quick && end) return (args, results) => loops.evaluate(args, results, quick, end);
  const { multiplier, shift, rounding } = slope;
  return (args, results) => {
    for (let i = 0; i < args.length; i++) {
      results[i] = output + multiplyShift(args[i], multiplier, shift, rounding);
    }
    overflowRun(plan, results);
  };
}

/** The quickest way that is exact for a segment: polynomials near a pole may need more bits than all others. */
function segmentServer(plan: FramedPlan, segment: PlanSegment, loops: Loops): PieceServer {
  const bounds = segmentBounds(plan, segment);
  const { lo, hi } = plan.bounds.counts ?? { lo: 0, hi: 0 };
  const sums = [lo, hi].map((count) => addend(plan, BigInt(count))).map((sum) => ({ lo: sum, hi: sum }));
  const { result } = bounds;
  const added = sums.map((sum) => ({ lo: result.lo + sum.lo, hi: result.hi + sum.hi }));
  const bits = widthBits(added.reduce(joinIntervals, result));
  const inDoubles = [...bounds.accumulators.map(widthBits), bits].every((width) => width <= EXACT_BITS);
  if (!inDoubles || !hasExactCoefficients(segment)) return bigintServer(plan, segment);
  const exact = doubleServer(plan, segment);
  const quick = quickPolynomial(plan, segment, bounds);
  if (!quick) return exact;
  let last: { readonly ending: Ending; readonly finish: QuickFinish | undefined } | undefined;
  return (args, results, ending) => {
    if (last?.ending !== ending) {
      last = { ending, finish: quickFinish(plan, bits, ending.shift, Number(ending.added)) };
    }
    if (last.finish) loops.evaluate(args, results, quick, last.finish);
    else exact(args, results, ending);
  };
}

/** The polynomial for every rounding, width and clamp of integers that doubles hold. */
function doubleServer(plan: FramedPlan, segment: PlanSegment): PieceServer {
  const origin = Number(segment.origin);
  const coefficients = segment.coefficients.map(Number);
  return (args, accumulators, { shift: drop, added }) => {
    accumulators.fill(coefficients[0]);
    plan.steps.forEach(({ shift, rounding, clamp = Infinity }, k) => {
      const coefficient = coefficients[k + 1];
      for (let i = 0; i < accumulators.length; i++) {
        const product = multiplyShift(accumulators[i], args[i] - origin, shift, rounding);
        const clamped = Math.min(Math.max(product, -clamp), clamp);
        accumulators[i] = Math.min(Math.max(clamped + coefficient, -clamp), clamp);
      }
    });
    finishRun(plan, accumulators, drop, Number(added));
  };
}

/** The polynomial for all other integers. */
function bigintServer(plan: FramedPlan, segment: PlanSegment): PieceServer {
  const origin = Number(segment.origin);
  const coefficients = segment.coefficients.map(BigInt);
  return (args, results, { count }) => {
    for (let i = 0; i < args.length; i++) {
      const accumulator = horner(coefficients, plan.steps, BigInt(args[i] - origin));
      const result = finish(plan, accumulator, BigInt(count));
      results[i] = Number(applyOverflow(result, plan.output, plan.finish.overflow));
    }
  };
}

/** From accumulators to raw outputs, in place, for every rounding and overflow mode. */
function finishRun(plan: FramedPlan, values: Float64Array, shift: number, added: number): void {
  const { rounding, overflow, offset = 0 } = plan.finish;
  for (let i = 0; i < values.length; i++) {
    const rounded = roundAny(values[i] + added, shift, rounding);
    // Scaled up, a result can be wider than a double's sums are exact.
    const exact = offset === 0 || Math.abs(rounded) < EXACT_PRODUCT;
    values[i] = exact
      ? rounded + offset
      : Number(applyOverflow(BigInt(rounded) + BigInt(offset), plan.output, overflow));
  }
  overflowRun(plan, values);
}

/** Applies the overflow mode, in place. */
function overflowRun(plan: FramedPlan, values: Float64Array): void {
  const { min, max } = representable(plan.output, plan.finish.overflow);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= min && value <= max)) values[i] = overflowed(plan, value);
  }
}

export function overflowed({ output, finish }: FramedPlan, value: number): number {
  return Number(applyOverflow(BigInt(value), output, finish.overflow));
}

function roundAny(value: number, shift: number, rounding: RoundingMode): number {
  const narrow = Math.abs(value) < EXACT_PRODUCT && shift <= 52;
  return narrow ? roundDouble(value, shift, rounding) : multiplyShift(value, 1, shift, rounding);
}
