import { UNITS_PER_ULP, type Loops } from '../plan/loops.js';
import { checkedError, referenceAt } from './block-error.js';
import { noteExtremes, type Tally } from './chunk.js';
import { suspectRun } from './greatest-error.js';
import type { ReferenceBlock, ReferenceSetting } from './reference.js';

/** What a block's polynomial loses in doubles, by its coefficients but the first; nothing where it is level. */
const ROUNDING_NOISE = 2 ** -48;

/**
 * The same as `judgeChunk`, but for words, for a chunk of one result on which f is monotone, if its errors are so
 * alike that those at its ends tell all that is counted: most of a tail is. False, and nothing noted, where that is
 * not so.
 */
export function judgeConstant(
  setting: ReferenceSetting,
  loops: Loops,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  tally: Tally,
): boolean {
  const [result, last] = [results[0], first + results.length - 1];
  if (block.direction === 0 || results[results.length - 1] !== result) return false;
  const [atFirst, atLast] = [first, last].map((x) => result - block.base - referenceAt(setting, block, x));
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
  const isInside = near === undefined || (least >= near - margin && greatest < near + margin);
  if (!isInside) return false;
  if (!loops.isLevel(results)) return false;
  const side = near === undefined ? undefined : sideOf(setting, block, result, first, last, near);
  if (near !== undefined && side === undefined) return false;

  const count = results.length;
  const isBelow = (at: number): boolean => (at === near ? side === 'below' : least < at);
  tally.belowQuarter += least < 0.25 ? count : 0;
  tally.correctlyRounded += isBelow(0.5) ? count : 0;
  tally.faithful += isBelow(1) ? count : 0;
  tally.belowTwo += least < 2 ? count : 0;
  tally.totalUnits += BigInt(units * count);
  tally.decidedExactly += near === undefined ? 0 : count;
  noteExtremes(results, first, result, result, true, tally);
  suspectRun(setting, tally.suspects, block, first, last, result);
  return true;
}

const blockErrors = new WeakMap<
  ReferenceBlock,
  { readonly result: number; readonly errors: readonly number[] }
>();

/**
 * On which side of a threshold all errors of a result lie, f being monotone: where they are below it at both ends
 * of the block, they are in between; and so at the ends of the chunk, where the error goes one way. An error of ½ is
 * correctly rounded; one of 1 is not faithful.
 */
function sideOf(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  result: number,
  first: number,
  last: number,
  threshold: number,
): 'below' | 'beyond' | undefined {
  const isBelow = (error: number) => (threshold === 0.5 ? error <= threshold : error < threshold);
  const errorsAt = (ends: readonly number[]) => ends.map((x) => checkedError(setting, block, x, result));
  let known = blockErrors.get(block);
  if (known?.result !== result) {
    known = { result, errors: errorsAt([block.first, block.first + block.size - 1]) };
    blockErrors.set(block, known);
  }
  if (known.errors.every(isBelow)) return 'below';
  const errors = errorsAt([first, last]);
  if (errors.every(isBelow)) return 'below';
  return errors.some(isBelow) ? undefined : 'beyond';
}
