import {
  add,
  contains,
  divide,
  enclosure,
  hull,
  INFINITY,
  isInfinite,
  LARGEST_EXPONENT,
  negate,
  point,
  REAL_LINE,
  scale,
  type Enclosure,
} from './enclosure.js';
import { erfFixed } from './error-function.js';
import {
  expFixed,
  integerRoot,
  integerSqrt,
  ln2Fixed,
  lnFixed,
  sigmoidFixed,
  tanhFixed,
} from './multiprecision.js';
import { atanFixed, cosFixed, piFixed, sinFixed } from './trigonometric.js';

/** Why there is no enclosure: no argument has a value, or some may not have one. */
export type Failure = 'undefined' | 'unknown';

export const PRIMITIVE_NAMES = [
  'abs',
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atanh',
  'cbrt',
  'cos',
  'cosh',
  'erf',
  'erfc',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sigmoid',
  'sin',
  'sinh',
  'softplus',
  'tan',
  'tanh',
] as const;
export type PrimitiveName = (typeof PRIMITIVE_NAMES)[number];

/** In units of 2^-bits; `lenient`: an argument that may be outside the domain is taken to be at its end. */
type Range = (u: Enclosure, bits: number, lenient: boolean) => Enclosure | Failure;
/** f · 2^bits within one unit, at raw · 2^-bits. */
type Fixed = (raw: bigint, bits: number) => bigint;

const one = (bits: number): bigint => 1n << BigInt(bits);

/** Enclosures up to this many units wide take one evaluation and a bound of the slope. */
const NARROW = 1n << 24n;

/**
 * An increasing function between two limits whose slope is nowhere above `slope`.
 *
 * @param atZero its exact value at 0, in halves
 */
function bounded(fixed: Fixed, slope: bigint, limits: readonly [bigint, bigint], atZero: bigint): Range {
  return ({ lo, hi }, bits) => {
    if (lo === 0n && hi === 0n) return point((atZero << BigInt(bits)) >> 1n);
    const low = fixed(lo, bits);
    const high = hi - lo <= NARROW ? low + slope * (hi - lo) : fixed(hi, bits);
    const [least, most] = [limits[0] << BigInt(bits), limits[1] << BigInt(bits)];
    return enclosure(low - 1n > least ? low - 1n : least, high + 1n < most ? high + 1n : most);
  };
}

/** An increasing function from −∞ to ∞ that is zero at zero. */
function unbounded(fixed: Fixed): Range {
  return ({ lo, hi }, bits) => {
    const at = (raw: bigint): Enclosure =>
      raw === 0n ? point(0n) : isInfinite(raw) ? REAL_LINE : around(fixed(raw, bits));
    const low = at(lo);
    const high = lo === hi ? low : at(hi);
    return enclosure(low.lo, high.hi);
  };
}

const around = (value: bigint): Enclosure => enclosure(value - 1n, value + 1n);

/** Bits that are kept of a power of e above one: its last bits would not matter to anything. */
const RELATIVE_BITS = 128;

function expAt(raw: bigint, bits: number): Enclosure {
  if (raw === 0n) return point(one(bits));
  const estimate = (Number(raw >> BigInt(Math.max(0, bits - 32))) * Math.LOG2E) / 2 ** Math.min(bits, 32);
  if (estimate > LARGEST_EXPONENT) return enclosure(one(LARGEST_EXPONENT + bits), INFINITY);
  const drop = Math.max(0, Math.ceil(estimate) - RELATIVE_BITS);
  const value = expFixed({ raw, fracBits: bits }, bits - drop);
  const shift = BigInt(drop);
  return enclosure(value > 0n ? (value - 1n) << shift : 0n, (value + 1n) << shift);
}

const expRange = ({ lo, hi }: Enclosure, bits: number): Enclosure => {
  const low = expAt(lo, bits);
  return enclosure(low.lo, hi === lo ? low.hi : expAt(hi, bits).hi);
};

const logRange: Range = ({ lo, hi }, bits) => {
  if (hi <= 0n) return 'undefined';
  if (lo <= 0n) return 'unknown';
  const at = (raw: bigint): Enclosure =>
    raw === one(bits) ? point(0n) : around(lnFixed({ raw, fracBits: bits }, bits));
  const low = at(lo);
  return enclosure(low.lo, isInfinite(hi) ? INFINITY : hi === lo ? low.hi : at(hi).hi);
};

