import { FINE_LIMIT, fineExpansion, type FineExpansion } from './fine-expansion.js';
import { exactError, isHeld, type ReferenceBlock, type ReferenceSetting } from './reference.js';

/** What every message of a contradiction begins with: of an error in another thread, only that is left. */
export const CONTRADICTION = 'the reference contradicts itself';

/** What multiple precision may itself be off, in ulps. */
export const EXACT_MARGIN = 2 ** -39;

/** A block's value at an input, relative to its base and clamped: the same operations as the loops'. */
export function referenceAt(setting: ReferenceSetting, block: ReferenceBlock, x: number): number {
  const [c0, c1, c2, c3, c4, c5] = block.coefficients;
  const s = (x - block.center) * block.inverseHalfWidth;
  const f = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
  return Math.min(Math.max(f, setting.min - block.base), setting.max - block.base);
}

/** A result less f in ulps by its block, within the block's margin. */
export function approximateDifference(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  x: number,
  result: number,
): number {
  return result - block.base - referenceAt(setting, block, x);
}

/** The magnitude of `approximateDifference`. */
export function approximateError(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  x: number,
  result: number,
): number {
  return Math.abs(approximateDifference(setting, block, x, result));
}

/** What a block has for inputs that need more than its polynomial, and how many there were. */
interface CloserLook {
  looks: number;
  fine?: FineExpansion | undefined;
}

const closerLooks = new WeakMap<ReferenceBlock, CloserLook>();

/** Expanding a block once more costs as much as multiple precision at so many of its inputs. */
const WORTH_EXPANDING = 12;

/**
 * The error at an input by multiple precision, to multiples of 2^-48 ulp; by the block alone where that is exact, and
 * by an expansion of the block where it has many such inputs.
 *
 * @throws RangeError as `spotCheck` does
 */
export function checkedError(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  x: number,
  result: number,
): number {
  if (block.exact) return approximateError(setting, block, x, result);
  let look = closerLooks.get(block);
  if (!look) closerLooks.set(block, (look = { looks: 0 }));
  look.looks++;
  if (look.looks === WORTH_EXPANDING && block.size >= WORTH_EXPANDING && isHeld(setting, block)) {
    look.fine = fineExpansion(setting, block);
  }
  const fine = look.fine?.(x, result);
  const rounded = fine === undefined ? undefined : roundedError(fine);
  if (rounded === undefined) return spotCheck(setting, block, x, result);
  return agreed(setting, block, x, result, rounded);
}

/** Multiples of this many ulps are what multiple precision gives. */
const QUANTUM = 2 ** -48;
/**
 * Farther than that from a multiple, in multiples, a fine error may be rounded to the next one: multiple precision may
 * be an eighth off, and the error as much.
 */
const NEAR = 1 / 4;

/** A fine error to such a multiple, or undefined where that may be the next one. */
function roundedError(fine: number): number | undefined {
  const quanta = fine / QUANTUM;
  const rounded = Math.round(quanta);
  return fine < FINE_LIMIT && Math.abs(quanta - rounded) < NEAR ? rounded * QUANTUM : undefined;
}

/** The error at an input by the finer expansion that its block may have: see `FineExpansion`. */
export function fineError(block: ReferenceBlock, x: number, result: number): number | undefined {
  return closerLooks.get(block)?.fine?.(x, result);
}

/**
 * The error at an input by multiple precision.
 *
 * @throws RangeError where that is not what the block says, within its margin: such a reference proves nothing
 */
export function spotCheck(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  x: number,
  result: number,
): number {
  return agreed(setting, block, x, result, exactError(setting, x, result));
}

function agreed(
  setting: ReferenceSetting,
  block: ReferenceBlock,
  x: number,
  result: number,
  exact: number,
): number {
  const difference = Math.abs(exact - approximateError(setting, block, x, result));
  if (difference <= block.margin + EXACT_MARGIN + Math.abs(result) * 2 ** -50) return exact;
  const { definition, inputFracBits } = setting;
  throw new RangeError(
    `${CONTRADICTION}: at raw input ${x} (${x * 2 ** -inputFracBits}) the expansion and the value of ${definition.name} differ by ${difference} ulp, where ${block.margin} ulp is possible`,
  );
}
