import type { QFormat } from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import type { OverflowMode } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { Arithmetic } from '../segment/approximand.js';
import { planBounds } from './bounds.js';
import { deepFreeze } from './canonical.js';
import {
  PLAN_SCHEMA,
  type KernelPlan,
  type PlanDraft,
  type PlanInteger,
  type PlanSegment,
  type Provenance,
  type RawRange,
  type Reduction,
} from './plan.js';
import { chooseSelection } from './selection.js';

/** What the search found, and what it was asked. */
export interface PlanParts {
  readonly name: string;
  readonly function: string;
  readonly input: QFormat;
  readonly output: QFormat;
  readonly range: RawRange<Integer>;
  readonly target: KernelPlan['target'];
  readonly shape?: KernelPlan['shape'];
  readonly undefined?: KernelPlan['undefined'];
  readonly fold?: KernelPlan['fold'];
  /** What a reduction adds is in units of the accumulator, so that it depends on its fraction bits. */
  readonly reduce: (accumulatorFracBits: number) => Reduction;
  readonly tails: KernelPlan['tails'];
  readonly segments: readonly PlanSegment<PlanInteger>[];
  /** How a segment is found, where it is not to be chosen. */
  readonly select?: KernelPlan['select'];
  readonly arithmetic: Pick<Arithmetic, 'format' | 'steps' | 'accumulatorFracBits' | 'outputFracBits'>;
  readonly overflow: OverflowMode;
  readonly rounding: RoundingMode;
  /** Added to the rounded result; zero where there is nothing to add. */
  readonly finishOffset?: Integer;
}

const NO_PROVENANCE: Provenance = { command: '', parameters: [], notes: [], proposal: '' };

/** Puts a plan together: selection, bounds and all that follows from the parts. */
export function buildPlan(parts: PlanParts, provenance: Provenance = NO_PROVENANCE): KernelPlan {
  const { arithmetic, finishOffset = 0 } = parts;
  const segments = parts.segments.map(canonicalSegment);
  const draft: PlanDraft = {
    name: parts.name,
    function: parts.function,
    input: parts.input,
    output: parts.output,
    range: { lo: toInteger(parts.range.lo), hi: toInteger(parts.range.hi) },
    target: parts.target,
    ...(parts.shape ? { shape: parts.shape } : {}),
    ...(parts.undefined ? { undefined: parts.undefined } : {}),
    ...(parts.fold ? { fold: parts.fold } : {}),
    reduce: parts.reduce(arithmetic.accumulatorFracBits),
    tails: parts.tails,
    select: parts.select ?? chooseSelection(segments),
    segments,
    argumentFracBits: arithmetic.format.argumentFracBits,
    coefficientFracBits: arithmetic.format.fracBits.toReversed(),
    guardBits: arithmetic.accumulatorFracBits - arithmetic.outputFracBits,
    steps: arithmetic.steps,
    finish: {
      rounding: parts.rounding,
      overflow: parts.overflow,
      ...(finishOffset === 0 ? {} : { offset: finishOffset }),
    },
  };
  return completePlan(draft, provenance);
}

/** A segment with nothing but what a plan says of it, its integers as JSON holds them. */
function canonicalSegment({ lo, hi, origin, coefficients }: PlanSegment<PlanInteger>): PlanSegment {
  return {
    lo: toInteger(lo),
    hi: toInteger(hi),
    origin: toInteger(origin),
    coefficients: coefficients.map(toInteger),
  };
}

/** Adds the bounds to a draft and freezes it. */
export function completePlan(draft: PlanDraft, provenance: Provenance = NO_PROVENANCE): KernelPlan {
  return deepFreeze({ schema: PLAN_SCHEMA, ...draft, bounds: planBounds(draft), provenance });
}