/** |f′| ≤ 1 and |f| ≤ 1. */
function wave(fixed: Fixed, atZero: bigint): Range {
  return ({ lo, hi }, bits) => {
    if (lo === 0n && hi === 0n) return point(atZero << BigInt(bits));
    const most = one(bits);
    if (hi - lo > 4n * most) return enclosure(-most, most);
    const value = fixed((lo + hi) >> 1n, bits);
    const reach = ((hi - lo) >> 1n) + 2n;
    return enclosure(
      value - reach > -most ? value - reach : -most,
      value + reach < most ? value + reach : most,
    );
  };
}

const sin = wave((raw, bits) => sinFixed({ raw, fracBits: bits }, bits), 0n);
const cos = wave((raw, bits) => cosFixed({ raw, fracBits: bits }, bits), 1n);

const tanRange: Range = (u, bits, lenient) => {
  const cosine = cos(u, bits, lenient) as Enclosure;
  if (contains(cosine, 0n) || u.hi - u.lo > 3n * one(bits)) return 'unknown';
  // Between two poles the tangent increases.
  const at = (raw: bigint): Enclosure | undefined =>
    divide(
      sin(point(raw), bits, lenient) as Enclosure,
      cos(point(raw), bits, lenient) as Enclosure,
      BigInt(bits),
    );
  const low = at(u.lo);
  const high = u.lo === u.hi ? low : at(u.hi);
  return low && high ? enclosure(low.lo, high.hi) : 'unknown';
};

const GUARD = 8;

/** For |raw| ≤ 2^bits; √(1 − x²) is exact to the last unit, and so is the angle. */
function asinFixed(raw: bigint, bits: number): bigint {
  if (raw < 0n) return -asinFixed(-raw, bits);
  const work = bits + GUARD;
  const x = raw << BigInt(GUARD);
  const root = integerSqrt((1n << BigInt(2 * work)) - x * x);
  const [numerator, denominator] = root < x ? [root, x] : [x, root];
  const angle = atanFixed({ raw: (numerator << BigInt(work)) / denominator, fracBits: work }, work);
  return (root < x ? piFixed(work - 1) - angle : angle) >> BigInt(GUARD);
}

const asinRange: Range = ({ lo, hi }, bits, lenient) => {
  const limit = one(bits);
  if (lo > limit || hi < -limit) return 'undefined';
  if ((lo < -limit || hi > limit) && !lenient) return 'unknown';
  return unbounded(asinFixed)(enclosure(lo < -limit ? -limit : lo, hi > limit ? limit : hi), bits, lenient);
};

const acosRange: Range = (u, bits, lenient) => {
  const angle = asinRange(u, bits, lenient);
  return typeof angle === 'string' ? angle : add(around(piFixed(bits - 1)), negate(angle));
};

const sinhAt = (raw: bigint, bits: number): Enclosure =>
  scale(add(expAt(raw, bits), negate(expAt(-raw, bits))), 1n, 2n);
const coshAt = (raw: bigint, bits: number): Enclosure =>
  scale(add(expAt(raw, bits), expAt(-raw, bits)), 1n, 2n);

const coshRange: Range = ({ lo, hi }, bits) => {
  const ends = hull(coshAt(lo, bits), hi === lo ? coshAt(lo, bits) : coshAt(hi, bits));
  const least = lo <= 0n && hi >= 0n ? one(bits) : ends.lo;
  return enclosure(least > one(bits) ? least : one(bits), ends.hi);
};

function asinhFixed(raw: bigint, bits: number): bigint {
  if (raw < 0n) return -asinhFixed(-raw, bits);
  const work = bits + GUARD;
  const x = raw << BigInt(GUARD);
  const root = integerSqrt((1n << BigInt(2 * work)) + x * x);
  return lnFixed({ raw: x + root, fracBits: work }, work) >> BigInt(GUARD);
}

function acoshFixed(raw: bigint, bits: number): bigint {
  const work = bits + GUARD;
  const x = raw << BigInt(GUARD);
  const root = integerSqrt(x * x - (1n << BigInt(2 * work)));
  return lnFixed({ raw: x + root, fracBits: work }, work) >> BigInt(GUARD);
}

