import * as z from 'zod';
import {
  choice,
  count,
  digest,
  flag,
  hexDigits,
  integer,
  list,
  magnitude,
  record,
  whole,
} from '../plan/form.js';
import type { Certificate } from './certificate.js';
import type { ErrorStats } from './stats.js';
import type { FinishedUnit } from './verify.js';

/** Points that a certificate lists. */
const MOST_POINTS = 2 ** 24;
const WORDS = 2 ** 32;

const input = whole(-(2 ** 31), 2 ** 32 - 1);
const histogram = z.array(count, { error: 'five counts' }).length(5, { error: 'five counts' });

const summary = record({
  inputs: count,
  saturated: count.nullable(),
  maxUlp: magnitude,
  seenUlp: magnitude.exactOptional(),
  worstInput: integer.nullable(),
  meanUlp: magnitude,
  correctlyRounded: count,
  faithful: count,
  maxRelative: magnitude.exactOptional(),
});

const extreme = record({ output: z.number({ error: 'a number' }), input: z.number({ error: 'a number' }) });

/** The form of a certificate. */
export const certificateForm: z.ZodType<Certificate> = record({
  planHash: digest,
  method: z.literal('enclosure', { error: '"enclosure", or to be left out' }).exactOptional(),
  inputsChecked: count,
  undefinedInputs: count,
  saturatedInputs: integer.nullable(),
  decidedExactly: count,
  claim: summary.describe('over the range and the tails: what the target promises'),
  tails: summary.exactOptional(),
  format: summary.describe('over every input of the format at which f has a value'),
  histogram,
  monotone: record({ against: count, firstAgainst: input.nullable(), undirected: count }).nullable(),
  outputs: record({ least: extreme.nullable(), most: extreme.nullable(), bounded: flag.nullable() }),
  symmetry: record({
    sign: z.literal([1, -1], { error: '1 or -1' }),
    sum: z.number({ error: 'a number' }),
    slope: z.number({ error: 'a number' }),
    broken: count,
    shownBy: choice(['run', 'fold']),
  }).nullable(),
  exactPoints: record({ points: count, missed: list(integer, MOST_POINTS) }),
  joins: record({ joins: count, widestUlp: magnitude, at: integer.nullable() }),
  widths: record({ product: count, accumulator: count }),
  crc32: hexDigits(8),
  digest,
});

const stats: z.ZodType<ErrorStats> = record({
  inputs: count,
  undefinedInputs: count,
  maxUlp: magnitude,
  worstInput: input.nullable(),
  totalUnits: z.string().regex(/^\d{1,40}$/, { error: 'a whole number as a decimal string' }),
  maxRelative: magnitude,
  correctlyRounded: count,
  faithful: count,
  histogram,
  against: count,
  firstAgainst: input.nullable(),
  undirected: count,
  least: extreme.nullable(),
  most: extreme.nullable(),
  decidedExactly: count,
  crc32: whole(0, WORDS - 1),
});

/** The form of a unit of a proof, as shards and journals hold them. */
export const unitForm: z.ZodType<FinishedUnit> = record({ first: input, last: input, stats });
