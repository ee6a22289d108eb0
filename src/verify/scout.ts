import { findFunction } from '../function/catalogue.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import { pulse } from '../pulse.js';
import { meetsTarget } from './certificate.js';
import { isClaimed, unitsOf, type Stretch } from './coverage.js';
import { brokenShape } from './shape.js';
import { shardVerifier, type Shard } from './shard.js';
import { EMPTY_STATS, mergeStats, type ErrorStats } from './stats.js';

/** Proofs of fewer inputs take less than a second themselves. */
const MANY_INPUTS = 2 ** 24;
/** Inputs that are run of each unit of the range. */
const SAMPLE = 2 ** 12;
/** Tails are known before the search, and seen less. */
const TAIL_STRIDE = 16;

/**
 * What a sample of the inputs for which the target is claimed shows of a plan that misses it: a proof of 2^32
 * inputs would say the same after many seconds. Undefined where the sample meets the target, or a proof is quick:
 * only the proof decides.
 */
export function scout(plan: KernelPlan): ErrorStats | undefined {
  if (!hasWordFormats(plan)) return undefined;
  const claimed = unitsOf(plan).filter(isClaimed);
  const inputs = claimed.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (inputs < MANY_INPUTS) return undefined;
  const definition = findFunction(plan.function);
  const verifyShard = shardVerifier(plan, definition);
  const run = (shard: Shard): ErrorStats => {
    pulse();
    return verifyShard(shard);
  };
  const seen = claimed.filter(({ inRange }, i) => inRange || i % TAIL_STRIDE === 0);
  const stats = seen.map(sampleOf).map(run).reduce(mergeStats, EMPTY_STATS);
  const holds = meetsTarget(plan, stats) && brokenShape(plan, definition, stats) === undefined;
  return holds ? undefined : stats;
}

/** Here and there, so that no power of two is met every time. */
function sampleOf({ first, last }: Stretch, i: number): { readonly first: number; readonly last: number } {
  const spare = Math.max(0, last - first + 1 - SAMPLE);
  const from = first + Math.floor(((i * 0.618033988749895) % 1) * spare);
  return { first: from, last: Math.min(last, from + SAMPLE - 1) };
}
