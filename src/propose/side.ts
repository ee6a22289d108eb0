import { maxRawBigint } from '../fixedpoint/format.js';
import { joinIntervals, type Interval } from '../fixedpoint/interval.js';
import { inputsIn } from '../plan/domain.js';
import { magnitudes } from '../plan/inputs.js';
import type { Fold } from '../plan/plan.js';
import { usableFold } from '../plan/reduction.js';
import type { ResolvedSpec } from '../spec.js';

/** The two ends of a format. The low one is seen from the other side: its arguments are −x. */
export const SIDES = ['high', 'low'] as const;
export type Side = (typeof SIDES)[number];

/** How a spec's inputs are folded at zero. */
export function foldOf({ definition, input, output }: ResolvedSpec): Fold | undefined {
  return usableFold(definition, input, output);
}

/** The inputs of a format at which f has a value: ascending intervals, perhaps none. */
export function inputsWithValue({ definition, input }: ResolvedSpec): readonly Interval[] {
  return definition.domain.map((piece) => inputsIn(piece, input)).filter(({ lo, hi }) => lo <= hi);
}

/** The last argument on a side, seen from it, that an input with a value has. */
export function lastArgument(spec: ResolvedSpec, side: Side): bigint {
  const inputs = inputsWithValue(spec);
  if (inputs.length === 0) return maxRawBigint(spec.input);
  const { lo, hi } = (foldOf(spec) ? inputs.map(magnitudes) : inputs).reduce(joinIntervals);
  return side === 'high' ? hi : -lo;
}
