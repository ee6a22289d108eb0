import { targetError, usageError } from '../diagnostic.js';
import { maxRaw, minRaw } from '../fixedpoint/format.js';
import { representable } from '../fixedpoint/overflow.js';
import type { KernelPlan, RawRange, Tail } from '../plan/plan.js';
import { canReduce, foldOf, type ReducedProblem } from '../plan/reduction.js';
import { isConstant, type Segment } from '../segment/serve.js';
import { constantTail, tailStart, type TailProblem } from '../segment/tail.js';
import { describeTarget, type ErrorTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';

export function highTailProblem(spec: ResolvedSpec, target: ErrorTarget): TailProblem {
  const { definition, input, output } = spec;
  return {
    scaled: (a) => definition.evaluate(a / 2 ** input.fracBits) * 2 ** output.fracBits,
    last: -minRaw(input) || maxRaw(input),
    outputFracBits: output.fracBits,
    limits: { ...representable(output, spec.overflow), ...mirror(spec) },
    target,
  };
}

/** The sum of a kernel's results for x and −x, where it is folded. */
export function mirror({ definition, input, output }: ResolvedSpec): { readonly mirrorSum?: number } {
  if (!input.signed || canReduce(definition, input)) return {};
  const fold = foldOf(definition, output);
  if (fold?.kind === 'odd') return { mirrorSum: 0 };
  return fold?.kind === 'point' ? { mirrorSum: fold.sum } : {};
}

/** For functions that saturate: the least power of two from which a constant meets the target. */
export function chooseRange(spec: ResolvedSpec): RawRange {
  const tail = highTailProblem(spec, spec.target);
  const start = tailStart(tail, 0) ?? tail.last;
  const bound = 2 ** Math.ceil(Math.log2(Math.max(start, 1)));
  return { lo: Math.max(-bound, minRaw(spec.input)), hi: Math.min(bound, maxRaw(spec.input)) };
}

/**
 * The problem of the inputs beyond the range, where there are any.
 *
 * @throws target error that names a range that would do, where no constant meets the target; usage error where
 * no tail could serve
 */
export function checkTails(
  spec: ResolvedSpec,
  problem: ReducedProblem,
  range: RawRange,
): TailProblem | undefined {
  // The tail is judged against the target itself: its error is known exactly, not sampled.
  const tail = problem.needsHighTail ? highTailProblem(spec, spec.target) : undefined;
  if (problem.needsLowTail) throw noTail(spec, range);
  if (!tail) return undefined;
  const { ratio, ulp } = constantTail(tail, problem.approximand.hi);
  if (ratio > 1) throw tailRefusal(spec, tail, range, ulp);
  return tail;
}

/** The plan's tail behind these segments: the outermost segment's own constant, where it is one. */
export function tailBehind(
  tail: TailProblem | undefined,
  { approximand }: ReducedProblem,
  segments: readonly Segment[],
): { readonly high?: Tail } {
  if (!tail) return {};
  const last = segments[segments.length - 1];
  const from = sharesTail(segments) ? last.lo : approximand.hi;
  return { high: { bound: approximand.hi, output: constantTail(tail, from).output } };
}

function sharesTail(segments: readonly Pick<Segment, 'coefficients'>[]): boolean {
  return segments.length > 1 && isConstant(segments[segments.length - 1] as Segment);
}

export function tailNotes(spec: ResolvedSpec, plan: KernelPlan): readonly string[] {
  const { high } = plan.tails;
  if (!high) return [];
  const unit = 2 ** -spec.input.fracBits;
  const value = high.output * 2 ** -spec.output.fracBits;
  const shared = sharesTail(plan.segments);
  const from = shared ? plan.segments[plan.segments.length - 1].lo : high.bound;
  const how = shared
    ? 'the outermost segment is a constant and serves the tail'
    : 'a constant tail was added';
  return [`${how}: ${value} (raw ${high.output}) from ${from * unit} on`];
}

function tailRefusal(spec: ResolvedSpec, tail: TailProblem, range: RawRange, ulp: number): Error {
  const { definition, input } = spec;
  const unit = 2 ** -input.fracBits;
  const start = tailStart(tail, 0);
  const end = range.hi === maxRaw(input) ? (range.hi + 1) * unit : range.hi * unit;
  const what = `beyond ${end}, a constant errs by ${ulp.toFixed(3)} ulp from ${definition.name}; the target is ${describeTarget(spec.target)}`;
  const wide = start === undefined ? undefined : Math.ceil(start * unit * 16) / 16;
  const hint =
    wide === undefined
      ? 'no constant serves any tail with this target: try a larger one'
      : `try --range=${spec.input.signed ? -wide : range.lo * unit},${wide}`;
  return targetError('tail-misses-target', what, hint, '--range');
}

function noTail(spec: ResolvedSpec, range: RawRange): Error {
  const unit = 2 ** -spec.input.fracBits;
  return usageError(
    'uncovered-inputs',
    `inputs below ${range.lo * unit} have no tail that could serve them`,
    `try --range=${minRaw(spec.input) * unit},${range.hi * unit}`,
    '--range',
  );
}
