import { usageError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import type { RawRange, Shape } from '../plan/plan.js';
import type { ResolvedSpec } from '../spec.js';
import { directionOver } from '../verify/monotone.js';
import { withoutFold } from './fold.js';

/** As a note says it. */
export function describeShape({ monotone, continuous }: Shape): string {
  return [
    ...(monotone ? ['monotone'] : []),
    ...(continuous === undefined ? [] : [`pieces meet within ${continuous} ulp`]),
  ].join(', ');
}

const SAMPLES = 4096;

/** The direction of f from each of many places of a range to the next, by doubles. */
function sampledDirections(evaluate: (x: number) => number, lo: number, hi: number): readonly number[] {
  const values = Array.from({ length: SAMPLES + 1 }, (_, i) => evaluate(lo + ((hi - lo) * i) / SAMPLES));
  return values.slice(1).map((value, i) => Math.sign(value - values[i]) || 0);
}

/**
 * A spec whose kernel is monotone where its function is: without the fold, where that would put a line on its
 * results, whose steps are not theirs, or make them turn beyond the range.
 */
export function foldedOnCourse(spec: ResolvedSpec, range: RawRange): ResolvedSpec {
  const { definition, input, shape } = spec;
  if (!shape?.monotone || !definition.symmetry) return spec;
  const farthest = Math.max(Math.abs(range.lo), Math.abs(range.hi)) * 2 ** -input.fracBits;
  const directions = sampledDirections(definition.evaluate, 0, farthest);
  const turns = directions.includes(1) && directions.includes(-1);
  if (definition.reduction.kind !== 'none' || (definition.symmetry.slope === 0 && !turns)) return spec;
  return withoutFold(spec);
}

/**
 * Refuses a monotone kernel of a function that is not monotone on the range.
 *
 * @throws usage error that names the place where it turns, and a range on which it does not
 */
export function checkMonotone(spec: ResolvedSpec, range: RawRange): void {
  const { definition, input, shape } = spec;
  if (!shape?.monotone || directionOver(definition, spec, range) !== undefined) return;
  const unit = 2 ** -input.fracBits;
  const [lo, hi] = [range.lo * unit, range.hi * unit];
  const directions = sampledDirections(definition.evaluate, lo, hi);
  const turn = turnOf(directions);
  const at = (i: number): number => lo + ((hi - lo) * i) / SAMPLES;
  const where = turn === undefined ? 'is not shown to be' : `turns near ${short(at(turn))}, so it is not`;
  throw usageError(
    'not-monotone',
    `${definition.name} ${where} monotone on [${lo}, ${hi}]; a kernel can only be where the function is`,
    turn === undefined ? 'leave --monotone out' : `try ${monotoneRange(spec, directions, range)}`,
    '--monotone',
  );
}

const short = (value: number): number => Number(value.toPrecision(4));

/** The first sample from which f goes in another direction than before. */
function turnOf(directions: readonly number[]): number | undefined {
  const first = directions.find((direction) => direction !== 0);
  const turn = directions.findIndex((direction) => direction !== 0 && direction !== first);
  return turn < 0 ? undefined : turn;
}

/** The longest stretch of samples in one direction, less a sample at each side, as an option. */
function monotoneRange({ input }: ResolvedSpec, directions: readonly number[], { lo, hi }: RawRange): string {
  let longest = { from: 0, to: 0 };
  for (let from = 0; from < directions.length;) {
    const turn = turnOf(directions.slice(from));
    const to = turn === undefined ? directions.length : from + turn;
    if (to - from > longest.to - longest.from) longest = { from, to };
    from = to;
  }
  const margin = (place: number): number => (place === 0 || place === SAMPLES ? 0 : 2);
  const at = (i: number): number => (lo + Math.round(((hi - lo) * i) / SAMPLES)) * 2 ** -input.fracBits;
  const ends = [at(longest.from + margin(longest.from)), at(longest.to - margin(longest.to))];
  return `--range=${ends.map(short).join(',')} (inputs of ${formatName(input)})`;
}
