import { maxRaw, minRaw } from '../fixedpoint/format.js';
import { representable } from '../fixedpoint/overflow.js';
import { lowerBound, overflowed, runEvaluator } from './evaluate-run.js';
import { interpret } from './interpret.js';
import { fastestLoops, type Loops, type UnfoldedLine } from './loops.js';
import { hasWordFormats, isFramed, type FramedPlan } from './narrow.js';
import type { Exceptions, KernelPlan } from './plan.js';
import { runReducer, type ReducedRun } from './reduce-run.js';
import { runningPlan } from './wide-run.js';

/** Evaluates a plan on consecutive inputs: `outputs[i]` becomes the raw output of input first + i. */
export type PlanRunner = (first: number, outputs: Float64Array) => void;

/** Inputs that a runner takes at a time: their arguments and outputs stay in the second cache. */
export const RUN_LENGTH = 16384;

/**
 * A runner that is as exact as the interpreter and, but for polynomials that doubles can't hold, a few hundred
 * times faster. Inputs come in order, so everything that they share (sign, exponent, segment) is decided once per
 * run of inputs, by the plan's own selection; the polynomial then runs over plain arrays of doubles, wherever its
 * proven widths allow it, and on bigint where they don't.
 *
 * @param loops what runs the arrays; outputs that it allocated are not copied
 * @throws TypeError for formats above 32 bits: see `wideRunner`
 */
export function planRunner(plan: KernelPlan, loops: Loops = fastestLoops()): PlanRunner {
  if (isFramed(plan)) return framedRunner(plan, loops);
  if (!hasWordFormats(plan)) throw new TypeError(`${plan.name} has formats above 32 bits`);
  const running = runningPlan(plan);
  return (first, outputs) => {
    for (let i = 0; i < outputs.length; i++) outputs[i] = Number(interpret(running, first + i));
  };
}

function framedRunner(plan: FramedPlan, loops: Loops): PlanRunner {
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
function constantStretches(plan: FramedPlan): readonly { lo: number; hi: number; output: number }[] {
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

/** Puts outputs in the order of their inputs, and gives them the signs that the reduction took away. */
function undo(
  plan: FramedPlan,
  { reversed, negate, folded }: Extract<ReducedRun, { kind: 'reduced' }>,
  first: number,
  outputs: Float64Array,
  loops: Loops,
): void {
  if (reversed) outputs.reverse();
  if (negate) unfold(plan, { sign: -1, start: 0, step: 0 }, outputs, loops);
  const { fold, input, output } = plan;
  if (!fold || !folded) return;
  const step = fold.slope * 2 ** (output.fracBits - input.fracBits);
  if (fold.sign === 1 && fold.sum === 0 && step === 0) return;
  unfold(plan, { sign: fold.sign, start: fold.sum + step * first, step }, outputs, loops);
}

/** outputs[i] ← start + i · step + sign · outputs[i], then the overflow mode. */
function unfold(
  plan: FramedPlan,
  line: Pick<UnfoldedLine, 'sign' | 'start' | 'step'>,
  outputs: Float64Array,
  loops: Loops,
): void {
  const { overflow } = plan.finish;
  const { min, max } = representable(plan.output, overflow);
  if (overflow === 'saturate' || overflow === 'saturate-symmetric') {
    loops.unfold(outputs, { ...line, min, max });
    return;
  }
  const { sign, start, step } = line;
  for (let i = 0; i < outputs.length; i++) {
    const value = start + i * step + sign * outputs[i];
    outputs[i] = value >= min && value <= max ? value : overflowed(plan, value);
  }
}
