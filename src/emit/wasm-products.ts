import type { RoundingMode } from '../fixedpoint/rounding.js';

/*
 * Rounded products and shifts in 64-bit integers. A product beyond 62 bits is cut in two where its factors are
 * narrow: what is below its upper part stays as one sticky bit, which decides roundings as all the bits would.
 * Other products are 128 bits in two words.
 */

/** Products of at most this many bits, and half a unit of the last kept place, are int64. */
const PRODUCT_BITS = 62;
/** Bits that the wide product drops: it keeps product · 2^-25, its last bit being the sticky one. */
const STICKY_BITS = 25;
/** The factors of a wide product. */
const FACTOR_BITS = { wide: 53, narrow: 34 } as const;
/** Widest shift of an int64 that leaves room for half a unit. */
export const LONGEST_SHIFT = 62;
/** Factors of a product in two words, and what that is shifted by at most. */
const WORD_BITS = 64;
const LONGEST_WIDE_SHIFT = 126;

export interface Factor {
  readonly text: string;
  readonly bits: number;
}

/** Helper functions that expressions call, by name. */
export type Helpers = Map<string, string>;

/** round(p · q · 2^-shift) for a product of that many bits; undefined where 64-bit words can't do it. */
export function shiftedProduct(
  helpers: Helpers,
  p: Factor,
  q: Factor,
  productBits: number,
  shift: number,
  rounding: RoundingMode,
): string | undefined {
  const [a, b] = p.bits >= q.bits ? [p, q] : [q, p];
  if (productBits - shift > PRODUCT_BITS) return undefined;
  if (productBits <= PRODUCT_BITS && shift <= LONGEST_SHIFT) {
    return shifted(helpers, `${a.text} * ${b.text}`, String(shift), shift, rounding);
  }
  const cut = a.bits <= FACTOR_BITS.wide && b.bits <= FACTOR_BITS.narrow && shift <= LONGEST_SHIFT;
  if (cut && rounding === 'floor' && shift > 0 && shift <= 26) {
    helpers.set('floorProduct', FLOOR_PRODUCT);
    return `floorProduct(${a.text}, ${b.text}, ${shift})`;
  }
  if (cut && shift > STICKY_BITS + 1 && rounding !== 'pseudo-stochastic') {
    helpers.set('wideProduct', WIDE_PRODUCT);
    const rest = shift - STICKY_BITS;
    return shifted(helpers, `wideProduct(${a.text}, ${b.text})`, String(rest), rest, rounding);
  }
  if (a.bits > WORD_BITS || shift < 1 || shift > LONGEST_WIDE_SHIFT) return undefined;
  const { name, text } = WIDE_ROUNDINGS[rounding];
  for (const [helper, source] of WIDE_HELPERS) helpers.set(helper, source);
  helpers.set(name, text);
  return `${name}(${a.text}, ${b.text}, ${shift})`;
}

const FLOOR_PRODUCT = `/** floor(a · b · 2^-shift) for 0 < shift ≤ 26, |a| < 2^53, |b| < 2^34 and results of 62 bits. */
@inline
function floorProduct(a: i64, b: i64, shift: i64): i64 {
  const low = (a & 0x3ffffff) * b;
  const high = (a >> 26) * b + (low >> 26);
  return (high << (26 - shift)) | ((low & 0x3ffffff) >> shift);
}`;

const WIDE_PRODUCT = `/** a · b · 2^-25 with a last bit that says whether there is more: |a| < 2^53, |b| < 2^34. */
@inline
function wideProduct(a: i64, b: i64): i64 {
  const low = (a & 0x3ffffff) * b;
  const high = (a >> 26) * b + (low >> 26);
  return (high << 1) | i64((low & 0x3ffffff) != 0);
}`;

const WIDE_HELPERS: readonly (readonly [string, string])[] = [
  [
    'highWord',
    `/** The upper 64 bits of the 128-bit product a · b. */
@inline
function highWord(a: i64, b: i64): i64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 32);
  const cross = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}`,
  ],
  [
    'shiftWide',
    `/** floor((high · 2^64 + low) · 2^-shift) for 0 < shift < 128 and results of 64 bits. */
@inline
function shiftWide(high: i64, low: i64, shift: i64): i64 {
  return shift >= 64 ? high >> (shift - 64) : (high << (64 - shift)) | (low >>> shift);
}`,
  ],
  [
    'nearestWide',
    `/** shiftWide of the same, with half a unit of the last kept place, less one bit where \`less\` is 1, added. */
@inline
function nearestWide(high: i64, low: i64, shift: i64, less: i64): i64 {
  const halfLow: i64 = shift > 64 ? 0 : (<i64>1) << (shift - 1);
  const halfHigh: i64 = shift > 64 ? (<i64>1) << (shift - 65) : 0;
  const sum = low + halfLow;
  const carry = i64(<u64>sum < <u64>low);
  const borrow = i64(<u64>sum < <u64>less);
  return shiftWide(high + halfHigh + carry - borrow, sum - less, shift);
}`,
  ],
];

