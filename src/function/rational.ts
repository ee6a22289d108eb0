import { usageError } from '../diagnostic.js';

/** An exact rational number in lowest terms, the denominator positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** @throws RangeError for a denominator of zero */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  if (d === 0n) throw new RangeError(`${n}/0 is not a number`);
  const divisor = greatestCommonDivisor(n < 0n ? -n : n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
  return Object.freeze({ numerator: n / divisor, denominator: d / divisor });
}

export const ZERO = rational(0);
export const ONE = rational(1);
export const MINUS_ONE = rational(-1);

/** Longer integers, in bits, are a slip of the pen: no format holds their like. */
const LONGEST = 2 ** 16;

/** @throws usage error for a number that would be too long */
function checkLength(bits: number, text: string): void {
  if (bits <= LONGEST) return;
  throw usageError(
    'number-too-large',
    `${text} has more than ${LONGEST} bits; expected numbers that a format can hold`,
    'try smaller exponents',
  );
}

/** A decimal literal, exactly: `0.044715`, `1e-3`. */
export function parseDecimal(text: string): Rational {
  const [digits, exponent = '0'] = text.toLowerCase().split('e');
  const [whole, fraction = ''] = digits.split('.');
  const shift = Number(exponent) - fraction.length;
  checkLength(Math.abs(shift) * Math.log2(10), text);
  const mantissa = BigInt(whole + fraction);
  return shift >= 0 ? rational(mantissa * 10n ** BigInt(shift)) : rational(mantissa, 10n ** BigInt(-shift));
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function negate(a: Rational): Rational {
  return rational(-a.numerator, a.denominator);
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @throws RangeError for a divisor of zero */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** a^exponent for an integer exponent. */
export function power(a: Rational, exponent: number): Rational {
  const longest = Math.max(bitLength(a.numerator), bitLength(a.denominator));
  if (longest > 1) checkLength(longest * Math.abs(exponent), `a power with exponent ${exponent}`);
  const magnitude = BigInt(Math.abs(exponent));
  const result = rational(a.numerator ** magnitude, a.denominator ** magnitude);
  return exponent < 0 ? divide(ONE, result) : result;
}

export function equals(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

export function isZero(a: Rational): boolean {
  return a.numerator === 0n;
}

export function isInteger(a: Rational): boolean {
  return a.denominator === 1n;
}

/** Nearest double, or as good as. */
export function toDouble({ numerator, denominator }: Rational): number {
  const [above, below] = [Number(numerator), Number(denominator)];
  if (Number.isFinite(above) && Number.isFinite(below) && BigInt(above) === numerator) return above / below;
  const excess = bitLength(numerator) - bitLength(denominator) - 64;
  const scaled =
    excess >= 0 ? numerator / (denominator << BigInt(excess)) : (numerator << BigInt(-excess)) / denominator;
  const half = Math.trunc(excess / 2);
  return Number(scaled) * 2 ** half * 2 ** (excess - half);
}

function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(2).length;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
