import type { RoundingMode } from '../fixedpoint/rounding.js';

/**
 * How a rounded shift is written in TypeScript. Every form is exact for the width that it is chosen for:
 *
 * - `imul`: product and rounding addend fit in 32 bits, so 32-bit integer operations do;
 * - `double`: the product is below 2^52, exact in a double together with the bit that breaks ties;
 * - `split`: wider; one operand is cut in two so that both partial products are exact doubles.
 */
export interface RoundedShift {
  readonly expression: string;
  /** Whether the constant ROUND is used. */
  readonly usesRound: boolean;
  /** A helper function that the expression calls. */
  readonly helper?: string;
}

/** 2^exponent as a literal. */
export function powerOfTwo(exponent: number): string {
  if (exponent >= 0 && exponent <= 52) return String(2 ** exponent);
  return `2 ** ${exponent}`;
}

/** What is added to a value with `shift` fraction bits so that rounding to nearest-even does the mode. */
export function tieOffset(mode: RoundingMode, shift: number): number | undefined {
  if (mode === 'half-even') return 0;
  if (mode === 'half-up') return 2 ** -(shift + 1);
  if (mode === 'floor' && shift <= 51) return 2 ** -(shift + 1) - 0.5;
  return undefined;
}

/** A number as a further summand, if it is not zero. */
export function addendText(value: number): string {
  return value === 0 ? '' : ` ${value < 0 ? '-' : '+'} ${Math.abs(value)}`;
}

/** round(value · 2^-shift) for an integer expression proven below 2^52. */
export function doubleShift(value: string, shift: number, mode: RoundingMode): RoundedShift {
  if (shift === 0) return { expression: value, usesRound: false };
  if (shift < 0) return { expression: `${value} * ${powerOfTwo(-shift)}`, usesRound: false };
  const offset = tieOffset(mode, shift);
  if (offset !== undefined) {
    return { expression: `${value} * ${2 ** -shift}${addendText(offset)} + ROUND - ROUND`, usesRound: true };
  }
  return { expression: `${helperName(mode)}(${value}, ${shift})`, usesRound: false, helper: HELPERS[mode] };
}

/** round(value · 2^-shift) for a shift that is an expression and may be negative, by a helper of the mode. */
export function helperShift(
  value: string,
  shift: string,
  mode: 'half-away' | 'pseudo-stochastic',
): RoundedShift {
  const call = `${helperName(mode)}(${value}, ${shift})`;
  return {
    expression: `(${shift} > 0 ? ${call} : ${value} * 2 ** -${shift})`,
    usesRound: false,
    helper: HELPERS[mode],
  };
}

/** Shifts of 32-bit integers count modulo 32, and the addend of the longest has to fit as well. */
const LONGEST_IMUL_SHIFT = 30;

/** round(a · b · 2^-shift) in 32-bit integers, where they can do it. */
export function imulShift(a: string, b: string, shift: number, mode: RoundingMode): string | undefined {
  const product = `Math.imul(${a}, ${b})`;
  if (shift === 0) return product;
  if (shift < 0 || shift > LONGEST_IMUL_SHIFT) return undefined;
  if (mode === 'floor') return `(${product} >> ${shift})`;
  return mode === 'half-up' ? `((${product} + ${2 ** (shift - 1)}) >> ${shift})` : undefined;
}

/** Partial products stay below this many bits. */
const PARTIAL_BITS = 52;

export interface Factor {
  readonly text: string;
  readonly bits: number;
}

/**
 * round(p · q · 2^-shift) for products wider than a double: the wider factor is cut into high · 2^cut + low.
 * Undefined where no cut makes both partial products exact.
 */
export function splitShift(
  p: Factor,
  q: Factor,
  shift: number,
  mode: RoundingMode,
): RoundedShift | undefined {
  const [a, b] = p.bits >= q.bits ? [p, q] : [q, p];
  const cut = Math.max(1, a.bits + b.bits - PARTIAL_BITS);
  const possible = cut + b.bits <= PARTIAL_BITS && cut < shift && shift <= PARTIAL_BITS + cut;
  if (!possible || (mode !== 'floor' && mode !== 'half-up')) return undefined;
  const half = mode === 'half-up' ? powerOfTwo(shift - cut - 1) : '0';
  const args = [a.text, b.text, powerOfTwo(cut), powerOfTwo(shift - cut), half];
  return { expression: `shiftedProduct(${args.join(', ')})`, usesRound: false, helper: SPLIT_HELPER };
}

