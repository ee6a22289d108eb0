import * as fc from 'fast-check';
import type { FunctionDefinition } from '../../src/function/definition.js';
import { dyadic, fromNumber, type Dyadic } from '../../src/function/dyadic.js';
import type { Enclosure } from '../../src/function/enclosure.js';

export const FRAC_BITS = 40;

/** Arguments inside a function's domain, as doubles with 40 fraction bits, dense near zero. */
export function argumentOf({ domain }: Pick<FunctionDefinition, 'domain'>, most = 12): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: 0, max: 30 }), fc.double({ min: -most, max: most, noNaN: true }))
    .map(([drop, x]) => Math.trunc(x * 2 ** (FRAC_BITS - drop)) * 2 ** -FRAC_BITS)
    .filter((x) => isInside(domain, x));
}

export function isInside(domain: FunctionDefinition['domain'], x: number): boolean {
  return domain.some(
    ({ from, to, fromIncluded, toIncluded }) =>
      (x > from || (x === from && fromIncluded)) && (x < to || (x === to && toIncluded)),
  );
}

/** `exact` at a double, as a double. */
export function valueAt({ exact }: Pick<FunctionDefinition, 'exact'>, x: number, bits = 90): number {
  const value = exact(fromNumber(x), bits);
  if (value === undefined) throw new TypeError(`no value at ${x}`);
  return toDouble(value, bits);
}

/** value · 2^-bits, also where either is beyond a double. */
export function toDouble(value: bigint, bits: number): number {
  const drop = Math.max(0, (value < 0n ? -value : value).toString(2).length - 60);
  return Number(value >> BigInt(drop)) * 2 ** (drop - bits);
}

/** Σ coefficients[k] · s^k, all in units of 2^-bits, for s in [−1, 1] as a dyadic number. */
export function taylorAt(coefficients: readonly Enclosure[], s: Dyadic): Enclosure {
  let [lo, hi] = [0n, 0n];
  coefficients.forEach((coefficient, k) => {
    const power = s.raw ** BigInt(k);
    const shift = BigInt(s.fracBits * k);
    const products = [coefficient.lo * power, coefficient.hi * power];
    lo += (products[0] < products[1] ? products[0] : products[1]) >> shift;
    hi -= -(products[0] < products[1] ? products[1] : products[0]) >> shift;
  });
  return { lo, hi };
}

/** center + s · halfWidth */
export function pointOf(center: Dyadic, halfWidth: Dyadic, s: Dyadic): Dyadic {
  const fracBits = Math.max(center.fracBits, halfWidth.fracBits + s.fracBits);
  const at = (raw: bigint, bits: number): bigint => raw << BigInt(fracBits - bits);
  return dyadic(
    at(center.raw, center.fracBits) + at(halfWidth.raw * s.raw, halfWidth.fracBits + s.fracBits),
    fracBits,
  );
}
