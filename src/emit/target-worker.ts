import { prepareFunction } from '../verify/definitions.js';
import { fastestLoops } from '../plan/loops.js';
import type { Certificate } from '../verify/certificate.js';
import { shardVerifier, type ShardVerifier } from '../verify/shard.js';
import type { ErrorStats } from '../verify/stats.js';
import type { ShardTask } from '../verify/worker.js';
import { targetRunner } from './run-target.js';

export interface TargetTask extends ShardTask {
  readonly certificate: Certificate;
  readonly target: string;
}

let current: { readonly key: string; readonly verify: ShardVerifier } | undefined;

/** The entry point of a worker thread that runs a printed kernel instead of its plan. */
export async function verifyShard({
  hash,
  plan,
  certificate,
  target,
  shard,
}: TargetTask): Promise<ErrorStats> {
  const key = `${target} ${hash}`;
  if (current?.key !== key) {
    const definition = await prepareFunction(plan.function);
    const run = await targetRunner(plan, certificate, target);
    current = { key, verify: shardVerifier(plan, definition, fastestLoops(), run) };
  }
  return current.verify(shard);
}
