import { usageError } from './diagnostic.js';
import {
  formatIdentifier,
  formatName,
  maxRawBigint,
  minRawBigint,
  parseFormat,
  sameFormat,
  type QFormat,
} from './fixedpoint/format.js';
import { toInteger, type Integer } from './fixedpoint/integer.js';
import { OVERFLOW_MODES, type OverflowMode } from './fixedpoint/overflow.js';
import { ROUNDING_MODES, type RoundingMode } from './fixedpoint/rounding.js';
import { findFunction } from './function/catalogue.js';
import type { FunctionDefinition } from './function/definition.js';
import { COST_MODELS, type CostModel } from './plan/cost-model.js';
import { hasWordFormats } from './plan/narrow.js';
import type { ParameterSource, RawRange, Shape } from './plan/plan.js';
import {
  arcsineMeasure,
  betaMeasure,
  dataMeasure,
  sameEverywhere,
  uniformMeasure,
  type Histogram,
  type MeasureFamily,
} from './fit/measure.js';
import { POLISHES, type Polish } from './fit/polynomial.js';
import type { CoefficientScaling } from './segment/arithmetic.js';
import type { Division } from './segment/lower-bound.js';
import type { ErrorTarget } from './segment/target.js';

/** A kernel as a user asks for it. Everything but the function has a default. */
export interface KernelSpec {
  readonly function: string;
  /** `Q8.24`: input and output alike, unless `input` or `output` says otherwise. */
  readonly format?: string;
  readonly input?: string;
  readonly output?: string;
  /** Inputs for which the target must hold, as values, both ends included. */
  readonly range?: readonly [number, number];
  /** Degree of the polynomials, 0 to 12; `auto` takes the cheapest. */
  readonly order?: number | 'auto';
  /** Greatest error in ulps of the output. */
  readonly ulp?: number;
  /** Greatest absolute error. */
  readonly error?: number;
  /** Greatest relative error. */
  readonly relative?: number;
  /** How the range is divided into segments: `greedy` unless given, the fewest; `auto` takes the cheapest. */
  readonly segmentation?: Segmentation;
  /** Equal segments to start from, where they are halved. */
  readonly segments?: number;
  /** Guard bits; chosen where not given. */
  readonly guard?: number;
  /** The measure of the chaos expansion: uniform, arcsine, beta(a,b) or data. */
  readonly measure?: string;
  /** Inputs that really occur, as values, for the measure `data`. */
  readonly histogram?: Histogram;
  readonly polish?: Polish;
  /** Inputs, as values, at which the kernel has to be exact; where f is point symmetric, 0 unless given. */
  readonly exact?: readonly number[];
  /** Whether outputs must never go against f on the range, on which f has to be monotone. */
  readonly monotone?: boolean;
  /** How far apart two polynomials may be where they meet, in ulps of the output; anything where not given. */
  readonly continuous?: number;
  /** What `auto` saves: `software` unless given. */
  readonly cost?: CostModel;
  readonly coefficients?: CoefficientScaling;
  readonly stepRounding?: RoundingMode;
  readonly rounding?: RoundingMode;
  readonly overflow?: OverflowMode;
  /** Register stages of hardware targets, none for 0; chosen where not given. */
  readonly pipeline?: number;
  readonly name?: string;
}

/** A spec with every value checked and filled in, but for what the search chooses. */
export interface ResolvedSpec {
  readonly definition: FunctionDefinition;
  readonly input: QFormat;
  readonly output: QFormat;
  /** Undefined where it is left to the search. */
  readonly range: RawRange<Integer> | undefined;
  readonly order: number | 'auto';
  readonly target: ErrorTarget;
  readonly segmentation: Segmentation;
  readonly segments: number | undefined;
  readonly guard: number | undefined;
  readonly measure: MeasureFamily;
  readonly polish: Polish;
  /** Undefined where it is left to the symmetry. */
  readonly exact: readonly number[] | undefined;
  /** Undefined where nothing is asked beyond the errors. */
  readonly shape: Shape | undefined;
  readonly cost: CostModel;
  readonly coefficients: CoefficientScaling;
  readonly stepRounding: RoundingMode;
  readonly rounding: RoundingMode;
  readonly overflow: OverflowMode;
  /** Undefined where it is left to the target. */
  readonly pipeline: number | undefined;
  readonly name: string;
  /** What the user wrote, and where. */
  readonly given: KernelSpec;
  readonly givenBy: ParameterSource;
}

