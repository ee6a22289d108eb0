import { join } from 'node:path';
import { ApproxgenError, usageError } from '../diagnostic.js';
import { planHash } from '../plan/canonical.js';
import type { PlanFile } from '../emit/plan-json.js';
import { emit, sortTargets, targetCosts, type NamedCost, type RefusedTarget } from '../emit/targets.js';
import type { EmittedFile } from '../emit/target.js';
import type { KernelPlan } from '../plan/plan.js';
import { measuredCosts } from '../report/measured-cost.js';
import type { ResolvedSpec } from '../spec.js';
import { propose } from '../propose/propose.js';
import { finishKernel, synthesize, type Kernel } from '../synthesize.js';
import { certificateDigest } from '../verify/certificate.js';
import { readIfThere } from './files.js';
import { proofProgress, type Output } from './output.js';

export interface MadeKernel {
  readonly kernel: Kernel;
  readonly proof: 'run' | 'kept';
  readonly files: readonly EmittedFile[];
  /** What it takes in each target. */
  readonly costs: readonly NamedCost[];
  /** The targets that can't print it, where others can. */
  readonly refused: readonly RefusedTarget[];
}

export interface MakeOptions {
  readonly outdir: string;
  readonly targets: readonly string[];
  /** Whether to write test vectors as well. */
  readonly vectors: boolean;
  /** Prove even what was proven before. */
  readonly force: boolean;
  readonly output: Output;
  /** Whether to measure what the kernel takes on this machine. */
  readonly costs: boolean;
  readonly workers?: number;
  /** Sees a plan before it is proven, and may refuse it by throwing. */
  readonly check?: (plan: KernelPlan) => void;
}

/**
 * One kernel from its spec to its files' texts. The search always runs; the proof is kept from an earlier
 * run where the search still proposes the plan that was proven then.
 */
export async function makeKernel(spec: ResolvedSpec, options: MakeOptions): Promise<MadeKernel> {
  const kept = options.force ? undefined : earlierKernel(spec, options.outdir);
  const kernel = kept ?? (await prove(spec, options));
  const printing = { pipeline: spec.pipeline, vectors: options.vectors };
  const { plan, certificate } = kernel;
  const { printable, refused } = printableTargets(plan, options.targets);
  const files = await emit(plan, certificate, printable, printing);
  const stated = targetCosts(plan, printable, files, printing);
  const costs = options.costs ? await measuredCosts(plan, certificate, stated, files, printing) : stated;
  return { kernel, proof: kept ? 'kept' : 'run', files, costs, refused };
}

/**
 * The targets that can print a plan, and the others.
 *
 * @throws usage error where there are others only: the plan itself is not all that was wanted
 */
function printableTargets(plan: KernelPlan, targets: readonly string[]): ReturnType<typeof sortTargets> {
  const sorted = sortTargets(plan, targets);
  const { printable, refused } = sorted;
  if (refused.length === 0 || printable.some((name) => name !== 'plan')) return sorted;
  if (refused.length === 1) throw new ApproxgenError(refused[0].diagnostic, 2);
  throw usageError(
    'no-target',
    `none of the targets can print ${plan.name}: ${refused.map(({ target, diagnostic }) => `${target}: ${diagnostic.message}`).join('; ')}`,
    'approxgen targets lists all there are; the plan alone is written by --target plan',
    '--target',
  );
}

async function prove(spec: ResolvedSpec, { output, targets, workers, check }: MakeOptions): Promise<Kernel> {
  const progress = proofProgress(output, spec.name);
  try {
    return await synthesize(spec, {
      onProgress: progress.onProgress,
      check: (plan) => {
        check?.(plan);
        printableTargets(plan, targets);
      },
      ...(workers === undefined ? {} : { workers }),
    });
  } finally {
    progress.stop();
  }
}

function earlierKernel(spec: ResolvedSpec, outdir: string): Kernel | undefined {
  const text = readIfThere(join(outdir, 'plan', `${spec.name}.json`));
  const file = text === undefined ? undefined : parsePlanFile(text);
  if (!file) return undefined;
  const proposal = propose(spec);
  const hash = planHash(proposal.plan);
  const { plan, certificate } = file;
  const intact =
    planHash(plan) === certificate.planHash && certificateDigest(certificate) === certificate.digest;
  const same = intact && plan.name === spec.name && plan.provenance?.proposal === hash;
  return same ? finishKernel(spec, { ...proposal, plan }, hash, certificate) : undefined;
}

/** Anything but a plan with a certificate is as good as no file: the kernel is made anew. */
function parsePlanFile(text: string): PlanFile | undefined {
  try {
    const file = JSON.parse(text) as Partial<PlanFile> | null;
    return file?.plan && file.certificate ? (file as PlanFile) : undefined;
  } catch {
    return undefined;
  }
}
