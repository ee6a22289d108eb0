import { ApproxgenError, targetError, usageError } from '../diagnostic.js';
import type { PlanFile } from '../verify/plan-file.js';
import { targetSource, toolOf } from '../emit/run-target.js';
import { findFunction } from '../function/catalogue.js';
import { hasWordFormats } from '../plan/narrow.js';
import { firstBeyondTarget } from '../verify/counterexample.js';
import { makeShardFile, shardUnits } from '../verify/shard-file.js';
import { checkProvable, conclude } from '../verify/verify.js';
import { colouredVerdict } from './colour.js';
import { writeWhole } from './files.js';
import { runKept } from './kept-units.js';
import { parseWorkers } from './number.js';
import { commandProgress, type Output } from './output.js';
import { planFiles, readPlan } from './plan-file.js';
import { showStages, type Stages } from './stages.js';
import { different, failure, finish, judge, onTarget, refuse, type Verdict } from './verdict.js';
import { trustIn } from './trust.js';
import { wideVerdict } from './wide-verdict.js';

export interface VerifyFlags {
  readonly target: string;
  readonly shard?: string;
  readonly out?: string;
  readonly keep?: string;
  readonly workers?: string;
  readonly trustModule?: string;
}

/** approxgen verify: proves plans anew, from nothing but the plan and its function. */
export async function verifyCommand(
  paths: readonly string[],
  flags: VerifyFlags,
  output: Output,
): Promise<void> {
  const files = paths.flatMap(planFiles);
  const workers = flags.workers === undefined ? {} : { workers: parseWorkers(flags.workers) };
  if (flags.shard !== undefined) {
    await writeShard(files, flags, workers, output);
    return;
  }
  const verdicts: Verdict[] = [];
  const stages = showStages(commandProgress(output));
  try {
    for (const file of files) {
      const verdict = await verdictOn(file, flags, workers, stages);
      verdicts.push(verdict);
      stages.hide();
      if (!output.json) process.stdout.write(`${colouredVerdict(verdict.text)}\n`);
    }
  } finally {
    stages.stop();
  }
  finish(verdicts, output);
}

async function verdictOn(
  path: string,
  flags: VerifyFlags,
  workers: { readonly workers?: number },
  stages: Stages,
): Promise<Verdict> {
  const file = await readPlan(path, trustIn(flags.trustModule));
  const { plan } = file;
  const refused = refuse(path, file);
  if (refused) return refused;
  stages.other(`preparing ${plan.name}`);
  const verdict = hasWordFormats(plan)
    ? await narrowVerdict(path, file, flags, workers, stages)
    : await wideVerdict(path, file, flags.target);
  return flags.target === 'plan' ? verdict : onTarget(verdict, flags.target, toolOf(flags.target));
}

/** Of a plan all of whose inputs are run. */
async function narrowVerdict(
  path: string,
  file: PlanFile,
  flags: VerifyFlags,
  workers: { readonly workers?: number },
  stages: Stages,
): Promise<Verdict> {
  const { plan, certificate } = file;
  try {
    const source =
      flags.target === 'plan' ? {} : { source: await targetSource(plan, certificate, flags.target) };
    stages.proof(`proving ${plan.name}`);
    const units = await runKept(plan, flags, { ...workers, ...source, onProgress: stages.onProgress });
    const proof = conclude(plan, units);
    if (source.source && proof.certificate.crc32 !== certificate.crc32) {
      return different(path, plan, flags.target, source.source.run, units);
    }
    return judge(path, file, proof, () => firstBeyondTarget(plan, findFunction(plan.function), units));
  } catch (error) {
    if (!(error instanceof ApproxgenError) || error.exitStatus !== 1) throw error;
    return failure(path, plan.name, error.diagnostic);
  }
}

/** One shard of one plan, as a file. */
async function writeShard(
  files: readonly string[],
  flags: VerifyFlags,
  workers: { readonly workers?: number },
  output: Output,
): Promise<void> {
  const [, shard, of] = (/^(\d{1,6})\/(\d{1,6})$/.exec(flags.shard ?? '') ?? []).map(Number);
  if (!(shard >= 1 && shard <= of)) {
    throw usageError(
      'bad-shard',
      `"${flags.shard}" is not a shard; expected i/n with 1 ≤ i ≤ n`,
      'try --shard 1/4',
      '--shard',
    );
  }
  if (files.length !== 1) {
    throw usageError('bad-shard', `a shard is of one plan, not of ${files.length}`, undefined, '--shard');
  }
  const file = await readPlan(files[0], trustIn(flags.trustModule));
  checkProvable(file.plan);
  const refused = refuse(files[0], file);
  if (refused?.diagnostic)
    throw targetError(refused.diagnostic.code, refused.diagnostic.message, undefined, files[0]);
  const { plan } = file;
  const stages = showStages(commandProgress(output));
  try {
    stages.proof(`proving ${plan.name} ${shard}/${of}`);
    const options = { ...workers, onProgress: stages.onProgress };
    const units = await runKept(plan, flags, options, shardUnits(plan, shard, of));
    const path = flags.out ?? `${plan.name}.${shard}-of-${of}.json`;
    const sorted = units.toSorted((a, b) => a.first - b.first);
    writeWhole(path, `${JSON.stringify(makeShardFile(plan, shard, of, sorted))}\n`);
    stages.hide();
    process.stdout.write(
      output.json
        ? `${JSON.stringify({ kernels: [{ name: plan.name, shard, of, files: [path] }], diagnostics: [] })}\n`
        : `${path}\n`,
    );
  } finally {
    stages.stop();
  }
}