export const SEGMENTATIONS = ['auto', 'greedy', 'dyadic', 'uniform'] as const satisfies readonly (
  Division | 'auto'
)[];
export type Segmentation = (typeof SEGMENTATIONS)[number];

export const DEFAULT_FORMAT = 'Q8.24';
export const DEFAULT_ORDER = 3;
export const DEFAULT_SEGMENTATION = 'greedy';
export const DEFAULT_ULP = 1;
/** What polynomials may be apart where they meet, in ulps, where continuity is asked for without a number. */
export const DEFAULT_CONTINUOUS = 1;
const HIGHEST_ORDER = 12;
const MOST_GUARD_BITS = 24;
const MOST_START_SEGMENTS = 4096;
const MOST_STAGES = 64;

/**
 * Checks a spec and fills in the defaults.
 *
 * @param givenBy where the spec came from: `flag` names options in messages, `config` names keys
 * @param path prefix of keys in messages (`lstm.json: kernels[0]`)
 * @throws usage error for the first thing that is wrong
 */
export function resolveSpec(spec: KernelSpec, givenBy: ParameterSource = 'flag', path = ''): ResolvedSpec {
  const at = (key: string) => (givenBy === 'config' ? `${path}.${key}` : `--${flagOf(key)}`);
  const definition = findFunction(spec.function, at('function'));
  const format = spec.format ?? DEFAULT_FORMAT;
  const input = parseFormat(spec.input ?? format, at(spec.input === undefined ? 'format' : 'input'));
  const output = parseFormat(spec.output ?? format, at(spec.output === undefined ? 'format' : 'output'));
  const resolved: ResolvedSpec = {
    definition,
    input,
    output,
    range: resolveRange(spec.range, definition, input, at('range')),
    order:
      spec.order === 'auto'
        ? 'auto'
        : checkInteger(spec.order ?? DEFAULT_ORDER, 0, HIGHEST_ORDER, 'order', at('order')),
    target: resolveTarget(spec, hasWordFormats({ input, output }), at),
    segments:
      spec.segments === undefined
        ? undefined
        : checkInteger(spec.segments, 1, MOST_START_SEGMENTS, 'number of segments', at('segments')),
    guard:
      spec.guard === undefined
        ? undefined
        : checkInteger(spec.guard, 0, MOST_GUARD_BITS, 'number of guard bits', at('guard')),
    segmentation: checkOneOf(spec.segmentation ?? DEFAULT_SEGMENTATION, SEGMENTATIONS, at('segmentation')),
    measure: resolveMeasure(spec, at('measure')),
    polish: checkOneOf(spec.polish ?? 'minimax', POLISHES, at('polish')),
    exact: resolveExact(spec, input, at('exact')),
    shape: resolveShape(spec, hasWordFormats({ input, output }), at),
    cost: checkOneOf(spec.cost ?? 'software', COST_MODELS, at('cost')),
    coefficients: checkOneOf(spec.coefficients ?? 'scaled', ['same', 'scaled'], at('coefficients')),
    stepRounding: checkOneOf(spec.stepRounding ?? 'half-up', ROUNDING_MODES, at('stepRounding')),
    rounding: checkOneOf(spec.rounding ?? 'half-up', ROUNDING_MODES, at('rounding')),
    overflow: checkOneOf(spec.overflow ?? 'saturate', OVERFLOW_MODES, at('overflow')),
    pipeline:
      spec.pipeline === undefined
        ? undefined
        : checkInteger(spec.pipeline, 0, MOST_STAGES, 'number of pipeline stages', at('pipeline')),
    name: checkName(spec.name ?? defaultName(definition.identifier, input, output), at('name')),
    given: spec,
    givenBy,
  };
  return resolved;
}

const FLAGS: Readonly<Record<string, string>> = {
  function: 'fn',
  input: 'in',
  output: 'out',
  stepRounding: 'step-rounding',
};

