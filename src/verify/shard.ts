import { representable } from '../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../function/definition.js';
import type { KernelPlan } from '../plan/plan.js';
import { fastestLoops, type Loops } from '../plan/loops.js';
import { planRunner, RUN_LENGTH } from '../plan/run.js';
import { combineCrc32, crc32Of, crc32OfRepeated } from './crc32.js';
import { directionOn } from './monotone.js';
import {
  exactError,
  LARGEST_BLOCK,
  referenceBlocks,
  scaledReference,
  type ReferenceBlock,
  type ReferenceSetting,
} from './reference.js';
import type { ErrorStats } from './stats.js';

/** Consecutive inputs of a plan, first … last. */
export interface Shard {
  readonly first: number;
  readonly last: number;
}

export type ShardVerifier = (shard: Shard) => ErrorStats;

export function referenceSetting(plan: KernelPlan, definition: FunctionDefinition): ReferenceSetting {
  const { min, max } = representable(plan.output, plan.finish.overflow);
  return { definition, inputFracBits: plan.input.fracBits, outputFracBits: plan.output.fracBits, min, max };
}

/**
 * Runs a plan on every input of a shard against the reference.
 *
 * @param loops what the inner loops run on; every choice gives the same stats
 */
export function shardVerifier(
  plan: KernelPlan,
  definition: FunctionDefinition,
  loops: Loops = fastestLoops(),
): ShardVerifier {
  const setting = referenceSetting(plan, definition);
  const run = planRunner(plan, loops);
  const outputs = loops.allocate(RUN_LENGTH);
  const words = new Int32Array(RUN_LENGTH);
  const withRelative = plan.target.relative !== undefined;

  const runInputs = (
    first: number,
    last: number,
    tally: Tally,
    judge?: (results: Float64Array, from: number) => void,
  ): void => {
    for (let from = first; from <= last; from += RUN_LENGTH) {
      const results = outputs.subarray(0, Math.min(RUN_LENGTH, last - from + 1));
      run(from, results);
      for (let i = 0; i < results.length; i++) words[i] = results[i];
      tally.crc32 = crc32Of(new Uint8Array(words.buffer, 0, 4 * results.length), tally.crc32);
      judge?.(results, from);
    }
  };
  const judgeInputs = (block: ReferenceBlock, first: number, last: number, tally: Tally): void =>
    runInputs(first, last, tally, (results, from) => {
      judgeChunk(setting, loops, block, results, from, tally);
      if (withRelative) judgeRelative(setting, block, results, from, tally);
    });

  /** Judges the inputs at which f has a value; returns how many of the others there were. */
  const judgeDefined = ({ first, last }: Shard, tally: Tally): number => {
    let next = first;
    let gaps = 0;
    // Between blocks are inputs at which f has no value: they are run for the CRC, and count as undefined.
    const skipTo = (end: number): void => {
      if (end > next) runInputs(next, end - 1, tally);
      gaps += Math.max(0, end - next);
      next = Math.max(next, end);
    };
    while (next <= last) {
      const from = next;
      const aligned = Math.floor(from / LARGEST_BLOCK) * LARGEST_BLOCK;
      const to = Math.min(last, aligned + LARGEST_BLOCK - 1);
      referenceBlocks(setting, aligned, LARGEST_BLOCK, from, to, (block) => {
        skipTo(block.first);
        const end = Math.min(block.first + block.size - 1, to);
        judgeInputs(block, Math.max(block.first, from), end, tally);
        next = end + 1;
      });
      skipTo(to + 1);
    }
    return gaps;
  };

  return (shard) => {
    const tally = newTally();
    let undefinedInputs = 0;
    for (const { first, last, output } of stretchesOf(plan, shard)) {
      if (output === undefined) {
        undefinedInputs += judgeDefined({ first, last }, tally);
      } else {
        const inputs = last - first + 1;
        undefinedInputs += inputs;
        tally.crc32 = combineCrc32(tally.crc32, crc32OfRepeated(output, inputs), 4 * inputs);
      }
    }
    return { inputs: shard.last - shard.first + 1 - undefinedInputs, undefinedInputs, ...tally };
  };
}

/** Inputs of a shard with a value, and those without, which give one output. */
type InputStretch = Shard & { readonly output?: number };

function stretchesOf(plan: KernelPlan, { first, last }: Shard): readonly InputStretch[] {
  const stretches: InputStretch[] = [];
  let next = first;
  for (const hole of plan.undefined ?? []) {
    const [lo, hi] = [Math.max(first, Number(hole.lo)), Math.min(last, Number(hole.hi))];
    if (lo > hi) continue;
    if (lo > next) stretches.push({ first: next, last: lo - 1 });
    stretches.push({ first: lo, last: hi, output: Number(hole.output) });
    next = hi + 1;
  }
  return next <= last ? [...stretches, { first: next, last }] : stretches;
}

interface Tally {
  maxUlp: number;
  worstInput: number | null;
  maxRelative: number;
  correctlyRounded: number;
  faithful: number;
  decidedExactly: number;
  crc32: number;
}

const newTally = (): Tally => ({
  maxUlp: 0,
  worstInput: null,
  maxRelative: 0,
  correctlyRounded: 0,
  faithful: 0,
  decidedExactly: 0,
  crc32: 0,
});

