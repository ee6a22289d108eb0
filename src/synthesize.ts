import { targetError, usageError } from './diagnostic.js';
import { formatName, maxRaw, minRaw } from './fixedpoint/format.js';
import { representable } from './fixedpoint/overflow.js';
import { uniformMeasure } from './fit/measure.js';
import { buildPlan } from './plan/build.js';
import { deepFreeze, planHash } from './plan/canonical.js';
import type { KernelPlan, RawRange, Tail } from './plan/plan.js';
import { asReducible } from './plan/reducible.js';
import { reduceProblem, type ReducedProblem } from './plan/reduction.js';
import { provenance } from './provenance.js';
import { isConstant, type Unreachable } from './segment/refine.js';
import { search } from './segment/search.js';
import { constantTail, tailStart, type TailProblem } from './segment/tail.js';
import { absoluteUlp, describeTarget, type ErrorTarget } from './segment/target.js';
import { resolveSpec, type KernelSpec, type ResolvedSpec } from './spec.js';
import type { Certificate } from './verify/certificate.js';
import { verify, type Proof, type VerifyOptions } from './verify/verify.js';

/** A plan and what running it on every input showed. */
export interface Kernel {
  readonly plan: KernelPlan;
  readonly certificate: Certificate;
}

/** How many times a plan that the proof refuses is searched anew with a tightened target. */
const MOST_ATTEMPTS = 8;
/** Guard bits that are tried beyond those that the reduction's exponent takes (a heuristic). */
const GUARD_BITS = [0, 1, 2, 3, 4, 6, 8];

export interface SynthesizeOptions extends VerifyOptions {
  /** Sees every plan before it is proven, and may refuse it by throwing: a proof takes far longer. */
  readonly check?: (plan: KernelPlan) => void;
}

/**
 * From a spec to a proven kernel: reduce, cut into segments, put the plan together, run it on every input.
 * Where the proof finds an input that the search's sample missed, the target is tightened by what was
 * missed and the search runs again.
 *
 * @throws target error (status 1) where the target can't be met, usage error (status 2) for a bad spec
 */
export async function synthesize(
  spec: KernelSpec | ResolvedSpec,
  options: SynthesizeOptions = {},
): Promise<Kernel> {
  const resolved = 'definition' in spec ? spec : resolveSpec(spec);
  let draft = propose(resolved);
  const proposal = planHash(draft.plan);
  for (let attempt = 1; ; attempt++) {
    options.check?.(draft.plan);
    const { certificate, met } = await prove(resolved, draft.plan, options);
    if (met) return finishKernel(resolved, draft, proposal, certificate);
    if (attempt === MOST_ATTEMPTS) throw unprovable(resolved, certificate);
    const tightened = tighten(resolved, draft.target, certificate);
    if (!tightened) throw unprovable(resolved, certificate);
    draft = propose(resolved, tightened);
  }
}

/** `verify`, with a refusal where the spec forbids an overflow and the proof meets one. */
async function prove(spec: ResolvedSpec, plan: KernelPlan, options: VerifyOptions): Promise<Proof> {
  try {
    return await verify(plan, options);
  } catch (error) {
    if (spec.overflow !== 'error' || !(error instanceof RangeError)) throw error;
    const message = `a result of ${spec.name} overflows ${formatName(spec.output)}: ${error.message}`;
    throw targetError('overflow', message, 'try --overflow saturate, or an output with more integer bits');
  }
}

/** A plan that the search believes in, before any proof. */
export interface Proposal {
  readonly plan: KernelPlan;
  readonly target: ErrorTarget;
  readonly notes: readonly string[];
}

