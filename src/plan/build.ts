import type { QFormat } from '../fixedpoint/format.js';
import type { OverflowMode } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { FittedPolynomial, RawInterval } from '../fit/polynomial.js';
import type { Arithmetic } from '../segment/approximand.js';
import { planBounds } from './bounds.js';
import { deepFreeze } from './canonical.js';
import { PLAN_SCHEMA, type KernelPlan, type PlanDraft, type Provenance, type RawRange } from './plan.js';
import { chooseSelection } from './selection.js';

/** What the search found, and what it was asked. */
export interface PlanParts {
  readonly name: string;
  readonly function: string;
  readonly input: QFormat;
  readonly output: QFormat;
  readonly range: RawRange;
  readonly target: KernelPlan['target'];
  readonly undefined?: KernelPlan['undefined'];
  readonly reduce: KernelPlan['reduce'];
  readonly tails: KernelPlan['tails'];
  readonly segments: readonly (RawInterval & FittedPolynomial)[];
  readonly arithmetic: Arithmetic;
  readonly overflow: OverflowMode;
  readonly rounding: RoundingMode;
}

const NO_PROVENANCE: Provenance = { command: '', parameters: [], notes: [], proposal: '' };

/** Puts a plan together: selection, bounds and all that follows from the parts. */
export function buildPlan(parts: PlanParts, provenance: Provenance = NO_PROVENANCE): KernelPlan {
  const { arithmetic, segments } = parts;
  const draft: PlanDraft = {
    name: parts.name,
    function: parts.function,
    input: parts.input,
    output: parts.output,
    range: parts.range,
    target: parts.target,
    ...(parts.undefined ? { undefined: parts.undefined } : {}),
    reduce: parts.reduce,
    tails: parts.tails,
    select: chooseSelection(segments),
    segments: segments.map(({ lo, hi, origin, coefficients }) => ({ lo, hi, origin, coefficients })),
    argumentFracBits: arithmetic.format.argumentFracBits,
    coefficientFracBits: arithmetic.format.fracBits.toReversed(),
    guardBits: arithmetic.accumulatorFracBits - arithmetic.outputFracBits,
    steps: arithmetic.steps,
    finish: { rounding: parts.rounding, overflow: parts.overflow },
  };
  return completePlan(draft, provenance);
}

/** Adds the bounds to a draft and freezes it. */
export function completePlan(draft: PlanDraft, provenance: Provenance = NO_PROVENANCE): KernelPlan {
  return deepFreeze({ schema: PLAN_SCHEMA, ...draft, bounds: planBounds(draft), provenance });
}
