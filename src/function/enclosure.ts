/**
 * A closed interval of real numbers in units of 2^-bits, with the number of bits known from the context:
 * what is enclosed lies between lo and hi, both included. Every operation rounds outward.
 *
 * A bound of `INFINITE` or more in magnitude stands for infinity. Lower bounds of that size that are
 * finite do not come up: functions that could make them stop at `LARGEST_EXPONENT`.
 */
export interface Enclosure {
  readonly lo: bigint;
  readonly hi: bigint;
}

/** Values from 2^LARGEST_EXPONENT on are only known to be that large. */
export const LARGEST_EXPONENT = 2 ** 16;

/** What stands for infinity: large enough that no product or sum with a finite bound comes near the limit. */
export const INFINITY = 1n << BigInt(5 * LARGEST_EXPONENT);
const LIMIT = 1n << BigInt(3 * LARGEST_EXPONENT);

export function isInfinite(bound: bigint): boolean {
  return bound >= LIMIT || bound <= -LIMIT;
}

export const ZERO: Enclosure = Object.freeze({ lo: 0n, hi: 0n });
/** Everything that is real. */
export const REAL_LINE: Enclosure = Object.freeze({ lo: -INFINITY, hi: INFINITY });

export function enclosure(lo: bigint, hi: bigint): Enclosure {
  return { lo, hi };
}

export function point(value: bigint): Enclosure {
  return { lo: value, hi: value };
}

export function isZero({ lo, hi }: Enclosure): boolean {
  return lo === 0n && hi === 0n;
}

export function contains({ lo, hi }: Enclosure, value: bigint): boolean {
  return lo <= value && value <= hi;
}

/** The smallest interval with all of both. */
export function hull(a: Enclosure, b: Enclosure): Enclosure {
  return { lo: a.lo < b.lo ? a.lo : b.lo, hi: a.hi > b.hi ? a.hi : b.hi };
}

export function add(a: Enclosure, b: Enclosure): Enclosure {
  return { lo: a.lo + b.lo, hi: a.hi + b.hi };
}

export function negate({ lo, hi }: Enclosure): Enclosure {
  return { lo: -hi, hi: -lo };
}

/** The exact product, in units of 2^-2·bits: sums of products are rounded once. */
export function exactProduct(a: Enclosure, b: Enclosure): Enclosure {
  if (a.lo >= 0n) {
    if (b.lo >= 0n) return { lo: a.lo * b.lo, hi: a.hi * b.hi };
    if (b.hi <= 0n) return { lo: a.hi * b.lo, hi: a.lo * b.hi };
    return { lo: a.hi * b.lo, hi: a.hi * b.hi };
  }
  if (a.hi <= 0n) {
    if (b.lo >= 0n) return { lo: a.lo * b.hi, hi: a.hi * b.lo };
    if (b.hi <= 0n) return { lo: a.hi * b.hi, hi: a.lo * b.lo };
    return { lo: a.lo * b.hi, hi: a.lo * b.lo };
  }
  if (b.lo >= 0n) return { lo: a.lo * b.hi, hi: a.hi * b.hi };
  if (b.hi <= 0n) return { lo: a.hi * b.lo, hi: a.lo * b.lo };
  const [low1, low2] = [a.lo * b.hi, a.hi * b.lo];
  const [high1, high2] = [a.lo * b.lo, a.hi * b.hi];
  return { lo: low1 < low2 ? low1 : low2, hi: high1 > high2 ? high1 : high2 };
}

/** Both bounds divided by 2^bits, rounded outward. */
export function shiftRight({ lo, hi }: Enclosure, bits: bigint): Enclosure {
  return { lo: lo >> bits, hi: -(-hi >> bits) };
}

export function multiply(a: Enclosure, b: Enclosure, bits: bigint): Enclosure {
  return shiftRight(exactProduct(a, b), bits);
}

export function square({ lo, hi }: Enclosure, bits: bigint): Enclosure {
  if (lo >= 0n) return shiftRight({ lo: lo * lo, hi: hi * hi }, bits);
  if (hi <= 0n) return shiftRight({ lo: hi * hi, hi: lo * lo }, bits);
  const farthest = -lo > hi ? lo : hi;
  return shiftRight({ lo: 0n, hi: farthest * farthest }, bits);
}

/** a / b, or undefined where b contains zero. */
export function divide(a: Enclosure, b: Enclosure, bits: bigint): Enclosure | undefined {
  if (b.lo <= 0n && b.hi >= 0n) return undefined;
  if (b.hi < 0n) return divide(negate(a), negate(b), bits);
  const [lo, hi] = [a.lo << bits, a.hi << bits];
  return {
    lo: floorDivide(lo, lo >= 0n ? b.hi : b.lo),
    hi: -floorDivide(-hi, hi >= 0n ? b.lo : b.hi),
  };
}

/** a · numerator / denominator for an exact rational number; exact where the result is a whole unit. */
export function scale(a: Enclosure, numerator: bigint, denominator: bigint): Enclosure {
  const [x, y] = [a.lo * numerator, a.hi * numerator];
  const [lo, hi] = numerator >= 0n ? [x, y] : [y, x];
  if (denominator === 1n) return { lo, hi };
  return { lo: floorDivide(lo, denominator), hi: -floorDivide(-hi, denominator) };
}

/** floor(a / b) for b > 0. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}
