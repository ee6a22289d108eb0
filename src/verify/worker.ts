import { findFunction } from '../function/catalogue.js';
import type { KernelPlan } from '../plan/plan.js';
import { shardVerifier, type Shard, type ShardVerifier } from './shard.js';
import type { ErrorStats } from './stats.js';

/** One unit of work for a worker thread. */
export interface ShardTask {
  readonly hash: string;
  readonly plan: KernelPlan;
  readonly shard: Shard;
}

let current: { readonly hash: string; readonly verify: ShardVerifier } | undefined;

/** The entry point of a worker thread; keeps the runner of the plan that it saw last. */
export function verifyShard(task: ShardTask): ErrorStats {
  if (current?.hash !== task.hash) {
    current = { hash: task.hash, verify: shardVerifier(task.plan, findFunction(task.plan.function)) };
  }
  return current.verify(task.shard);
}
