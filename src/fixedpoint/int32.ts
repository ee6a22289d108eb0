/**
 * Exact products of two int32 numbers, rounded to int32, on plain JavaScript numbers.
 *
 * A double product p of two int32 is off by at most 2^8 (half an ulp below 2^62), but `Math.imul` gives its
 * low 32 bits exactly. So (p − low) · 2^-32 lies within 2^-23 of the integer that it stands for, and
 * rounding it gives the exact upper part: the product is upper · 2^32 + low, without bigint and without a
 * data-dependent branch.
 *
 * Clamping is symmetric: results lie in ±(2^31 − 1), and −2^31 is never produced (it may be an operand).
 */

/** The greatest magnitude of a result: 2^31 − 1. */
export const INT32_LIMIT = 2147483647;
/** Marks an overflow where int32 results are expected: the one int32 that symmetric clamping never produces. */
export const OVERFLOW = -2147483648;
const WORD = 2 ** 32;
const WORD_SCALE = 2 ** -32;

/** Clamps an integer to ±(2^31 − 1). */
export function saturateInt32(value: number): number {
  return value > INT32_LIMIT ? INT32_LIMIT : value < -INT32_LIMIT ? -INT32_LIMIT : value | 0;
}

/** Whether clamping would change the integer. */
export function overflowsInt32(value: number): boolean {
  return value > INT32_LIMIT || value < -INT32_LIMIT;
}

/**
 * value · 2^fracBits rounded to an integer, ties to even, and clamped: how a real number becomes raw.
 *
 * @param value finite; NaN gives 0
 */
export function rawFromReal(value: number, fracBits: number): number {
  const scaled = value * 2 ** fracBits; // exact: a power of two
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return saturateInt32(up ? floor + 1 : floor);
}

/**
 * round(a · b · 2^-fracBits), rounded pseudo-stochastically (see `roundShift`), or OVERFLOW where that is
 * beyond ±(2^31 − 1). All of it is int32 arithmetic but for one double product, so that a loop over it stays
 * in registers.
 *
 * @param a int32
 * @param b int32
 * @param fracBits 1 to 30
 */
export function productOrOverflow(a: number, b: number, fracBits: number): number {
  const sign = (a ^ b) >> 31; // −1 where the product is negative; where it is zero, either will do
  const low = (Math.imul(a, b) ^ sign) - sign;
  const high = ((Math.abs(a * b) - (low >>> 0)) * WORD_SCALE + 0.5) | 0;
  const lowerBits = fracBits >> 1;
  const dropped = low & ((1 << fracBits) - 1);
  const up = ((dropped & ((1 << lowerBits) - 1)) - (dropped >>> lowerBits)) >>> 31;
  // Negative where a carry leaves 2^31 − 1; `high` at its limit means a magnitude of 2^31 or more.
  const magnitude = (((high << (32 - fracBits)) | (low >>> fracBits)) + up) | 0;
  return high >= 1 << (fracBits - 1) || magnitude < 0 ? OVERFLOW : (magnitude ^ sign) - sign;
}

/** What an overflowing product of a and b is clamped to. */
export function overflowLimit(a: number, b: number): number {
  return a < 0 === b < 0 ? INT32_LIMIT : -INT32_LIMIT;
}

/** `productOrOverflow`, clamped. */
export function multiplyPseudoStochastic(a: number, b: number, fracBits: number): number {
  const product = productOrOverflow(a, b, fracBits);
  return product === OVERFLOW ? overflowLimit(a, b) : product;
}

/**
 * round(a · b · 2^-fracBits), ties to even, and clamped.
 *
 * @param a int32
 * @param b int32
 * @param fracBits 1 to 30
 */
export function multiplyHalfEven(a: number, b: number, fracBits: number): number {
  const low = Math.imul(a, b);
  const high = Math.round((a * b - (low >>> 0)) * WORD_SCALE);
  const floor = high * 2 ** (32 - fracBits) + (low >>> fracBits);
  const odd = (low >>> fracBits) & 1;
  const dropped = low & ((1 << fracBits) - 1);
  const up = ((1 << (fracBits - 1)) - dropped - odd) >>> 31;
  return saturateInt32(floor + up);
}

/**
 * round(sum · 2^-fracBits), pseudo-stochastically, of an integer that a double holds exactly. Not clamped.
 *
 * @param sum integer, |sum| < 2^53
 */
export function roundExactSum(sum: number, fracBits: number): number {
  const magnitude = Math.abs(sum);
  return roundMagnitude(Math.floor(magnitude * WORD_SCALE), magnitude % WORD, sum < 0, fracBits);
}

/**
 * Terms that one pass of double sum and residue sum can hold at any magnitude: n products of int32, each
 * rounded to a double (2^8) and added up (partial sums below k · 2^62, so k · 2^9 each), are off by less than
 * n · 2^8 + n² · 2^8 < 2^31 for n ≤ 2048, and then the upper word still rounds to the right integer.
 */
export const WIDE_SUM_TERMS = 2048;

/**
 * The upper word of an exact sum of products: the sum is `upperWord · 2^32 + (residue >>> 0)`.
 *
 * @param sum double sum of at most WIDE_SUM_TERMS products and one carried-over word
 * @param residue the same sum modulo 2^32, from `Math.imul` and int32 additions
 */
export function upperWord(sum: number, residue: number): number {
  return Math.round((sum - (residue >>> 0)) * WORD_SCALE);
}

/**
 * round((upper · 2^32 + (residue >>> 0)) · 2^-fracBits), pseudo-stochastically. Not clamped: the integer is
 * exact below 2^53, and beyond that on the same side of every int32.
 *
 * @param upper integer, |upper| < 2^53
 * @param residue int32 or uint32: the low word
 */
export function roundWideSum(upper: number, residue: number, fracBits: number): number {
  const low = residue >>> 0;
  if (upper >= 0) return roundMagnitude(upper, low, false, fracBits);
  return low === 0
    ? roundMagnitude(-upper, 0, true, fracBits)
    : roundMagnitude(-upper - 1, WORD - low, true, fracBits);
}

/** Rounds the magnitude high · 2^32 + low (0 ≤ low < 2^32) and gives it its sign back. */
function roundMagnitude(high: number, low: number, negative: boolean, fracBits: number): number {
  const dropped = low & ((1 << fracBits) - 1);
  const lowerBits = fracBits >> 1;
  const up = dropped >>> lowerBits > (dropped & ((1 << lowerBits) - 1)) ? 1 : 0;
  const rounded = high * 2 ** (32 - fracBits) + (low >>> fracBits) + up;
  return negative ? 0 - rounded : rounded;
}
