/**
 * A polynomial on raw arguments: Σ coefficient · 2^-fracBits · ((a − origin) · 2^-argumentFracBits)^degree,
 * highest degree first.
 */
export interface RawPolynomial {
  readonly origin: bigint;
  readonly coefficients: readonly bigint[];
  readonly fracBits: readonly number[];
}

/** Consecutive arguments, both included. */
export interface RawStretch {
  readonly first: bigint;
  readonly last: bigint;
}

/** Integers in units of 2^-fracBits. */
export interface FixedPowers {
  readonly coefficients: readonly bigint[];
  readonly fracBits: number;
}

/**
 * The polynomial in powers of u in [−1, 1] on a stretch of arguments, a = middle + u · half, lowest first:
 * exactly, by Horner's rule on integers.
 */
export function powersOn(
  { origin, coefficients, fracBits }: RawPolynomial,
  argumentFracBits: number,
  { first, last }: RawStretch,
): FixedPowers {
  const offset = first + last - 2n * origin;
  const width = last - first;
  let powers: bigint[] = [coefficients[0]];
  let bits = fracBits[0];
  for (let i = 1; i < coefficients.length; i++) {
    // t = (offset + width · u) / 2, in units of the argument.
    const next = Array.from(
      { length: powers.length + 1 },
      (_, k) => offset * (powers[k] ?? 0n) + (k > 0 ? width * powers[k - 1] : 0n),
    );
    bits += argumentFracBits + 1;
    next[0] += coefficients[i] << BigInt(bits - fracBits[i]);
    powers = next;
  }
  return { coefficients: powers, fracBits: bits };
}
