import type { RoundingMode } from '../fixedpoint/rounding.js';

/*
 * Integers of 256 bits in AssemblyScript: two's complement, four words from the lowest, at an address. Sums and
 * products are modulo 2^256, which no value of a well-formed plan comes near.
 */

/** What every kernel in such integers calls. */
export const WIDE_LIBRARY: readonly string[] = [
  `/** Bytes of an integer of 256 bits: four words, the lowest first. */
const WIDE: usize = 32;`,
  `/** to = words of a table, the last with the sign. */
function read(to: usize, from: usize, words: usize): void {
  const sign = load<i64>(from + (words << 3) - 8) >> 63;
  for (let i: usize = 0; i < 4; i++) {
    store<i64>(to + (i << 3), i < words ? load<i64>(from + (i << 3)) : sign);
  }
}`,
  `/** to = value */
function setSigned(to: usize, value: i64): void {
  store<i64>(to, value);
  for (let i: usize = 8; i < WIDE; i += 8) store<i64>(to + i, value >> 63);
}`,
  `/** to = value, not negative */
function setUnsigned(to: usize, value: u64): void {
  store<u64>(to, value);
  for (let i: usize = 8; i < WIDE; i += 8) store<u64>(to + i, 0);
}`,
  `/** to = a + b */
function add(to: usize, a: usize, b: usize): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < WIDE; i += 8) {
    const x = load<u64>(a + i);
    const sum = x + load<u64>(b + i);
    const total = sum + carry;
    carry = u64(sum < x) | u64(total < sum);
    store<u64>(to + i, total);
  }
}`,
  `/** to = a − b */
function subtract(to: usize, a: usize, b: usize): void {
  let borrow: u64 = 0;
  for (let i: usize = 0; i < WIDE; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    const difference = x - y;
    store<u64>(to + i, difference - borrow);
    borrow = u64(x < y) | u64(difference < borrow);
  }
}`,
  `/** The upper 64 bits of the 128-bit product a · b. */
@inline
function highWord(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const cross = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}`,
  `/** to = a · b; to is neither of them */
function multiply(to: usize, a: usize, b: usize): void {
  setUnsigned(to, 0);
  for (let i: usize = 0; i < WIDE; i += 8) {
    const x = load<u64>(a + i);
    let carry: u64 = 0;
    for (let j: usize = 0; i + j < WIDE; j += 8) {
      const y = load<u64>(b + j);
      const low = x * y;
      const sum = load<u64>(to + i + j) + low;
      const total = sum + carry;
      carry = highWord(x, y) + u64(sum < low) + u64(total < sum);
      store<u64>(to + i + j, total);
    }
  }
}`,
  `/** to = a · 2^bits for 0 ≤ bits < 256 */
function shiftLeft(to: usize, a: usize, bits: i64): void {
  const bit = <u64>bits & 63;
  for (let i: i64 = 3; i >= 0; i--) {
    const from = i - (bits >> 6);
    const high = from >= 0 ? load<u64>(a + (<usize>from << 3)) : 0;
    const low = from >= 1 && bit != 0 ? load<u64>(a + (<usize>(from - 1) << 3)) >> (64 - bit) : 0;
    store<u64>(to + (<usize>i << 3), (high << bit) | low);
  }
}`,
  `/** to = floor(a · 2^-bits) for 0 ≤ bits < 256 */
function shiftRight(to: usize, a: usize, bits: i64): void {
  const bit = <u64>bits & 63;
  const sign = <u64>(load<i64>(a, 24) >> 63);
  for (let i: i64 = 0; i < 4; i++) {
    const from = i + (bits >> 6);
    const low = from < 4 ? load<u64>(a + (<usize>from << 3)) : sign;
    const high = from < 3 ? load<u64>(a + (<usize>(from + 1) << 3)) : sign;
    store<u64>(to + (<usize>i << 3), bit == 0 ? low : (low >> bit) | (high << (64 - bit)));
  }
}`,
  `function isNegative(a: usize): bool {
  return load<i64>(a, 24) < 0;
}`,
  `/** Whether a < b. */
function less(a: usize, b: usize): bool {
  const x = load<i64>(a, 24);
  const y = load<i64>(b, 24);
  if (x != y) return x < y;
  for (let i: i32 = 16; i >= 0; i -= 8) {
    const low = load<u64>(a + <usize>i);
    const other = load<u64>(b + <usize>i);
    if (low != other) return low < other;
  }
  return false;
}`,
];

