import { findTarget } from '../emit/targets.js';
import { kernelReport, renderKernel } from '../report/kernel-report.js';
import { resolveSpec } from '../spec.js';
import { emphasised } from './colour.js';
import { checkWritable } from './files.js';
import { makeKernel, writeKernel } from './make.js';
import { monotoneCost } from './monotone-cost.js';
import { parseWorkers } from './number.js';
import type { Flags } from './options.js';
import { commandProgress, note, printError, printJson, type Output } from './output.js';
import { checkPlaces } from './replace.js';
import { specFrom } from './settings.js';
import { showStages } from './stages.js';

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
  checkPlaces(flags.outdir, spec.name, targets, flags.vectors ?? false);
  const workers = flags.workers === undefined ? {} : { workers: parseWorkers(flags.workers) };
  const stages = showStages(commandProgress(output));
  const dryRun = flags.dryRun ?? false;
  const { made, report } = await makeKernel(spec, {
    outdir: flags.outdir,
    targets,
    vectors: flags.vectors ?? false,
    force: flags.force ?? false,
    costs: flags.costs ?? false,
    draft: dryRun,
    stages,
    ...workers,
  })
    .then(async (made) => {
      const files = writeKernel(flags.outdir, made, dryRun);
      const monotone = await monotoneCost(spec, made.kernel);
      return {
        made,
        report: kernelReport({ ...made, ...(monotone === undefined ? {} : { monotone }) }, files),
      };
    })
    .finally(stages.stop);
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
