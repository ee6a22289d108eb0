import { maxRawBigint, minRawBigint, type QFormat } from '../fixedpoint/format.js';
import type { Interval } from '../fixedpoint/interval.js';
import { representableBigint, type OverflowMode } from '../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../function/definition.js';
import { dyadic } from '../function/dyadic.js';
import { inputsIn } from '../plan/domain.js';
import type { KernelPlan } from '../plan/plan.js';

/** The formats of a kernel, and what becomes of results that do not fit. */
export interface Formats {
  readonly input: QFormat;
  readonly output: QFormat;
  readonly overflow: OverflowMode;
}

/**
 * The inputs of a format at which f has a value, by whether the output can hold that: whether the integer nearest to
 * f · 2^n is an output, half an ulp beyond the last one being too far. Ascending intervals, as long as can be.
 */
export interface HeldInputs {
  readonly held: readonly Interval[];
  readonly saturated: readonly Interval[];
}

/** Bits beyond an ulp in which f is compared with the ends of the output. */
export const EXTRA_BITS = 48;
/** What a value of f may be off in these. */
const VALUE_ERROR = 2n;

/** Values of f, in units of 2^-EXTRA_BITS ulp, that round to an output lie strictly between these. */
export function heldBetween(output: QFormat, overflow: OverflowMode): Interval {
  const { min, max } = representableBigint(output, overflow);
  const half = 1n << BigInt(EXTRA_BITS - 1);
  return {
    lo: (min << BigInt(EXTRA_BITS)) - half + VALUE_ERROR,
    hi: (max << BigInt(EXTRA_BITS)) + half - VALUE_ERROR,
  };
}

/** Stretches of inputs that are looked at; a function that needs more crosses the ends of the output too often. */
const MOST_STRETCHES = 2 ** 18;
/** More intervals than these are no answer: each is a unit of a proof. */
const MOST_INTERVALS = 4096;

const known = new WeakMap<FunctionDefinition, Map<string, HeldInputs | undefined>>();

/**
 * The inputs whose f the output can hold: found by enclosures of f over ever shorter stretches, and at single inputs
 * by multiple precision.
 *
 * @returns undefined where that takes too long, as of wide formats and functions of which only single values are known
 */
export function heldInputs(definition: FunctionDefinition, formats: Formats): HeldInputs | undefined {
  const { input, output, overflow } = formats;
  const key = JSON.stringify([input, output, overflow]);
  const found = known.get(definition) ?? new Map<string, HeldInputs | undefined>();
  known.set(definition, found);
  if (!found.has(key)) found.set(key, findHeldInputs(definition, formats));
  return found.get(key);
}

/** The same of a plan. */
export function heldInputsOf(plan: KernelPlan, definition: FunctionDefinition): HeldInputs | undefined {
  const { input, output, finish } = plan;
  return heldInputs(definition, { input, output, overflow: finish.overflow });
}

function findHeldInputs(definition: FunctionDefinition, formats: Formats): HeldInputs | undefined {
  const { input, output, overflow } = formats;
  const bits = output.fracBits + EXTRA_BITS;
  const { lo: least, hi: most } = heldBetween(output, overflow);
  const held: Interval[] = [];
  const saturated: Interval[] = [];
  let stretches = 0;

  /** Whether it came to an end. */
  const visit = (lo: bigint, hi: bigint): boolean => {
    if (++stretches > MOST_STRETCHES || held.length + saturated.length > MOST_INTERVALS) return false;
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

  const pieces = definition.domain.map((piece) => inputsIn(piece, input)).filter(({ lo, hi }) => lo <= hi);
  return pieces.every(({ lo, hi }) => visit(lo, hi)) ? { held, saturated } : undefined;
}

/** Adds an interval behind the last one, or to it. */
function append(intervals: Interval[], { lo, hi }: Interval): void {
  const last = intervals.at(-1);
  if (last?.hi === lo - 1n) intervals[intervals.length - 1] = { lo: last.lo, hi };
  else intervals.push({ lo, hi });
}

/** How many inputs of some intervals lie in others; both are ascending. */
export function countCommon(intervals: readonly Interval[], others: readonly Interval[]): bigint {
  let count = 0n;
  for (const { lo, hi } of intervals) {
    for (const other of others) {
      const [from, to] = [lo > other.lo ? lo : other.lo, hi < other.hi ? hi : other.hi];
      if (from <= to) count += to - from + 1n;
    }
  }
  return count;
}

/** All inputs of a format. */
export function allInputs(format: QFormat): Interval {
  return { lo: minRawBigint(format), hi: maxRawBigint(format) };
}
