/** A closed interval of doubles. */
export interface Span {
  readonly lo: number;
  readonly hi: number;
}

export function hullOfSpans(a: Span, b: Span): Span {
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
}

export function addSpans(a: Span, b: Span): Span {
  return { lo: a.lo + b.lo, hi: a.hi + b.hi };
}

/** By a number of either sign. */
export function scaleSpan({ lo, hi }: Span, factor: number): Span {
  return factor >= 0
    ? { lo: times(lo, factor), hi: times(hi, factor) }
    : scaleSpan({ lo: -hi, hi: -lo }, -factor);
}

export function multiplySpans(a: Span, b: Span): Span {
  const products = [times(a.lo, b.lo), times(a.lo, b.hi), times(a.hi, b.lo), times(a.hi, b.hi)];
  return { lo: Math.min(...products), hi: Math.max(...products) };
}

/** Infinite bounds times nothing are nothing. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

export function magnitudeOf({ lo, hi }: Span): number {
  return Math.max(-lo, hi, 0);
}