/** Helpers of some kernels. */
export const WIDE_HELPERS = {
  negate: `/** to = −a; to may be a */
function negate(to: usize, a: usize): void {
  let carry: u64 = 1;
  for (let i: usize = 0; i < WIDE; i += 8) {
    const word = ~load<u64>(a + i) + carry;
    carry = u64(carry == 1 && word == 0);
    store<u64>(to + i, word);
  }
}`,
  limit: `/** a, limited to min … max, in place */
function limit(a: usize, min: usize, max: usize): void {
  if (less(a, min)) memory.copy(a, min, WIDE);
  else if (less(max, a)) memory.copy(a, max, WIDE);
}`,
  wordOf: `/** a as a word, limited to ±2^40 */
function wordOf(a: usize): i64 {
  const low = load<i64>(a);
  const sign = load<i64>(a, 24) >> 63;
  const most: i64 = 1 << 40;
  if (load<i64>(a, 8) != sign || low >> 63 != sign) return sign < 0 ? -most : most;
  return min<i64>(max<i64>(low, -most), most);
}`,
  nearest: `/** to = floor(a · 2^-bits + 1/2), less one unit of a before that where \`lessOne\` */
function nearest(to: usize, a: usize, bits: i64, lessOne: bool): void {
  setUnsigned(HALF, 1);
  shiftLeft(HALF, HALF, bits - 1);
  add(to, a, HALF);
  if (lessOne) {
    setUnsigned(HALF, 1);
    subtract(to, to, HALF);
  }
  shiftRight(to, to, bits);
}`,
} as const;

/** Each for 0 < bits < 256: to = round(a · 2^-bits); to may be a. */
export const WIDE_ROUNDINGS: Readonly<
  Record<RoundingMode, { readonly name: string; readonly text: string }>
> = {
  floor: {
    name: 'roundFloor',
    text: `/** to = a · 2^-bits, rounded down */
function roundFloor(to: usize, a: usize, bits: i64): void {
  shiftRight(to, a, bits);
}`,
  },
  'half-up': {
    name: 'roundHalfUp',
    text: `/** to = a · 2^-bits, rounded to nearest, ties up */
function roundHalfUp(to: usize, a: usize, bits: i64): void {
  nearest(to, a, bits, false);
}`,
  },
  'half-even': {
    name: 'roundHalfEven',
    text: `/** to = a · 2^-bits, rounded to nearest, ties to even */
function roundHalfEven(to: usize, a: usize, bits: i64): void {
  const word = load<u64>(a + (<usize>(bits >> 6) << 3));
  const odd = ((word >> (<u64>bits & 63)) & 1) == 1;
  nearest(to, a, bits, !odd);
}`,
  },
  'half-away': {
    name: 'roundHalfAway',
    text: `/** to = a · 2^-bits, rounded to nearest, ties away from zero */
function roundHalfAway(to: usize, a: usize, bits: i64): void {
  nearest(to, a, bits, isNegative(a));
}`,
  },
  'pseudo-stochastic': {
    name: 'roundPseudo',
    text: `/** to = a · 2^-bits; the magnitude goes up where the upper half of the dropped bits exceeds the lower */
function roundPseudo(to: usize, a: usize, bits: i64): void {
  const negative = isNegative(a);
  if (negative) negate(to, a);
  else memory.copy(to, a, WIDE);
  const lowerBits = bits >> 1;
  const upperBits = bits - lowerBits;
  shiftRight(UPPER, to, lowerBits);
  shiftLeft(HALF, UPPER, lowerBits);
  subtract(LOWER, to, HALF);
  shiftRight(to, UPPER, upperBits);
  shiftLeft(HALF, to, upperBits);
  subtract(UPPER, UPPER, HALF);
  if (less(LOWER, UPPER)) {
    setUnsigned(HALF, 1);
    add(to, to, HALF);
  }
  if (negative) negate(to, to);
}`,
  },
};
