import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { usageError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import { findFunction } from '../function/catalogue.js';
import { planHash } from '../plan/canonical.js';
import { WORD_BITS } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import { checkWellFormed } from '../plan/wellformed.js';
import { makeCertificate, meetsTarget, type Certificate } from './certificate.js';
import { coverage, shardsOf, type Stretch } from './coverage.js';
import { referenceSetting, shardVerifier, type Shard } from './shard.js';
import { EMPTY_STATS, mergeStats, type ErrorStats } from './stats.js';
import { tailStats } from './tail-stats.js';

export interface VerifyOptions {
  /** Worker threads; default all cores. The certificate does not depend on it. */
  readonly workers?: number;
  /** Called as inputs are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Proof {
  readonly certificate: Certificate;
  /** Whether every input of the range and the tails meets the target. */
  readonly met: boolean;
}

/** A part of the proof; `known` where it needs no running. */
interface Work {
  readonly stretch: Stretch;
  readonly shard: Shard;
  readonly known?: ErrorStats;
}

/** Proofs up to this many inputs run in this thread: starting workers would take longer. */
const INLINE_INPUTS = 2 ** 20;

/**
 * Runs a plan on every input of its format and compares each result with the function.
 *
 * @throws a usage error when the plan is not well-formed, or of formats above 32 bits
 */
export async function verify(plan: KernelPlan, options: VerifyOptions = {}): Promise<Proof> {
  checkWellFormed(plan);
  checkProvable(plan);
  const setting = referenceSetting(plan, findFunction(plan.function));
  const stretches = coverage(plan);
  const work = stretches.flatMap((stretch): Work[] => {
    const known = stretch.method === 'monotone' ? tailStats(plan, setting, stretch) : undefined;
    if (known) return [{ stretch, shard: stretch, known }];
    return shardsOf(stretch).map((shard) => ({ stretch, shard }));
  });
  const total = work.reduce((sum, { shard, known }) => sum + (known ? 0 : inputsOf(shard)), 0);
  const runner = shardRunner(plan, total, options.workers);
  let done = 0;
  try {
    const stats = await Promise.all(
      work.map(async ({ shard, known }) => {
        if (known) return known;
        const result = await runner.run(shard);
        done += inputsOf(shard);
        options.onProgress?.(done, total);
        return result;
      }),
    );
    const collect = (select: (item: Work) => boolean): ErrorStats =>
      stats.filter((_, i) => select(work[i])).reduce(mergeStats, EMPTY_STATS);
    const claimed = collect(({ stretch }) => stretch.claimed);
    const byMonotonicity = collect(({ known }) => known !== undefined).inputs;
    const certificate = makeCertificate(
      plan,
      claimed,
      collect(() => true),
      byMonotonicity,
    );
    return { certificate, met: meetsTarget(plan, claimed) };
  } finally {
    await runner.close();
  }
}

/** Every input is run, which 64-bit formats have too many of. */
function checkProvable({ name, input, output }: KernelPlan): void {
  const wide = [input, output].find(({ bits }) => bits > WORD_BITS);
  if (!wide) return;
  throw usageError(
    'too-wide-to-prove',
    `${name} has ${formatName(wide)} of ${wide.bits} bits; a proof runs every input, of at most ${WORD_BITS} bits`,
    'try a narrower format',
  );
}

const inputsOf = (shard: Shard) => shard.last - shard.first + 1;

interface ShardRunner {
  readonly run: (shard: Shard) => Promise<ErrorStats>;
  readonly close: () => Promise<void>;
}

function shardRunner(plan: KernelPlan, inputs: number, workers = availableParallelism()): ShardRunner {
  if (inputs <= INLINE_INPUTS) {
    const verifyShard = shardVerifier(plan, findFunction(plan.function));
    return { run: (shard) => Promise.resolve(verifyShard(shard)), close: () => Promise.resolve() };
  }
  // From sources (tests, tsx) the worker is TypeScript as well, and needs the same loader.
  const fromSource = import.meta.url.endsWith('.ts');
  const pool = new Piscina({
    filename: fileURLToPath(new URL(fromSource ? './worker.ts' : './worker.js', import.meta.url)),
    name: 'verifyShard',
    execArgv: fromSource ? ['--import', 'tsx'] : [],
    minThreads: workers,
    maxThreads: workers,
  });
  const hash = planHash(plan);
  return {
    run: (shard) => pool.run({ hash, plan, shard }) as Promise<ErrorStats>,
    close: () => pool.destroy(),
  };
}
