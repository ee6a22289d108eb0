import { maxRaw, minRaw } from '../fixedpoint/format.js';
import { applyOverflow, representable } from '../fixedpoint/overflow.js';
import { EXACT_PRODUCT, multiplyShift, roundDouble } from '../fixedpoint/product.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { addend, finishShift, interpret } from './interpret.js';
import { fastestLoops, type Loops } from './loops.js';
import { hasWordFormats, isNarrow, type NarrowPlan } from './narrow.js';
import type { Exceptions, KernelPlan, PlanSegment, Selection, Tail } from './plan.js';
import { isQuick, quickFinish, quickPolynomials, type QuickFinish } from './quick.js';
import { runReducer, type ReducedRun } from './reduce-run.js';
import { runningPlan } from './wide-run.js';

/** Evaluates a plan on consecutive inputs: `outputs[i]` becomes the raw output of input first + i. */
export type PlanRunner = (first: number, outputs: Float64Array) => void;

/** Inputs that a runner takes at a time: their arguments and outputs stay in the nearest cache. */
export const RUN_LENGTH = 4096;

/**
 * A runner that is as exact as the interpreter and, for narrow plans, a few hundred times faster. Inputs come
 * in order, so everything that they share (sign, exponent, segment) is decided once per run of inputs, by the
 * plan's own selection; the polynomial then runs over plain arrays of doubles, wherever the plan's proven
 * widths allow it, and on bigint where they don't.
 *
 * @param loops what runs the arrays; outputs that it allocated are not copied
 * @throws TypeError for formats above 32 bits: see `wideRunner`
 */
export function planRunner(plan: KernelPlan, loops: Loops = fastestLoops()): PlanRunner {
  if (isNarrow(plan)) return narrowRunner(plan, loops);
  if (!hasWordFormats(plan)) throw new TypeError(`${plan.name} has formats above 32 bits`);
  const running = runningPlan(plan);
  return (first, outputs) => {
    for (let i = 0; i < outputs.length; i++) outputs[i] = Number(interpret(running, first + i));
  };
}

function narrowRunner(plan: NarrowPlan, loops: Loops): PlanRunner {
  const args = loops.allocate(RUN_LENGTH);
  const scratch = loops.allocate(RUN_LENGTH);
  const reduceRun = runReducer(plan, loops);
  const evaluateRun = runEvaluator(plan, loops);
  const constants = constantStretches(plan);
  return (first, outputs) => {
    for (let done = 0; done < outputs.length;) {
      const constant = constants.find(({ lo, hi }) => lo <= first + done && first + done <= hi);
      if (constant) {
        const end = Math.min(outputs.length, constant.hi - first + 1);
        outputs.fill(constant.output, done, end);
        done = end;
        continue;
      }
      const limit = Math.min(RUN_LENGTH, outputs.length - done);
      const run = reduceRun(first + done, limit, args);
      // Without this, a mistake in a reduction would be a loop that never ends.
      if (!(run.length >= 1)) throw new RangeError(`nothing is reduced at input ${first + done}`);
      const target = outputs.subarray(done, done + run.length);
      if (run.kind === 'undefined') {
        target.fill(run.output);
      } else {
        const results = loops.owns(outputs) ? target : scratch.subarray(0, run.length);
        evaluateRun(args.subarray(0, run.length), run.count, results);
        undo(plan, run, first + done, results, loops);
        if (results !== target) target.set(results);
        if (plan.exceptions) listExceptions(plan.exceptions, first + done, target);
      }
      done += run.length;
    }
  };
}

/** The inputs that constant tails serve, all with one output, of plans that are their own argument. */
function constantStretches(plan: NarrowPlan): readonly { lo: number; hi: number; output: number }[] {
  const { fold, tails, input } = plan;
  if (plan.reduce.kind !== 'none' || plan.exceptions || plan.undefined) return [];
  const [least, most] = [minRaw(input), maxRaw(input)];
  const stretches = [
    ...(tails.high && !tails.high.slope ? [{ lo: tails.high.bound, hi: most }] : []),
    ...(tails.high && !tails.high.slope && fold?.slope === 0 ? [{ lo: least, hi: -tails.high.bound }] : []),
    ...(tails.low && !tails.low.slope && !fold ? [{ lo: least, hi: tails.low.bound - 1 }] : []),
  ];
  return stretches
    .filter(({ lo, hi }) => lo <= hi)
    .map((stretch) => ({ ...stretch, output: Number(interpret(plan, stretch.lo)) }));
}

/** Puts listed outputs in their places. */
function listExceptions({ inputs, outputs }: Exceptions<number>, first: number, target: Float64Array): void {
  const end = first + target.length;
  for (let i = lowerBound(inputs, first); i < inputs.length && inputs[i] < end; i++) {
    target[inputs[i] - first] = outputs[i];
  }
}

/** The least index whose value is at least `bound`, in ascending values; their number where there is none. */
function lowerBound(values: ArrayLike<number>, bound: number, from = 0): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] >= bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How accumulators become results, for inputs that share a count. */
interface Ending {
  readonly shift: number;
  readonly added: number;
  readonly quick: QuickFinish | undefined;
}

