import { representable } from '../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../function/definition.js';
import type { KernelPlan } from '../plan/plan.js';
import { planRunner } from '../plan/run.js';
import { crc32Of, crc32OfRepeated } from './crc32.js';
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

/** Inputs that are run at a time: their arguments and results stay in the nearest cache. */
const CHUNK = 4096;

/** Runs a plan on every input of a shard against the reference. */
export function shardVerifier(plan: KernelPlan, definition: FunctionDefinition): ShardVerifier {
  const setting = referenceSetting(plan, definition);
  const run = planRunner(plan);
  const outputs = new Float64Array(CHUNK);
  const words = new Int32Array(CHUNK);
  const withRelative = plan.target.relative !== undefined;
  const firstDefined = (plan.undefined?.upTo ?? -Infinity) + 1;

  const judgeInputs = (block: ReferenceBlock, first: number, last: number, tally: Tally): void => {
    for (let from = first; from <= last; from += CHUNK) {
      const results = outputs.subarray(0, Math.min(CHUNK, last - from + 1));
      run(from, results);
      for (let i = 0; i < results.length; i++) words[i] = results[i];
      tally.crc32 = crc32Of(new Uint8Array(words.buffer, 0, 4 * results.length), tally.crc32);
      judgeChunk(setting, block, results, from, withRelative, tally);
    }
  };

  return ({ first, last }) => {
    const tally = newTally();
    const undefinedInputs = Math.max(0, Math.min(last, firstDefined - 1) - first + 1);
    if (undefinedInputs > 0) tally.crc32 = crc32OfRepeated(plan.undefined?.output ?? 0, undefinedInputs);
    for (let from = first + undefinedInputs; from <= last;) {
      const aligned = Math.floor(from / LARGEST_BLOCK) * LARGEST_BLOCK;
      const to = Math.min(last, aligned + LARGEST_BLOCK - 1);
      referenceBlocks(setting, aligned, LARGEST_BLOCK, from, to, (block) => {
        const end = Math.min(block.first + block.size - 1, to);
        judgeInputs(block, Math.max(block.first, from), end, tally);
      });
      from = to + 1;
    }
    return { inputs: last - first + 1 - undefinedInputs, undefinedInputs, ...tally };
  };
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

/**
 * Adds a chunk of results to a tally. An input whose error is closer to a threshold than the reference's
 * own margin is decided by multiple precision.
 */
function judgeChunk(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  withRelative: boolean,
  tally: Tally,
): void {
  const { base, center, inverseHalfWidth, margin } = block;
  const [c0, c1, c2, c3, c4, c5] = block.coefficients;
  const low = setting.min - base;
  const high = setting.max - base;
  const halfLow = 0.5 - margin;
  const halfHigh = 0.5 + margin;
  const oneLow = 1 - margin;
  const oneHigh = 1 + margin;
  let correctlyRounded = 0;
  let faithful = 0;
  let worst = -1;
  let worstIndex = 0;
  const offset = first - center;
  for (let i = 0; i < results.length; i++) {
    const s = (i + offset) * inverseHalfWidth;
    let f = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
    f = f < low ? low : f > high ? high : f;
    const error = Math.abs(results[i] - base - f);
    if (error > worst) {
      worst = error;
      worstIndex = i;
    }
    if (error < halfHigh) {
      if (error <= halfLow || exactlyWithin(setting, first + i, results[i], 0.5, true, tally))
        correctlyRounded++;
      faithful++;
    } else if (
      error < oneHigh &&
      (error < oneLow || exactlyWithin(setting, first + i, results[i], 1, false, tally))
    ) {
      faithful++;
    }
    if (withRelative) {
      const near = Math.abs(base + f) < SMALL_VALUE;
      const relative = near
        ? exactStats(setting, first + i, results[i]).relative
        : (error + margin) / (Math.abs(base + f) - margin);
      if (relative > tally.maxRelative) tally.maxRelative = relative;
    }
  }
  tally.correctlyRounded += correctlyRounded;
  tally.faithful += faithful;
  if (worst >= tally.maxUlp || tally.worstInput === null) {
    const worstInput = first + worstIndex;
    const exact = exactError(setting, worstInput, results[worstIndex]);
    if (exact > tally.maxUlp || tally.worstInput === null) {
      tally.maxUlp = exact;
      tally.worstInput = worstInput;
    }
  }
}

function exactlyWithin(
  setting: ReferenceSetting,
  x: number,
  output: number,
  threshold: number,
  inclusive: boolean,
  tally: Tally,
): boolean {
  tally.decidedExactly++;
  const error = exactError(setting, x, output);
  return inclusive ? error <= threshold : error < threshold;
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
