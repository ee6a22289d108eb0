import { z } from 'zod';
import { explanation, type Kind, type OptionRow } from './option.js';
import { KERNEL_OPTIONS, type KernelOption } from './options.js';
import { spellings } from './spelling.js';

/** A number as configurations write it. */
const numberOrExpression = z.union([z.number(), z.string()]);
/** A number as programs write it; what NaN and infinity are refused for is better said by whoever takes the number. */
const plainNumber = z.custom<number>((value) => typeof value === 'number');

/** What a value looks like, its numbers in the given form. */
function schemaOf(kind: Kind, number: z.ZodType): z.ZodType {
  switch (kind.is) {
    case 'text':
      return z.string();
    case 'number':
      return number;
    case 'whole':
      return kind.word === undefined || number === numberOrExpression
        ? number
        : number.or(z.literal(kind.word));
    case 'choice':
      return z.enum(kind.choices as [string, ...string[]]);
    case 'switch':
      return z.boolean();
    case 'ulps':
      return z.boolean().or(number);
    case 'numbers':
      return z.array(number).or(z.literal('none'));
    case 'range':
      return z.tuple([number, number]);
  }
}

type Shape = Readonly<Record<string, z.ZodType>>;

/** Both spellings of each option. */
function shapeOf(rows: readonly OptionRow[], number: z.ZodType, isExplained: boolean): Shape {
  const entries = rows.flatMap((row): [string, z.ZodType][] => {
    const bare = schemaOf(row.kind, number).optional();
    const about =
      row.default === undefined ? explanation(row) : `${explanation(row)}; default ${row.default}`;
    return spellings(row)
      .toReversed()
      .map((spelling) => {
        if (!isExplained) return [spelling, bare];
        return [spelling, bare.describe(spelling === row.key ? about : `the same as ${row.key}`)];
      });
  });
  return Object.fromEntries(entries);
}

/** Options that make sense for several kernels at once. */
export const COMMON_OPTIONS: readonly KernelOption[] = KERNEL_OPTIONS.filter((row) => !row.each);

const targets = z.array(z.string());

/** A configuration file. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    about: z.string().describe('what these kernels are for').optional(),
    targets: targets
      .describe('what to print besides the plan, see approxgen targets; default ["ts"]')
      .optional(),
    target: targets.describe('the same as targets').optional(),
    vectors: z.boolean().describe('whether to print test vectors as well; default false').optional(),
    defaults: z
      .strictObject(shapeOf(COMMON_OPTIONS, numberOrExpression, true))
      .describe('settings for every kernel of this file')
      .optional(),
    kernels: z
      .array(z.strictObject(shapeOf(KERNEL_OPTIONS, numberOrExpression, true)).describe('one kernel'))
      .min(1),
  })
  .describe('Kernels for approxgen build');

/** A kernel as a program asks for it. */
export const librarySchema = z.strictObject({
  ...shapeOf(KERNEL_OPTIONS, plainNumber, false),
  histogram: z.strictObject({ values: z.array(plainNumber), counts: z.array(plainNumber) }).optional(),
});

/** The JSON schema that editors use, as text. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(configSchema), null, 2)}\n`;
}
