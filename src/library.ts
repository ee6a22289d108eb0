import { ApproxgenError, show, usageError } from './diagnostic.js';
import type { EmitOptions, EmittedFile } from './emit/target.js';
import { emit as emitted, findTarget, sortTargets } from './emit/targets.js';
import { prepareFunction } from './function/catalogue.js';
import { planHash } from './plan/canonical.js';
import { checkPlan } from './plan/checked.js';
import type { KernelPlan } from './plan/plan.js';
import { explore as explored } from './propose/explore.js';
import type { Exploration } from './report/explore-report.js';
import { checkCallOptions } from './spec/call-options.js';
import { libraryPlace, relocated, relocatedError } from './spec/place.js';
import { checkedRequest, type KernelRequest } from './spec/request.js';
import { resolveSpec, type ResolvedSpec } from './spec.js';
import { synthesize as synthesized, type Kernel } from './synthesize.js';
import type { Certificate } from './verify/certificate.js';
import { verify as verified, type Proof } from './verify/verify.js';

export interface ProofOptions {
  /** Worker threads, 1 to 256; all cores unless given. What is proven does not depend on it. */
  readonly workers?: number;
  /** Called as inputs are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SynthesizeOptions extends ProofOptions {
  /** Sees every plan before it is proven, and may refuse it by throwing: a proof takes far longer. */
  readonly check?: (plan: KernelPlan) => void;
}

export interface ExploreOptions {
  /** Called as ways to search are done, and then as the plans that were found are run. */
  readonly onProgress?: (stage: 'search' | 'run', done: number, total: number) => void;
}

/**
 * Makes a kernel, and proves it on every input of its format.
 *
 * @throws ApproxgenError of status 1 where the target can't be met, with the best that was reached; of status 2 for a
 *   request that is wrong, with a path such as `spec.ulp`
 */
export async function synthesize(spec: KernelRequest, options: SynthesizeOptions = {}): Promise<Kernel> {
  checkCallOptions(options, ['workers', 'onProgress', 'check']);
  return requested(spec, (resolved) => synthesized(resolved, options));
}

/**
 * The plans for a request that no other beats in bytes of table, multiplications, depth, greatest and mean error.
 * What the request fixes stays fixed.
 *
 * @throws ApproxgenError as `synthesize` does, and of status 2 for formats above 32 bits
 */
export async function explore(spec: KernelRequest, options: ExploreOptions = {}): Promise<Exploration> {
  checkCallOptions(options, ['onProgress']);
  return requested(spec, (resolved) => explored(resolved, options.onProgress));
}

/**
 * Proves a plan anew, from nothing but the plan and its function.
 *
 * @throws ApproxgenError of status 2 for what is no well-formed plan of a known function
 */
export async function verify(plan: KernelPlan, options: ProofOptions = {}): Promise<Proof> {
  checkCallOptions(options, ['workers', 'onProgress']);
  await prepareFunction(checkPlan(plan).function).catch((error: unknown) => {
    throw relocatedError(error, libraryPlace(undefined, 'plan'));
  });
  return verified(plan, options);
}

/**
 * Prints a kernel: the plan file, and the files of each target of `listTargets()`. The same kernel gives the same bytes.
 *
 * @throws ApproxgenError of status 2 for an unknown target, and where one can't print this plan
 */
export async function emit(
  plan: KernelPlan,
  certificate: Certificate,
  targets: readonly string[] = ['ts'],
  options: EmitOptions = {},
): Promise<readonly EmittedFile[]> {
  const hash = planHash(checkPlan(plan));
  const proven = (certificate as Partial<Certificate> | null | undefined)?.planHash;
  if (proven !== hash) {
    const what =
      typeof proven === 'string'
        ? 'it is the certificate of another plan'
        : `${show(certificate)} is no certificate`;
    throw usageError('other-plan', what, 'synthesize and verify give one for each plan', 'certificate');
  }
  if (!Array.isArray(targets)) {
    const message = `${show(targets)} is not a list of targets; expected such as ['ts', 'c']`;
    throw usageError('wrong-type', message, undefined, 'targets');
  }
  targets.forEach((target, i) => findTarget(target, `targets[${i}]`));
  const [refusal] = sortTargets(plan, targets).refused;
  if (refusal) {
    const path = `targets[${targets.indexOf(refusal.target)}]`;
    throw new ApproxgenError({ ...relocated(refusal.diagnostic, libraryPlace()), path }, 2);
  }
  checkCallOptions(options, ['pipeline', 'vectors']);
  return emitted(plan, certificate, targets, options);
}

/** Checks a request, and does with it what speaks of options as the command line does. */
async function requested<T>(given: unknown, act: (spec: ResolvedSpec) => Promise<T>): Promise<T> {
  const { spec, place } = await checkedRequest(given);
  const resolved = resolveSpec(spec, place);
  try {
    return await act(resolved);
  } catch (error) {
    throw relocatedError(error, place);
  }
}
