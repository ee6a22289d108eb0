import { readFileSync } from 'node:fs';
import { usageError } from '../diagnostic.js';
import { planTarget } from '../emit/plan-json.js';
import type { PlanFile } from '../verify/plan-file.js';
import { textOf } from '../emit/target.js';
import { findFunction } from '../function/catalogue.js';
import { firstBeyondTarget } from '../verify/counterexample.js';
import { mergeShards, parseShardFile } from '../verify/shard-file.js';
import { checkProvable, conclude } from '../verify/verify.js';
import { colouredVerdict } from './colour.js';
import { writeWhole } from './files.js';
import { commandProgress, type Output } from './output.js';
import { readPlan } from './plan-file.js';
import { showStages } from './stages.js';
import { trustIn } from './trust.js';
import { finish, judge, type Verdict } from './verdict.js';

export interface MergeFlags {
  readonly write?: boolean;
  readonly trustModule?: string;
}

/** approxgen merge: the proof of a plan from its shards. */
export async function mergeCommand(
  planPath: string,
  shardPaths: readonly string[],
  flags: MergeFlags,
  output: Output,
): Promise<void> {
  const file = await readPlan(planPath, trustIn(flags.trustModule));
  checkProvable(file.plan);
  const shards = shardPaths.map((path) => ({ file: path, shard: parseShardFile(readText(path), path) }));
  const stages = showStages(commandProgress(output));
  try {
    stages.other(`merging ${file.plan.name}`);
    const verdict = await mergedVerdict(planPath, file, shards, flags.write ?? false);
    stages.hide();
    if (!output.json) process.stdout.write(`${colouredVerdict(verdict.text)}\n`);
    finish([verdict], output);
  } finally {
    stages.stop();
  }
}

async function mergedVerdict(
  planPath: string,
  file: PlanFile,
  shards: Parameters<typeof mergeShards>[1],
  write: boolean,
): Promise<Verdict> {
  const proof = conclude(file.plan, mergeShards(file.plan, shards));
  if (write && proof.met) {
    const [emitted] = await planTarget.emit(file.plan, proof.certificate);
    writeWhole(planPath, textOf(emitted));
  }
  const certificate = write ? proof.certificate : file.certificate;
  const units = shards.flatMap(({ shard }) => shard.units);
  return judge(planPath, { ...file, certificate }, proof, () =>
    firstBeyondTarget(file.plan, findFunction(file.plan.function), units),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw usageError('unreadable-shard', `can't read it: ${(cause as Error).message}`, undefined, path);
  }
}
