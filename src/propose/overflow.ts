import { targetError } from '../diagnostic.js';
import { formatName, maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import type { RawRange } from '../plan/plan.js';
import type { ResolvedSpec } from '../spec.js';

/** Heuristic: places of a range at which f is looked at; a peak between two of them goes unseen. */
const PLACES = 4096;

/**
 * Refuses a range on which f leaves the output's format by more than one ulp, unless the user asked for
 * results to saturate: a target that holds "on the range" would hold for a clamped function only.
 *
 * @throws target error that names the first such input and the value there
 */
export function checkOverflow(spec: ResolvedSpec, range: RawRange): void {
  const { definition, input, output, given } = spec;
  const isClamped = spec.overflow === 'saturate' || spec.overflow === 'saturate-symmetric';
  if (isClamped && (given.overflow !== undefined || given.range === undefined)) return;
  const valueAt = (x: number) => definition.evaluate(x / 2 ** input.fracBits);
  const unit = 2 ** -output.fracBits;
  const [least, most] = [Number(minRawBigint(output)) * unit, Number(maxRawBigint(output)) * unit];
  const fits = (x: number) => !(valueAt(x) > most + unit || valueAt(x) < least - unit);
  const step = Math.max(1, Math.floor((range.hi - range.lo) / PLACES));
  for (let x = range.lo, previous = x - 1; ; previous = x, x = Math.min(x + step, range.hi)) {
    if (fits(x)) {
      if (x >= range.hi) return;
      continue;
    }
    const first = firstBetween(previous, x, fits);
    throw targetError(
      'overflow',
      `${definition.name} does not fit in ${formatName(output)} at ${first / 2 ** input.fracBits} (raw ${first}): it is ${Number(valueAt(first).toPrecision(7))} there, and the format holds ${least} to ${most}`,
      'try a narrower --range, more integer bits, or --overflow saturate for a clamped function',
      '--range',
    );
  }
}

/** The first input after `fitting` that does not fit, by bisection. */
function firstBetween(fitting: number, beyond: number, fits: (x: number) => boolean): number {
  let [low, high] = [fitting, beyond];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    // Beyond 2^53 not every input is a double of its own.
    if (middle <= low || middle >= high) break;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return high;
}
