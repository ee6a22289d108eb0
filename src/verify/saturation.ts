import { maxRawBigint, minRawBigint, type QFormat } from '../fixedpoint/format.js';
import type { Interval } from '../fixedpoint/interval.js';
import { representableBigint, type OverflowMode } from '../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../function/definition.js';
import { dyadic } from '../function/dyadic.js';
import { inputsIn } from '../plan/domain.js';

/** The formats of a kernel, and what becomes of results that do not fit. */
export interface Formats {
  readonly input: QFormat;
  readonly output: QFormat;
  readonly overflow: OverflowMode;
}

/** The inputs of a format at which f has a value, by whether the output can hold that. Ascending, and apart. */
export interface HeldInputs {
  /** The nearest integer to f · 2^n is an output. */
  readonly held: readonly Interval[];
  /** It is none: f lies half an ulp or more beyond the least or the greatest output. */
  readonly saturated: readonly Interval[];
}

/** Bits beyond an ulp in which f is compared with the ends of the output. */
const EXTRA_BITS = 48;
/** Stretches of inputs that are looked at; a function that needs more crosses the ends of the output too often. */
const MOST_STRETCHES = 2 ** 18;

/**
 * The inputs whose f the output can hold: found by enclosures of f over ever shorter stretches, and at single inputs
 * by multiple precision, within 2^-48 ulp.
 *
 * @returns undefined where that takes too long, as of functions of which nothing but single values is known
 */
export function heldInputs(definition: FunctionDefinition, formats: Formats): HeldInputs | undefined {
  const { input, output } = formats;
  const { min, max } = representableBigint(output, formats.overflow);
  const scale = 1n << BigInt(EXTRA_BITS);
  const half = scale / 2n;
  const bits = output.fracBits + EXTRA_BITS;
  // What rounds to an output lies strictly between these.
  const [least, most] = [min * scale - half, max * scale + half];
  const held: Interval[] = [];
  const saturated: Interval[] = [];
  let stretches = 0;

  const visit = (lo: bigint, hi: bigint): boolean => {
    if (++stretches > MOST_STRETCHES) return false;
    if (lo === hi) {
      const value = definition.exact(dyadic(lo, input.fracBits), bits);
      if (value !== undefined) append(value > least && value < most ? held : saturated, { lo, hi });
      return true;
    }
    const center = dyadic(lo + hi, input.fracBits + 1);
    const range = definition.expand(center, dyadic(hi - lo, input.fracBits + 1), 0, bits)?.[0];
    if (range && range.lo > least && range.hi < most) append(held, { lo, hi });
    else if (range && (range.lo >= most || range.hi <= least)) append(saturated, { lo, hi });
    else {
      const middle = (lo + hi) >> 1n;
      return visit(lo, middle) && visit(middle + 1n, hi);
    }
    return true;
  };

  const [first, last] = [minRawBigint(input), maxRawBigint(input)];
  const pieces = definition.domain.map((piece) => inputsIn(piece, input)).filter(({ lo, hi }) => lo <= hi);
  const isDone = pieces.every(({ lo, hi }) => visit(lo > first ? lo : first, hi < last ? hi : last));
  return isDone ? { held, saturated } : undefined;
}

/** Adds an interval that follows the last one, or lies behind it. */
function append(intervals: Interval[], { lo, hi }: Interval): void {
  const last = intervals.at(-1);
  if (last && last.hi === lo - 1n) intervals[intervals.length - 1] = { lo: last.lo, hi };
  else intervals.push({ lo, hi });
}

/** How many inputs of some intervals lie in a stretch, both ends included. */
export function countIn(intervals: readonly Interval[], stretch: Interval): bigint {
  let count = 0n;
  for (const { lo, hi } of intervals) {
    const [from, to] = [lo > stretch.lo ? lo : stretch.lo, hi < stretch.hi ? hi : stretch.hi];
    if (from <= to) count += to - from + 1n;
  }
  return count;
}
