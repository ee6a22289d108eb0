import { targetError, usageError } from '../../diagnostic.js';
import { toInteger } from '../../fixedpoint/integer.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { planHash } from '../../plan/canonical.js';
import { interpret } from '../../plan/interpret.js';
import type { KernelPlan } from '../../plan/plan.js';
import { runningPlan } from '../../plan/wide-run.js';
import { pulse } from '../../pulse.js';
import { absoluteUlp } from '../../segment/target.js';
import {
  certificateDigest,
  roundUp,
  saturatedInputsOf,
  widthsOf,
  type Certificate,
  type ErrorSummary,
} from '../certificate.js';
import { exactPointsOf, joinsOf, symmetryOfFold } from '../properties.js';
import { provenBounds } from './bounds.js';
import { inputsToRun } from './inputs.js';
import { inRange, inTail } from './plan-inputs.js';
import { crc32OfOutputs, exactError, observe, type Observation } from './observe.js';

/** A proof by bounds: what holds for every input, and what was seen of those that were run. */
export interface EnclosureProof {
  readonly certificate: Certificate;
  readonly met: boolean;
}

/** Any form of the kernel: the raw output for a raw input. */
export type WideKernel = (x: bigint) => bigint;

/** What multiple precision and doubles can be off, in ulps. */
const MARGIN = 2 ** -30;

/**
 * Proves a plan on every input without running it on each: bounds of its error that hold for all, and the plan
 * run on some, judged one by one by multiple precision, none of which may lie beyond the bounds.
 *
 * @param kernel what gives the outputs of the inputs that are run; the plan unless given
 * @throws RangeError where the plan forbids overflow and it can't be excluded; target error where an error is
 *   seen that the bounds exclude
 */
export function proveByEnclosure(
  plan: KernelPlan,
  definition: FunctionDefinition,
  kernel: WideKernel = planKernel(plan),
): EnclosureProof {
  const bounds = provenBounds(plan, definition);
  const inputs = inputsToRun(plan);
  const outputs = inputs.map(kernel);
  const errors = inputs.flatMap((x, i) => {
    pulse();
    return exactError(plan, definition, x, outputs[i]) ?? [];
  });
  const claimed = observe(errors.filter(({ x }) => inRange(plan, x) || inTail(plan, x)));
  const tails = observe(errors.filter(({ x }) => inTail(plan, x)));
  const format = observe(errors);
  const claims = {
    planHash: planHash(plan),
    method: 'enclosure' as const,
    inputsChecked: inputs.length,
    undefinedInputs: inputs.length - errors.length,
    saturatedInputs: saturatedInputsOf(plan, definition),
    decidedExactly: errors.length,
    claim: summary(plan, bounds.claim, claimed),
    ...(bounds.tails === undefined ? {} : { tails: summary(plan, bounds.tails, tails) }),
    format: summary(plan, bounds.format, format),
    histogram: format.histogram,
    monotone: null,
    outputs: { least: null, most: null, bounded: null },
    symmetry: symmetryOfFold(plan, definition),
    exactPoints: exactPointsOf(plan, definition),
    joins: joinsOf(plan, definition),
    widths: widthsOf(plan),
    crc32: crc32OfOutputs(plan, outputs).toString(16).padStart(8, '0'),
    digest: '',
  };
  const certificate = Object.freeze({ ...claims, digest: certificateDigest(claims) });
  const met = bounds.claim <= absoluteUlp(plan.target, plan.output.fracBits);
  checkSeen(plan, certificate);
  return { certificate, met };
}

export function planKernel(plan: KernelPlan): WideKernel {
  const running = runningPlan(plan);
  return (x) => interpret(running, x);
}

function summary({ output }: KernelPlan, bound: number, seen: Observation): ErrorSummary {
  return {
    inputs: seen.inputs,
    saturated: seen.saturated,
    // An output and f, clamped to what outputs can be, are no further apart.
    maxUlp: roundUp(Math.min(bound, 2 ** output.bits), 6),
    seenUlp: roundUp(seen.maxUlp, 6),
    worstInput: seen.worstInput === undefined ? null : toInteger(seen.worstInput),
    meanUlp: Number((seen.totalUlp / Math.max(1, seen.inputs - seen.saturated)).toFixed(6)),
    correctlyRounded: seen.correctlyRounded,
    faithful: seen.faithful,
  };
}

/** A kernel that errs more than was proven is not the plan that was proven. */
function checkSeen(plan: KernelPlan, { claim, tails, format }: Certificate): void {
  for (const part of [claim, ...(tails ? [tails] : []), format]) {
    if ((part.seenUlp ?? 0) <= part.maxUlp + MARGIN) continue;
    throw targetError(
      'beyond-bounds',
      `${plan.name} errs by ${part.seenUlp} ulp at raw input ${part.worstInput}, where at most ${part.maxUlp} ulp is proven for the plan`,
      'what runs is not the plan, or the definition of its function contradicts itself',
    );
  }
}

/** @throws usage error for what only running every input could prove */
export function checkEnclosable({ name, target }: KernelPlan): void {
  if (target.relative === undefined) return;
  throw usageError(
    'unsupported-target',
    `${name} has a relative target, which takes running every input: formats of more than 32 bits have too many`,
    'try --ulp or --error',
    '--relative',
  );
}
