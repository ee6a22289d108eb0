import { hornerFast, type HornerStep } from '../fixedpoint/horner.js';
import type { FittedPolynomial } from '../fit/polynomial.js';

/** Bounds of integers, both included. */
interface Range {
  readonly lo: number;
  readonly hi: number;
}

/** Segments are looked at in so many parts: on shorter ones, bounds are closer (a heuristic). */
const PARTS = 16;
/** Steps up to this many are simply run. */
const RUN_STEPS = 512;

/**
 * Whether an integer polynomial never goes against a direction from one argument to the next, first … last: by
 * bounds on the differences of every accumulator, which hold whatever the roundings do. False where the bounds do
 * not show it.
 */
export function goesInDirection(
  polynomial: FittedPolynomial,
  steps: readonly HornerStep[],
  first: number,
  last: number,
  direction: 1 | -1,
): boolean {
  const from = first - polynomial.origin;
  const count = last - first;
  if (count <= RUN_STEPS) return runs(polynomial, steps, from, count, direction);
  for (let part = 0; part < PARTS; part++) {
    const [p, q] = [part, part + 1].map((i) => from + Math.floor((i * count) / PARTS));
    const { lo, hi } = differences(polynomial.coefficients, steps, p, q);
    if (direction === 1 ? lo < 0 : hi > 0) return false;
  }
  return true;
}

function runs(
  { coefficients }: FittedPolynomial,
  steps: readonly HornerStep[],
  from: number,
  count: number,
  direction: 1 | -1,
): boolean {
  let previous = hornerFast(coefficients, steps, from);
  for (let t = from + 1; t <= from + count; t++) {
    const next = hornerFast(coefficients, steps, t);
    if ((next - previous) * direction < 0) return false;
    previous = next;
  }
  return true;
}

/**
 * Bounds of the accumulator's differences from t to t + 1, for p ≤ t < q. With A an accumulator, the product's
 * difference is A(t+1)·(t+1) − A(t)·t = A(t+1) + t·ΔA(t); rounding is monotone, and moves by whole units with its
 * operand.
 */
function differences(
  coefficients: readonly number[],
  steps: readonly HornerStep[],
  p: number,
  q: number,
): Range {
  let values: Range = { lo: coefficients[0], hi: coefficients[0] };
  let step: Range = { lo: 0, hi: 0 };
  for (let i = 0; i < steps.length; i++) {
    const carried = times(step, { lo: p, hi: q - 1 });
    step = rounded({ lo: values.lo + carried.lo, hi: values.hi + carried.hi }, steps[i]);
    const [atP, atQ] = [p, q].map((t) => hornerFast(coefficients.slice(0, i + 2), steps.slice(0, i + 1), t));
    values =
      step.lo >= 0
        ? { lo: atP, hi: atQ }
        : step.hi <= 0
          ? { lo: atQ, hi: atP }
          : moved(scaled(times(values, { lo: p, hi: q }), steps[i]), coefficients[i + 1]);
  }
  return step;
}

function times(a: Range, b: Range): Range {
  const products = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  return { lo: Math.min(...products), hi: Math.max(...products) };
}

const moved = ({ lo, hi }: Range, by: number): Range => ({ lo: lo + by, hi: hi + by });

function scaled({ lo, hi }: Range, { shift }: HornerStep): Range {
  return { lo: Math.floor(lo * 2 ** -shift), hi: Math.ceil(hi * 2 ** -shift) };
}

/** What a difference of products becomes by rounding both. */
function rounded(difference: Range, step: HornerStep): Range {
  if (step.shift <= 0) return scaled(difference, step);
  const { lo, hi } = scaled(difference, step);
  switch (step.rounding) {
    case 'floor':
    case 'half-up':
      return { lo, hi };
    case 'half-even':
    case 'half-away':
      // Ties can move them by one more, but never against the operands.
      return {
        lo: difference.lo >= 0 ? Math.max(0, lo - 1) : lo - 1,
        hi: difference.hi <= 0 ? Math.min(0, hi + 1) : hi + 1,
      };
    case 'pseudo-stochastic':
      return { lo: lo - 1, hi: hi + 1 };
  }
}
