import { usageError } from '../diagnostic.js';
import { formatName, maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import type { Interval } from '../fixedpoint/interval.js';
import type { PlanDraft, PlanInteger } from './plan.js';

type Inputs = Pick<PlanDraft<PlanInteger>, 'input' | 'undefined'>;

/** The inputs of the format on which the function has a value: ascending intervals between those without. */
export function definedInputs(plan: Inputs): readonly Interval[] {
  const intervals: Interval[] = [];
  let lo = minRawBigint(plan.input);
  for (const hole of plan.undefined ?? []) {
    if (BigInt(hole.lo) > lo) intervals.push({ lo, hi: BigInt(hole.lo) - 1n });
    lo = BigInt(hole.hi) + 1n;
  }
  const last = maxRawBigint(plan.input);
  if (lo <= last) intervals.push({ lo, hi: last });
  return intervals;
}

/** What enters the reduction for those inputs: their magnitudes where the plan folds. */
export function definedMagnitudes(plan: Inputs & Pick<PlanDraft<PlanInteger>, 'fold'>): readonly Interval[] {
  return plan.fold ? definedInputs(plan).map(magnitudes) : definedInputs(plan);
}

/** The magnitudes of the integers of an interval. */
export function magnitudes({ lo, hi }: Interval): Interval {
  if (lo >= 0n) return { lo, hi };
  if (hi < 0n) return { lo: -hi, hi: -lo };
  return { lo: 0n, hi: -lo > hi ? -lo : hi };
}

/** @throws usage error where an integer is no raw input of a plan */
export function checkRawInput({ input }: Pick<Inputs, 'input'>, raw: bigint, path?: string): void {
  const [min, max] = [minRawBigint(input), maxRawBigint(input)];
  if (raw >= min && raw <= max) return;
  throw usageError(
    'input-outside-format',
    `${raw} is not an input of ${formatName(input)}; expected ${min} to ${max}`,
    undefined,
    path,
  );
}
