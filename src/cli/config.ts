import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { usageError } from '../diagnostic.js';
import { OVERFLOW_MODES } from '../fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../fixedpoint/rounding.js';
import { COST_MODELS } from '../plan/cost-model.js';
import { POLISHES } from '../fit/polynomial.js';
import { DEFAULT_CONTINUOUS, SEGMENTATIONS, type KernelSpec } from '../spec.js';
import { chooseFunction } from './function-choice.js';
import { parseMeasure } from './measure.js';
import { parseNumber } from './number.js';

const numberOrExpression = z
  .union([z.number(), z.string()])
  .describe('a number, or an expression of one: "3*2^-12"');

/** The settings of a kernel that a configuration's `defaults` may hold. */
const settings = {
  format: z.string().describe('Q-format of input and output: Q8.24, UQ0.16'),
  input: z.string().describe('Q-format of the input, where it differs'),
  output: z.string().describe('Q-format of the output, where it differs'),
  order: numberOrExpression.describe(
    'degree of the polynomials, 0 to 12, or "auto", the cheapest; default 3',
  ),
  ulp: numberOrExpression.describe('greatest error in ulps of the output; default 1'),
  error: numberOrExpression.describe('greatest absolute error'),
  relative: numberOrExpression.describe('greatest relative error'),
  segments: numberOrExpression.describe('equal segments to start from'),
  guard: numberOrExpression.describe('guard bits; chosen where not given'),
  segmentation: z
    .enum(SEGMENTATIONS)
    .describe('how the range is divided: greedy, dyadic, uniform, or auto, the cheapest; default greedy'),
  measure: z
    .string()
    .describe('measure of the expansion: uniform, arcsine, beta(a,b), data:<file>; default uniform'),
  exact: z
    .array(numberOrExpression)
    .describe('inputs at which the kernel has to be exact; 0 where the function is point symmetric'),
  monotone: z
    .boolean()
    .describe('outputs never go against the function, which has to be monotone on the range; default false'),
  continuous: z
    .union([z.boolean(), numberOrExpression])
    .describe('polynomials, and tails, meet within so many ulps of the output; true is 1; default false'),
  cost: z.enum(COST_MODELS).describe('what auto saves: software, speed, hardware or mpc; default software'),
  polish: z.enum(POLISHES).describe('what the projection becomes; default minimax'),
  coefficients: z.enum(['same', 'scaled']).describe('fraction bits of the coefficients; default scaled'),
  stepRounding: z.enum(ROUNDING_MODES).describe('rounding after each product; default half-up'),
  rounding: z.enum(ROUNDING_MODES).describe('rounding to the output; default half-up'),
  overflow: z.enum(OVERFLOW_MODES).describe('what happens to results that do not fit; default saturate'),
  pipeline: numberOrExpression.describe(
    'register stages of verilog and vhdl, 0 for none; chosen where not given',
  ),
};

const kernelSchema = z
  .strictObject({
    function: z
      .string()
      .describe('what to approximate, or "d tanh", a derivative; see approxgen list')
      .optional(),
    expr: z.string().describe('instead of a function: any expression in x').optional(),
    module: z
      .string()
      .describe('instead of a function: a module that exports name, evaluate and exact')
      .optional(),
    name: z.string().describe('name of the kernel and its files').optional(),
    range: z
      .tuple([numberOrExpression, numberOrExpression])
      .describe('inputs for which the target must hold, both ends included')
      .optional(),
    ...z.object(settings).partial().shape,
  })
  .describe('one kernel');

export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    about: z.string().describe('what these kernels are for').optional(),
    targets: z
      .array(z.string())
      .describe('what to print besides the plan, see approxgen targets; default ["ts"]')
      .optional(),
    vectors: z.boolean().describe('whether to print test vectors as well; default false').optional(),
    defaults: z
      .strictObject(settings)
      .partial()
      .describe('settings for every kernel of this file')
      .optional(),
    kernels: z.array(kernelSchema).min(1),
  })
  .describe('Kernels for approxgen build');

type RawConfig = z.infer<typeof configSchema>;

/** A configuration file, with its numbers evaluated. */
export interface Config {
  readonly targets: readonly string[];
  readonly vectors: boolean;
  readonly kernels: readonly KernelSpec[];
}

/** The JSON schema that editors use, as text. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(configSchema), null, 2)}\n`;
}

/** @throws usage error with the file and the place in it */
export async function parseConfig(text: string, file: string): Promise<Config> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw usageError('malformed-json', `it is not JSON: ${(cause as Error).message}`, undefined, file);
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) throw configError(parsed.error.issues[0], file);
  const { targets = ['ts'], vectors = false, defaults = {}, kernels } = parsed.data;
  return {
    targets,
    vectors,
    kernels: await Promise.all(
      kernels.map((kernel, i) => kernelSpec({ ...defaults, ...kernel }, `${file}: kernels[${i}]`)),
    ),
  };
}

const NUMERIC_KEYS = ['order', 'ulp', 'error', 'relative', 'segments', 'guard', 'pipeline'] as const;

async function kernelSpec(
  { function: name, expr, module, ...kernel }: RawConfig['kernels'][number],
  path: string,
): Promise<KernelSpec> {
  const at = { name: `${path}.function`, expr: `${path}.expr`, module: `${path}.module` };
  const chosen = await chooseFunction({ name, expr, module }, at);
  const numbers: Record<string, number> = {};
  for (const key of NUMERIC_KEYS) {
    const value = kernel[key];
    if (value === undefined || (key === 'order' && value === 'auto')) continue;
    numbers[key] = await parseNumber(value, `${path}.${key}`);
  }
  const ends = kernel.range?.map((end) => parseNumber(end, `${path}.range`));
  const range = ends ? ((await Promise.all(ends)) as [number, number]) : undefined;
  const exact = kernel.exact?.map((x) => parseNumber(x, `${path}.exact`));
  const continuous = await parseContinuous(kernel.continuous, `${path}.continuous`);
  const measure = kernel.measure === undefined ? {} : await parseMeasure(kernel.measure, `${path}.measure`);
  return {
    ...kernel,
    function: chosen,
    ...numbers,
    ...measure,
    continuous,
    ...(exact ? { exact: await Promise.all(exact) } : {}),
    range,
  } as KernelSpec;
}

async function parseContinuous(
  given: RawConfig['kernels'][number]['continuous'],
  path: string,
): Promise<number | undefined> {
  if (given === undefined || given === false) return undefined;
  return given === true ? DEFAULT_CONTINUOUS : parseNumber(given, path);
}

type Issue = z.core.$ZodIssue;

function configError(issue: Issue, file: string): Error {
  const place = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`),
    '',
  );
  const path = place === '' ? file : `${file}: ${place.replace(/^\./, '')}`;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0];
    const known = issue.path.includes('kernels')
      ? Object.keys(kernelSchema.shape)
      : issue.path.includes('defaults')
        ? Object.keys(settings)
        : Object.keys(configSchema.shape);
    return usageError(
      'unknown-key',
      `"${key}" is not a key here; expected one of ${known.join(', ')}`,
      `did you mean ${closest(key, known)}?`,
      path,
    );
  }
  return usageError('bad-config', issue.message, 'see approx-configs/schema.json', path);
}
