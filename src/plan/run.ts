import { applyOverflow, representable } from '../fixedpoint/overflow.js';
import { EXACT_PRODUCT, multiplyShift, roundDouble } from '../fixedpoint/product.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { fastestLoops, type Loops } from './loops.js';
import type { KernelPlan, PlanSegment, Selection } from './plan.js';
import { isQuick, quickFinish, quickPolynomials } from './quick.js';
import { reduceRun } from './reduce-run.js';

/** Evaluates a plan on consecutive inputs: `outputs[i]` becomes the raw output of input first + i. */
export type PlanRunner = (first: number, outputs: Float64Array) => void;

/** Inputs that a runner takes at a time: their arguments and outputs stay in the nearest cache. */
export const RUN_LENGTH = 4096;

/**
 * A runner that is as exact as the interpreter and a few hundred times faster. Inputs come in order, so
 * everything that they share (sign, exponent, segment) is decided once per run of inputs, by the plan's
 * own selection; the polynomial then runs over plain arrays of doubles, wherever the plan's proven widths
 * allow it, and on bigint where they don't.
 *
 * @param loops what runs the arrays; outputs must have been allocated by it
 */
export function planRunner(plan: KernelPlan, loops: Loops = fastestLoops()): PlanRunner {
  const args = loops.allocate(RUN_LENGTH);
  const scratch = loops.allocate(RUN_LENGTH);
  const evaluateRun = runEvaluator(plan, loops);
  return (first, outputs) => {
    for (let done = 0; done < outputs.length;) {
      const limit = Math.min(RUN_LENGTH, outputs.length - done);
      const run = reduceRun(plan, first + done, limit, args, loops);
      const target = outputs.subarray(done, done + run.length);
      if (run.kind === 'undefined') {
        target.fill(run.output);
      } else {
        const results = scratch.subarray(0, run.length);
        evaluateRun(args.subarray(0, run.length), run.count, results);
        if (run.negative) undoNegative(plan, results);
        target.set(results);
      }
      done += run.length;
    }
  };
}

/** Fills `results` for ascending arguments that share their exponent. */
function runEvaluator(plan: KernelPlan, loops: Loops) {
  const quick = isQuick(plan) ? quickPolynomials(plan) : undefined;
  const exponent = 'exponent' in plan.reduce ? plan.reduce.exponent : undefined;
  const unit = 2 ** (plan.output.fracBits + plan.guardBits);
  return (args: Float64Array, count: number, results: Float64Array): void => {
    const e = exponent ? exponent.slope * count + exponent.offset : 0;
    const shift = exponent?.effect === 'scale' ? plan.guardBits - e : plan.guardBits;
    const addend = exponent?.effect === 'add' ? e * unit : 0;
    const finish = quick && quickFinish(plan, shift, addend);
    for (let i = 0; i < args.length;) {
      const piece = pieceAt(plan, args[i]);
      const end = firstAtLeast(args, i, piece.end);
      const target = results.subarray(i, end);
      if (piece.kind === 'tail') {
        target.fill(piece.output);
      } else if (quick && finish) {
        loops.evaluate(args.subarray(i, end), target, quick[piece.segment], finish);
      } else {
        runHorner(plan, plan.segments[piece.segment], args.subarray(i, end), target);
        finishRun(plan, target, shift, addend);
      }
      i = end;
    }
  };
}

type Piece =
  | { readonly kind: 'tail'; readonly output: number; readonly end: number }
  | { readonly kind: 'segment'; readonly segment: number; readonly end: number };

/** What serves an argument, and the next argument that something else may serve. */
function pieceAt(plan: KernelPlan, argument: number): Piece {
  const { low, high } = plan.tails;
  if (low && argument < low.bound) return { kind: 'tail', output: low.output, end: low.bound };
  if (high && argument >= high.bound) return { kind: 'tail', output: high.output, end: Infinity };
  const { segment, end } = segmentAt(plan.select, argument);
  return { kind: 'segment', segment, end: Math.min(end, high?.bound ?? Infinity) };
}

function segmentAt(select: Selection, argument: number): { segment: number; end: number } {
  if (select.kind === 'compare') {
    const segment = select.bounds.filter((bound) => bound <= argument).length;
    return { segment, end: select.bounds[segment] ?? Infinity };
  }
  const cellSize = 2 ** select.shift;
  const cell = Math.floor((argument - select.lo) / cellSize);
  const end = select.lo + (cell + 1) * cellSize;
  return { segment: select.kind === 'uniform' ? cell : select.map[cell], end };
}

/** Least index from `from` on whose value is at least `bound`, in an ascending array. */
function firstAtLeast(values: Float64Array, from: number, bound: number): number {
  if (values[values.length - 1] < bound) return values.length;
  let low = from;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] >= bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The polynomial for every rounding, width and clamp. */
function runHorner(
  plan: KernelPlan,
  segment: PlanSegment,
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
function finishRun(plan: KernelPlan, values: Float64Array, shift: number, addend: number): void {
  const { rounding, overflow } = plan.finish;
  const { min, max } = representable(plan.output, overflow);
  for (let i = 0; i < values.length; i++) {
    const rounded = roundAny(values[i] + addend, shift, rounding);
    const fits = rounded >= min && rounded <= max;
    values[i] = fits ? rounded : Number(applyOverflow(BigInt(rounded), plan.output, overflow));
  }
}

function roundAny(value: number, shift: number, rounding: RoundingMode): number {
  const narrow = Math.abs(value) < EXACT_PRODUCT && shift <= 52;
  return narrow ? roundDouble(value, shift, rounding) : multiplyShift(value, 1, shift, rounding);
}

function undoNegative(plan: KernelPlan, outputs: Float64Array): void {
  outputs.reverse();
  if (plan.reduce.kind === 'even') return;
  const sum = plan.reduce.kind === 'point' ? plan.reduce.sum : 0;
  const { min, max } = representable(plan.output, plan.finish.overflow);
  for (let i = 0; i < outputs.length; i++) {
    const mirrored = sum - outputs[i];
    const fits = mirrored >= min && mirrored <= max;
    outputs[i] = fits ? mirrored : Number(applyOverflow(BigInt(mirrored), plan.output, plan.finish.overflow));
  }
}
