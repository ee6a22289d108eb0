import { targetError, usageError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import { findFunction } from '../function/catalogue.js';
import { currentHost } from '../host.js';
import { planHash } from '../plan/canonical.js';
import { hasWordFormats, WORD_BITS } from '../plan/narrow.js';
import { fastestLoops } from '../plan/loops.js';
import type { KernelPlan } from '../plan/plan.js';
import type { PlanRunner } from '../plan/run.js';
import { checkWellFormed } from '../plan/wellformed.js';
import { CONTRADICTION } from './block-error.js';
import {
  makeCertificate,
  meetsTarget,
  missesTarget,
  type Certificate,
  type PartStats,
} from './certificate.js';
import { isClaimed, unitsOf, type Stretch, type Unit } from './coverage.js';
import { checkEnclosable, proveByEnclosure, type WideKernel } from './enclosure/prove.js';
import { shardVerifier, type Shard } from './shard.js';
import { brokenShape } from './shape.js';
import { EMPTY_STATS, mergeStats, type ErrorStats } from './stats.js';

export interface VerifyOptions {
  /** Worker threads; default all cores. The certificate does not depend on it. */
  readonly workers?: number;
  /** Called as inputs are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** What gives the outputs, where that is not the plan. */
  readonly source?: OutputSource;
  /** The same of formats above 32 bits. */
  readonly kernel?: WideKernel;
}

/** Something that was printed of a plan, at work in this thread and in others. */
export interface OutputSource {
  readonly run: PlanRunner;
  /** What a thread needs besides the task to do what `run` does here. */
  readonly facts: object;
}

export interface Proof {
  readonly certificate: Certificate;
  /** Whether every input of the range and the tails meets the target, and outputs have the shape that was asked for. */
  readonly met: boolean;
  /** What they break of that shape, as a sentence. */
  readonly broken?: string;
}

/** What running one unit of a proof showed. */
export interface FinishedUnit {
  readonly first: number;
  readonly last: number;
  readonly stats: ErrorStats;
}

/** Proofs up to this many inputs run in this thread, as all do where the host has no workers: starting them would take longer. */
const INLINE_INPUTS = 2 ** 20;

/**
 * Runs a plan on every input of its format and compares each result with the function. Formats above 32 bits
 * have too many inputs: there, bounds that hold for all of them are proven, and some are run.
 *
 * @throws a usage error when the plan is not well-formed
 */
export async function verify(plan: KernelPlan, options: VerifyOptions = {}): Promise<Proof> {
  if (!hasWordFormats(plan)) {
    checkWellFormed(plan);
    checkEnclosable(plan);
    return proveByEnclosure(plan, findFunction(plan.function), options.kernel);
  }
  return conclude(plan, await runUnits(plan, unitsOf(plan), options));
}

/**
 * The same, ended at the first miss: the lowest unit whose claimed inputs do not meet the target, whatever the number
 * of workers. What that unit showed is all that is then said.
 */
export async function verifyUntilMiss(
  plan: KernelPlan,
  options: VerifyOptions = {},
): Promise<Proof | { readonly missed: ErrorStats }> {
  if (!hasWordFormats(plan)) return verify(plan, options);
  // Sorting is stable: the claimed ones first, each part by ascending inputs.
  const units = unitsOf(plan).toSorted((a, b) => Number(isClaimed(b)) - Number(isClaimed(a)));
  const misses = (stats: ErrorStats, unit: Stretch): boolean => missesTarget(plan, unit, stats);
  const finished = await runUnits(plan, units, { ...options, stopAt: misses });
  const last = finished.length - 1;
  const { stats } = finished[last];
  return misses(stats, units[last]) ? { missed: stats } : conclude(plan, finished);
}

interface RunOptions extends VerifyOptions {
  /** Called with each unit as it is finished, in any order. */
  readonly onUnit?: (unit: FinishedUnit) => void;
  /** Ends the run at the first unit, by their order, of which it says so by what it showed. */
  readonly stopAt?: (stats: ErrorStats, unit: Stretch) => boolean;
}

/** Runs some units of a proof, which may be all: what each showed, in their order, to the one at which it stopped. */
export async function runUnits(
  plan: KernelPlan,
  units: readonly Stretch[],
  options: RunOptions = {},
): Promise<readonly FinishedUnit[]> {
  checkProvable(plan);
  const total = units.reduce((sum, unit) => sum + inputsOf(unit), 0);
  const runner = await shardRunner(plan, total, options);
  const finished: (FinishedUnit | undefined)[] = units.map(() => undefined);
  let [done, whole, end] = [0, 0, units.length];
  try {
    await new Promise<void>((resolve, reject) => {
      const finish = (unit: FinishedUnit, index: number): void => {
        done += inputsOf(unit);
        options.onUnit?.(unit);
        options.onProgress?.(done, total);
        finished[index] = unit;
        if (index < end && options.stopAt?.(unit.stats, units[index])) end = index + 1;
        // Units before the one at which to stop may still run, and stop earlier.
        while (finished[whole]) whole++;
        if (whole >= end) resolve();
      };
      units.forEach(({ first, last }, index) => {
        runner
          .run({ first, last })
          .catch(explain)
          .then((stats) => finish({ first, last, stats }, index))
          .catch(reject);
      });
      if (units.length === 0) resolve();
    });
  } finally {
    await runner.close();
  }
  return finished.slice(0, end).filter((unit) => unit !== undefined);
}

/**
 * What all units of a proof say together.
 *
 * @param finished every unit of the plan once, in any order
 */
export function conclude(plan: KernelPlan, finished: readonly FinishedUnit[]): Proof {
  const byFirst = new Map(finished.map((unit) => [unit.first, unit]));
  const units = unitsOf(plan);
  const isApart = units.every(({ isSaturated }) => isSaturated !== undefined);
  const collect = (select: (unit: Unit) => boolean): ErrorStats =>
    units
      .filter(select)
      .map(({ first }) => byFirst.get(first)?.stats ?? missing(plan, first))
      .reduce(mergeStats, EMPTY_STATS);
  const part = (select: (unit: Unit) => boolean): PartStats => ({
    all: collect(select),
    held: isApart ? collect((unit) => unit.isSaturated === false && select(unit)) : undefined,
  });
  const claimed = part(isClaimed);
  const parts = { claimed, tails: part(({ inTail }) => inTail), format: part(() => true) };
  const definition = findFunction(plan.function);
  const broken = brokenShape(plan, definition, claimed.all);
  return {
    certificate: makeCertificate(plan, definition, parts),
    met: meetsTarget(plan, claimed.all) && broken === undefined,
    ...(broken === undefined ? {} : { broken }),
  };
}

function missing(plan: KernelPlan, first: number): never {
  throw new TypeError(`the proof of ${plan.name} lacks the inputs from ${first} on`);
}

/** @throws usage error where a plan is malformed, or of formats whose inputs are too many to run in units */
export function checkProvable(plan: KernelPlan): void {
  checkWellFormed(plan);
  const { name, input, output } = plan;
  const wide = [input, output].find(({ bits }) => bits > WORD_BITS);
  if (!wide) return;
  throw usageError(
    'too-wide-to-run',
    `${name} has ${formatName(wide)} of ${wide.bits} bits; only proofs that run every input, of at most ${WORD_BITS} bits, can be divided`,
    'prove it whole: approxgen verify without --shard takes seconds',
  );
}

/** Turns a contradiction of the reference into a refusal; anything else stays what it is. */
function explain(error: unknown): never {
  const message = error instanceof Error ? error.message : '';
  if (!message.startsWith(CONTRADICTION)) throw error;
  throw targetError('reference-contradiction', message, 'the function, not the kernel, has to be mended');
}

const inputsOf = (shard: Shard) => shard.last - shard.first + 1;

interface ShardRunner {
  readonly run: (shard: Shard) => Promise<ErrorStats>;
  readonly close: () => Promise<void>;
}

async function shardRunner(
  plan: KernelPlan,
  inputs: number,
  { workers, source }: VerifyOptions,
): Promise<ShardRunner> {
  const { startWorkers } = currentHost();
  if (inputs <= INLINE_INPUTS || !startWorkers) {
    const loops = fastestLoops();
    const verifyShard = shardVerifier(plan, findFunction(plan.function), loops, source?.run);
    // One after the other, so that what is done can be told in between.
    let before: Promise<unknown> = Promise.resolve();
    const run = (shard: Shard): Promise<ErrorStats> => {
      const stats = before.then(() => verifyShard(shard));
      before = stats;
      return stats;
    };
    return { run, close: () => Promise.resolve() };
  }
  const threads = await startWorkers(source ? 'target' : 'plan', workers);
  const hash = planHash(plan);
  return {
    run: (shard) => threads.run({ ...source?.facts, hash, plan, shard }) as Promise<ErrorStats>,
    close: threads.close,
  };
}
