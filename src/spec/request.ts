import { usageError } from '../diagnostic.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { checked, pathIn, type Words } from './check.js';
import { CALL_OPTIONS } from './call-options.js';
import { chooseFunction } from './function-choice.js';
import type { KernelSpec } from './kernel-spec.js';
import { DEFAULT_CONTINUOUS, KERNEL_OPTIONS } from './options.js';
import { libraryPlace, type Place } from './place.js';
import { librarySchema } from './schema.js';
import { inMainSpelling, spellings } from './spelling.js';

/**
 * A kernel as a program asks for it. Exactly one of `function`, `expr` and `module` is given; everything else has a
 * default. Options have the names of the command line and of configurations, and both spellings where there are two.
 */
export interface KernelRequest extends Omit<KernelSpec, 'function' | 'continuous' | 'exact'> {
  /** A name of `listFunctions()`, or the derivative of one: `d tanh`. */
  readonly function?: string;
  readonly fn?: string;
  /** Any expression in x: `x*tanh(log1p(exp(x)))`. */
  readonly expr?: string;
  /** The path of a module that exports `name`, `evaluate` and `exact`. */
  readonly module?: string;
  readonly in?: string;
  readonly out?: string;
  /** How far apart two polynomials may be where they meet, in ulps of the output; true is 1. */
  readonly continuous?: number | boolean;
  /** Inputs, as values, at which the kernel has to be exact; where f is point symmetric, 0 unless given. */
  readonly exact?: readonly number[] | 'none';
  readonly 'step-rounding'?: RoundingMode;
}

/**
 * A request of any origin as a spec, with its function made ready.
 *
 * @throws usage error that names the place, the value and what was expected there
 */
export async function checkedRequest(
  given: unknown,
): Promise<{ readonly spec: KernelSpec; readonly place: Place }> {
  const request = checked(librarySchema, given, SPEC);
  const { values, spelt } = inMainSpelling(request, KERNEL_OPTIONS, (spelling) => SPEC.at([spelling]));
  const place = libraryPlace(spelt);
  const { expr: _expr, module: _module, continuous, exact, histogram, ...rest } = values as KernelRequest;
  if (histogram) checkHistogram(histogram);
  const spec = {
    ...rest,
    function: await chooseFunction(values, place),
    ...(histogram ? { histogram } : {}),
    ...(exact === undefined ? {} : { exact: exact === 'none' ? [] : exact }),
    ...(continuous === undefined || continuous === false
      ? {}
      : { continuous: continuous === true ? DEFAULT_CONTINUOUS : continuous }),
  };
  return { spec, place };
}

function checkHistogram({ values, counts }: NonNullable<KernelSpec['histogram']>): void {
  const isFine =
    values.length > 0 &&
    values.length === counts.length &&
    values.every(Number.isFinite) &&
    counts.every((count) => count > 0 && Number.isFinite(count));
  if (isFine) return;
  throw usageError(
    'bad-histogram',
    `${values.length} values with ${counts.length} counts are no histogram; expected as many finite values as counts above 0`,
    undefined,
    'spec.histogram',
  );
}

/** What a request is called in messages. */
const SPEC: Words = {
  at: pathIn('spec'),
  row: (key) => KERNEL_OPTIONS.find((row) => spellings(row).includes(key)),
  expected: ([key]) =>
    key === undefined
      ? "an object such as { function: 'tanh' }"
      : 'an object of two lists of numbers, { values, counts }',
  keys: ([key]) =>
    key === undefined ? [...KERNEL_OPTIONS.map((row) => row.key), 'histogram'] : ['values', 'counts'],
  elsewhere: (key) =>
    Object.hasOwn(CALL_OPTIONS, key)
      ? ['pipeline', 'vectors'].includes(key)
        ? 'emit takes it among its options'
        : `it stands in the second argument: synthesize(spec, { ${key} })`
      : ['target', 'targets'].includes(key)
        ? "emit takes them: emit(plan, certificate, ['c'])"
        : undefined,
  number: 'a number',
};
