import { usageError } from '../diagnostic.js';
import {
  formatIdentifier,
  formatName,
  maxRawBigint,
  minRawBigint,
  parseFormat,
  sameFormat,
  type QFormat,
} from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import { OVERFLOW_MODES } from '../fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../fixedpoint/rounding.js';
import { findFunction } from '../function/catalogue.js';
import type { FunctionDefinition } from '../function/definition.js';
import { POLISHES } from '../fit/polish.js';
import {
  arcsineMeasure,
  betaMeasure,
  dataMeasure,
  sameEverywhere,
  uniformMeasure,
  type MeasureFamily,
} from '../fit/measure.js';
import { notOneOf } from '../nearest.js';
import { KERNEL_NAME } from '../plan/plan.js';
import { COST_MODELS } from '../plan/cost-model.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { RawRange, Shape } from '../plan/plan.js';
import { COEFFICIENT_SCALINGS } from '../segment/arithmetic.js';
import type { ErrorTarget } from '../segment/target.js';
import { SEGMENTATIONS, type KernelSpec, type ResolvedSpec } from './kernel-spec.js';
import type { Whole } from './option.js';
import { DEFAULT_CONTINUOUS, DEFAULTS, GUARD, ORDER, PIPELINE, SEGMENTS } from './options.js';
import { flagPlace, relocatedError, type Place } from './place.js';

/**
 * Checks a spec and fills in the defaults.
 *
 * @param place where it was given, and what messages call its keys
 * @throws usage error for the first thing that is wrong
 */
export function resolveSpec(spec: KernelSpec, place: Place = flagPlace()): ResolvedSpec {
  try {
    return { ...resolved(spec), givenBy: place.source };
  } catch (error) {
    throw relocatedError(error, place);
  }
}

/** The same for a spec of the command line, as whose options messages name its keys. */
function resolved(spec: KernelSpec): Omit<ResolvedSpec, 'givenBy'> {
  const definition = findFunction(spec.function);
  const format = spec.format ?? DEFAULTS.format;
  const input = parseFormat(spec.input ?? format, spec.input === undefined ? '--format' : '--in');
  const output = parseFormat(spec.output ?? format, spec.output === undefined ? '--format' : '--out');
  const isNarrow = hasWordFormats({ input, output });
  const whole = (value: number | undefined, kind: Whole, path: string): number | undefined =>
    value === undefined ? undefined : checkWhole(value, kind, path);
  return {
    definition,
    input,
    output,
    range: resolveRange(spec.range, definition, input),
    order: spec.order === 'auto' ? 'auto' : checkWhole(spec.order ?? DEFAULTS.order, ORDER, '--order'),
    target: resolveTarget(spec, isNarrow),
    segments: whole(spec.segments, SEGMENTS, '--segments'),
    guard: whole(spec.guard, GUARD, '--guard'),
    segmentation: checkOneOf(spec.segmentation ?? DEFAULTS.segmentation, SEGMENTATIONS, '--segmentation'),
    measure: resolveMeasure(spec),
    polish: checkOneOf(spec.polish ?? DEFAULTS.polish, POLISHES, '--polish'),
    exact: resolveExact(spec, input),
    shape: resolveShape(spec, isNarrow),
    cost: checkOneOf(spec.cost ?? DEFAULTS.cost, COST_MODELS, '--cost'),
    coefficients: checkOneOf(
      spec.coefficients ?? DEFAULTS.coefficients,
      COEFFICIENT_SCALINGS,
      '--coefficients',
    ),
    stepRounding: checkOneOf(spec.stepRounding ?? DEFAULTS.stepRounding, ROUNDING_MODES, '--step-rounding'),
    rounding: checkOneOf(spec.rounding ?? DEFAULTS.rounding, ROUNDING_MODES, '--rounding'),
    overflow: checkOneOf(spec.overflow ?? DEFAULTS.overflow, OVERFLOW_MODES, '--overflow'),
    pipeline: whole(spec.pipeline, PIPELINE, '--pipeline'),
    name: checkName(spec.name ?? defaultName(definition.identifier, input, output)),
    given: spec,
  };
}

/** `tanh_q8_24`; `tanh_q4_12_q1_15` where input and output differ. */
export function defaultName(functionName: string, input: QFormat, output: QFormat): string {
  const formats = sameFormat(input, output) ? [input] : [input, output];
  return [functionName, ...formats.map(formatIdentifier)].join('_');
}

const BETA = /^beta\(\s*([\d.]+)\s*,\s*([\d.]+)\s*\)$/;

function resolveMeasure({ measure = DEFAULTS.measure, histogram }: KernelSpec): MeasureFamily {
  if (measure === 'uniform') return sameEverywhere(uniformMeasure);
  if (measure === 'arcsine') return sameEverywhere(arcsineMeasure);
  if (measure.startsWith('data') && histogram && histogram.values.length > 0) return dataMeasure(histogram);
  const [, a, b] = (BETA.exec(measure) ?? []).map(Number);
  if (a > 0 && b > 0) return sameEverywhere(betaMeasure(a, b));
  throw usageError(
    'bad-measure',
    `"${measure}" is not a measure; expected uniform, arcsine, beta(a,b) with a and b above 0, or data with a histogram`,
    'try --measure=arcsine',
    '--measure',
  );
}

