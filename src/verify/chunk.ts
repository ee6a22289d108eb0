import { UNITS_PER_ULP, type Loops } from '../plan/loops.js';
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
  /** Inputs of one result, up to the last that was judged, whose greatest error is still to be settled. */
  open: ConstantRun | undefined;
}

/** Consecutive inputs of a block with one result. */
interface ConstantRun {
  readonly block: ReferenceBlock;
  readonly result: number;
  readonly first: number;
  readonly last: number;
}

export const newTally = (): Tally => ({
  maxUlp: 0,
  worstInput: null,
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
  open: undefined,
});

/** What every message of a contradiction begins with: of an error in another thread, only that is left. */
export const CONTRADICTION = 'the reference contradicts itself';

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
  noteExtremes(results, first, least, most, tally);
  if (against > 0) noteSteps(results, first, direction, against, tally);
  if (counts[1] !== counts[2] || counts[3] !== counts[4]) {
    decideExactly(setting, block, results, first, tally);
  }
  if (least === most && direction !== 0) {
    extendRun(setting, block, least, first, first + results.length - 1, tally);
    return;
  }
  settleOpen(setting, tally);
  if (worst + 2 * margin >= tally.maxUlp || tally.worstInput === null) {
    settleWorst(setting, block, results, first, worst, tally);
  }
}

/** In tails a result goes on for many chunks: the greatest error is looked for once, at the end. */
export function extendRun(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  result: number,
  first: number,
  last: number,
  tally: Tally,
): void {
  const { open } = tally;
  const goesOn = open?.block === block && open.result === result && open.last === first - 1;
  if (!goesOn) settleOpen(setting, tally);
  tally.open = { block, result, first: goesOn ? open.first : first, last };
}

/** Settles the greatest error of inputs that share their result; to be called after the last chunk, too. */
export function settleOpen(setting: ReferenceSetting, tally: Tally): void {
  const { open } = tally;
  if (!open) return;
  tally.open = undefined;
  const { block, result, first, last } = open;
  const ends = [first, last].map((x) => approximateError(setting, block, x, result));
  if (tally.worstInput === null || Math.max(...ends) + 2 * block.margin >= tally.maxUlp) {
    settleMonotone(setting, block, result, first, last, tally);
  }
}

/**
 * The greatest error of inputs that share their result, f being monotone: errors fall, then rise. Of the last
 * ones several may be alike, near a limit of f; the lowest input counts.
 */
function settleMonotone(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  result: number,
  first: number,
  last: number,
  tally: Tally,
): void {
  const errorOf = (x: number): number => checkedError(setting, block, x, result);
  settle(tally, first, errorOf(first));
  const greatest = errorOf(last);
  if (greatest <= tally.maxUlp) return;
  let [low, high] = [first, last];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (errorOf(middle) >= greatest) high = middle;
    else low = middle;
  }
  settle(tally, high, greatest);
}

function settle(tally: Tally, x: number, exact: number): void {
  if (exact <= tally.maxUlp && tally.worstInput !== null) return;
  tally.maxUlp = exact;
  tally.worstInput = x;
}

export function noteExtremes(
  results: Float64Array,
  first: number,
  least: number,
  most: number,
  tally: Tally,
): void {
  if (tally.least === null || least < tally.least.output) {
    tally.least = { output: least, input: first + firstOf(results, least) };
  }
  if (tally.most === null || most > tally.most.output) {
    tally.most = { output: most, input: first + firstOf(results, most) };
  }
}

/** The first index of an extreme result: of a monotone function's, it is near one of the ends. */
function firstOf(results: Float64Array, extreme: number): number {
  let index = results.length - 1;
  if (results[0] === extreme || results[index] !== extreme) return results.indexOf(extreme);
  while (results[index - 1] === extreme) index--;
  const earlier = results.subarray(0, index).indexOf(extreme);
  return earlier < 0 ? index : earlier;
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
  const settleRun = (from: number, to: number): void => {
    const directed = block.direction !== 0 || directionOn(setting, first + from, first + to, 0) !== undefined;
    if (to - from < 2 || directed) {
      settleMonotone(setting, block, results[from], first + from, first + to, tally);
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
    const nearHalf = error >= 0.5 - block.margin && error < 0.5 + block.margin;
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
 * @throws RangeError where that is not what the block says, within its margin: such a reference proves nothing
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
  throw new RangeError(
    `${CONTRADICTION}: at raw input ${x} (${x * 2 ** -inputFracBits}) the expansion and the value of ${definition.name} differ by ${difference} ulp, where ${block.margin} ulp is possible`,
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