/** Endings by count: runs are short enough for what decides them to be felt. */
function endingsOf(plan: NarrowPlan): (count: number) => Ending {
  let last: { readonly count: number; readonly ending: Ending } | undefined;
  return (count) => {
    if (last?.count !== count) {
      const shift = finishShift(plan, BigInt(count));
      const added = Number(addend(plan, BigInt(count)));
      last = { count, ending: { shift, added, quick: quickFinish(plan, shift, added) } };
    }
    return last.ending;
  };
}

/** Fills `results` for ascending arguments that share their exponent. */
function runEvaluator(plan: NarrowPlan, loops: Loops) {
  const quick = isQuick(plan) ? quickPolynomials(plan) : undefined;
  const endingOf = endingsOf(plan);
  return (args: Float64Array, count: number, results: Float64Array): void => {
    const ending = endingOf(count);
    for (let i = 0; i < args.length;) {
      const piece = pieceAt(plan, args[i]);
      const end = args[args.length - 1] < piece.end ? args.length : lowerBound(args, piece.end, i);
      const target = results.subarray(i, end);
      if (piece.kind === 'tail') {
        runTail(plan, piece.tail, args.subarray(i, end), target);
      } else if (quick && ending.quick) {
        loops.evaluate(args.subarray(i, end), target, quick[piece.segment], ending.quick);
      } else {
        runHorner(plan, plan.segments[piece.segment], args.subarray(i, end), target);
        finishRun(plan, target, ending.shift, ending.added);
      }
      i = end;
    }
  };
}

type Piece =
  | { readonly kind: 'tail'; readonly tail: Tail<number>; readonly end: number }
  | { readonly kind: 'segment'; readonly segment: number; readonly end: number };

/** What serves an argument, and the next argument that something else may serve. */
function pieceAt(plan: NarrowPlan, argument: number): Piece {
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

function runTail(
  plan: NarrowPlan,
  { output, slope }: Tail<number>,
  args: Float64Array,
  target: Float64Array,
): void {
  target.fill(output);
  if (!slope) return;
  const { multiplier, shift, rounding } = slope;
  for (let i = 0; i < args.length; i++) target[i] += multiplyShift(args[i], multiplier, shift, rounding);
  overflowRun(plan, target);
}

/** The polynomial for every rounding, width and clamp. */
function runHorner(
  plan: NarrowPlan,
  segment: PlanSegment<number>,
  args: Float64Array,
  accumulators: Float64Array,
): void {
  accumulators.fill(segment.coefficients[0]);
  plan.steps.forEach(({ shift, rounding, clamp = Infinity }, k) => {
    const coefficient = segment.coefficients[k + 1];
    for (let i = 0; i < accumulators.length; i++) {
      const product = multiplyShift(accumulators[i], args[i] - segment.origin, shift, rounding);
      const clamped = Math.min(Math.max(product, -clamp), clamp);
      accumulators[i] = Math.min(Math.max(clamped + coefficient, -clamp), clamp);
    }
  });
}

/** From accumulators to raw outputs, in place, for every rounding and overflow mode. */
function finishRun(plan: NarrowPlan, values: Float64Array, shift: number, added: number): void {
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
function overflowRun(plan: NarrowPlan, values: Float64Array): void {
  const { min, max } = representable(plan.output, plan.finish.overflow);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= min && value <= max)) values[i] = overflowed(plan, value);
  }
}

function overflowed({ output, finish }: NarrowPlan, value: number): number {
  return Number(applyOverflow(BigInt(value), output, finish.overflow));
}

function roundAny(value: number, shift: number, rounding: RoundingMode): number {
  const narrow = Math.abs(value) < EXACT_PRODUCT && shift <= 52;
  return narrow ? roundDouble(value, shift, rounding) : multiplyShift(value, 1, shift, rounding);
}

/** Puts outputs in the order of their inputs, and gives them the signs that the reduction took away. */
function undo(
  plan: NarrowPlan,
  { reversed, negate, folded }: Extract<ReducedRun, { kind: 'reduced' }>,
  first: number,
  outputs: Float64Array,
  loops: Loops,
): void {
  if (reversed) outputs.reverse();
  if (negate) {
    for (let i = 0; i < outputs.length; i++) outputs[i] = 0 - outputs[i];
    overflowRun(plan, outputs);
  }
  const { fold, input, output } = plan;
  if (!fold || !folded) return;
  const slope = fold.slope * 2 ** (output.fracBits - input.fracBits);
  if (fold.sign === 1 && fold.sum === 0 && slope === 0) return;
  const { overflow } = plan.finish;
  if (overflow === 'saturate' || overflow === 'saturate-symmetric') {
    const start = fold.sum + slope * first;
    loops.unfold(outputs, { sign: fold.sign, start, step: slope, ...representable(output, overflow) });
    return;
  }
  const { min, max } = representable(output, plan.finish.overflow);
  const { sign, sum } = fold;
  for (let i = 0; i < outputs.length; i++) {
    const line = slope === 0 ? sum : sum + slope * (first + i);
    const value = sign < 0 ? line - outputs[i] : line + outputs[i];
    outputs[i] = value >= min && value <= max ? value : overflowed(plan, value);
  }
}
