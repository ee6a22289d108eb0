import { approximateError, checkedError, EXACT_MARGIN, fineError } from './block-error.js';
import { FINE_LIMIT, FINE_MARGIN } from './fine-expansion.js';
import { resultAt, type ResultLine } from './line.js';
import { goesOneWay } from './monotone.js';
import type { ReferenceBlock, ReferenceSetting } from './reference.js';

/** Consecutive inputs of a block that may hold the greatest error of a shard. */
interface Suspect {
  readonly block: ReferenceBlock;
  readonly first: number;
  readonly last: number;
  /** Their greatest error, within the block's margin. */
  readonly worst: number;
  /** The line that their results are on, f less which is monotone; then `worst` is at one of the ends. */
  readonly line?: ResultLine;
}

/**
 * Where the greatest error may be, by ascending inputs. While errors grow from chunk to chunk, each holds the
 * greatest so far: only at the end of a shard is it known which of them are worth multiple precision.
 */
export interface Suspects {
  readonly list: Suspect[];
  /** Some input seen so far has at least this error. */
  floor: number;
}

export const noSuspects = (): Suspects => ({ list: [], floor: -Infinity });

/** The results of the inputs first … last; good until the next call. */
export type ResultsOf = (first: number, last: number) => Float64Array;

/** The indices of results whose approximate error is at least so much; good until the next call. */
export type InputsReaching = (
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  least: number,
) => Int32Array;

export interface GreatestError {
  readonly maxUlp: number;
  /** The lowest input that has it; null of no inputs. */
  readonly worstInput: number | null;
}

/** Notes a chunk with its greatest error, within the block's margin. */
export function suspectChunk(
  suspects: Suspects,
  block: ReferenceBlock,
  first: number,
  last: number,
  worst: number,
): void {
  if (mayReach(suspects.floor, worst, block)) suspects.list.push({ block, first, last, worst });
  suspects.floor = Math.max(suspects.floor, worst - block.margin);
}

/** Notes inputs with results on a line. In tails a line goes on for many chunks: they are one suspect. */
export function suspectRun(
  setting: ReferenceSetting,
  suspects: Suspects,
  block: ReferenceBlock,
  first: number,
  last: number,
  line: ResultLine,
): void {
  const ends = [first, last].map((x) => approximateError(setting, block, x, resultAt(line, first, x)));
  const worst = Math.max(...ends);
  const { list } = suspects;
  const open = list[list.length - 1];
  const goesOn =
    open?.block === block &&
    open.last === first - 1 &&
    open.line?.rise === line.rise &&
    resultAt(open.line, open.first, first) === line.result;
  if (goesOn) {
    list[list.length - 1] = { ...open, last, worst: Math.max(open.worst, worst) };
  } else if (mayReach(suspects.floor, worst, block)) {
    list.push({ block, first, last, worst, line });
  }
  suspects.floor = Math.max(suspects.floor, worst - block.margin);
}

/** Whether an error that a block gives may be a greatest one by multiple precision. */
function mayReach(floor: number, error: number, block: ReferenceBlock): boolean {
  return error >= floor - slackOf(block);
}

function slackOf({ margin }: ReferenceBlock): number {
  return margin + 2 * EXACT_MARGIN;
}

/**
 * The greatest error of all suspects, by multiple precision.
 *
 * @param inputsReaching the indices of results, of inputs from `first` on, whose approximate errors are at least that
 */
export function greatestError(
  setting: ReferenceSetting,
  { list, floor }: Suspects,
  resultsOf: ResultsOf,
  inputsReaching: InputsReaching,
): GreatestError {
  const found: Found = { maxUlp: 0, worstInput: null };
  for (const suspect of list) {
    const { block, first, last, line, worst } = suspect;
    const least = Math.max(floor, found.maxUlp);
    // Of errors that are exact a tie is none to look for: it goes to the input that came before.
    const isTie = block.exact === true && found.worstInput !== null && worst <= found.maxUlp;
    if (isTie || !mayReach(least, worst, block)) continue;
    if (line) {
      settleMonotone(setting, block, line, first, last, found);
    } else {
      const results = resultsOf(first, last);
      const reaching = inputsReaching(block, results, first, least - slackOf(block));
      settleChunk(setting, block, results, first, reaching, found);
    }
  }
  return { maxUlp: found.maxUlp, worstInput: found.worstInput };
}

/** The greatest error so far, and what `fineError` says of it, where it is told well by that. */
type Found = { -readonly [K in keyof GreatestError]: GreatestError[K] } & { fine?: number | undefined };

/** Fine errors that differ by less are the same. */
const SAME = 2 * FINE_MARGIN;

/**
 * Every input whose approximate error may reach the least could have the greatest; of neighbours with the same
 * result only the two ends where f is monotone between them: there |constant − f| has no greatest value inside.
 *
 * @param reaching the indices of those inputs, ascending
 */
function settleChunk(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  results: Float64Array,
  first: number,
  reaching: Int32Array,
  found: Found,
): void {
  const settleRun = (from: number, to: number): void => {
    const directed = block.direction !== 0 || goesOneWay(setting, first + from, first + to, 0);
    if (to - from < 2 || directed) {
      settleMonotone(setting, block, { result: results[from], rise: 0 }, first + from, first + to, found);
    } else {
      const middle = (from + to) >> 1;
      settleRun(from, middle);
      settleRun(middle, to);
    }
  };
  for (let k = 0; k < reaching.length; k++) {
    const from = reaching[k];
    while (reaching[k + 1] === reaching[k] + 1 && results[reaching[k + 1]] === results[from]) k++;
    settleRun(from, reaching[k]);
  }
}

/**
 * The greatest error of inputs with results on a line, f less which is monotone: errors fall, then rise. Of the last
 * ones several may be alike, near a limit of f; the lowest input counts.
 */
function settleMonotone(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  line: ResultLine,
  first: number,
  last: number,
  found: Found,
): void {
  const errorOf = (x: number): number => checkedError(setting, block, x, resultAt(line, first, x));
  const settle = (x: number, exact: number): void => {
    if (exact <= found.maxUlp && found.worstInput !== null) return;
    found.maxUlp = exact;
    found.worstInput = x;
    found.fine = exact < FINE_LIMIT ? fineError(block, x, resultAt(line, first, x)) : undefined;
  };
  /** Whether an error is known not to be greater than what was found, without the error itself. */
  const isTie = (x: number): boolean => {
    const fine = found.fine === undefined ? undefined : fineError(block, x, resultAt(line, first, x));
    return fine !== undefined && fine <= found.fine! + SAME;
  };
  if (!isTie(first)) settle(first, errorOf(first));
  if (first === last || isTie(last)) return;
  const greatest = errorOf(last);
  if (greatest <= found.maxUlp) return;
  let [low, high] = [first, last];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (errorOf(middle) >= greatest) high = middle;
    else low = middle;
  }
  settle(high, greatest);
}
