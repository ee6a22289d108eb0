import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApproxgenError, usageError } from '../diagnostic.js';
import { planHash } from '../plan/canonical.js';
import { parsePlanFile } from '../verify/parse-plan-file.js';
import { fileDigest, type PlanFile } from '../verify/plan-file.js';
import {
  emit,
  prepareTargets,
  sortTargets,
  targetCosts,
  type NamedCost,
  type RefusedTarget,
} from '../emit/targets.js';
import type { EmitOptions, EmittedFile } from '../emit/target.js';
import type { KernelPlan } from '../plan/plan.js';
import type { ResolvedSpec } from '../spec.js';
import { propose } from '../propose/propose.js';
import { finishKernel, synthesize, type Kernel } from '../synthesize.js';
import { certificateDigest } from '../verify/certificate.js';
import { isThere, readIfThere, writeFiles } from './files.js';
import type { Stages } from './stages.js';
import {
  checkFiles,
  hasVectors,
  kernelThere,
  printedFiles,
  printedStages,
  printedTargets,
  replacedDesigns,
  type Replaced,
  type ReplacedDesign,
} from './replace.js';

export interface MadeKernel {
  readonly kernel: Kernel;
  readonly proof: 'run' | 'kept';
  readonly files: readonly EmittedFile[];
  /** What it takes in each target. */
  readonly costs: readonly NamedCost[];
  /** The targets that can't print it, where others can. */
  readonly refused: readonly RefusedTarget[];
  /** The kernel of this name that was there, where its plan is another. */
  readonly replaced?: Replaced;
  /** Designs of which the register stages change. */
  readonly designs: readonly ReplacedDesign[];
  /** Targets that were not asked for, but for which the kernel that is replaced was printed. */
  readonly reprinted: readonly string[];
  /** Of these, the ones that can't print this kernel: what they printed of the other one has to go. */
  readonly unprintable: readonly Unprintable[];
}

/** A target that can't print a kernel, and why. */
export interface Unprintable {
  readonly target: string;
  readonly reason: string;
  /** What it printed of the kernel that is replaced. */
  readonly files: readonly string[];
}

export interface MakeOptions {
  readonly outdir: string;
  readonly targets: readonly string[];
  /** Whether to write test vectors as well. */
  readonly vectors: boolean;
  /** Prove even what was proven before. */
  readonly force: boolean;
  /** Where it shows what it is at. */
  readonly stages: Stages;
  /** Whether the files' texts are only to be seen to exist: nothing will be written, nor compared. */
  readonly draft: boolean;
  /** Whether to measure what the kernel takes on this machine. */
  readonly costs: boolean;
  readonly workers?: number;
}

/**
 * One kernel from its spec to its files' texts. The search always runs; the proof is kept from an earlier
 * run where the search still proposes the plan that was proven then.
 */
