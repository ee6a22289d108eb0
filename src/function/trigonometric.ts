import { toFixed, type Dyadic } from './dyadic.js';
import { integerSqrt } from './multiprecision.js';

/** As in multiprecision.ts: fewer than 2^8 roundings of one unit each, amplified by less than 2^12. */
const GUARD = 32;

const piCache = new Map<number, bigint>();

/** π · 2^bits within one unit, by Machin's formula π = 16 atan(1/5) − 4 atan(1/239). */
export function piFixed(bits: number): bigint {
  let value = piCache.get(bits);
  if (value === undefined) {
    const work = bits + GUARD;
    value = (16n * atanInverse(5n, work) - 4n * atanInverse(239n, work)) >> BigInt(GUARD);
    piCache.set(bits, value);
  }
  return value;
}

function atanInverse(q: bigint, bits: number): bigint {
  const square = q * q;
  let power = (1n << BigInt(bits)) / q;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = -power / square;
    sum += power / k;
  }
  return sum;
}

/** sin x · 2^bits within one unit, for an argument of any size. */
export function sinFixed(x: Dyadic, bits: number): bigint {
  return sinOfQuadrant(x, bits, 0n);
}

/** cos x · 2^bits within one unit, for an argument of any size. */
export function cosFixed(x: Dyadic, bits: number): bigint {
  return sinOfQuadrant(x, bits, 1n);
}

/** sin(x + shift · π/2). */
function sinOfQuadrant(x: Dyadic, bits: number, shift: bigint): bigint {
  const work = bits + GUARD;
  const { quadrant, rest } = quadrantOf(x, work);
  const k = (quadrant + shift) & 3n;
  const value = k % 2n === 0n ? sinSmall(rest, work) : cosSmall(rest, work);
  return (k >= 2n ? -value : value) >> BigInt(GUARD);
}

/** x = quadrant · π/2 + rest with |rest| ≤ π/4; rest in units of 2^-work. */
function quadrantOf(x: Dyadic, work: number): { readonly quadrant: bigint; readonly rest: bigint } {
  const magnitude = Math.max(0, (x.raw < 0n ? -x.raw : x.raw).toString(2).length - x.fracBits);
  const inner = work + magnitude + 4;
  const halfPi = piFixed(inner - 1);
  const fixed = toFixed(x, inner);
  const doubled = 2n * fixed + halfPi;
  // floor((x + π/4) / (π/2)): the nearest quadrant.
  const quadrant = doubled >= 0n ? doubled / (2n * halfPi) : -((-doubled + 2n * halfPi - 1n) / (2n * halfPi));
  return { quadrant, rest: (fixed - quadrant * halfPi) >> BigInt(magnitude + 4) };
}

function sinSmall(r: bigint, work: number): bigint {
  return alternatingSeries(r, (r * r) >> BigInt(work), work, 1n);
}

function cosSmall(r: bigint, work: number): bigint {
  return alternatingSeries(1n << BigInt(work), (r * r) >> BigInt(work), work, 0n);
}

/** first − first · square / ((n+1)(n+2)) + …, the Taylor series of sin (n = 1) and cos (n = 0). */
function alternatingSeries(first: bigint, square: bigint, work: number, n: bigint): bigint {
  const shift = BigInt(work);
  let term = first;
  let sum = first;
  for (let k = n + 1n; term !== 0n; k += 2n) {
    term = -((term * square) >> shift) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}

/** Halvings of the argument of the arcus tangent before its series. */
const HALVINGS = 3;

/** atan x · 2^bits within one unit. */
export function atanFixed(x: Dyadic, bits: number): bigint {
  if (x.raw < 0n) return -atanFixed({ raw: -x.raw, fracBits: x.fracBits }, bits);
  const work = bits + GUARD;
  const one = 1n << BigInt(work);
  const isLarge = x.raw >> BigInt(Math.max(0, x.fracBits)) >= 1n;
  // atan x = π/2 − atan(1/x)
  const small = isLarge ? (1n << BigInt(work + x.fracBits)) / x.raw : toFixed(x, work);
  const angle = atanSmall(small, work, one);
  return (isLarge ? piFixed(work - 1) - angle : angle) >> BigInt(GUARD);
}

/** For 0 ≤ z ≤ 1: atan z = 2 atan(z / (1 + √(1 + z²))), three times, then the series. */
function atanSmall(z: bigint, work: number, one: bigint): bigint {
  const shift = BigInt(work);
  for (let i = 0; i < HALVINGS; i++) z = (z << shift) / (one + integerSqrt((one << shift) + z * z));
  const square = (z * z) >> shift;
  let power = z;
  let sum = z;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = -((power * square) >> shift);
    sum += power / k;
    if (power === -1n) break;
  }
  return sum << BigInt(HALVINGS);
}
