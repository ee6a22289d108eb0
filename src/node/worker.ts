import type { TargetTask } from '../emit/target-worker.js';
import { useHost } from '../host.js';
import type { ErrorStats } from '../verify/stats.js';
import { nodeHost } from './host.js';

useHost(nodeHost);

/** What a thread runs, by its role: a plan, */
export { verifyShard as plan } from '../verify/worker.js';

/** or what a target prints of it. */
export async function target(task: TargetTask): Promise<ErrorStats> {
  const { verifyShard } = await import('../emit/target-worker.js');
  return verifyShard(task);
}