export async function makeKernel(spec: ResolvedSpec, options: MakeOptions): Promise<MadeKernel> {
  const { outdir, targets } = options;
  const there = kernelThere(outdir, spec.name);
  const { stages } = options;
  await prepareTargets(targets);
  const kept = options.force ? undefined : earlierKernel(spec, options);
  const kernel = kept ?? (await prove(spec, options));
  stages.other(`${targets.includes('wasm') ? 'printing and compiling' : 'printing'} ${spec.name}`);
  const printing = {
    pipeline: spec.pipeline,
    vectors: options.vectors || hasVectors(outdir, spec.name),
    draft: options.draft,
  };
  const { plan, certificate } = kernel;
  const { printable, refused } = printableTargets(plan, targets);
  const asked = await emit(plan, certificate, printable, printing);
  const others = printedTargets(outdir, spec.name).filter((target) => !targets.includes(target));
  const { printed, files, unprintable } = await printAll(kernel, others, outdir, (target) => ({
    ...printing,
    pipeline: spec.pipeline ?? printedStages(outdir, target, spec.name),
  }));
  const all = withoutCopies([...asked, ...files]);
  const stated = targetCosts(plan, printable, all, printing);
  let costs = stated;
  if (options.costs) {
    stages.other(`measuring ${spec.name}`);
    const { measuredCosts } = await import('../report/measured-cost.js');
    costs = await measuredCosts(plan, certificate, stated, all, printing);
  }
  return {
    kernel,
    proof: kept ? 'kept' : 'run',
    files: all,
    costs,
    refused,
    ...(there && there.planHash !== certificate.planHash ? { replaced: there } : {}),
    designs: replacedDesigns(outdir, all),
    // What is there already byte for byte is no news.
    reprinted: printed.filter((target) =>
      files.some((file) => isOf(file, target) && !isThere(join(outdir, file.path), file)),
    ),
    unprintable,
  };
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

/** Prints a kernel for each of these targets that can. */
async function printAll(
  { plan, certificate }: Kernel,
  targets: readonly string[],
  outdir: string,
  optionsOf: (target: string) => EmitOptions,
): Promise<{
  readonly printed: readonly string[];
  readonly files: readonly EmittedFile[];
  readonly unprintable: readonly Unprintable[];
}> {
  const printed: string[] = [];
  const files: EmittedFile[] = [];
  const unprintable: Unprintable[] = [];
  for (const target of targets) {
    try {
      files.push(...(await emit(plan, certificate, [target], optionsOf(target))));
      printed.push(target);
    } catch (error) {
      if (!(error instanceof ApproxgenError)) throw error;
      const there = printedFiles(outdir, target, plan.name);
      unprintable.push({ target, reason: error.diagnostic.message, files: there });
    }
  }
  return { printed, files, unprintable };
}

const isOf = ({ path }: EmittedFile, target: string): boolean => path.startsWith(`${target}/`);

/** The plan and the vectors come with every target. */
function withoutCopies(files: readonly EmittedFile[]): readonly EmittedFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

function prove(spec: ResolvedSpec, { stages, targets, workers }: MakeOptions): Promise<Kernel> {
  return synthesize(spec, {
    onSearch: () => stages.search(`searching ${spec.name}`),
    onProgress: stages.onProgress,
    check: (plan) => {
      printableTargets(plan, targets);
      stages.proof(`proving ${spec.name}`);
    },
    ...(workers === undefined ? {} : { workers }),
  });
}

function earlierKernel(spec: ResolvedSpec, { outdir, stages }: MakeOptions): Kernel | undefined {
  const path = join(outdir, 'plan', `${spec.name}.json`);
  const text = readIfThere(path);
  const file = text === undefined ? undefined : planFileIn(text, path);
  if (!file) return undefined;
  stages.search(`searching ${spec.name}`);
  const proposal = propose(spec);
  const hash = planHash(proposal.plan);
  const { plan, certificate } = file;
  const intact =
    planHash(plan) === certificate.planHash &&
    certificateDigest(certificate) === certificate.digest &&
    fileDigest(file) === file.digest;
  const same = intact && plan.name === spec.name && plan.provenance.proposal === hash;
  return same ? finishKernel(spec, { ...proposal, plan }, hash, certificate) : undefined;
}

/**
 * Writes the files of a kernel, and removes what would speak of the kernel that it replaces.
 *
 * @returns the paths of the files, as written
 * @throws usage error, before anything is written, where a file is there that is not this kernel's
 */
export function writeKernel(
  outdir: string,
  { kernel, files, unprintable }: MadeKernel,
  dryRun: boolean,
): readonly string[] {
  // Once more: since the first look, minutes may have passed.
  checkFiles(
    outdir,
    kernel.plan.name,
    files.map(({ path }) => path),
  );
  const written = writeFiles(outdir, files, dryRun);
  if (!dryRun) for (const file of unprintable.flatMap((each) => each.files)) rmSync(file, { force: true });
  return written;
}

/** Anything but a plan file is as good as none: the kernel is made anew. */
function planFileIn(text: string, path: string): PlanFile | undefined {
  try {
    return parsePlanFile(text, path);
  } catch (error) {
    if (error instanceof ApproxgenError) return undefined;
    throw error;
  }
}
