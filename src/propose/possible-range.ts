import { ApproxgenError, targetError } from '../diagnostic.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import type { RawRange } from '../plan/plan.js';
import { withinPulses } from '../pulse.js';
import type { ResolvedSpec } from '../spec.js';

/** Ranges that are tried, each a quarter as far from the middle as the one before. */
const TRIES = 6;
/** Polynomials that may be fitted for that, some seconds' worth: searches that fail take long. */
const MOST_POLYNOMIALS = 60_000;

/**
 * Adds to a refusal, where nobody asked for a range, one on which the target can be met.
 *
 * @param chosen the range that it can't be met on
 * @param find finds a plan for a spec with a range, or throws
 */
export function withPossibleRange(
  error: unknown,
  spec: ResolvedSpec,
  chosen: () => RawRange<Integer>,
  find: (narrower: ResolvedSpec) => unknown,
): unknown {
  const isUnmet = error instanceof ApproxgenError && error.diagnostic.code === 'target-not-met';
  // Relative targets are missed where f is small, which no narrower range is known to avoid.
  if (!isUnmet || spec.range !== undefined || spec.target.relative !== undefined) return error;
  const range = withinPulses(MOST_POLYNOMIALS, () =>
    narrowerRanges(spec, chosen()).find(({ lo, hi }) =>
      isFound(() => find({ ...spec, range: { lo: toInteger(lo), hi: toInteger(hi) } })),
    ),
  );
  if (!range) return error;
  const unit = 2 ** -spec.input.fracBits;
  const { code, message, hint, path } = error.diagnostic;
  const reached = hint === undefined || !hint.includes('can be met') ? '' : `${hint}; `;
  const option = `--range=${Number(range.lo) * unit},${Number(range.hi) * unit}`;
  return targetError(code, message, `${reached}try ${option}, where the target can be met`, path);
}

function isFound(find: () => unknown): boolean {
  try {
    find();
    return true;
  } catch (failure) {
    if (failure instanceof ApproxgenError) return false;
    throw failure;
  }
}

/** Ranges ever closer to the interval that a reduction brings arguments to; else to zero, or to the nearest end. */
function narrowerRanges({ definition, input }: ResolvedSpec, range: RawRange<Integer>) {
  const [lo, hi] = [BigInt(range.lo), BigInt(range.hi)];
  const clip = (raw: bigint): bigint => (raw < lo ? lo : raw > hi ? hi : raw);
  const reduced = definition.reduction.kind === 'none' ? undefined : definition.defaultRange;
  const [from, to] = (reduced ?? [0, 0]).map((end) => clip(BigInt(Math.round(end * 2 ** input.fracBits))));
  return Array.from({ length: TRIES }, (_, i) => BigInt(4 ** (i + 1)))
    .map((part) => ({ lo: from + (lo - from) / part, hi: to + (hi - to) / part }))
    .concat(reduced ? [{ lo: from, hi: to }] : [])
    .filter((narrower) => narrower.lo < narrower.hi);
}
