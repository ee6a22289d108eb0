import { readFileSync } from 'node:fs';
import { maxRaw, minRaw, parseFormat, type QFormat } from '../../src/fixedpoint/format.js';
import { completePlan } from '../../src/plan/build.js';
import type { Fold, KernelPlan, PlanDraft, PlanSegment } from '../../src/plan/plan.js';
import { chooseSelection } from '../../src/plan/selection.js';

interface RecordedSegment {
  readonly max: number;
  readonly addToX: number;
  readonly coefficients: readonly number[];
}

const recorded = JSON.parse(
  readFileSync(new URL('original_kernels.json', import.meta.url), 'utf8'),
) as Readonly<Record<'sigmoid' | 'tanh' | 'rsqrt', { readonly segments: readonly RecordedSegment[] }>>;

const format = parseFormat('Q8.24');
const FRAC_BITS = format.fracBits;
const LIMIT = 2 ** 31 - 1;
/** One past |−2^31|, the farthest argument of a folded kernel. */
const FOLDED_END = 2 ** 31 + 1;

/** From the innermost segment out. An input up to `max` is the segment's, so the next begins one further. */
function segments(name: keyof typeof recorded, lo: number, end: number): readonly PlanSegment[] {
  const ascending = recorded[name].segments.toReversed();
  return ascending.map(({ addToX, coefficients }, i) => ({
    lo: i === 0 ? lo : ascending[i - 1].max + 1,
    hi: i === ascending.length - 1 ? end : ascending[i].max + 1,
    origin: -addToX,
    coefficients,
  }));
}

function plan(
  name: keyof typeof recorded,
  how: Pick<PlanDraft, 'reduce' | 'fold'>,
  served: readonly PlanSegment[],
  ends: Pick<KernelPlan, 'input' | 'range' | 'undefined'>,
): KernelPlan {
  const step = { shift: FRAC_BITS, rounding: 'half-even', clamp: LIMIT } as const;
  return completePlan({
    name: `${name}_recorded`,
    function: name,
    output: format,
    ...ends,
    target: { error: 2 ** -9 },
    ...how,
    tails: {},
    select: chooseSelection(served),
    segments: served,
    argumentFracBits: FRAC_BITS,
    coefficientFracBits: [FRAC_BITS, FRAC_BITS, FRAC_BITS],
    guardBits: 0,
    steps: [step, step],
    finish: { rounding: 'half-even', overflow: 'saturate-symmetric' },
  });
}

const everything = { input: format, range: { lo: -LIMIT - 1, hi: LIMIT } };

/** 1/√x multiplies inputs below 1 by 4 until they reach 1; its outermost polynomial runs on to the end. */
function rsqrt(input: QFormat): KernelPlan {
  const exponent = { effect: 'scale', slope: 1, offset: 0 } as const;
  return plan(
    'rsqrt',
    { reduce: { kind: 'normalise', width: FRAC_BITS + 2, step: 2, exponent } },
    segments('rsqrt', 2 ** FRAC_BITS, maxRaw(input) + 1),
    {
      input,
      range: { lo: 2 ** FRAC_BITS, hi: 2 ** (FRAC_BITS + 2) - 1 },
      undefined: [{ lo: minRaw(input), hi: 0, output: LIMIT }],
    },
  );
}

const folded = (sum: number): { readonly reduce: { readonly kind: 'none' }; readonly fold: Fold } => ({
  reduce: { kind: 'none' },
  fold: { sign: -1, sum, slope: 0 },
});

/** The original program's own kernels as plans, and its 1/√x of numbers below 4. */
export const originalPlans = {
  sigmoid: plan('sigmoid', folded(2 ** FRAC_BITS), segments('sigmoid', 0, FOLDED_END), everything),
  tanh: plan('tanh', folded(0), segments('tanh', 0, FOLDED_END), everything),
  rsqrt: rsqrt(format),
  rsqrtBelow4: rsqrt(parseFormat('Q3.24')),
};
