/**
 * An integer as JSON can hold it without loss: a number where its magnitude is below 2^53, a decimal string
 * beyond. `BigInt()` accepts both; `toInteger` gives the one text that a value has.
 */
export type Integer = number | string;

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The canonical form of an integer. @throws SyntaxError or RangeError for what is no integer */
export function toInteger(value: bigint | Integer): Integer {
  const exact = BigInt(value);
  return exact >= -SAFE && exact <= SAFE ? Number(exact) : exact.toString();
}

/** Whether a value is an integer in its canonical form. */
export function isCanonicalInteger(value: unknown): value is Integer {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  return typeof value === 'string' && /^-?[1-9]\d*$/.test(value) && typeof toInteger(value) === 'string';
}
