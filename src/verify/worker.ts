import { prepareFunction } from '../function/catalogue.js';
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
export async function verifyShard(task: ShardTask): Promise<ErrorStats> {
  if (current?.hash !== task.hash) {
    const definition = await prepareFunction(task.plan.function);
    current = { hash: task.hash, verify: shardVerifier(task.plan, definition) };
  }
  return current.verify(task.shard);
}
