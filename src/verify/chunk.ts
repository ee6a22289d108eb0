import { UNITS_PER_ULP, type Loops } from '../plan/loops.js';
import { checkedError, referenceAt } from './block-error.js';
import { noSuspects, suspectChunk, suspectRun, type Suspects } from './greatest-error.js';
import type { ResultLine } from './line.js';
import { exactError, scaledReference, type ReferenceBlock, type ReferenceSetting } from './reference.js';
import type { Extreme } from './stats.js';

/** What has been seen of a shard so far. */
export interface Tally {
  readonly suspects: Suspects;
  totalUnits: bigint;
  maxRelative: number;
  correctlyRounded: number;
  faithful: number;
  /** Errors below a quarter of an ulp, and below two. */
  belowQuarter: number;
  belowTwo: number;
  against: number;
  firstAgainst: number | null;
  undirected: number;
  least: Extreme | null;
  most: Extreme | null;
  decidedExactly: number;
  crc32: number;
}

export const newTally = (): Tally => ({
  suspects: noSuspects(),
  totalUnits: 0n,
  maxRelative: 0,
  correctlyRounded: 0,
  faithful: 0,
  belowQuarter: 0,
  belowTwo: 0,
  against: 0,
  firstAgainst: null,
  undirected: 0,
  least: null,
  most: null,
  decidedExactly: 0,
  crc32: 0,
});

/**
 * Adds what a chunk of results shows to a tally; errors are relative to what the output can hold.
 *
 * @param first the input of the first result
 * @param line the line on which they are, where they are on one
 * @param words receives the results as 32-bit words
 */
export function judgeChunk(
  setting: ReferenceSetting,
  loops: Loops,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  line: ResultLine | undefined,
  words: Int32Array,
  tally: Tally,
): void {
  const { base, center, margin, direction } = block;
  const thresholds = [0.25, 0.5 - margin, 0.5 + margin, 1 - margin, 1 + margin, 2];
  const { worst, counts, total, against, least, most } = loops.judge(
    results,
    block,
    first - center,
    setting.min - base,
    setting.max - base,
    thresholds,
    direction,
    words,
  );
  tally.belowQuarter += counts[0];
  tally.correctlyRounded += counts[1];
  tally.faithful += counts[3];
  tally.belowTwo += counts[5];
  tally.totalUnits += BigInt(Math.round(total * UNITS_PER_ULP));
  noteExtremes(results, first, least, most, direction !== 0 && against === 0, tally);
  if (against > 0) noteSteps(results, first, direction, against, tally);
  const [, belowHalf, upToHalf, belowOne, upToOne] = counts;
  const errorsNear = (threshold: number): readonly number[] => {
    const near = selectInputs(setting, loops, block, results, first, threshold - margin, threshold + margin);
    tally.decidedExactly += near.length;
    return Array.from(near, (i) => checkedError(setting, block, first + i, results[i]));
  };
  if (belowHalf !== upToHalf)
    tally.correctlyRounded += errorsNear(0.5).filter((error) => error <= 0.5).length;
  if (belowOne !== upToOne) tally.faithful += errorsNear(1).filter((error) => error < 1).length;
  const last = first + results.length - 1;
  if (line) suspectRun(setting, tally.suspects, block, first, last, line);
  else suspectChunk(tally.suspects, block, first, last, worst);
}

/** @param ordered whether results never fall, or never rise */
export function noteExtremes(
  results: Float64Array,
  first: number,
  least: number,
  most: number,
  ordered: boolean,
  tally: Tally,
): void {
  if (tally.least === null || least < tally.least.output) {
    tally.least = { output: least, input: first + firstOf(results, least, ordered) };
  }
  if (tally.most === null || most > tally.most.output) {
    tally.most = { output: most, input: first + firstOf(results, most, ordered) };
  }
}

/** The first index of an extreme result, which is near one of the ends where results are ordered. */
function firstOf(results: Float64Array, extreme: number, ordered: boolean): number {
  let index = results.length - 1;
  if (!ordered || results[0] === extreme) return results.indexOf(extreme);
  while (results[index - 1] === extreme) index--;
  return index;
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

/** The indices of results whose error, by the block, is at least `from` and below `to`; good until the next call. */
export function selectInputs(
  { min, max }: ReferenceSetting,
  loops: Loops,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  from: number,
  to: number,
): Int32Array {
  const { base, center } = block;
  return loops.select(results, block, first - center, min - base, max - base, from, to);
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
