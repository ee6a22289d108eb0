import { usageError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import type { Interval } from '../fixedpoint/interval.js';
import { inputsIn } from '../plan/domain.js';
import type { ResolvedSpec } from '../spec.js';
import { heldInputs } from '../verify/saturation.js';

/**
 * The inputs that a target is for where nobody says: from the first to the last at which f has a value that the output
 * can hold. Of functions of which that is not known, those at which f has a value.
 *
 * @throws usage error where there are none
 */
export function heldRange(spec: ResolvedSpec): Interval {
  const { definition, input, output } = spec;
  const intervals =
    heldInputs(definition, spec)?.held ??
    definition.domain.map((piece) => inputsIn(piece, input)).filter(({ lo, hi }) => lo <= hi);
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first && last) return { lo: first.lo, hi: last.hi };
  throw usageError(
    'nothing-held',
    `${definition.name} has no value that ${formatName(output)} can hold at any input of ${formatName(input)}`,
    'try an output with more integer bits, or another input format',
    spec.given.output === undefined ? '--format' : '--out',
  );
}
