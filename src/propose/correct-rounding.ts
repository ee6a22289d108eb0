import { maxRaw, minRaw } from '../fixedpoint/format.js';
import { planBounds } from '../plan/bounds.js';
import type { Exceptions, KernelPlan, UndefinedInputs } from '../plan/plan.js';
import { planRunner } from '../plan/run.js';
import { absoluteUlp } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import { exactDifference, type ReferenceSetting } from '../verify/reference.js';
import { referenceSetting } from '../verify/shard.js';

/** Formats of up to this many bits are rounded correctly: every input is run while plans are compared. */
export const ROUNDED_BITS = 16;

/** Correct rounding is an error of at most half an ulp, at every input. */
export function asksForCorrectRounding({ target, input, output }: ResolvedSpec): boolean {
  return input.bits <= ROUNDED_BITS && absoluteUlp(target, output.fracBits) === 0.5;
}

/**
 * Heuristic: targets, in ulps, of polynomials that leave few inputs misrounded. The tighter, the more segments
 * and the fewer inputs to list.
 */
export const LOOSER_ULPS = [0.95, 0.8, 0.7, 0.625, 0.57, 0.54, 0.52, 0.505];

/** Correct rounding takes at most this many times the segments of an error of one ulp. */
export const MOST_SEGMENTS = 1.5;

/** The nearest output at every input, from the least on; of a tie, either. */
export interface NearestOutputs {
  readonly first: number;
  readonly outputs: Int32Array;
  /** Whether the next greater output is as near. */
  readonly isTie: Uint8Array;
  /** Whether f has a value. */
  readonly isDefined: Uint8Array;
}

/** Values in doubles are this near to the truth, in ulps, with a lot to spare. */
const DOUBLE_MARGIN = 2 ** -16;

/** What a kernel should give at every input of a format. */
export function nearestOutputs(spec: ResolvedSpec, plan: KernelPlan): NearestOutputs {
  const setting = referenceSetting(plan, spec.definition);
  const first = minRaw(spec.input);
  const count = maxRaw(spec.input) - first + 1;
  const found = {
    first,
    outputs: new Int32Array(count),
    isTie: new Uint8Array(count),
    isDefined: new Uint8Array(count),
  };
  for (let i = 0; i < count; i++) {
    const value =
      spec.definition.evaluate((first + i) * 2 ** -spec.input.fracBits) * 2 ** spec.output.fracBits;
    if (Number.isNaN(value)) continue;
    found.isDefined[i] = 1;
    const clamped = Math.min(Math.max(value, setting.min), setting.max);
    const rest = clamped - Math.floor(clamped);
    const isNear = Math.abs(rest - 0.5) > DOUBLE_MARGIN;
    found.outputs[i] = isNear ? Math.round(clamped) : decided(setting, first + i, Math.floor(clamped));
    if (!isNear) found.isTie[i] = exactDifference(setting, first + i, found.outputs[i]) === -0.5 ? 1 : 0;
  }
  return found;
}

function decided(setting: ReferenceSetting, x: number, floor: number): number {
  return exactDifference(setting, x, floor) >= -0.5 ? floor : floor + 1;
}

/** Fewer inputs in a row that give one output are listed one by one. */
const SHORTEST_STRETCH = 16;
/** Heuristic: a comparison of the input with both ends takes as long as a few bytes of table are worth. */
const MOST_STRETCHES = 4;

/** The plan with every input that it rounds wrongly listed: long stretches of one output as such, others singly. */
export function withExceptions(plan: KernelPlan, nearest: NearestOutputs): KernelPlan {
  const { first, outputs, isTie, isDefined } = nearest;
  const results = new Float64Array(outputs.length);
  planRunner(plan)(first, results);
  const isWrong = (i: number): boolean =>
    isDefined[i] === 1 && results[i] !== outputs[i] && !(isTie[i] === 1 && results[i] === outputs[i] + 1);
  const stretches: { lo: number; hi: number; output: number }[] = [];
  for (let i = 0; i < outputs.length; i++) {
    if (!isWrong(i)) continue;
    const last = stretches.at(-1);
    if (last?.hi === first + i - 1 && last.output === outputs[i]) last.hi = first + i;
    else stretches.push({ lo: first + i, hi: first + i, output: outputs[i] });
  }
  const long = stretches
    .filter(({ lo, hi }) => hi - lo + 1 >= SHORTEST_STRETCH)
    .toSorted((a, b) => b.hi - b.lo - (a.hi - a.lo))
    .slice(0, MOST_STRETCHES);
  const single = stretches.filter((stretch) => !long.includes(stretch));
  if (stretches.length === 0) return plan;
  const { bounds: _bounds, ...draft } = plan;
  const exceptions = exceptionsOf(single);
  const holes = [...(plan.undefined ?? []), ...long].toSorted((a, b) => Number(a.lo) - Number(b.lo));
  const listed = {
    ...draft,
    ...(holes.length > 0 ? { undefined: holes as readonly UndefinedInputs[] } : {}),
    ...(exceptions ? { exceptions } : {}),
  };
  return { ...listed, bounds: planBounds(listed) };
}

function exceptionsOf(
  stretches: readonly { readonly lo: number; readonly hi: number; readonly output: number }[],
): Exceptions | undefined {
  if (stretches.length === 0) return undefined;
  const inputs: number[] = [];
  const outputs: number[] = [];
  for (const { lo, hi, output } of stretches) {
    for (let x = lo; x <= hi; x++) {
      inputs.push(x);
      outputs.push(output);
    }
  }
  return { inputs, outputs };
}
