import { usageError } from '../diagnostic.js';
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

/** round(value · 2^-shift) for an integer expression proven below 2^52. */
export function doubleShift(value: string, shift: number, mode: RoundingMode): RoundedShift {
  if (shift === 0) return { expression: value, usesRound: false };
  if (shift < 0) return { expression: `${value} * ${powerOfTwo(-shift)}`, usesRound: false };
  const offset = tieOffset(mode, shift);
  if (offset !== undefined) {
    const sum = offset === 0 ? '' : ` ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
    return { expression: `${value} * ${2 ** -shift}${sum} + ROUND - ROUND`, usesRound: true };
  }
  return { expression: `${helperName(mode)}(${value}, ${shift})`, usesRound: false, helper: HELPERS[mode] };
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

interface Factor {
  readonly text: string;
  readonly bits: number;
}

/**
 * round(p · q · 2^-shift) for products wider than a double: the wider factor is cut into high · 2^cut + low.
 *
 * @throws usage error where no cut makes both partial products exact
 */
export function splitShift(p: Factor, q: Factor, shift: number, mode: RoundingMode): RoundedShift {
  const [a, b] = p.bits >= q.bits ? [p, q] : [q, p];
  const cut = Math.max(1, a.bits + b.bits - PARTIAL_BITS);
  const possible = cut + b.bits <= PARTIAL_BITS && cut < shift && shift <= PARTIAL_BITS + cut;
  if (!possible || (mode !== 'floor' && mode !== 'half-up')) {
    throw usageError(
      'too-wide-for-target',
      `a product of ${a.bits} × ${b.bits} bits rounded ${mode} has no exact form in doubles`,
      'try fewer --guard bits, more --segments, or --step-rounding half-up',
    );
  }
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
