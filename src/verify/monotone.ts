import { dyadic } from '../function/dyadic.js';
import type { FunctionDefinition } from '../function/definition.js';

/** A function and the units of its inputs and outputs; a part of `ReferenceSetting`. */
interface DirectionSetting {
  readonly definition: FunctionDefinition;
  readonly inputFracBits: number;
  readonly outputFracBits: number;
}

/** How often a stretch is halved before it counts as not monotone. */
const HALVINGS = 8;

/** Fraction bits of a slope beyond the output's; where they don't tell its sign, and enough for e^-128. */
const COARSE_BITS = 32;
const FINE_BITS = 256;

/**
 * Whether f increases (1) or decreases (−1) on all of the inputs first … last, shown by the sign of its
 * enclosed derivative; undefined where that shows neither.
 */
export function directionOn(
  setting: DirectionSetting,
  first: number,
  last: number,
  halvings = HALVINGS,
): 1 | -1 | undefined {
  if (first === last) return 1;
  const { definition, inputFracBits, outputFracBits } = setting;
  const center = dyadic(first + last, inputFracBits + 1);
  const halfWidth = dyadic(last - first, inputFracBits + 1);
  const slopeIn = (bits: number) => definition.expand(center, halfWidth, 1, outputFracBits + bits)?.[1];
  const coarse = slopeIn(COARSE_BITS);
  // Near a limit of f its slope is a matter of the last bits.
  const isTiny = coarse && coarse.lo < 0n && coarse.hi > 0n && coarse.hi - coarse.lo < 16n;
  const slope = isTiny ? slopeIn(FINE_BITS) : coarse;
  if (slope && slope.lo >= 0n) return 1;
  if (slope && slope.hi <= 0n) return -1;
  if (halvings === 0 || last - first < 2) return undefined;
  const middle = Math.floor((first + last) / 2);
  const low = directionOn(setting, first, middle, halvings - 1);
  return low !== undefined && directionOn(setting, middle, last, halvings - 1) === low ? low : undefined;
}
