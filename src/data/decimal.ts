const POWERS_OF_TEN = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/**
 * The double nearest to the decimal number in `text[start, end)`: exactly what `Number()` gives. NaN where the text
 * is not a decimal number; `Infinity`, `0x10` and the empty text are not.
 *
 * With at most 15 digits both the digits, read as an integer, and the power of ten are exact doubles, so that one
 * correctly rounded division is the answer (W. D. Clinger, "How to read floating point numbers accurately", 1990).
 * Everything else goes through `Number()`.
 */
export function parseDecimal(text: Uint8Array, start: number, end: number): number {
  let position = start;
  const sign = text[position];
  if (sign === MINUS || sign === PLUS) position++;
  let digits = 0;
  let integer = 0;
  let fractionDigits = -1; // before the point
  for (; position < end; position++) {
    const byte = text[position];
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      integer = integer * 10 + digit;
      digits++;
      if (fractionDigits >= 0) fractionDigits++;
    } else if (byte === POINT && fractionDigits < 0) {
      fractionDigits = 0;
    } else {
      return parseSlowly(text, start, end);
    }
  }
  if (digits === 0 || digits > 15) return parseSlowly(text, start, end);
  const magnitude = fractionDigits > 0 ? integer / POWERS_OF_TEN[fractionDigits] : integer;
  return sign === MINUS ? -magnitude : magnitude;
}

function parseSlowly(text: Uint8Array, start: number, end: number): number {
  const token = String.fromCharCode(...text.subarray(start, Math.min(end, start + 400)));
  return end - start <= 400 && DECIMAL.test(token) ? Number(token) : NaN;
}
