import * as z from 'zod';
import { MAX_BITS, MIN_BITS } from '../fixedpoint/format.js';
import { OVERFLOW_MODES } from '../fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../fixedpoint/rounding.js';
import { choice, digest, flag, integer, list, magnitude, marked, record, visible, whole } from './form.js';
import { KERNEL_NAME, PLAN_SCHEMA, type KernelPlan } from './plan.js';

/** Shifts and fractions beyond this are a mistake rather than a kernel. */
export const LONGEST_SHIFT = 256;
const MOST_QUADRANTS = 16;
/** Segments, cells and listed inputs: what a format of 24 bits could ask for. */
const MOST_ROWS = 2 ** 24;
const MOST_DEGREE = 64;
const NAME = 100;
const EXPRESSION = 10_000;
const COMMAND = 100_000;

const shift = whole(-LONGEST_SHIFT, LONGEST_SHIFT);
const rounding = choice(ROUNDING_MODES);

const format = record({
  signed: flag,
  bits: whole(MIN_BITS, MAX_BITS).describe('all bits of the storage word'),
  fracBits: whole(0, MAX_BITS).describe('the bits after the binary point'),
});

const range = { lo: integer, hi: integer };

const positive = z.number({ error: 'a number above 0' }).positive({ error: 'a number above 0' });

const target = record({
  ulp: positive.exactOptional(),
  error: positive.exactOptional(),
  relative: positive.exactOptional(),
}).refine((each) => Object.keys(each).length > 0, { error: 'ulp, error, relative, or several of them' });

const shape = record({ monotone: marked.exactOptional(), continuous: magnitude.exactOptional() }).refine(
  (each) => Object.keys(each).length > 0,
  { error: 'monotone, continuous, or both' },
);

const exponent = z.discriminatedUnion(
  'effect',
  [
    record({ effect: z.literal('scale'), slope: shift, offset: shift }),
    record({ effect: z.literal('add'), perStep: integer, offset: integer }),
  ],
  { error: 'an exponent, with effect scale or add' },
);

const reduce = z.discriminatedUnion(
  'kind',
  [
    record({ kind: z.literal('none') }),
    record({ kind: z.literal('normalise'), width: shift, step: whole(1, LONGEST_SHIFT), exponent }),
    record({ kind: z.literal('split'), multiplier: integer, shift, exponent }),
    record({
      kind: z.literal('periodic'),
      multiplier: integer,
      shift,
      quadrants: list(record({ mirror: flag, negate: flag }), MOST_QUADRANTS),
    }),
  ],
  { error: 'a reduction, of the kind none, normalise, split or periodic' },
);

const tail = record({
  bound: integer,
  output: integer,
  slope: record({ multiplier: integer, shift, rounding }).exactOptional(),
  unclaimed: marked.exactOptional(),
});

const select = z.discriminatedUnion(
  'kind',
  [
    record({ kind: z.literal('uniform'), lo: integer, shift }),
    record({
      kind: z.literal('lookup'),
      lo: integer,
      shift,
      map: list(whole(0, MOST_ROWS), MOST_ROWS),
    }),
    record({ kind: z.literal('compare'), bounds: list(integer, MOST_ROWS) }),
  ],
  { error: 'a selection, of the kind uniform, lookup or compare' },
);

/** Decimal, of any size: intervals hold products of all that a plan multiplies. */
const decimal = z
  .string({ error: 'an integer as a decimal string' })
  .max(400, { error: 'an integer as a decimal string' })
  .regex(/^(?:0|-?[1-9]\d*)$/, { error: 'an integer as a decimal string' });

const bound = record({ lo: decimal, hi: decimal, bits: whole(0, 1000) });

const bounds = record({
  reduction: record({ product: bound, shifted: bound }).exactOptional(),
  counts: record(range).exactOptional(),
  argument: bound,
  offset: bound,
  steps: list(record({ product: bound, accumulator: bound }), MOST_DEGREE),
  accumulator: bound,
  result: bound,
  folded: bound.exactOptional(),
});

const provenance = record({
  command: visible(COMMAND).describe('a command that makes this plan again'),
  parameters: list(
    record({
      name: visible(NAME),
      value: visible(COMMAND),
      source: choice(['flag', 'config', 'library', 'default', 'chosen']),
    }),
    100,
  ),
  notes: list(visible(1000), 100).describe('what the search decided, a sentence each'),
  proposal: z.union([digest, z.literal('')], { error: '64 hexadecimal digits' }),
});

/** The form of a plan. What its parts have to be to each other is in `wellformed.ts`. */
export const planForm: z.ZodType<KernelPlan> = record({
  schema: z.literal(PLAN_SCHEMA, { error: JSON.stringify(PLAN_SCHEMA) }),
  name: z
    .string({ error: 'a name' })
    .max(NAME, { error: `a name of at most ${NAME} characters` })
    .regex(KERNEL_NAME, { error: 'a lower-case letter, then lower-case letters, digits or _' }),
  function: visible(EXPRESSION)
    .min(1, { error: 'the name of a function, or an expression in x' })
    .describe('a name of the catalogue, an expression in x, or module: and a path'),
  input: format,
  output: format,
  range: record(range).describe('raw inputs, both included, for which the target was asked'),
  target,
  shape: shape.exactOptional(),
  undefined: list(record({ ...range, output: integer }), MOST_ROWS)
    .describe('stretches of inputs that give one output each')
    .exactOptional(),
  exceptions: record({ inputs: list(integer, MOST_ROWS), outputs: list(integer, MOST_ROWS) }).exactOptional(),
  fold: record({
    sign: z.literal([1, -1], { error: '1 or -1' }),
    sum: integer,
    slope: integer,
  }).exactOptional(),
  reduce,
  tails: record({ low: tail.exactOptional(), high: tail.exactOptional() }),
  select,
  segments: list(
    record({ ...range, origin: integer, coefficients: list(integer, MOST_DEGREE + 1) }),
    MOST_ROWS,
  ),
  argumentFracBits: shift,
  coefficientFracBits: list(shift, MOST_DEGREE + 1),
  guardBits: shift,
  steps: list(record({ shift, rounding, clamp: integer.exactOptional() }), MOST_DEGREE),
  finish: record({ rounding, overflow: choice(OVERFLOW_MODES), offset: integer.exactOptional() }),
  bounds,
  provenance,
});
