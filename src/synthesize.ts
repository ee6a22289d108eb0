import { targetError } from './diagnostic.js';
import { formatName } from './fixedpoint/format.js';
import { deepFreeze, planHash } from './plan/canonical.js';
import type { KernelPlan } from './plan/plan.js';
import type { Proposal } from './propose/choice.js';
import { propose } from './propose/propose.js';
import { unprovable } from './propose/refusals.js';
import { provenance } from './provenance.js';
import { absoluteUlp, type ErrorTarget } from './segment/target.js';
import { resolveSpec, type KernelSpec, type ResolvedSpec } from './spec.js';
import type { Certificate } from './verify/certificate.js';
import { scout } from './verify/scout.js';
import { verify, verifyUntilMiss, type VerifyOptions } from './verify/verify.js';

/** A plan and what running it on every input showed. */
export interface Kernel {
  readonly plan: KernelPlan;
  readonly certificate: Certificate;
}

/** How many times a plan that the proof refuses is searched anew with a tightened target. */
const MOST_ATTEMPTS = 8;
/** From this attempt on a proof that misses goes on to the end: its greatest miss tightens the most. */
const FIRST_WHOLE_PROOF = 5;

export interface SynthesizeOptions extends VerifyOptions {
  /** Sees every plan before it is proven, and may refuse it by throwing: a proof takes far longer. */
  readonly check?: (plan: KernelPlan) => void;
  /** Called before each search; `check` ends it. */
  readonly onSearch?: () => void;
}

/**
 * From a spec to a proven kernel: reduce, cut into segments, put the plan together, run it on every input.
 * Where the proof, or a sample of it before one that takes long, finds an input that the search missed, the target
 * is tightened by what was missed and the search runs again.
 *
 * @throws target error (status 1) where the target can't be met, usage error (status 2) for a bad spec
 */
export async function synthesize(
  spec: KernelSpec | ResolvedSpec,
  options: SynthesizeOptions = {},
): Promise<Kernel> {
  const resolved = 'definition' in spec ? spec : resolveSpec(spec);
  options.onSearch?.();
  let draft = propose(resolved);
  const proposal = planHash(draft.plan);
  for (let attempt = 1; ; attempt++) {
    options.check?.(draft.plan);
    // The last attempt is proven whatever a sample says, so that a refusal tells what every input errs.
    const seen = attempt < MOST_ATTEMPTS ? scout(draft.plan) : undefined;
    let tightened = seen && tighten(resolved, draft.target, seen);
    if (!tightened) {
      const stops = attempt < FIRST_WHOLE_PROOF;
      const proof = await explained(resolved, (stops ? verifyUntilMiss : verify)(draft.plan, options));
      if (!('missed' in proof) && proof.met)
        return finishKernel(resolved, draft, proposal, proof.certificate);
      const worst = 'missed' in proof ? proof.missed : proof.certificate.claim;
      tightened = attempt < MOST_ATTEMPTS ? tighten(resolved, draft.target, worst) : undefined;
      if (!tightened) {
        // A refusal tells what every input errs.
        const whole = 'missed' in proof ? await explained(resolved, verify(draft.plan, options)) : proof;
        throw unprovable(resolved, whole.certificate, attempt, whole.broken);
      }
    }
    options.onSearch?.();
    draft = propose(resolved, tightened);
  }
}

/** A proof, with a refusal where the spec forbids an overflow and the proof meets one. */
async function explained<T>(spec: ResolvedSpec, proof: Promise<T>): Promise<T> {
  try {
    return await proof;
  } catch (error) {
    if (spec.overflow !== 'error' || !(error instanceof RangeError)) throw error;
    const message = `a result of ${spec.name} overflows ${formatName(spec.output)}: ${error.message}`;
    throw targetError('overflow', message, 'try --overflow saturate, or an output with more integer bits');
  }
}

/** A target below the spec's by what the search missed and a little more, or nothing if none is left. */
function tighten(
  spec: ResolvedSpec,
  current: ErrorTarget,
  worst: { readonly maxUlp: number },
): ErrorTarget | undefined {
  const fracBits = spec.output.fracBits;
  const missed = Math.max(0, worst.maxUlp - absoluteUlp(spec.target, fracBits));
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
