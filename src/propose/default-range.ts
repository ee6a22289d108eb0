import { targetError } from '../diagnostic.js';
import { formatName, type QFormat } from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import type { Interval } from '../fixedpoint/interval.js';
import type { RawRange } from '../plan/plan.js';
import { doubleBeside } from '../plan/reduction.js';
import type { ResolvedSpec } from '../spec.js';
import { allInputs, countCommon, heldInputs } from '../verify/saturation.js';
import { foldOf, inputsWithValue, lastArgument, type Side } from './side.js';

/** The lines that a function may near at the ends of a format. */
export interface Lines {
  /** The least argument on a side, seen from it, from which a line meets the target; undefined where none does. */
  readonly startOf: (side: Side) => bigint | undefined;
  /** Whether f would near that line in an output without limits, too. */
  readonly levelsOff: (side: Side) => boolean;
}

/**
 * The inputs that a target is for where nobody says: from the first to the last at which f has a value that the output
 * can hold, and the one behind it, with which a tail begins that serves what saturates there. On a side where f nears
 * a line, only up to the least power of two from which that line meets the target: a tail of it serves the rest, for
 * which the target is claimed as well.
 *
 * @throws target error where there is no such input
 */
export function defaultRange(spec: ResolvedSpec, lines: Lines): RawRange<Integer> {
  const { input, definition } = spec;
  const all = allInputs(input);
  const held = heldIntervals(spec);
  const ends = { lo: held[0].lo, hi: held[held.length - 1].hi };
  const boundOf = (side: Side): bigint | undefined => {
    const start = definition.reduction.kind === 'none' ? lines.startOf(side) : undefined;
    const isServed = start !== undefined && (servesHeld(spec, held, side, start) || lines.levelsOff(side));
    return isServed ? powerFrom(start) : undefined;
  };
  const high = boundOf('high');
  const low = !input.signed ? undefined : foldOf(spec) ? high : boundOf('low');
  const beyond = definition.reduction.kind === 'none' && ends.hi < lastArgument(spec, 'high');
  const hi = high ?? (beyond ? ends.hi + 1n : ends.hi);
  const lo = low === undefined ? ends.lo : -low;
  // Where a tail serves all inputs whose f the output can hold, any range beside it does.
  return { lo: endOf(lo < hi ? lo : hi - 1n, 'below', all), hi: endOf(hi, 'above', all) };
}

/** Heuristic: a line is worth a tail where the output can hold f on this part of its side, and the line serves that. */
const SERVED_PART = 8n;

function servesHeld(spec: ResolvedSpec, held: readonly Interval[], side: Side, start: bigint): boolean {
  const last = lastArgument(spec, side);
  const served = side === 'high' ? { lo: start, hi: last } : { lo: -last, hi: -start };
  return last > 0n && SERVED_PART * countCommon(held, [served]) >= last;
}

/** The least power of two that is not below an integer. */
function powerFrom(start: bigint): bigint {
  return start <= 1n ? 1n : 1n << BigInt((start - 1n).toString(2).length);
}

/** An end that a command can name, whose numbers are doubles: the nearest that leaves out nothing. */
function endOf(raw: bigint, side: 'below' | 'above', { lo, hi }: Interval): Integer {
  const end = BigInt(doubleBeside(raw, side));
  return toInteger(end < lo ? lo : end > hi ? hi : end);
}

/** The inputs whose f the output can hold; where these are not known, those with a value. */
function heldIntervals(spec: ResolvedSpec): readonly Interval[] {
  const defined = inputsWithValue(spec);
  const intervals = heldInputs(spec.definition, spec)?.held ?? defined;
  if (intervals.length > 0) return intervals;
  throw defined.length === 0 ? nowhereDefined(spec) : nothingHeld(spec);
}

function nowhereDefined({ definition, input, given }: ResolvedSpec): Error {
  const { from, to } = definition.domain[0];
  return targetError(
    'nothing-held',
    `${definition.name} has no value at any input of ${formatName(input)}; it has some from ${from} to ${to}`,
    'try an input format that holds numbers in between',
    given.input === undefined ? '--format' : '--in',
  );
}

function nothingHeld(spec: ResolvedSpec): Error {
  const { definition, input, output } = spec;
  const holding = formatsInstead(output)
    .map((format) => ({ format, held: heldInputs(definition, { ...spec, output: format })?.held ?? [] }))
    .map(({ format, held }) => ({ format, count: countCommon(held, [allInputs(input)]) }))
    .reduce((best, next) => (next.count > best.count ? next : best));
  return targetError(
    'nothing-held',
    `${formatName(output)} can hold ${definition.name} at no input of ${formatName(input)}`,
    holding.count > 0n
      ? `try --out ${formatName(holding.format)}`
      : 'try an output of more bits, or another input format',
    '--out',
  );
}

/** Signed formats of as many bits, the finest first. */
function formatsInstead({ bits }: QFormat): readonly QFormat[] {
  return Array.from({ length: bits }, (_, i) => ({ signed: true, bits, fracBits: bits - 1 - i }));
}
