import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { ApproxgenError, usageError, type Diagnostic } from '../diagnostic.js';
import { emittedPaths, findTarget } from '../emit/targets.js';
import { kernelReport, renderKernel, type KernelReport } from '../report/kernel-report.js';
import { relocated, type Place } from '../spec/place.js';
import { resolveSpec, type ResolvedSpec } from '../spec.js';
import { emphasised } from './colour.js';
import { parseConfig } from './config.js';
import { checkWritable, isThere, readIfThere } from './files.js';
import { makeKernel, writeKernel, type MadeKernel } from './make.js';
import { parseWorkers } from './number.js';
import { commandProgress, hasNotes, note, printError, printJson, type Output } from './output.js';
import { checkPlaces } from './replace.js';
import { showStages } from './stages.js';
import { trustIn, type Trust } from './trust.js';

export interface BuildFlags {
  readonly outdir: string;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly costs?: boolean;
  readonly dryRun?: boolean;
  readonly workers?: string;
  readonly trustModule?: string;
}

/** The JSON schema lives beside the configurations. */
const SCHEMA_FILE = 'schema.json';
const MOST_DIFF_LINES = 200;

interface Job {
  readonly spec: ResolvedSpec;
  readonly place: Place;
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
  const jobs = await readJobs(
    sources.length === 0 ? ['approx-configs'] : sources,
    trustIn(flags.trustModule),
  );
  const writes = !flags.check && !flags.dryRun;
  if (writes) checkWritable(flags.outdir);
  const workers = flags.workers === undefined ? {} : { workers: parseWorkers(flags.workers) };
  claimPaths(jobs);
  for (const { spec, targets, vectors } of jobs) checkPlaces(flags.outdir, spec.name, targets, vectors);
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
  const failures: Diagnostic[] = [];
  const fail = (diagnostic: Diagnostic): void => {
    failures.push(diagnostic);
    stages.hide();
    if (!output.json) printError(output, diagnostic);
  };
  const stale: string[] = [];
  try {
    for (const { spec, place, targets, vectors } of jobs) {
      const made = await attempt(() => makeKernel(spec, { ...options, targets, vectors }));
      if (made instanceof ApproxgenError) {
        fail(relocated(made.diagnostic, place));
        continue;
      }
      for (const { target, diagnostic } of made.refused) {
        fail({ ...relocated(diagnostic, place), path: `${place.prefix}, target ${target}` });
      }
      if (flags.check) stale.push(...differences(flags.outdir, made));
      const report = kernelReport(made, writeKernel(flags.outdir, made, !writes));
      reports.push(report);
      stages.hide();
      if (!output.json) process.stdout.write(`${emphasised(renderKernel(report))}\n`);
    }
  } finally {
    stages.stop();
  }
  if (stale.length > 0) {
    if (hasNotes(output)) process.stderr.write(`${stale.join('\n')}\n`);
    fail({
      code: 'stale',
      message: `${stale.length} generated file(s) in ${flags.outdir} are stale`,
      hint: 'run approxgen build and commit the result',
    });
  }
  if (output.json) printJson(reports, failures);
  if (failures.length > 0) process.exitCode = 1;
  else if (flags.check) note(output, `${flags.outdir} is up to date`);
  if (flags.dryRun) note(output, 'dry run: nothing was written');
}

/** What is made, or why it can't be: one kernel less is no reason to make none. */
async function attempt<T>(make: () => Promise<T>): Promise<T | ApproxgenError> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ApproxgenError) return error;
    throw error;
  }
}

async function readJobs(sources: readonly string[], trust: Trust): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const file of sources.flatMap(configFiles)) {
    const config = await parseConfig(readFileSync(file, 'utf8'), file, trust);
    for (const target of config.targets) findTarget(target, `${file}: targets`);
    config.kernels.forEach(({ spec: given, place }) => {
      const spec = resolveSpec(given, place);
      const twin = jobs.find((job) => job.spec.name === spec.name);
      if (twin) {
        throw usageError(
          'duplicate-name',
          `two kernels are named ${spec.name}: one in ${twin.source}, one here`,
          'give one of them another "name"',
          `${place.prefix}.name`,
        );
      }
      jobs.push({ spec, place, targets: config.targets, vectors: config.vectors, source: file });
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
