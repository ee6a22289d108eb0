import * as fc from 'fast-check';
import { OVERFLOW_MODES } from '../../src/fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../../src/fixedpoint/rounding.js';
import { maxRaw, minRaw, type QFormat } from '../../src/fixedpoint/format.js';
import { representable } from '../../src/fixedpoint/overflow.js';
import { completePlan } from '../../src/plan/build.js';
import { chooseSelection } from '../../src/plan/selection.js';
import type { KernelPlan, PlanDraft, PlanSegment, Reduction } from '../../src/plan/plan.js';

const integer = (min: number, max: number) => fc.integer({ min, max });
/** An integer of at most this many magnitude bits, every length alike. */
const ofBits = (bits: number) =>
  integer(0, bits).chain((length) => integer(-(2 ** length) + 1, 2 ** length - 1));

const formats: fc.Arbitrary<QFormat> = fc
  .record({ signed: fc.boolean(), bits: fc.oneof(integer(8, 16), fc.constant(32), integer(8, 32)) })
  .chain(({ signed, bits }) =>
    integer(0, signed ? bits - 1 : bits).map((fracBits) => ({ signed, bits, fracBits })),
  );

/** The arguments that segments must cover, given what tails there are. */
function argumentEnds(input: QFormat, folded: boolean): { readonly lo: number; readonly hi: number } {
  return folded ? { lo: 0, hi: -minRaw(input) + 1 } : { lo: minRaw(input), hi: maxRaw(input) + 1 };
}

interface Cuts {
  readonly lowTail: boolean;
  readonly highTail: boolean;
  readonly fractions: readonly number[];
  /** Cuts are multiples of 2^alignment above the first. */
  readonly alignment: number;
}

function cut({ lowTail, highTail, fractions, alignment }: Cuts, ends: { lo: number; hi: number }): number[] {
  const cell = 2 ** alignment;
  const places = fractions
    .map((fraction) => ends.lo + Math.floor((fraction * (ends.hi - ends.lo)) / cell) * cell)
    .filter((place) => place > ends.lo && place < ends.hi);
  const bounds = [...new Set([ends.lo, ...places, ends.hi])].toSorted((a, b) => a - b);
  const first = lowTail && bounds.length > 2 ? 1 : 0;
  const last = highTail && bounds.length - first > 2 ? bounds.length - 1 : bounds.length;
  return bounds.slice(first, last);
}

/**
 * Well-formed plans that no search would propose: every rounding, overflow, selection, width and shift, with
 * coefficients that approximate nothing.
 */
export const randomPlans: fc.Arbitrary<KernelPlan> = fc
  .record({
    input: formats,
    output: formats,
    fold: fc.constantFrom('none', 'odd', 'even', 'point'),
    cuts: fc.record({
      lowTail: fc.boolean(),
      highTail: fc.boolean(),
      fractions: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
      alignment: integer(0, 20),
    }),
    order: integer(0, 4),
    guardBits: integer(0, 10),
    extraFracBits: fc.array(integer(-12, 12), { minLength: 5, maxLength: 5 }),
    coefficientBits: integer(1, 30),
    roundings: fc.array(fc.constantFrom(...ROUNDING_MODES), { minLength: 6, maxLength: 6 }),
    sameRounding: fc.boolean(),
    overflow: fc.constantFrom(...OVERFLOW_MODES.filter((mode) => mode !== 'error')),
    clampBits: fc.option(integer(4, 40), { nil: undefined, freq: 4 }),
    sum: integer(0, 2),
    seed: fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
  })
  .chain((parts) =>
    fc
      .array(fc.tuple(ofBits(parts.coefficientBits), fc.boolean()), { minLength: 40, maxLength: 40 })
      .map((pool) => assemble(parts, pool)),
  );

type Parts = {
  readonly input: QFormat;
  readonly output: QFormat;
  readonly fold: string;
  readonly cuts: Cuts;
  readonly order: number;
  readonly guardBits: number;
  readonly extraFracBits: readonly number[];
  readonly roundings: readonly (typeof ROUNDING_MODES)[number][];
  readonly sameRounding: boolean;
  readonly overflow: (typeof OVERFLOW_MODES)[number];
  readonly clampBits: number | undefined;
  readonly sum: number;
};

function assemble(parts: Parts, pool: readonly (readonly [number, boolean])[]): KernelPlan {
  const { input, output, order, guardBits } = parts;
  const folded = parts.fold !== 'none' && input.signed;
  const bounds = cut(parts.cuts, argumentEnds(input, folded));
  const ends = argumentEnds(input, folded);
  const segments: PlanSegment[] = bounds.slice(1).map((hi, i) => {
    const lo = bounds[i];
    const coefficients = Array.from({ length: order + 1 }, (_, k) => pool[(i * 5 + k) % pool.length][0] + 0);
    const origin = pool[i][1] ? lo : lo + Math.floor((hi - lo) / 2);
    return { lo, hi, origin, coefficients };
  });
  const last = output.fracBits + guardBits;
  const coefficientFracBits = Array.from({ length: order + 1 }, (_, i) =>
    i === order ? last : last + parts.extraFracBits[i],
  );
  const { min, max } = representable(output, parts.overflow);
  const tail = (i: number) => Math.max(min, Math.min(max, pool[pool.length - 1 - i][0]));
  const reduce: Reduction = !folded
    ? { kind: 'none' }
    : parts.fold === 'point'
      ? { kind: 'point', sum: parts.sum * 2 ** output.fracBits }
      : { kind: parts.fold as 'odd' | 'even' };
  const draft: PlanDraft = {
    name: 'random_plan',
    function: 'tanh',
    input,
    output,
    range: { lo: minRaw(input), hi: maxRaw(input) },
    target: { ulp: 1 },
    reduce,
    tails: {
      ...(bounds[0] > ends.lo ? { low: { bound: bounds[0], output: tail(0) } } : {}),
      ...(bounds[bounds.length - 1] < ends.hi
        ? { high: { bound: bounds[bounds.length - 1], output: tail(1) } }
        : {}),
    },
    select: chooseSelection(segments),
    segments,
    argumentFracBits: input.fracBits,
    coefficientFracBits,
    guardBits,
    steps: Array.from({ length: order }, (_, i) => ({
      shift: coefficientFracBits[i] + input.fracBits - coefficientFracBits[i + 1],
      rounding: parts.roundings[parts.sameRounding ? 0 : i],
      ...(parts.clampBits === undefined ? {} : { clamp: 2 ** parts.clampBits - 1 }),
    })),
    finish: { rounding: parts.roundings[parts.sameRounding ? 0 : 5], overflow: parts.overflow },
  };
  return completePlan(draft);
}
