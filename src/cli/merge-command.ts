import { readFileSync } from 'node:fs';
import { usageError } from '../diagnostic.js';
import { planTarget } from '../emit/plan-json.js';
import { textOf } from '../emit/target.js';
import { findFunction } from '../function/catalogue.js';
import { firstBeyondTarget } from '../verify/counterexample.js';
import { mergeShards, parseShardFile } from '../verify/shard-file.js';
import { checkProvable, conclude } from '../verify/verify.js';
import { colouredVerdict } from './colour.js';
import { writeWhole } from './files.js';
import type { Output } from './output.js';
import { readPlan } from './plan-file.js';
import { finish, judge } from './verdict.js';

export interface MergeFlags {
  readonly write?: boolean;
}

/** approxgen merge: the proof of a plan from its shards. */
export async function mergeCommand(
  planPath: string,
  shardPaths: readonly string[],
  flags: MergeFlags,
  output: Output,
): Promise<void> {
  const file = await readPlan(planPath);
  checkProvable(file.plan);
  const shards = shardPaths.map((path) => ({ file: path, shard: parseShardFile(readText(path), path) }));
  const proof = conclude(file.plan, mergeShards(file.plan, shards));
  if (flags.write && proof.met) {
    const [emitted] = await planTarget.emit(file.plan, proof.certificate);
    writeWhole(planPath, textOf(emitted));
  }
  const certificate = flags.write ? proof.certificate : file.certificate;
  const units = shards.flatMap(({ shard }) => shard.units);
  const verdict = judge(planPath, { ...file, certificate }, proof, () =>
    firstBeyondTarget(file.plan, findFunction(file.plan.function), units),
  );
  if (!output.json) process.stdout.write(`${colouredVerdict(verdict.text)}\n`);
  finish([verdict], output);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw usageError('unreadable-shard', `can't read it: ${(cause as Error).message}`, undefined, path);
  }
}
