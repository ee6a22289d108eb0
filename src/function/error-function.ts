import { toFixed, toNumber, type Dyadic } from './dyadic.js';
import { expFixed, integerSqrt } from './multiprecision.js';
import { piFixed } from './trigonometric.js';

const GUARD = 32;

/** erf x · 2^bits within one unit. */
export function erfFixed(x: Dyadic, bits: number): bigint {
  if (x.raw < 0n) return -erfFixed({ raw: -x.raw, fracBits: x.fracBits }, bits);
  const value = toNumber(x);
  // 1 − erf x < e^(−x²) for x > 0: beyond this, less than half a unit.
  if (value * value > (bits + 2) * Math.LN2) return 1n << BigInt(bits);
  const work = bits + GUARD;
  const growth = Math.ceil(value * value * Math.LOG2E) + 2;
  const square: Dyadic = { raw: x.raw * x.raw, fracBits: 2 * x.fracBits };
  const decay = expFixed({ raw: -square.raw, fracBits: square.fracBits }, work + growth);
  const sum = positiveSeries(toFixed(x, work), toFixed(square, work), work);
  return (decay * sum * twoOverRootPi(work)) >> BigInt(2 * work + growth + GUARD);
}

/**
 * x + x · 2x²/3 + x · (2x²)²/(3·5) + …, so that erf x = 2/√π · e^(−x²) · the sum
 * (Abramowitz & Stegun 7.1.6); all terms are positive, so nothing cancels.
 */
function positiveSeries(x: bigint, square: bigint, work: number): bigint {
  const shift = BigInt(work);
  let term = x;
  let sum = x;
  for (let k = 3n; term !== 0n; k += 2n) {
    term = ((term * square) >> (shift - 1n)) / k;
    sum += term;
  }
  return sum;
}

const twoOverRootPiCache = new Map<number, bigint>();

/** 2/√π · 2^bits within one unit. */
export function twoOverRootPi(bits: number): bigint {
  let value = twoOverRootPiCache.get(bits);
  if (value === undefined) {
    const work = bits + GUARD;
    const root = integerSqrt(piFixed(2 * work));
    value = ((1n << BigInt(2 * work + 1)) / root) >> BigInt(GUARD);
    twoOverRootPiCache.set(bits, value);
  }
  return value;
}

/** erfc x · 2^bits within one unit. */
export function erfcFixed(x: Dyadic, bits: number): bigint {
  return (1n << BigInt(bits)) - erfFixed(x, bits);
}

/** Centres of the expansions of erfc in doubles are multiples of this. */
const SPACING = 1 / 16;
/** erfc underflows from 27.3 on. */
const LAST_CENTER = 28;
const rows: (Float64Array | undefined)[] = [];

/** erfc in double precision, within a few ulps of a double: Taylor expansions around multiples of 1/16. */
export function erfcDouble(x: number): number {
  if (!(x > -6)) return Number.isNaN(x) ? x : 2;
  if (x < 0) return 2 - erfcDouble(-x);
  if (x > LAST_CENTER) return 0;
  const index = Math.round(x / SPACING);
  const row = (rows[index] ??= erfcRow(index));
  const t = x - index * SPACING;
  let sum = row[row.length - 1];
  for (let k = row.length - 2; k >= 0; k--) sum = sum * t + row[k];
  return sum;
}

/** erf in double precision; near zero by its own series, since 1 − erfc would lose digits. */
export function erfDouble(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude >= 0.5) return x < 0 ? erfcDouble(magnitude) - 1 : 1 - erfcDouble(magnitude);
  const square = 2 * x * x;
  let term = x;
  let sum = x;
  for (let k = 3; k < 31; k += 2) {
    term *= square / k;
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Taylor coefficients of erfc: f″ = −2x·f′ gives (k+2)(k+1)·a[k+2] = −2c(k+1)·a[k+1] − 2k·a[k]. */
function erfcRow(index: number): Float64Array {
  const center = index * SPACING;
  const bits = 64 + Math.ceil((center + 1) * (center + 1) * Math.LOG2E);
  const value = erfcFixed({ raw: BigInt(index), fracBits: 4 }, bits);
  // Two factors: 2^-bits alone may be less than a double can hold.
  const row = [Number(value) * 2 ** -64 * 2 ** (64 - bits)];
  row.push((-2 / Math.sqrt(Math.PI)) * Math.exp(-center * center));
  const reach = SPACING / 2;
  for (let k = 0; k < 40; k++) {
    row.push((-2 * center * (k + 1) * row[k + 1] - 2 * k * row[k]) / ((k + 1) * (k + 2)));
    const last = Math.abs(row[k + 2]) * reach ** (k + 2);
    if (k > 4 && last < row[0] * 2 ** -58) break;
  }
  return Float64Array.from(row);
}
