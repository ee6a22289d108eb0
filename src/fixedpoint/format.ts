import { show, usageError } from '../diagnostic.js';

/**
 * A Q-format in ARM notation: `Qm.n` is two's complement with m + n bits in all, m including the sign
 * bit; `UQm.n` is unsigned. The value of a raw integer r is r · 2^-n.
 */
export interface QFormat {
  readonly signed: boolean;
  /** All bits of the storage word, sign included. */
  readonly bits: number;
  /** n, the bits after the binary point. */
  readonly fracBits: number;
}

export const MIN_BITS = 8;
export const MAX_BITS = 64;
/** Raw integers of at most this many bits are exact doubles. */
const EXACT_BITS = 53;

const PATTERN = /^(U?)Q(\d{1,3})\.(\d{1,3})$/i;

/**
 * @param text `Q8.24`, `UQ0.16`, …
 * @param path where the text came from, for the message (`--format`)
 * @throws usage error when malformed, or of fewer or more bits than a format can have
 */
export function parseFormat(text: string, path?: string): QFormat {
  const match = typeof text === 'string' ? PATTERN.exec(text.trim()) : null;
  if (!match) {
    throw usageError(
      'malformed-format',
      `${show(text)} is not a fixed-point format; expected Qm.n (signed, m includes the sign bit) or UQm.n`,
      'try Q8.24 for an int32 with 24 fraction bits, or UQ0.16 for a uint16 in [0, 1)',
      path,
    );
  }
  const signed = match[1] === '';
  const integerBits = Number(match[2]);
  const fracBits = Number(match[3]);
  const bits = integerBits + fracBits;
  if (bits < MIN_BITS || bits > MAX_BITS) {
    throw usageError(
      'unsupported-format',
      `"${text}" has ${bits} bits; expected ${MIN_BITS} to ${MAX_BITS}`,
      'Q8.8, Q1.15 and Q8.24 are the usual 16- and 32-bit formats, Q40.24 and Q32.32 those of 64 bits',
      path,
    );
  }
  if (signed && integerBits < 1) {
    throw usageError(
      'unsupported-format',
      `"${text}" has no room for the sign; expected m ≥ 1 in Qm.n`,
      `try Q1.${Math.max(fracBits - 1, 1)} or UQ0.${fracBits}`,
      path,
    );
  }
  return Object.freeze({ signed, bits, fracBits });
}

/** The canonical name: `Q8.24`, `UQ0.16`. @throws usage error for what is no format */
export function formatName(format: QFormat): string {
  if (!Number.isInteger(format?.bits) || !Number.isInteger(format.fracBits)) {
    throw usageError(
      'malformed-format',
      `${show(format)} is not a format; expected what parseFormat gives: { signed, bits, fracBits }`,
    );
  }
  return `${format.signed ? '' : 'U'}Q${format.bits - format.fracBits}.${format.fracBits}`;
}

/** The name as part of an identifier: `q8_24`, `uq0_16`. */
export function formatIdentifier(format: QFormat): string {
  return formatName(format).toLowerCase().replace('.', '_');
}

export function sameFormat(a: QFormat, b: QFormat): boolean {
  return a.signed === b.signed && a.bits === b.bits && a.fracBits === b.fracBits;
}

/** The least raw integer of the format. */
export function minRawBigint(format: QFormat): bigint {
  return format.signed ? -(1n << BigInt(format.bits - 1)) : 0n;
}

/** The greatest raw integer of the format. */
export function maxRawBigint(format: QFormat): bigint {
  return (1n << BigInt(format.signed ? format.bits - 1 : format.bits)) - 1n;
}

/** `minRawBigint` as a number. @throws RangeError where the format is wider than doubles are exact */
export function minRaw(format: QFormat): number {
  return exactNumber(format, minRawBigint(format));
}

/** `maxRawBigint` as a number. @throws RangeError where the format is wider than doubles are exact */
export function maxRaw(format: QFormat): number {
  return exactNumber(format, maxRawBigint(format));
}

function exactNumber(format: QFormat, raw: bigint): number {
  if (format.bits <= EXACT_BITS) return Number(raw);
  throw new RangeError(`raw integers of ${formatName(format)} are not exact as numbers`);
}
