import { findTarget } from '../emit/targets.js';
import { kernelReport, renderKernel } from '../report/kernel-report.js';
import { WORKERS } from '../spec/options.js';
import { checkWhole, resolveSpec } from '../spec.js';
import { emphasised } from './colour.js';
import { checkWritable, writeFiles } from './files.js';
import { makeKernel } from './make.js';
import { parseNumber } from './number.js';
import type { Flags } from './options.js';
import { checkOtherFiles, checkOtherPlan } from './other-kernel.js';
import { note, printError, printJson, type Output } from './output.js';
import { specFrom } from './settings.js';

/** Options of the command that makes one kernel, beside those of the kernel. */
interface KernelFlags {
  readonly targets: string;
  readonly vectors?: boolean;
  readonly outdir: string;
  readonly workers?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly costs?: boolean;
}

/** approxgen --fn …: makes, proves and prints one kernel. */
export async function kernelCommand({ values, place }: Flags, output: Output): Promise<void> {
  const flags = values as unknown as KernelFlags;
  const spec = resolveSpec(await specFrom(values, place), place);
  const targets = flags.targets.split(',').filter((name) => name !== '');
  for (const name of targets) findTarget(name);
  if (!flags.dryRun) checkWritable(flags.outdir);
  const replaces = (flags.force ?? false) || (flags.dryRun ?? false);
  const made = await makeKernel(spec, {
    outdir: flags.outdir,
    targets,
    vectors: flags.vectors ?? false,
    force: flags.force ?? false,
    costs: flags.costs ?? false,
    output,
    ...(replaces ? {} : { check: (plan) => checkOtherPlan(flags.outdir, spec, plan) }),
    ...(flags.workers === undefined ? {} : { workers: await parseWorkers(flags.workers) }),
  });
  if (!replaces) checkOtherFiles(flags.outdir, spec.name, made.files);
  const files = writeFiles(flags.outdir, made.files, flags.dryRun ?? false);
  const report = kernelReport(made.kernel, files, made.proof, made.costs);
  const refusals = made.refused.map(({ target, diagnostic }) => ({
    ...diagnostic,
    path: `--target ${target}`,
  }));
  if (flags.dryRun) note(output, 'dry run: nothing was written');
  if (output.json) printJson([report], refusals);
  else process.stdout.write(`${emphasised(renderKernel(report))}\n`);
  if (refusals.length === 0) return;
  process.exitCode = 1;
  if (!output.json) for (const refusal of refusals) printError(output, refusal);
}

/** @throws usage error where it is not a number of workers */
export async function parseWorkers(text: string): Promise<number> {
  return checkWhole(await parseNumber(text, '--workers'), WORKERS, '--workers');
}