const acoshRange: Range = ({ lo, hi }, bits, lenient) => {
  const limit = one(bits);
  if (hi < limit) return 'undefined';
  if (lo < limit && !lenient) return 'unknown';
  const low = lo <= limit ? point(0n) : around(acoshFixed(lo, bits));
  return enclosure(low.lo, isInfinite(hi) ? INFINITY : hi === lo ? low.hi : around(acoshFixed(hi, bits)).hi);
};

/** ½ ln((1 + x) / (1 − x)) for |x| < 1. */
function atanhFixed(raw: bigint, bits: number): bigint {
  if (raw < 0n) return -atanhFixed(-raw, bits);
  const work = bits + GUARD;
  const ratio = ((one(bits) + raw) << BigInt(work)) / (one(bits) - raw);
  return lnFixed({ raw: ratio, fracBits: work }, work) >> BigInt(GUARD + 1);
}

const atanhRange: Range = (u, bits, lenient) => {
  const limit = one(bits);
  if (u.lo >= limit || u.hi <= -limit) return 'undefined';
  if (u.lo <= -limit || u.hi >= limit) return 'unknown';
  return unbounded(atanhFixed)(u, bits, lenient);
};

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|). */
function softplusFixed(raw: bigint, bits: number): bigint {
  const work = bits + GUARD;
  const decay = expFixed({ raw: raw < 0n ? raw : -raw, fracBits: bits }, work);
  const rest = lnFixed({ raw: one(work) + decay, fracBits: work }, work) >> BigInt(GUARD);
  return raw > 0n ? raw + rest : rest;
}

const softplusRange: Range = ({ lo, hi }, bits) => {
  const at = (raw: bigint): Enclosure => {
    if (raw === 0n) return around(ln2Fixed(bits));
    if (!isInfinite(raw)) return around(softplusFixed(raw, bits));
    return raw > 0n ? enclosure(one(LARGEST_EXPONENT + bits), INFINITY) : enclosure(0n, 1n);
  };
  const low = at(lo);
  const high = hi - lo <= NARROW ? low.hi + (hi - lo) : at(hi).hi;
  return enclosure(low.lo > 0n ? low.lo : 0n, high);
};

function cbrtFixed(raw: bigint, bits: number): bigint {
  if (raw < 0n) return -cbrtFixed(-raw, bits);
  return integerRoot(raw << BigInt(2 * bits), 3);
}

const absRange: Range = ({ lo, hi }) => {
  if (lo >= 0n) return enclosure(lo, hi);
  if (hi <= 0n) return enclosure(-hi, -lo);
  return enclosure(0n, hi > -lo ? hi : -lo);
};

const ofDyadic =
  (f: (x: { raw: bigint; fracBits: number }, bits: number) => bigint): Fixed =>
  (raw, bits) =>
    f({ raw, fracBits: bits }, bits);

/** f(u) for all u of an enclosure. */
export const PRIMITIVE_RANGE: Readonly<Record<PrimitiveName, Range>> = Object.freeze({
  abs: absRange,
  acos: acosRange,
  acosh: acoshRange,
  asin: asinRange,
  asinh: unbounded(asinhFixed),
  atan: bounded(ofDyadic(atanFixed), 1n, [-2n, 2n], 0n),
  atanh: atanhRange,
  cbrt: unbounded(cbrtFixed),
  cos,
  cosh: coshRange,
  erf: bounded(ofDyadic(erfFixed), 2n, [-1n, 1n], 0n),
  erfc: (u, bits, lenient) =>
    add(point(one(bits)), negate(PRIMITIVE_RANGE.erf(u, bits, lenient) as Enclosure)),
  exp: expRange,
  expm1: (u, bits) => add(expRange(u, bits), point(-one(bits))),
  log: logRange,
  log1p: (u, bits, lenient) => logRange(add(u, point(one(bits))), bits, lenient),
  sigmoid: bounded(ofDyadic(sigmoidFixed), 1n, [0n, 1n], 1n),
  sin,
  sinh: ({ lo, hi }, bits) => {
    const low = lo === 0n ? point(0n) : sinhAt(lo, bits);
    return enclosure(low.lo, hi === lo ? low.hi : sinhAt(hi, bits).hi);
  },
  softplus: softplusRange,
  tan: tanRange,
  tanh: bounded(ofDyadic(tanhFixed), 1n, [-1n, 1n], 0n),
});