/** The plan that `synthesize` proves first; deterministic, and quick. */
export function propose(spec: ResolvedSpec, target: ErrorTarget = spec.target): Proposal {
  const range = spec.range ?? chooseRange(spec);
  const problem = reduceProblem(asReducible(spec.definition), { ...spec, range });
  if (absoluteUlp(spec.target, spec.output.fracBits) < 0.5) throw belowRounding(spec, problem);
  // The tail is judged against the target itself: its error is known exactly, not sampled.
  const tail = problem.needsHighTail ? highTailProblem(spec, spec.target) : undefined;
  if (problem.needsLowTail) throw noTail(spec, range);
  const constant = tail && checkTail(spec, tail, problem.approximand.hi, range);
  const found = search(searchOptions(spec, problem, target, tail));
  if (found.kind === 'unreachable') throw unreachable(spec, problem, found);
  const last = found.segments[found.segments.length - 1];
  const sharesTail = constant !== undefined && isConstant(last) && found.segments.length > 1;
  const tails: { high?: Tail } = {};
  if (constant !== undefined) {
    const output = sharesTail ? constantTail(tail as TailProblem, last.lo).output : constant;
    tails.high = { bound: problem.approximand.hi, output };
  }
  const plan = buildPlan({
    name: spec.name,
    function: spec.definition.name,
    input: spec.input,
    output: spec.output,
    range,
    target: spec.target,
    ...(problem.undefined ? { undefined: problem.undefined } : {}),
    ...(problem.fold ? { fold: problem.fold } : {}),
    reduce: problem.reduce,
    finishOffset: problem.finishOffset,
    tails,
    segments: found.segments,
    arithmetic: found.arithmetic,
    overflow: spec.overflow,
    rounding: spec.rounding,
  });
  return { plan, target, notes: tailNotes(spec, plan, sharesTail) };
}

function searchOptions(
  spec: ResolvedSpec,
  problem: ReducedProblem,
  target: ErrorTarget,
  tail: TailProblem | undefined,
): Parameters<typeof search>[0] {
  const exponentBits = Math.max(0, problem.worstExponent);
  return {
    approximand: problem.approximand,
    target,
    measure: uniformMeasure,
    ...(tail ? { tail } : {}),
    startSegments: spec.segments,
    merge: spec.merge,
    guardBits: spec.guard === undefined ? GUARD_BITS.map((bits) => bits + exponentBits) : [spec.guard],
    arithmetic: {
      order: spec.order,
      output: spec.output,
      argumentFracBits: problem.approximand.fracBits,
      exponent: problem.worstExponent,
      scaling: spec.coefficients,
      stepRounding: spec.stepRounding,
      rounding: spec.rounding,
      overflow: spec.overflow,
      ...mirror(spec),
    },
  };
}

