import { hullOfSpans, type Span } from './span.js';

/** Parts of [−1, 1] at which the bounding begins, and the halvings of one where it ends. */
const PARTS = 16;
const MOST_HALVINGS = 24;

/**
 * Rounding in doubles, in units of 2^-53 of |a[k]|: a part of [−1, 1] has |offset| + scale ≤ 1, so that what
 * a[k] adds to all coefficients of the part together is at most |a[k]|, along paths of at most 3k + 1 operations
 * of the shift; conversion, the powers of the scale and the sum of the coefficients are as many again.
 */
const rounding = (k: number): number => 2 ** -53 * (6 * k + 8);
/** More than all of these operations lose where numbers are too small to be rounded relatively. */
const UNDERFLOW = 2 ** -1000;

export interface PolynomialBounds {
  /** Encloses the polynomial on [−1, 1]. */
  readonly span: Span;
  /** Values that it takes, as good as. */
  readonly attained: Span;
}

/**
 * Bounds of Σ a[k] · u^k on [−1, 1] in doubles, their rounding included: on parts that are halved until what
 * their Taylor coefficients allow lies within the tolerance of values that are attained, here or before.
 */
export function boundPolynomial(a: Float64Array, before: Span, tolerance: number): PolynomialBounds {
  const margin = a.reduce((sum, value, k) => sum + Math.abs(value) * rounding(k), UNDERFLOW);
  if (!Number.isFinite(margin)) return { span: { lo: -Infinity, hi: Infinity }, attained: before };
  let attained = before;
  let span: Span | undefined;
  const b = new Float64Array(a.length);
  const open = Array.from({ length: PARTS }, (_, i) => ({
    offset: (2 * i + 1) / PARTS - 1,
    scale: 1 / PARTS,
    halvings: 0,
  }));
  for (const { offset } of open) {
    const value = valueAt(a, offset);
    attained = hullOfSpans(attained, { lo: value, hi: value });
  }
  for (let part = open.pop(); part; part = open.pop()) {
    const { offset, scale, halvings } = part;
    shift(a, offset, scale, b);
    const found = rangeOf(b);
    const value = b[0];
    attained = hullOfSpans(attained, { lo: value, hi: value });
    const isTight = found.hi <= attained.hi + tolerance && found.lo >= attained.lo - tolerance;
    if (isTight || halvings === MOST_HALVINGS) {
      span = span ? hullOfSpans(span, found) : found;
      continue;
    }
    for (const side of [-0.5, 0.5]) {
      open.push({ offset: offset + side * scale, scale: scale / 2, halvings: halvings + 1 });
    }
  }
  if (!span) throw new TypeError('there is at least one part');
  return { span: { lo: span.lo - margin, hi: span.hi + margin }, attained };
}

function valueAt(a: Float64Array, u: number): number {
  let sum = 0;
  for (let k = a.length - 1; k >= 0; k--) sum = sum * u + a[k];
  return sum;
}

/** The coefficients in powers of (u − offset) / scale, by repeated synthetic division. */
function shift(a: Float64Array, offset: number, scale: number, b: Float64Array): void {
  b.set(a);
  for (let i = 0; i < b.length - 1; i++) {
    for (let k = b.length - 2; k >= i; k--) b[k] += offset * b[k + 1];
  }
  for (let k = 1, factor = scale; k < b.length; k++, factor *= scale) b[k] *= factor;
}

/** By the coefficients: odd powers take both signs, even ones only that of their coefficient. */
function rangeOf(b: Float64Array): Span {
  let [lo, hi] = [b[0], b[0]];
  for (let k = 1; k < b.length; k++) {
    const reach = Math.abs(b[k]);
    if (k % 2 === 1 || b[k] < 0) lo -= reach;
    if (k % 2 === 1 || b[k] > 0) hi += reach;
  }
  return { lo, hi };
}
