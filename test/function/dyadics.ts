import * as fc from 'fast-check';
import { dyadic, type Dyadic } from '../../src/function/dyadic.js';

/** Arguments with any number of fraction bits, of any magnitude below 2^bits. */
export function dyadics(bits: number): fc.Arbitrary<Dyadic> {
  return fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.maxSafeInteger())
    .map(([fracBits, drop, seed]) => {
      const width = BigInt(bits + fracBits);
      return dyadic(
        BigInt.asIntN(Number(width) + 1, BigInt(seed) * 0x9e3779b97f4a7c15n) >> BigInt(drop),
        fracBits,
      );
    });
}

/** The same, above zero. */
export function positiveDyadics(bits: number): fc.Arbitrary<Dyadic> {
  return dyadics(bits).map(({ raw, fracBits }) => dyadic(raw > 0n ? raw : 1n - raw, fracBits));
}