/** Adds the errors of a chunk of results, relative to what the output can hold, to a tally. */
function judgeChunk(
  setting: ReferenceSetting,
  loops: Loops,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  tally: Tally,
): void {
  const { base, center, margin } = block;
  const offset = first - center;
  const low = setting.min - base;
  const high = setting.max - base;
  const thresholds = [0.5 - margin, 0.5 + margin, 1 - margin, 1 + margin] as const;
  const { worst, counts } = loops.judge(results, block, offset, low, high, thresholds);
  tally.correctlyRounded += counts[0];
  tally.faithful += counts[2];
  if (counts[0] !== counts[1] || counts[2] !== counts[3]) {
    decideExactly(setting, block, results, first, tally);
  }
  if (worst + 2 * margin >= tally.maxUlp || tally.worstInput === null) {
    settleWorst(setting, block, results, first, worst, tally);
  }
}

/**
 * The greatest error of a chunk by multiple precision. Every input whose approximate error is within twice
 * the margin of the greatest could be it; of neighbours with the same result only the two ends where f is
 * monotone between them: there |constant − f| has no greatest value inside.
 */
function settleWorst(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  worst: number,
  tally: Tally,
): void {
  const least = Math.max(worst, tally.maxUlp) - 2 * block.margin;
  const isCandidate = (i: number): boolean =>
    i < results.length && Math.abs(results[i] - block.base - referenceAt(setting, block, first + i)) >= least;
  const errorOf = (i: number): number => exactError(setting, first + i, results[i]);
  const settle = (i: number, exact: number): void => {
    if (exact <= tally.maxUlp && tally.worstInput !== null) return;
    tally.maxUlp = exact;
    tally.worstInput = first + i;
  };
  // The errors of a run with one result: they fall, then rise. Of its last ones several may be alike, near
  // a limit of f; the lowest input counts.
  const settleMonotone = (from: number, to: number): void => {
    settle(from, errorOf(from));
    const last = errorOf(to);
    if (last <= tally.maxUlp) return;
    let [low, high] = [from, to];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (errorOf(middle) >= last) high = middle;
      else low = middle;
    }
    settle(high, last);
  };
  const settleRun = (from: number, to: number): void => {
    if (to - from < 2 || directionOn(setting, first + from, first + to, 0) !== undefined) {
      settleMonotone(from, to);
    } else {
      const middle = (from + to) >> 1;
      settleRun(from, middle);
      settleRun(middle, to);
    }
  };
  for (let i = 0; i < results.length; i++) {
    if (!isCandidate(i)) continue;
    let end = i;
    while (results[end + 1] === results[i] && isCandidate(end + 1)) end++;
    settleRun(i, end);
    i = end;
  }
}

/** Counts the inputs whose error is closer to a threshold than the reference's margin, each exactly. */
function decideExactly(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  tally: Tally,
): void {
  for (let i = 0; i < results.length; i++) {
    const error = Math.abs(results[i] - block.base - referenceAt(setting, block, first + i));
    const nearHalf = error > 0.5 - block.margin && error < 0.5 + block.margin;
    const nearOne = error >= 1 - block.margin && error < 1 + block.margin;
    if (!nearHalf && !nearOne) continue;
    const exact = exactError(setting, first + i, results[i]);
    tally.decidedExactly++;
    if (nearHalf && exact <= 0.5) tally.correctlyRounded++;
    if (nearOne && exact < 1) tally.faithful++;
  }
}

/** A block's value at an input, relative to its base and clamped: the same operations as the loops'. */
function referenceAt(setting: ReferenceSetting, block: ReferenceBlock, x: number): number {
  const [c0, c1, c2, c3, c4, c5] = block.coefficients;
  const s = (x - block.center) * block.inverseHalfWidth;
  const f = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
  return Math.min(Math.max(f, setting.min - block.base), setting.max - block.base);
}

/** Adds the greatest relative error of a chunk to a tally, rounded up by the reference's margin. */
function judgeRelative(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  tally: Tally,
): void {
  for (let i = 0; i < results.length; i++) {
    const f = referenceAt(setting, block, first + i);
    const magnitude = Math.abs(block.base + f);
    const error = Math.abs(results[i] - block.base - f);
    const relative =
      magnitude < SMALL_VALUE
        ? exactStats(setting, first + i, results[i]).relative
        : (error + block.margin) / (magnitude - block.margin);
    if (relative > tally.maxRelative) tally.maxRelative = relative;
  }
}

/** Below this |f(x) · 2^n| a relative error is computed by multiple precision. */
const SMALL_VALUE = 4;
/** What multiple precision can't tell from zero, in ulps. */
const EXACT_ZERO = 2 ** -40;

/** Errors of one input by multiple precision alone; a result of 0 where f is 0 has relative error 0. */
export function exactStats(
  setting: ReferenceSetting,
  x: number,
  output: number,
): { ulp: number; relative: number } {
  const ulp = exactError(setting, x, output);
  const relative = ulp < EXACT_ZERO ? 0 : ulp / Math.abs(scaledReference(setting, x));
  return { ulp, relative };
}
