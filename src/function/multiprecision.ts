import { toFixed, toNumber, type Dyadic } from './dyadic.js';

/**
 * Elementary functions on bigint, to any precision. Each returns f(x) · 2^bits with an absolute error of
 * at most one unit: the judge of every proof, so nothing here uses floating point for a result.
 *
 * Error budget: every loop runs at `GUARD` more bits than asked, does fewer than 2^8 roundings of at
 * most one unit each, and amplifies them by less than 2^12 (repeated squaring); 2^20 < 2^GUARD.
 */
const GUARD = 32;

/** e^x · 2^bits. */
export function expFixed(x: Dyadic, bits: number): bigint {
  const estimate = toNumber(x) * Math.LOG2E;
  if (estimate < -bits - 2) return 0n;
  const magnitude = Math.max(0, Math.ceil(estimate) + 1);
  const work = bits + magnitude + GUARD;
  const ln2 = ln2Fixed(work + 16);
  const exponent = Math.round(estimate);
  const reduced = (toFixed(x, work + 16) - BigInt(exponent) * ln2) >> 16n;
  return shift(expSmall(reduced, work), exponent + bits - work);
}

/** e^r for |r| ≤ 1/2: Taylor series of r/2^8, then eight squarings. */
function expSmall(r: bigint, work: number): bigint {
  const squarings = 8;
  const inner = BigInt(work + 12);
  const small = (r << 12n) >> BigInt(squarings);
  const one = 1n << inner;
  let term = one;
  let sum = one;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * small) >> inner) / k;
    sum += term;
  }
  for (let i = 0; i < squarings; i++) sum = (sum * sum) >> inner;
  return sum >> 12n;
}

const ln2Cache = new Map<number, bigint>();

/** ln 2 · 2^bits, from ln 2 = 18 atanh(1/26) − 2 atanh(1/4801) + 8 atanh(1/8749). */
export function ln2Fixed(bits: number): bigint {
  let value = ln2Cache.get(bits);
  if (value === undefined) {
    const work = bits + GUARD;
    const sum =
      18n * atanhInverse(26n, work) - 2n * atanhInverse(4801n, work) + 8n * atanhInverse(8749n, work);
    value = sum >> BigInt(GUARD);
    ln2Cache.set(bits, value);
  }
  return value;
}

function atanhInverse(q: bigint, bits: number): bigint {
  const square = q * q;
  let power = (1n << BigInt(bits)) / q;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power /= square;
  }
  return sum;
}

/** ln x · 2^bits for x > 0. */
export function lnFixed(x: Dyadic, bits: number): bigint {
  if (x.raw <= 0n) throw new RangeError(`the logarithm of ${toNumber(x)} is not defined`);
  const work = bits + GUARD;
  const length = x.raw.toString(2).length;
  const exponent = length - x.fracBits;
  const mantissa = toFixed({ raw: x.raw, fracBits: length }, work);
  const one = 1n << BigInt(work);
  const z = ((mantissa - one) << BigInt(work)) / (mantissa + one);
  const square = (z * z) >> BigInt(work);
  let power = z;
  let sum = 0n;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k;
    power = (power * square) >> BigInt(work);
  }
  return (2n * sum + BigInt(exponent) * ln2Fixed(work)) >> BigInt(GUARD);
}

/** log2 x · 2^bits for x > 0. */
export function log2Fixed(x: Dyadic, bits: number): bigint {
  const work = bits + GUARD;
  return ((lnFixed(x, work) << BigInt(work)) / ln2Fixed(work)) >> BigInt(GUARD);
}

/** x^(-1/2) · 2^bits for x > 0. */
export function rsqrtFixed(x: Dyadic, bits: number): bigint {
  if (x.raw <= 0n) throw new RangeError(`1/√x of ${toNumber(x)} is not defined`);
  const numerator = 1n << BigInt(2 * (bits + GUARD) + x.fracBits);
  return integerSqrt(numerator / x.raw) >> BigInt(GUARD);
}

/** floor(√n), by Newton's iteration from above. */
export function integerSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** floor(n^(1/degree)) for n ≥ 0, by Newton's iteration from above. */
export function integerRoot(n: bigint, degree: number): bigint {
  if (degree === 2) return integerSqrt(n);
  if (n < 2n) return n;
  const d = BigInt(degree);
  // A double's root of the leading bits, a little enlarged, has 48 right bits to begin with.
  const drop = Math.max(0, Math.ceil((n.toString(16).length * 4 - 64) / degree));
  const leading = Number(n >> BigInt(drop * degree)) + 1;
  const seed = Math.ceil(leading ** (1 / degree) * (1 + 2 ** -48) * 2 ** 16) + 1;
  let root = ((BigInt(seed) << BigInt(drop)) >> 16n) + 1n;
  for (;;) {
    const next = ((d - 1n) * root + n / root ** (d - 1n)) / d;
    if (next >= root) return root;
    root = next;
  }
}

/** 1 / (1 + e^-x) · 2^bits. */
export function sigmoidFixed(x: Dyadic, bits: number): bigint {
  const work = bits + GUARD;
  const negative = x.raw < 0n;
  const decay = expFixed({ raw: negative ? x.raw : -x.raw, fracBits: x.fracBits }, work);
  const one = 1n << BigInt(work);
  const numerator = negative ? decay : one;
  return (numerator << BigInt(bits)) / (one + decay);
}

/** tanh x · 2^bits. */
export function tanhFixed(x: Dyadic, bits: number): bigint {
  const work = bits + GUARD;
  const magnitude = x.raw < 0n ? -x.raw : x.raw;
  const decay = expFixed({ raw: -2n * magnitude, fracBits: x.fracBits }, work);
  const one = 1n << BigInt(work);
  const value = ((one - decay) << BigInt(bits)) / (one + decay);
  return x.raw < 0n ? -value : value;
}

function shift(value: bigint, count: number): bigint {
  return count >= 0 ? value << BigInt(count) : value >> BigInt(-count);
}
