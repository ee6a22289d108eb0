import type { Loops } from '../plan/loops.js';
import { BINS_PER_ULP, HISTOGRAM_BINS } from '../plan/loops.js';
import { directionOn } from './monotone.js';
import { exactError, scaledReference, type ReferenceBlock, type ReferenceSetting } from './reference.js';
import type { Extreme } from './stats.js';

/** What has been seen of a shard so far. */
export interface Tally {
  maxUlp: number;
  worstInput: number | null;
  totalUnits: bigint;
  maxRelative: number;
  correctlyRounded: number;
  faithful: number;
  readonly histogram: Float64Array;
  against: number;
  firstAgainst: number | null;
  undirected: number;
  least: Extreme | null;
  most: Extreme | null;
  decidedExactly: number;
  crc32: number;
}

export const newTally = (): Tally => ({
  maxUlp: 0,
  worstInput: null,
  totalUnits: 0n,
  maxRelative: 0,
  correctlyRounded: 0,
  faithful: 0,
  histogram: new Float64Array(HISTOGRAM_BINS),
  against: 0,
  firstAgainst: null,
  undirected: 0,
  least: null,
  most: null,
  decidedExactly: 0,
  crc32: 0,
});

/** A reference that contradicts itself proves nothing. */
export class ReferenceContradiction extends Error {
  override readonly name = 'ReferenceContradiction';
}

/**
 * Adds what a chunk of results shows to a tally; errors are relative to what the output can hold.
 *
 * @param first the input of the first result
 * @param words receives the results as 32-bit words
 */
export function judgeChunk(
  setting: ReferenceSetting,
  loops: Loops,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  words: Int32Array,
  tally: Tally,
): void {
  const { base, center, margin, direction } = block;
  const thresholds = [0.5 - margin, 0.5 + margin, 1 - margin, 1 + margin] as const;
  const { worst, counts, total, against, least, most } = loops.judge(
    results,
    block,
    first - center,
    setting.min - base,
    setting.max - base,
    thresholds,
    direction,
    words,
    tally.histogram,
  );
  tally.correctlyRounded += counts[0];
  tally.faithful += counts[2];
  tally.totalUnits += BigInt(total);
  noteExtremes(results, first, least, most, tally);
  if (against > 0) noteSteps(results, first, direction, against, tally);
  if (counts[0] !== counts[1] || counts[2] !== counts[3]) {
    decideExactly(setting, block, results, first, tally);
  }
  if (worst + 2 * margin >= tally.maxUlp || tally.worstInput === null) {
    settleWorst(setting, block, results, first, worst, tally);
  }
}

function noteExtremes(results: Float64Array, first: number, least: number, most: number, tally: Tally): void {
  if (tally.least === null || least < tally.least.output) {
    tally.least = { output: least, input: first + results.indexOf(least) };
  }
  if (tally.most === null || most > tally.most.output) {
    tally.most = { output: most, input: first + results.indexOf(most) };
  }
}

function noteSteps(
  results: Float64Array,
  first: number,
  direction: number,
  against: number,
  tally: Tally,
): void {
  tally.against += against;
  if (tally.firstAgainst !== null) return;
  const index = results.findIndex((result, i) => i > 0 && (result - results[i - 1]) * direction < 0);
  tally.firstAgainst = first + index;
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
    i < results.length && approximateError(setting, block, first + i, results[i]) >= least;
  const errorOf = (i: number): number => checkedError(setting, block, first + i, results[i]);
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
    const directed = block.direction !== 0 || directionOn(setting, first + from, first + to, 0) !== undefined;
    if (to - from < 2 || directed) {
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
    const error = approximateError(setting, block, first + i, results[i]);
    const nearHalf = error > 0.5 - block.margin && error < 0.5 + block.margin;
    const nearOne = error >= 1 - block.margin && error < 1 + block.margin;
    if (!nearHalf && !nearOne) continue;
    const exact = checkedError(setting, block, first + i, results[i]);
    tally.decidedExactly++;
    if (nearHalf && exact <= 0.5) tally.correctlyRounded++;
    if (nearOne && exact < 1) tally.faithful++;
  }
}

function approximateError(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  x: number,
  result: number,
): number {
  return Math.abs(result - block.base - referenceAt(setting, block, x));
}

/** What multiple precision may itself be off, in ulps. */
const EXACT_MARGIN = 2 ** -39;

/**
 * The error at an input by multiple precision.
 *
 * @throws ReferenceContradiction where that is not what the block says, within its margin
 */
export function checkedError(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  x: number,
  result: number,
): number {
  const exact = exactError(setting, x, result);
  const difference = Math.abs(exact - approximateError(setting, block, x, result));
  if (difference <= block.margin + EXACT_MARGIN + Math.abs(result) * 2 ** -50) return exact;
  const { definition, inputFracBits } = setting;
  throw new ReferenceContradiction(
    `the reference of ${definition.name} contradicts itself at raw input ${x} (${x * 2 ** -inputFracBits}): its expansion and its value differ by ${difference} ulp, where ${block.margin} ulp is possible`,
  );
}

/** A block's value at an input, relative to its base and clamped: the same operations as the loops'. */
export function referenceAt(setting: ReferenceSetting, block: ReferenceBlock, x: number): number {
  const [c0, c1, c2, c3, c4, c5] = block.coefficients;
  const s = (x - block.center) * block.inverseHalfWidth;
  const f = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
  return Math.min(Math.max(f, setting.min - block.base), setting.max - block.base);
}

/** Adds the greatest relative error of a chunk to a tally, rounded up by the reference's margin. */
export function judgeRelative(
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
        ? exactRelative(setting, first + i, results[i])
        : (error + block.margin) / (magnitude - block.margin);
    if (relative > tally.maxRelative) tally.maxRelative = relative;
  }
}

/** Below this |f(x) · 2^n| a relative error is computed by multiple precision. */
const SMALL_VALUE = 4;
/** What multiple precision can't tell from zero, in ulps. */
const EXACT_ZERO = 2 ** -40;

/** A result of 0 where f is 0 has relative error 0. */
function exactRelative(setting: ReferenceSetting, x: number, output: number): number {
  const ulp = exactError(setting, x, output);
  return ulp < EXACT_ZERO ? 0 : ulp / Math.abs(scaledReference(setting, x));
}

/** The edges of the histogram's bins, in ulps. */
export const HISTOGRAM_EDGES: readonly number[] = Array.from(
  { length: HISTOGRAM_BINS },
  (_, i) => i / BINS_PER_ULP,
);
