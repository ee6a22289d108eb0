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

/** Nearest double, or as good as; infinite where it is too large for one. */
export function toNumber({ raw, fracBits }: Dyadic): number {
  const direct = Number(raw);
  if (Number.isFinite(direct) && fracBits < 1000) return direct / 2 ** fracBits;
  const drop = Math.max(0, (raw < 0n ? -raw : raw).toString(16).length * 4 - 64);
  const exponent = drop - fracBits;
  const half = Math.trunc(exponent / 2);
  return Number(raw >> BigInt(drop)) * 2 ** half * 2 ** (exponent - half);
}

/** A double, exactly. @throws RangeError where it is not finite */
export function fromNumber(value: number): Dyadic {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a finite number`);
  let scaled = value;
  let fracBits = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2 ** 32;
    fracBits += 32;
  }
  return { raw: BigInt(scaled), fracBits };
}
