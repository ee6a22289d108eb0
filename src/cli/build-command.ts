import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { targetError, usageError } from '../diagnostic.js';
import { emittedPaths, findTarget } from '../emit/targets.js';
import { kernelReport, renderKernel, type KernelReport } from '../report/kernel-report.js';
import { resolveSpec, type ResolvedSpec } from '../spec.js';
import { parseConfig } from './config.js';
import { checkWritable, isThere, readIfThere } from './files.js';
import { makeKernel, writeKernel, type MadeKernel } from './make.js';
import { commandProgress, hasNotes, note, printJson, type Output } from './output.js';
import { checkPlaces } from './replace.js';
import { showStages } from './stages.js';
import { parseWorkers } from './number.js';

export interface BuildFlags {
  readonly outdir: string;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly costs?: boolean;
  readonly dryRun?: boolean;
  readonly workers?: string;
}

/** The JSON schema lives beside the configurations. */
const SCHEMA_FILE = 'schema.json';
const MOST_DIFF_LINES = 200;

interface Job {
  readonly spec: ResolvedSpec;
  readonly targets: readonly string[];
  readonly vectors: boolean;
  readonly source: string;
}

/** approxgen build: makes every kernel of the configurations, or checks that the files are those. */
export async function buildCommand(
  sources: readonly string[],
  flags: BuildFlags,
  output: Output,
): Promise<void> {
  const jobs = await readJobs(sources.length === 0 ? ['approx-configs'] : sources);
  const writes = !flags.check && !flags.dryRun;
  if (writes) checkWritable(flags.outdir);
  const workers = flags.workers === undefined ? {} : { workers: await parseWorkers(flags.workers) };
  const stages = showStages(commandProgress(output));
  const options = {
    outdir: flags.outdir,
    force: flags.force ?? false,
    costs: flags.costs ?? false,
    draft: !writes && !flags.check,
    stages,
    ...workers,
  };
  const reports: KernelReport[] = [];
  const stale: string[] = [];
  claimPaths(jobs);
  for (const { spec, targets, vectors } of jobs) checkPlaces(flags.outdir, spec.name, targets, vectors);
  try {
    for (const { spec, targets, vectors } of jobs) {
      const made = await makeKernel(spec, { ...options, targets, vectors });
      if (flags.check) stale.push(...differences(flags.outdir, made));
      const report = kernelReport(made, writeKernel(flags.outdir, made, !writes));
      reports.push(report);
      stages.hide();
      if (!output.json) process.stdout.write(`${renderKernel(report)}\n`);
    }
  } finally {
    stages.stop();
  }
  if (stale.length > 0) {
    if (hasNotes(output)) process.stderr.write(`${stale.join('\n')}\n`);
    throw targetError(
      'stale',
      `${stale.length} generated file(s) in ${flags.outdir} are stale`,
      'run approxgen build and commit the result',
    );
  }
  if (output.json) printJson(reports);
  if (flags.check) note(output, `${flags.outdir} is up to date`);
  else if (flags.dryRun) note(output, 'dry run: nothing was written');
}

async function readJobs(sources: readonly string[]): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const file of sources.flatMap(configFiles)) {
    const config = await parseConfig(readFileSync(file, 'utf8'), file);
    for (const target of config.targets) findTarget(target, `${file}: targets`);
    config.kernels.forEach((kernel, i) => {
      const spec = resolveSpec(kernel, 'config', `${file}: kernels[${i}]`);
      const twin = jobs.find((job) => job.spec.name === spec.name);
      if (twin) {
        throw usageError(
          'duplicate-name',
          `two kernels are named ${spec.name}: one in ${twin.source}, one here`,
          'give one of them another "name"',
          `${file}: kernels[${i}].name`,
        );
      }
      jobs.push({ spec, targets: config.targets, vectors: config.vectors, source: file });
    });
  }
  return jobs;
}

/**
 * Names that differ may still ask for one file: `a_b` and `a__b` in Solidity, or two cases of a letter where a file
 * system has none.
 *
 * @throws usage error that names the file
 */
function claimPaths(jobs: readonly Job[]): void {
  const claimed = new Map<string, string>();
  for (const { spec, targets, vectors, source } of jobs) {
    for (const path of emittedPaths(spec.name, targets, vectors)) {
      const other = claimed.get(path.toLowerCase());
      if (other !== undefined && other !== spec.name) {
        throw usageError(
          'duplicate-name',
          `${spec.name} and ${other} would both be written to ${path}`,
          'give one of them another "name"',
          source,
        );
      }
      claimed.set(path.toLowerCase(), spec.name);
    }
  }
}

/** A file as it is; of a folder, every configuration in it. */
function configFiles(source: string): readonly string[] {
  const stats = statSync(source, { throwIfNoEntry: false });
  if (!stats)
    throw usageError(
      'no-config',
      `"${source}" does not exist; expected a configuration file or a folder of them`,
      'the default is approx-configs',
    );
  if (!stats.isDirectory()) return [source];
  const files = readdirSync(source)
    .filter((name) => name.endsWith('.json') && basename(name) !== SCHEMA_FILE)
    .toSorted()
    .map((name) => join(source, name));
  if (files.length === 0)
    throw usageError('no-config', `"${source}" holds no configuration; expected files named *.json`);
  return files;
}

/** A patch for every file that is not what it should be, and a line for each that should not be there. */
function differences(outdir: string, made: MadeKernel): readonly string[] {
  const removed = made.unprintable.flatMap(({ target, reason, files }) =>
    files.map((file) => `${file} is of another plan, and ${target} can't print this one: ${reason}`),
  );
  const changed = made.files.flatMap((file) => {
    const full = join(outdir, file.path);
    if (isThere(full, file)) return [];
    if (!('text' in file)) return [`${full} is not the ${file.bytes.length} bytes that it should be`];
    const present = readIfThere(full) ?? '';
    const patch = createTwoFilesPatch(full, `${full} (as it should be)`, present, file.text).split('\n');
    const rest = patch.length - MOST_DIFF_LINES;
    return [[...patch.slice(0, MOST_DIFF_LINES), ...(rest > 0 ? [`… ${rest} more lines`] : [])].join('\n')];
  });
  return [...changed, ...removed];
}
