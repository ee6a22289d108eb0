import { targetError, usageError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import { planHash } from '../plan/canonical.js';
import { planCost } from '../plan/cost.js';
import { approximationUlps, fewestOf } from '../plan/lower-bound.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Exploration, ExploredPlan } from '../report/explore-report.js';
import type { Division } from '../segment/lower-bound.js';
import { describeTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import { meetsTarget } from '../verify/certificate.js';
import { isClaimed, unitsOf, type Stretch } from '../verify/coverage.js';
import { brokenShape } from '../verify/shape.js';
import { shardVerifier } from '../verify/shard.js';
import { EMPTY_STATS, mergeStats, type ErrorStats } from '../verify/stats.js';
import { candidates, divisions, orders } from './candidates.js';
import type { Task } from './task.js';
import { taskOf } from './propose.js';

/** Guard bits that are tried beyond the fewest that do. */
const MORE_GUARD_BITS = [2, 4];
/** An order that takes more segments is not explored: its tables are longer than any that a user looks for. */
const MOST_SEGMENTS = 256;
/** Formats of up to this many inputs are run on all of them, others on a sample. */
const ALL_INPUTS = 2 ** 18;
const SAMPLED_STRETCHES = 64;
const SAMPLED_INPUTS = 2 ** 10;
/** Errors that differ by less than this, in ulps, count as the same: else a front has more rows than sense. */
const ULP_GRAIN = 0.05;

/** A plan, and how the search was asked for it. */
interface Found {
  readonly plan: KernelPlan;
  readonly segmentation: Division;
  readonly method: ExploredPlan['method'];
}

/**
 * The plans for a spec that no other beats in bytes of table, multiplications, depth, greatest and mean error:
 * over orders, ways to divide the range, guard bits, and with or without the polish. What the spec fixes stays fixed.
 *
 * @param onProgress called as ways to search are done, and then as plans that were found are run
 * @throws target error where no plan meets the target, usage error for formats above 32 bits
 */
export async function explore(
  spec: ResolvedSpec,
  onProgress: (stage: 'search' | 'run', done: number, total: number) => void = () => {},
): Promise<Exploration> {
  if (!hasWordFormats(spec)) {
    throw usageError(
      'unsupported-format',
      `plans of ${formatName(spec.input)} → ${formatName(spec.output)} can't be compared by running them; expected formats of up to 32 bits`,
      'approxgen without explore makes kernels of up to 64 bits',
      '--format',
    );
  }
  const found = new Map<string, Found>();
  const ways = waysOf(spec);
  for (const [i, way] of ways.entries()) {
    onProgress('search', i, ways.length);
    for (const each of plansOf(way)) {
      const hash = planHash(each.plan);
      if (!found.has(hash)) found.set(hash, each);
    }
    await pause();
  }
  if (found.size === 0) throw nothingReached(spec);
  const sample = sampleOf([...found.values()][0].plan);
  const explored: ExploredPlan[] = [];
  for (const [i, each] of [...found.values()].entries()) {
    onProgress('run', i, found.size);
    const plan = measured(spec, each, sample);
    if (plan) explored.push(plan);
    await pause();
  }
  if (explored.length === 0) throw nothingReached(spec);
  return {
    function: spec.definition.name,
    input: formatName(spec.input),
    output: formatName(spec.output),
    target: describeTarget(spec.target),
    tried: explored.length,
    inputsRun: sample
      ? sample.reduce((sum, { first, last }) => sum + last - first + 1, 0)
      : 2 ** spec.input.bits,
    exhaustive: sample === undefined,
    front: frontOf(explored),
  };
}

/** Ctrl-C is heard between ways, and between plans, only. */
const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function nothingReached({ definition, output, target }: ResolvedSpec): Error {
  return targetError(
    'target-not-met',
    `no plan of at most ${MOST_SEGMENTS} segments that was tried reaches ${describeTarget(target)} for ${definition.name} in ${formatName(output)}`,
    'approxgen without explore says what can be reached',
  );
}

interface Way {
  readonly task: Task;
  readonly order: number;
  readonly segmentation: Division;
}

function waysOf(spec: ResolvedSpec): readonly Way[] {
  const { given } = spec;
  const open: ResolvedSpec = {
    ...spec,
    order: given.order === undefined ? 'auto' : spec.order,
    segmentation: given.segmentation === undefined ? 'auto' : spec.segmentation,
  };
  const polishes = given.polish === undefined ? (['minimax', 'none'] as const) : [spec.polish];
  return polishes.flatMap((polish) => {
    const task = taskOf({ ...open, polish }, spec.target);
    return orders(open)
      .filter((order) => !takesTooMany(task, order))
      .flatMap((order) => divisions(open).map((segmentation) => ({ task, order, segmentation })));
  });
}

function takesTooMany({ problem, spec, target }: Task, order: number): boolean {
  const isBounded = approximationUlps(target, spec.output) !== undefined;
  return isBounded && fewestOf(problem, spec.output, target, order, MOST_SEGMENTS) === null;
}

/** With the fewest guard bits, and with more where the spec leaves them open. */
function plansOf({ task, order, segmentation }: Way): readonly Found[] {
  const method = task.spec.polish === 'none' ? 'projection' : 'minimax';
  const search = (guard: number | undefined): readonly KernelPlan[] => {
    const plans = candidates({ ...task, spec: { ...task.spec, guard } }, order, segmentation);
    return 'kind' in plans ? [] : plans;
  };
  const first = search(task.spec.guard);
  const least = Math.min(...first.map(({ guardBits }) => guardBits));
  const more =
    task.spec.guard === undefined && first.length > 0
      ? MORE_GUARD_BITS.flatMap((bits) => search(least + bits))
      : [];
  return [...first, ...more].map((plan) => ({ plan, segmentation, method }));
}

/** Stretches that are spread over the range evenly; undefined where a format has so few inputs that all are run. */
function sampleOf(plan: KernelPlan): readonly Stretch[] | undefined {
  if (2 ** plan.input.bits <= ALL_INPUTS) return undefined;
  const inRange = unitsOf(plan).filter((unit) => unit.inRange);
  const stride = Math.max(1, Math.floor(inRange.length / SAMPLED_STRETCHES));
  return inRange
    .filter((_, i) => i % stride === 0)
    .map((unit) => ({ ...unit, last: Math.min(unit.last, unit.first + SAMPLED_INPUTS - 1) }));
}

/** What running a plan shows of it; undefined where it misses the target. */
function measured(
  spec: ResolvedSpec,
  { plan, segmentation, method }: Found,
  sample: readonly Stretch[] | undefined,
): ExploredPlan | undefined {
  const run = shardVerifier(plan, spec.definition);
  const stats: ErrorStats = (sample ?? unitsOf(plan))
    .filter(isClaimed)
    .map(({ first, last }) => run({ first, last }))
    .reduce(mergeStats, EMPTY_STATS);
  if (!meetsTarget(plan, stats) || brokenShape(plan, spec.definition, stats) !== undefined) return undefined;
  return {
    order: plan.steps.length,
    segmentation,
    selection: plan.select.kind,
    method,
    guardBits: plan.guardBits,
    segments: plan.segments.length,
    ...planCost(plan),
    depth: depthOf(plan),
    maxUlp: stats.maxUlp,
    meanUlp: Number(BigInt(stats.totalUnits)) / 2 ** 20 / Math.max(1, stats.inputs),
  };
}

/** A product, its rounding and a sum. */
const STEP_DEPTH = 3;
const FINISH_DEPTH = 2;
const REDUCTION_DEPTH = { none: 0, normalise: 2, split: 3, periodic: 4 } as const;

/** Operations one after another, each counted as one: a model, to compare plans by. */
function depthOf({ fold, reduce, select, steps }: KernelPlan): number {
  const selection =
    select.kind === 'compare'
      ? Math.ceil(Math.log2(select.bounds.length + 1))
      : select.kind === 'lookup'
        ? 3
        : 2;
  return (
    (fold ? 2 : 0) + REDUCTION_DEPTH[reduce.kind] + selection + 1 + steps.length * STEP_DEPTH + FINISH_DEPTH
  );
}

/** Those that no other one equals or beats in everything, fewest bytes first. */
function frontOf(plans: readonly ExploredPlan[]): readonly ExploredPlan[] {
  const costs = (plan: ExploredPlan): readonly number[] => [
    plan.tableBytes,
    plan.multiplications,
    plan.depth,
    Math.round(plan.maxUlp / ULP_GRAIN),
    Math.round(plan.meanUlp / ULP_GRAIN),
  ];
  const front: { readonly plan: ExploredPlan; readonly costs: readonly number[] }[] = [];
  const sorted = plans
    .map((plan) => ({ plan, costs: costs(plan) }))
    .toSorted(
      (a, b) => a.costs.map((cost, i) => cost - b.costs[i]).find((difference) => difference !== 0) ?? 0,
    );
  // In this order nothing beats what stands before it.
  for (const next of sorted) {
    if (!front.some((other) => other.costs.every((cost, i) => cost <= next.costs[i]))) front.push(next);
  }
  return front.map(({ plan }) => plan);
}