/** Each for 0 < shift < 127 and results of 63 bits. */
const WIDE_ROUNDINGS: Readonly<Record<RoundingMode, { readonly name: string; readonly text: string }>> = {
  floor: {
    name: 'productFloor',
    text: `/** a · b · 2^-shift, rounded down. */
@inline
function productFloor(a: i64, b: i64, shift: i64): i64 {
  return shiftWide(highWord(a, b), a * b, shift);
}`,
  },
  'half-up': {
    name: 'productHalfUp',
    text: `/** a · b · 2^-shift, rounded to nearest, ties up. */
@inline
function productHalfUp(a: i64, b: i64, shift: i64): i64 {
  return nearestWide(highWord(a, b), a * b, shift, 0);
}`,
  },
  'half-even': {
    name: 'productHalfEven',
    text: `/** a · b · 2^-shift, rounded to nearest, ties to even. */
@inline
function productHalfEven(a: i64, b: i64, shift: i64): i64 {
  const high = highWord(a, b);
  const odd = shiftWide(high, a * b, shift) & 1;
  return nearestWide(high, a * b, shift, 1 - odd);
}`,
  },
  'half-away': {
    name: 'productHalfAway',
    text: `/** a · b · 2^-shift, rounded to nearest, ties away from zero. */
@inline
function productHalfAway(a: i64, b: i64, shift: i64): i64 {
  const high = highWord(a, b);
  return nearestWide(high, a * b, shift, high >>> 63);
}`,
  },
  'pseudo-stochastic': {
    name: 'productPseudo',
    text: `/** a · b · 2^-shift; the magnitude goes up where the upper half of the dropped bits exceeds the lower. */
@inline
function productPseudo(a: i64, b: i64, shift: i64): i64 {
  let high = highWord(a, b);
  let low = a * b;
  const negative = high < 0;
  if (negative) {
    low = -low;
    high = ~high + i64(low == 0);
  }
  const lowerBits = shift >> 1;
  const upperBits = shift - lowerBits;
  const above = lowerBits == 0 ? low : shiftWide(high, low, lowerBits);
  const upper = upperBits == 64 ? above : above & (((<i64>1) << upperBits) - 1);
  const lower = low & (((<i64>1) << lowerBits) - 1);
  const rounded = shiftWide(high, low, shift) + i64(<u64>upper > <u64>lower);
  return negative ? -rounded : rounded;
}`,
  },
};

/** round(value · 2^-shift); the shift's text may be more than its number where that is positive. */
export function shifted(
  helpers: Helpers,
  value: string,
  shiftText: string,
  shift: number,
  rounding: RoundingMode,
): string {
  if (shift === 0) return value;
  if (shift < 0) return `((${value}) << ${-shift})`;
  const { name, text } = ROUNDINGS[rounding];
  helpers.set(name, text);
  return `${name}(${value}, ${shiftText})`;
}

/** Each for 0 < shift ≤ 62 and |value| ≤ 2^62. */
export const ROUNDINGS: Readonly<Record<RoundingMode, { readonly name: string; readonly text: string }>> = {
  floor: {
    name: 'roundFloor',
    text: `/** value · 2^-shift, rounded down. */
@inline
function roundFloor(value: i64, shift: i64): i64 {
  return value >> shift;
}`,
  },
  'half-up': {
    name: 'roundHalfUp',
    text: `/** value · 2^-shift, rounded to nearest, ties up. */
@inline
function roundHalfUp(value: i64, shift: i64): i64 {
  return (value + ((<i64>1) << (shift - 1))) >> shift;
}`,
  },
  'half-even': {
    name: 'roundHalfEven',
    text: `/** value · 2^-shift, rounded to nearest, ties to even. */
@inline
function roundHalfEven(value: i64, shift: i64): i64 {
  const odd = (value >> shift) & 1;
  return (value + ((<i64>1) << (shift - 1)) - 1 + odd) >> shift;
}`,
  },
  'half-away': {
    name: 'roundHalfAway',
    text: `/** value · 2^-shift, rounded to nearest, ties away from zero. */
@inline
function roundHalfAway(value: i64, shift: i64): i64 {
  const magnitude = (abs<i64>(value) + ((<i64>1) << (shift - 1))) >> shift;
  return value < 0 ? -magnitude : magnitude;
}`,
  },
  'pseudo-stochastic': {
    name: 'roundPseudo',
    text: `/** value · 2^-shift; the magnitude goes up where the upper half of the dropped bits exceeds the lower. */
@inline
function roundPseudo(value: i64, shift: i64): i64 {
  const magnitude = abs<i64>(value);
  const lowerBits = shift >> 1;
  const dropped = magnitude & (((<i64>1) << shift) - 1);
  const upper = dropped >> lowerBits;
  const lower = dropped & (((<i64>1) << lowerBits) - 1);
  const rounded = (magnitude >> shift) + i64(upper > lower);
  return value < 0 ? -rounded : rounded;
}`,
  },
};