function highTailProblem(spec: ResolvedSpec, target: ErrorTarget): TailProblem {
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
function mirror({ definition, input, output }: ResolvedSpec): { readonly mirrorSum?: number } {
  if (!input.signed || definition.reduction.kind !== 'none') return {};
  if (definition.symmetry.kind === 'odd') return { mirrorSum: 0 };
  return definition.symmetry.kind === 'point'
    ? { mirrorSum: definition.symmetry.sum * 2 ** output.fracBits }
    : {};
}

/** The tail's constant from the end of the range on, or a refusal that names a range that would do. */
function checkTail(spec: ResolvedSpec, tail: TailProblem, from: number, range: RawRange): number {
  const constant = constantTail(tail, from);
  if (constant.ratio <= 1) return constant.output;
  throw tailRefusal(spec, tail, range, constant.ulp);
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

/** For functions that saturate: the least power of two from which a constant meets the target. */
function chooseRange(spec: ResolvedSpec): RawRange {
  const tail = highTailProblem(spec, spec.target);
  const start = tailStart(tail, 0) ?? tail.last;
  const bound = 2 ** Math.ceil(Math.log2(Math.max(start, 1)));
  return { lo: Math.max(-bound, minRaw(spec.input)), hi: Math.min(bound, maxRaw(spec.input)) };
}

function tailNotes(spec: ResolvedSpec, plan: KernelPlan, sharesTail: boolean): readonly string[] {
  const { high } = plan.tails;
  if (!high) return [];
  const unit = 2 ** -spec.input.fracBits;
  const value = Number(high.output) * 2 ** -spec.output.fracBits;
  const from = Number(sharesTail ? plan.segments[plan.segments.length - 1].lo : high.bound);
  const how = sharesTail
    ? 'the outermost segment is a constant and serves the tail'
    : 'a constant tail was added';
  return [`${how}: ${value} (raw ${high.output}) from ${from * unit} on`];
}

/** A target below the spec's by what the search missed and a little more, or nothing if none is left. */
function tighten(spec: ResolvedSpec, current: ErrorTarget, { claim }: Certificate): ErrorTarget | undefined {
  const fracBits = spec.output.fracBits;
  const missed = Math.max(0, claim.maxUlp - absoluteUlp(spec.target, fracBits));
  const ulp = absoluteUlp(current, fracBits) - 1.25 * missed - 2 ** -10;
  if (ulp <= 0) return undefined;
  return {
    ...(Number.isFinite(ulp) ? { ulp } : {}),
    ...(current.relative === undefined ? {} : { relative: current.relative * 0.97 }),
  };
}

/** A proven plan with the provenance of the spec that asks for it. */
export function finishKernel(
  spec: ResolvedSpec,
  draft: Proposal,
  proposal: string,
  certificate: Certificate,
): Kernel {
  const plan = {
    ...draft.plan,
    name: spec.name,
    provenance: provenance(spec, draft.plan, draft.notes, proposal),
  };
  return { plan: deepFreeze(plan), certificate };
}

/** No kernel's worst input errs by less than half an ulp: the nearest output can be that far away. */
function belowRounding(spec: ResolvedSpec, problem: ReducedProblem): Error {
  const { best, hint } = bestReached(spec, problem);
  return targetError(
    'target-not-met',
    `${describeTarget(spec.target)} is below half an ulp of ${formatName(spec.output)}, which rounding to it alone can cost; best reached: ${best}`,
    hint,
    '--ulp',
  );
}

function unreachable(spec: ResolvedSpec, problem: ReducedProblem, failure: Unreachable): Error {
  const unit = 2 ** -problem.approximand.fracBits;
  const why = {
    'single-input': 'a segment is down to a single input',
    rounding: 'the rounding of the arithmetic alone is more',
    'too-many': 'it takes too many segments',
  }[failure.reason];
  const where = `${failure.segment.lo * unit} … ${failure.segment.hi * unit}`;
  const { best, hint } = bestReached(spec, problem);
  return targetError(
    'target-not-met',
    `${describeTarget(spec.target)} can't be met by ${spec.definition.name} in ${formatName(spec.output)} with order ${spec.order}: ${why} (at ${where}); best reached: ${best}`,
    hint,
  );
}

/** Factors by which a target is relaxed, in turn, to find one that can be met. */
const RELAXATIONS = [1.05, 1.1, 1.2, 1.3, 1.4, 1.5, 2, 3, 4, 8, 16, 64, 256, 2 ** 12, 2 ** 16, 2 ** 20];

/** What can be reached where a target can't, and the nearest target that the search meets. */
function bestReached(
  spec: ResolvedSpec,
  problem: ReducedProblem,
): { readonly best: string; readonly hint: string } {
  const reach = (factor: number) => {
    const relaxed = Object.entries(spec.target).map(([key, value]) => [
      key,
      Number((value * factor).toPrecision(4)),
    ]);
    const target = Object.fromEntries(relaxed) as ErrorTarget;
    if (absoluteUlp(target, spec.output.fracBits) < 0.5) return undefined;
    const tail = problem.needsHighTail ? highTailProblem(spec, target) : undefined;
    const options = searchOptions(spec, problem, target, tail);
    // To see what is possible, the most guard bits suffice, and nothing needs merging.
    const found = search({ ...options, guardBits: options.guardBits.slice(-1), merge: false });
    return found.kind === 'unreachable' ? undefined : { target, found };
  };
  let nearest: ReturnType<typeof reach>;
  for (let low = 0, high = RELAXATIONS.length; low < high;) {
    const middle = Math.floor((low + high) / 2);
    const reached = reach(RELAXATIONS[middle]);
    if (reached) nearest = reached;
    if (reached) high = middle;
    else low = middle + 1;
  }
  if (!nearest) {
    return { best: 'nothing useful', hint: 'try a higher --order, a narrower range or a larger target' };
  }
  const { segments } = nearest.found;
  const ulp = Math.max(...segments.map((segment) => segment.verdict.ulp));
  return {
    best: `${ulp.toFixed(3)} ulp with ${segments.length} segments`,
    hint: `${describeTarget(nearest.target)} can be met on these inputs`,
  };
}

function unprovable(spec: ResolvedSpec, certificate: Certificate): Error {
  const { maxUlp, worstInput, maxRelative } = certificate.claim;
  const relative = maxRelative === undefined ? '' : `, by ${maxRelative} of its value at the most`;
  return targetError(
    'target-not-met',
    `${describeTarget(spec.target)} was not reached in ${MOST_ATTEMPTS} searches: the best errs by ${maxUlp} ulp at raw input ${worstInput}${relative}`,
    'try a higher --order, more --guard bits or a larger target',
  );
}