/** The command-line option of a spec's key. */
export function flagOf(key: string): string {
  return FLAGS[key] ?? key;
}

/** `tanh_q8_24`; `tanh_q4_12_q1_15` where input and output differ. */
export function defaultName(functionName: string, input: QFormat, output: QFormat): string {
  const formats = sameFormat(input, output) ? [input] : [input, output];
  return [functionName, ...formats.map(formatIdentifier)].join('_');
}

const BETA = /^beta\(\s*([\d.]+)\s*,\s*([\d.]+)\s*\)$/;

function resolveMeasure({ measure = 'uniform', histogram }: KernelSpec, path: string): MeasureFamily {
  if (measure === 'uniform') return sameEverywhere(uniformMeasure);
  if (measure === 'arcsine') return sameEverywhere(arcsineMeasure);
  if (measure.startsWith('data') && histogram && histogram.values.length > 0) return dataMeasure(histogram);
  const [, a, b] = (BETA.exec(measure) ?? []).map(Number);
  if (a > 0 && b > 0) return sameEverywhere(betaMeasure(a, b));
  throw usageError(
    'bad-measure',
    `"${measure}" is not a measure; expected uniform, arcsine, beta(a,b) with a and b above 0, or data with a histogram`,
    'try --measure arcsine, or --measure data:inputs.csv with a value and a count a line',
    path,
  );
}

function resolveTarget(spec: KernelSpec, isNarrow: boolean, at: (key: string) => string): ErrorTarget {
  for (const key of ['ulp', 'error', 'relative'] as const) {
    const value = spec[key];
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
      throw usageError(
        'bad-target',
        `${value} is not an error target; expected a number above 0`,
        'try --ulp 1',
        at(key),
      );
    }
  }
  const { ulp, error, relative } = spec;
  if (relative !== undefined && !isNarrow) {
    throw usageError(
      'unsupported-target',
      `a relative target, ${relative}, is proven by running every input, of which formats of more than 32 bits have too many`,
      'try --ulp or --error',
      at('relative'),
    );
  }
  if (ulp === undefined && error === undefined && relative === undefined) return { ulp: DEFAULT_ULP };
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
  path: string,
): RawRange<Integer> | undefined {
  if (range === undefined) return undefined;
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

function resolveExact({ exact }: KernelSpec, input: QFormat, path: string): readonly number[] | undefined {
  const bad = exact?.find((x) => {
    const raw = x * 2 ** input.fracBits;
    return !Number.isInteger(raw) || raw < minRawBigint(input) || raw > maxRawBigint(input);
  });
  if (bad === undefined) return exact;
  throw usageError(
    'bad-exact',
    `${bad} is not an input of ${formatName(input)}; expected multiples of ${2 ** -input.fracBits}`,
    'try --exact 0,1, or --exact none',
    path,
  );
}

function resolveShape(
  { monotone, continuous }: KernelSpec,
  isNarrow: boolean,
  at: (key: string) => string,
): Shape | undefined {
  if (continuous !== undefined && !(Number.isFinite(continuous) && continuous >= 0)) {
    throw usageError(
      'bad-continuous',
      `${continuous} is not a distance in ulps; expected a number from 0 on`,
      `try ${at('continuous')} ${DEFAULT_CONTINUOUS}`,
      at('continuous'),
    );
  }
  if (monotone !== true && continuous === undefined) return undefined;
  if (!isNarrow) {
    const key = monotone === true ? 'monotone' : 'continuous';
    throw usageError(
      'unsupported-shape',
      `that a kernel is ${key} is proven by running every input, of which formats of more than 32 bits have too many`,
      `leave it out, or try a format of up to 32 bits`,
      at(key),
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

function checkInteger(value: number, least: number, most: number, what: string, path: string): number {
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
  throw usageError(
    'bad-choice',
    `"${value}" is not known; expected one of ${choices.join(', ')}`,
    undefined,
    path,
  );
}

function checkName(name: string, path: string): string {
  if (/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) return name;
  throw usageError(
    'bad-name',
    `"${name}" is not a kernel name; expected a letter, then letters, digits or _`,
    'try tanh_fast',
    path,
  );
}
