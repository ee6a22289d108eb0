import type { RoundingMode } from '../../fixedpoint/rounding.js';
import type { KernelPlan, PlanSegment } from '../../plan/plan.js';
import { addSpans, multiplySpans, type Span } from './span.js';

/** rounded − exact of one rounding that drops `shift` bits, in units of what is kept. */
export function roundingSpan(mode: RoundingMode, shift: number): Span {
  if (shift <= 0) return { lo: 0, hi: 0 };
  switch (mode) {
    case 'floor':
      return { lo: -1, hi: 0 };
    case 'pseudo-stochastic':
      return { lo: -1, hi: 1 };
    default:
      return { lo: -0.5, hi: 0.5 };
  }
}

/**
 * What the roundings of Horner's steps add to the accumulator of a segment, in its units: each step's own, and
 * what the product with t makes of those before it. A step whose accumulator is zero so far rounds nothing.
 */
export function hornerError(
  { steps }: Pick<KernelPlan, 'steps'>,
  { lo, hi, origin, coefficients }: PlanSegment,
): Span {
  const t = { lo: Number(BigInt(lo) - BigInt(origin)), hi: Number(BigInt(hi) - 1n - BigInt(origin)) };
  let error: Span = { lo: 0, hi: 0 };
  let isZero = true;
  steps.forEach(({ shift, rounding }, i) => {
    isZero &&= BigInt(coefficients[i]) === 0n;
    if (isZero) return;
    const scale = 2 ** -shift;
    error = addSpans(
      multiplySpans(error, { lo: t.lo * scale, hi: t.hi * scale }),
      roundingSpan(rounding, shift),
    );
  });
  return error;
}
