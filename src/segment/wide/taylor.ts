import type { FixedPowers, RawStretch } from '../../fit/raw-polynomial.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { dyadic } from '../../function/dyadic.js';

/** What is approximated on raw arguments, known to any number of bits. */
export interface WideApproximand {
  readonly approximated: Pick<FunctionDefinition, 'exact' | 'expand'>;
  readonly fracBits: number;
  /** lo ≤ a < hi */
  readonly lo: bigint;
  readonly hi: bigint;
  /** Raw arguments at which a segment has to begin, ascending, inside. */
  readonly breaks: readonly bigint[];
}

/** f in powers of u on a stretch of arguments, as good as f itself; undefined where that is not to be had. */
export type TaylorSource = (stretch: RawStretch) => FixedPowers | undefined;

/** Fraction bits beyond an ulp. */
const EXTRA_BITS = 48;
/** Heuristic: an expansion whose last terms are at most this, in ulps, has none to speak of behind them. */
const LAST_TERM = 2 ** -10;

/**
 * Expansions of aligned blocks, kept, from which those of the stretches inside follow by shifting them: a search
 * looks at many stretches that differ little. Where a block is too large for an expansion, the stretch has its own.
 *
 * @param terms how many an expansion has
 */
export function taylorSource(approximand: WideApproximand, ulpBits: number, terms: number): TaylorSource {
  const bits = ulpBits + EXTRA_BITS;
  const known = new Map<string, FixedPowers | undefined>();
  const expansionOn = ({ first, last }: RawStretch): FixedPowers | undefined => {
    const key = `${first} ${last}`;
    if (!known.has(key)) known.set(key, expand(approximand, first, last, terms, bits));
    return known.get(key);
  };
  return (stretch) => {
    const { first, last } = stretch;
    if (first === last) {
      const value = approximand.approximated.exact(dyadic(first, approximand.fracBits), bits);
      return value === undefined ? undefined : { coefficients: [value], fracBits: bits };
    }
    const block = blockAround(approximand, stretch);
    const expansion = expansionOn(block);
    return expansion ? shifted(expansion, block, stretch) : expansionOn(stretch);
  };
}

function expand(
  { approximated, fracBits }: WideApproximand,
  first: bigint,
  last: bigint,
  terms: number,
  bits: number,
): FixedPowers | undefined {
  const found = approximated.expand(
    dyadic(first + last, fracBits + 1),
    dyadic(last - first, fracBits + 1),
    terms,
    bits,
  );
  if (!found) return undefined;
  const coefficients = found.slice(0, terms).map(({ lo, hi }) => (lo + hi) >> 1n);
  const least = LAST_TERM * 2 ** EXTRA_BITS;
  const settles = coefficients.slice(-2).every((c) => Math.abs(Number(c)) <= least);
  return settles ? { coefficients, fracBits: bits } : undefined;
}

/** A stretch of a power of two, at least twice as long, that begins at a multiple of half its length; cut at breaks. */
function blockAround({ lo, hi, breaks }: WideApproximand, { first, last }: RawStretch): RawStretch {
  const half = 1n << BigInt((last - first).toString(2).length);
  const start = (first / half - (first % half < 0n ? 1n : 0n)) * half;
  const from = breaks.findLast((place) => place <= first) ?? lo;
  const to = (breaks.find((place) => place > last) ?? hi) - 1n;
  const end = start + 2n * half;
  return { first: start > from ? start : from, last: end < to ? end : to };
}

/** Bits of a ratio of lengths beyond those of what it multiplies. */
const RATIO_BITS = 32;

/** The same polynomial on a part of its stretch, by repeated synthetic division. */
function shifted({ coefficients, fracBits }: FixedPowers, block: RawStretch, part: RawStretch): FixedPowers {
  const width = block.last - block.first;
  const ratioBits = BigInt(fracBits + RATIO_BITS);
  const offset = ((part.first + part.last - block.first - block.last) << ratioBits) / width;
  const scale = ((part.last - part.first) << ratioBits) / width;
  const b = [...coefficients];
  for (let i = 0; i < b.length - 1; i++) {
    for (let k = b.length - 2; k >= i; k--) b[k] += (offset * b[k + 1]) >> ratioBits;
  }
  let factor = scale;
  for (let k = 1; k < b.length; k++) {
    b[k] = (b[k] * factor) >> ratioBits;
    factor = (factor * scale) >> ratioBits;
  }
  return { coefficients: b, fracBits };
}
