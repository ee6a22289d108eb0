import { UNITS_PER_ULP } from '../plan/loops.js';
import { approximateDifference, checkedError } from './block-error.js';
import { noteExtremes, type Tally } from './chunk.js';
import { suspectRun } from './greatest-error.js';
import { resultAt, type ResultLine } from './line.js';
import type { ReferenceBlock, ReferenceSetting } from './reference.js';

/** What a block's polynomial loses in doubles, by its coefficients but the first; nothing where it is level. */
const ROUNDING_NOISE = 2 ** -48;

/**
 * The same as `judgeChunk`, but for words, for a chunk of results on a line, if its errors are so alike that those at
 * its ends tell all that is counted: most of a tail is. False, and nothing noted, where that is not so.
 */
export function judgeLine(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  line: ResultLine,
  results: Float64Array,
  first: number,
  tally: Tally,
): boolean {
  if (line.rise * block.direction < 0) return false;
  const last = first + results.length - 1;
  const [atFirst, atLast] = [first, last].map((x) =>
    approximateDifference(setting, block, x, resultAt(line, first, x)),
  );
  if (atFirst * atLast < 0) return false;
  const noise =
    ROUNDING_NOISE * block.coefficients.reduce((sum, c, k) => (k === 0 ? sum : sum + Math.abs(c)), 0);
  const least = Math.max(0, Math.min(Math.abs(atFirst), Math.abs(atLast)) - noise);
  const greatest = Math.max(Math.abs(atFirst), Math.abs(atLast)) + noise;
  const units = Math.round(least * UNITS_PER_ULP);
  if (Math.round(greatest * UNITS_PER_ULP) !== units) return false;
  const isCrossed = (at: number, margin: number) => least < at + margin && greatest >= at - margin;
  if (isCrossed(0.25, 0) || isCrossed(2, 0)) return false;
  const { margin } = block;
  const near = [0.5, 1].find((at) => isCrossed(at, margin));
  const side = near === undefined ? undefined : sideOf(setting, block, line, first, last, near);
  if (near !== undefined && side === undefined) return false;

  const count = results.length;
  const isBelow = (at: number): boolean => (at === near ? side === 'below' : least < at);
  tally.belowQuarter += least < 0.25 ? count : 0;
  tally.correctlyRounded += isBelow(0.5) ? count : 0;
  tally.faithful += isBelow(1) ? count : 0;
  tally.belowTwo += least < 2 ? count : 0;
  tally.totalUnits += BigInt(units) * BigInt(count);
  tally.decidedExactly += near === undefined ? 0 : count;
  const ends = [results[0], results[count - 1]];
  noteExtremes(results, first, Math.min(...ends), Math.max(...ends), true, tally);
  suspectRun(setting, tally.suspects, block, first, last, line);
  return true;
}

/** What is known of a line on all of a block. */
interface BlockEnds extends ResultLine {
  /** The errors of the block's first and last input. */
  readonly errors: readonly number[];
  /** Whether f is on the same side of the line at both, and so in between: then errors rise, or fall. */
  readonly oneSided: boolean;
}

const blockEnds = new WeakMap<ReferenceBlock, BlockEnds>();

/** @param line with the result at the block's first input */
function endsOf(setting: ReferenceSetting, block: ReferenceBlock, line: ResultLine): BlockEnds {
  const known = blockEnds.get(block);
  if (known?.result === line.result && known.rise === line.rise) return known;
  const inputs = [block.first, block.first + block.size - 1];
  const errors = inputs.map((x) => checkedError(setting, block, x, resultAt(line, block.first, x)));
  const [atFirst, atLast] = inputs.map((x) =>
    approximateDifference(setting, block, x, resultAt(line, block.first, x)),
  );
  const ends = { ...line, errors, oneSided: atFirst * atLast > 0 };
  blockEnds.set(block, ends);
  return ends;
}

/**
 * On which side of a threshold the errors of all results on a line lie, f less the line being monotone: where they
 * are below it at both ends of the block, they are in between; and so on either side at the ends of a stretch where
 * the error goes one way, as it does in the chunk. An error of ½ is correctly rounded; one of 1 is not faithful.
 */
function sideOf(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  line: ResultLine,
  first: number,
  last: number,
  threshold: number,
): 'below' | 'beyond' | undefined {
  const isBelow = (error: number) => (threshold === 0.5 ? error <= threshold : error < threshold);
  const ends = endsOf(setting, block, { ...line, result: resultAt(line, first, block.first) });
  if (ends.errors.every(isBelow)) return 'below';
  if (ends.oneSided && !ends.errors.some(isBelow)) return 'beyond';
  const errors = [first, last].map((x) => checkedError(setting, block, x, resultAt(line, first, x)));
  if (errors.every(isBelow)) return 'below';
  return errors.some(isBelow) ? undefined : 'beyond';
}
