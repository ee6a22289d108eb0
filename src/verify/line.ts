import type { Loops } from '../plan/loops.js';
import { goesOneWay } from './monotone.js';
import { isHeld, type ReferenceBlock, type ReferenceSetting } from './reference.js';

/** Results of consecutive inputs on a line: those of tails, mostly. */
export interface ResultLine {
  /** The result at the first input. */
  readonly result: number;
  /** Whole ulps from one input to the next. */
  readonly rise: number;
}

/**
 * The line on which all of these results are, if f less that line is monotone on their block: then their errors fall
 * and rise at most once, and those at both ends tell of all. Undefined where that is not so.
 */
export function lineOf(
  setting: ReferenceSetting,
  loops: Loops,
  block: ReferenceBlock,
  results: Float64Array,
): ResultLine | undefined {
  const [last, result] = [results.length - 1, results[0]];
  const rise = last === 0 ? 0 : results[1] - result;
  if (results[last] !== result + last * rise) return undefined;
  return loops.isLine(results, rise) && leansFrom(setting, block, rise) ? { result, rise } : undefined;
}

/** The result that a line has at another input. */
export function resultAt({ result, rise }: ResultLine, first: number, x: number): number {
  return result + rise * (x - first);
}

const leanings = new WeakMap<ReferenceBlock, { readonly rise: number; readonly leans: boolean }>();

/** Whether f less a line that rises or falls is monotone on a block, with values that the output holds. */
function leansFrom(setting: ReferenceSetting, block: ReferenceBlock, rise: number): boolean {
  const { first, size, direction, inverseHalfWidth } = block;
  const isClamped = inverseHalfWidth === 0;
  if (rise === 0 && (direction !== 0 || isClamped)) return true;
  if (size === 1 || isClamped) return false;
  const known = leanings.get(block);
  if (known?.rise === rise) return known.leans;
  const leans = isHeld(setting, block) && goesOneWay(setting, first, first + size, rise);
  leanings.set(block, { rise, leans });
  return leans;
}