const SPLIT_HELPER = `/** floor(a · b / (cut · rest) + half / rest) for products wider than a double: a is cut in two. */
function shiftedProduct(a: number, b: number, cut: number, rest: number, half: number): number {
  const high = Math.floor(a / cut);
  const low = a - high * cut;
  return Math.floor((high * b + Math.floor((low * b) / cut) + half) / rest);
}`;

/** Products of at most this many bits, and a bit to break ties, are exact in a double. */
export const DOUBLE_BITS = 52;

/** round(p · q · 2^-shift) for a product of that many bits in doubles; undefined where they can't do it. */
export function productShift(
  p: Factor,
  q: Factor,
  productBits: number,
  shift: number,
  mode: RoundingMode,
): RoundedShift | undefined {
  if (productBits <= DOUBLE_BITS) return doubleShift(`${p.text} * ${q.text}`, shift, mode);
  return splitShift(p, q, shift, mode);
}

/** floor(a · m · 2^-shift) for |a| ≤ 2^32, 0 ≤ m < 2^53, shift ≥ 0 and results below 2^53. */
export function floorShift(a: string, m: string, shift: number): RoundedShift {
  return { expression: `floorProduct(${a}, ${m}, ${shift})`, usesRound: false, helper: FLOOR_PRODUCT };
}

const FLOOR_PRODUCT = `/** floor(a · m · 2^-shift): a is cut at 2^16, m at 2^26, and each partial sum floored on its own. */
function floorProduct(a: number, m: number, shift: number): number {
  const aHigh = Math.floor(a / 65536);
  const aLow = a - aHigh * 65536;
  const mHigh = Math.floor(m / 67108864);
  const mLow = m - mHigh * 67108864;
  const p = aLow * mLow;
  const p16 = Math.floor(p / 65536);
  const q = p16 + aHigh * mLow;
  const q10 = Math.floor(q / 1024);
  const r = q10 + aLow * mHigh;
  const r16 = Math.floor(r / 65536);
  const high = r16 + aHigh * mHigh; // floor(a · m · 2^-42)
  if (shift >= 42) return Math.floor(high / 2 ** (shift - 42));
  const low = ((r - r16 * 65536) * 1024 + (q - q10 * 1024)) * 65536 + (p - p16 * 65536);
  return high * 2 ** (42 - shift) + Math.floor(low / 2 ** shift);
}`;

const helperName = (mode: RoundingMode) =>
  mode === 'floor' ? 'roundFloor' : mode === 'half-away' ? 'roundHalfAway' : 'roundPseudo';

const HELPERS: Readonly<Record<RoundingMode, string>> = {
  'half-up': '',
  'half-even': '',
  floor: `/** value · 2^-shift, rounded down. */
function roundFloor(value: number, shift: number): number {
  return Math.floor(value * 2 ** -shift);
}`,
  'half-away': `/** value · 2^-shift, rounded to nearest, ties away from zero. */
function roundHalfAway(value: number, shift: number): number {
  const magnitude = Math.floor(Math.abs(value) * 2 ** -shift + 0.5);
  return value < 0 ? 0 - magnitude : magnitude;
}`,
  'pseudo-stochastic': `/** value · 2^-shift; the magnitude goes up where the upper half of the dropped bits exceeds the lower. */
function roundPseudo(value: number, shift: number): number {
  const magnitude = Math.abs(value);
  const floor = Math.floor(magnitude * 2 ** -shift);
  const dropped = magnitude - floor * 2 ** shift;
  const lowerSize = 2 ** (shift >> 1);
  const upper = Math.floor(dropped / lowerSize);
  const rounded = upper > dropped - upper * lowerSize ? floor + 1 : floor;
  return value < 0 ? 0 - rounded : rounded;
}`,
};