function resolveTarget(spec: KernelSpec, isNarrow: boolean): ErrorTarget {
  for (const key of ['ulp', 'error', 'relative'] as const) {
    const value = spec[key];
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
      throw usageError(
        'bad-target',
        `${value} is not an error target; expected a number above 0`,
        'try --ulp 1',
        `--${key}`,
      );
    }
  }
  const { ulp, error, relative } = spec;
  if (relative !== undefined && !isNarrow) {
    throw usageError(
      'unsupported-target',
      `a relative target, ${relative}, is proven by running every input, of which formats of more than 32 bits have too many`,
      'try --ulp or --error',
      '--relative',
    );
  }
  if (ulp === undefined && error === undefined && relative === undefined) return { ulp: DEFAULTS.ulp };
  return {
    ...(ulp === undefined ? {} : { ulp }),
    ...(error === undefined ? {} : { error }),
    ...(relative === undefined ? {} : { relative }),
  };
}

function resolveRange(
  range: readonly [number, number] | undefined,
  definition: FunctionDefinition,
  input: QFormat,
): RawRange<Integer> | undefined {
  if (range === undefined) return undefined;
  const path = '--range';
  const [from, to] = range;
  const name = formatName(input);
  const scale = 2 ** input.fracBits;
  const [least, most] = [Number(minRawBigint(input)), Number(maxRawBigint(input))];
  if (!Number.isFinite(from) || !Number.isFinite(to)) {
    throw usageError(
      'bad-range',
      `${from},${to} is not a range; expected two numbers`,
      'try --range=-8,8',
      path,
    );
  }
  if (from > to) {
    throw usageError(
      'reversed-range',
      `the range ${from},${to} is reversed; expected the lower end first`,
      `try --range=${to},${from}`,
      path,
    );
  }
  if (from === to) {
    throw usageError(
      'empty-range',
      `the range ${from},${to} is empty; expected two different ends`,
      'try --range=-8,8',
      path,
    );
  }
  if (from * scale < least || to * scale > most + 1) {
    throw usageError(
      'unrepresentable-range',
      `the range ${from},${to} does not fit in ${name}, which holds ${least / scale} to ${most / scale}`,
      `try a narrower range, or a format with more integer bits`,
      path,
    );
  }
  const gap = firstUndefined(definition, from, to);
  if (gap !== undefined) {
    throw usageError(
      'outside-domain',
      `${definition.name} is not defined at ${gap}; expected a range on which it is`,
      `try --range=${definition.defaultRange?.join(',') ?? '1,2'}; inputs of ${name} are multiples of ${1 / scale}`,
      path,
    );
  }
  const [lo, hi] = [BigInt(Math.ceil(from * scale)), BigInt(Math.floor(to * scale))];
  const last = maxRawBigint(input);
  const raw = { lo, hi: hi < last ? hi : last };
  if (raw.lo > raw.hi) {
    throw usageError(
      'empty-range',
      `no input of ${name} lies in the range ${from},${to}`,
      'try a wider range, or more fraction bits',
      path,
    );
  }
  return { lo: toInteger(raw.lo), hi: toInteger(raw.hi) };
}

function resolveExact({ exact }: KernelSpec, input: QFormat): readonly number[] | undefined {
  const bad = exact?.find((x) => {
    const raw = x * 2 ** input.fracBits;
    return !Number.isInteger(raw) || raw < minRawBigint(input) || raw > maxRawBigint(input);
  });
  if (bad === undefined) return exact;
  throw usageError(
    'bad-exact',
    `${bad} is not an input of ${formatName(input)}; expected multiples of ${2 ** -input.fracBits}`,
    'try --exact=0,1, or --exact=none',
    '--exact',
  );
}

function resolveShape({ monotone, continuous }: KernelSpec, isNarrow: boolean): Shape | undefined {
  if (continuous !== undefined && !(Number.isFinite(continuous) && continuous >= 0)) {
    throw usageError(
      'bad-continuous',
      `${continuous} is not a distance in ulps; expected a number from 0 on`,
      `try --continuous=${DEFAULT_CONTINUOUS}`,
      '--continuous',
    );
  }
  if (monotone !== true && continuous === undefined) return undefined;
  if (!isNarrow) {
    const key = monotone === true ? 'monotone' : 'continuous';
    throw usageError(
      'unsupported-shape',
      `that a kernel is ${key} is proven by running every input, of which formats of more than 32 bits have too many`,
      `leave it out, or try a format of up to 32 bits`,
      `--${key}`,
    );
  }
  return {
    ...(monotone === true ? { monotone } : {}),
    ...(continuous === undefined ? {} : { continuous }),
  };
}

/** The first place of a range where a function is not defined. */
function firstUndefined({ domain }: FunctionDefinition, from: number, to: number): number | undefined {
  const piece = domain.findLast((each) => each.from < from || (each.from === from && each.fromIncluded));
  if (!piece || from > piece.to || (from === piece.to && !piece.toIncluded)) return from;
  return to > piece.to || (to === piece.to && !piece.toIncluded) ? piece.to : undefined;
}

/** @throws usage error where a number is not whole, or not one of those that are possible */
export function checkWhole(value: number, { least, most, what }: Whole, path: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw usageError(
    'bad-number',
    `${value} is not a possible ${what}; expected an integer from ${least} to ${most}`,
    undefined,
    path,
  );
}

function checkOneOf<T extends string>(value: T, choices: readonly T[], path: string): T {
  if (choices.includes(value)) return value;
  throw notOneOf('bad-choice', value, 'known here', choices, path);
}

function checkName(name: string): string {
  if (KERNEL_NAME.test(name) && name.length <= 64) return name;
  throw usageError(
    'bad-name',
    `"${name}" is not a kernel name; expected a lower-case letter, then lower-case letters, digits or _, 64 of them at most`,
    `try --name=${/^[a-z]\w{0,63}$/i.test(name) ? name.toLowerCase() : 'tanh_fast'}`,
    '--name',
  );
}
