/** An exact real number raw · 2^-fracBits. */
export interface Dyadic {
  readonly raw: bigint;
  readonly fracBits: number;
}

export function dyadic(raw: bigint | number, fracBits: number): Dyadic {
  return { raw: BigInt(raw), fracBits };
}

/** value · 2^bits, floored: the fixed-point form with `bits` fraction bits. */
export function toFixed(value: Dyadic, bits: number): bigint {
  const shift = bits - value.fracBits;
  return shift >= 0 ? value.raw << BigInt(shift) : value.raw >> BigInt(-shift);
}

/** Nearest double, for choosing working precisions. */
export function toNumber(value: Dyadic): number {
  return Number(value.raw) / 2 ** value.fracBits;
}
