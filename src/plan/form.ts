import * as z from 'zod';
import { show, usageError } from '../diagnostic.js';
import { isCanonicalInteger } from '../fixedpoint/integer.js';

/*
 * What files of plans and proofs are made of. Every file is data from a stranger: a form says of each field its type,
 * its range and its length, and knows no other field. The texts after `error` say what was expected.
 */

/** Integers beyond 2^53 are decimal strings; none here has more bits than this. */
const MOST_DIGITS = 80;

/** A text without control or format characters, breaks of lines, or halves of characters. */
export const visible = (most: number) =>
  z
    .string({ error: 'a text' })
    .max(most, { error: `a text of at most ${most} characters` })
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*$/u, {
      error: 'a text of visible characters in one line',
    });

/** An integer that JSON holds without loss: a number below 2^53, a decimal string beyond. */
export const integer = z.union(
  [
    z.number().refine(isCanonicalInteger),
    z
      .string()
      .max(MOST_DIGITS)
      .regex(/^-?[1-9]\d*$/)
      .refine(isCanonicalInteger),
  ],
  { error: 'an integer: a number below 2^53, a decimal string beyond' },
);

/** A whole number from a least to a most. */
export const whole = (least: number, most: number) =>
  z
    .int({ error: `a whole number from ${least} to ${most}` })
    .min(least, { error: `a whole number from ${least} to ${most}` })
    .max(most, { error: `a whole number from ${least} to ${most}` })
    .refine((value) => !Object.is(value, -0), { error: `a whole number from ${least} to ${most}` });

/** How many of something. */
export const count = whole(0, Number.MAX_SAFE_INTEGER);

/** A number that is not below 0. */
export const magnitude = z.number({ error: 'a number from 0 on' }).min(0, { error: 'a number from 0 on' });

export const choice = <const T extends readonly string[]>(words: T) =>
  z.enum(words, { error: `one of ${words.join(', ')}` });

export const flag = z.boolean({ error: 'true or false' });

/** A field that is true where it is there. */
export const marked = z.literal(true, { error: 'true, or to be left out' });

export const list = <T extends z.ZodType>(of: T, most: number) =>
  z.array(of, { error: 'a list' }).max(most, { error: `a list of at most ${most}` });

export const hexDigits = (digits: number) =>
  z
    .string({ error: `${digits} hexadecimal digits` })
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), { error: `${digits} hexadecimal digits` });

/** A SHA-256. */
export const digest = hexDigits(64);

/** An object with these fields, and no others. */
export const record = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, { error: 'an object' });

/** What a value has that its form does not say, first; undefined where it has the form. */
export function misfit(
  form: z.ZodType,
  value: unknown,
): { readonly place: string; readonly text: string } | undefined {
  const parsed = form.safeParse(value);
  return parsed.success ? undefined : described(parsed.error.issues[0], value);
}

function described(
  issue: z.core.$ZodIssue,
  value: unknown,
): { readonly place: string; readonly text: string } {
  const place = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  if (issue.code === 'unrecognized_keys') {
    return { place, text: `${show(issue.keys[0])} is not a field there` };
  }
  const found = issue.path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
  const expected = issue.message.replace(/^Invalid \w+: expected /, '').replace(/, received .*$/, '');
  return { place, text: `${found === undefined ? 'it is missing' : show(found)}; expected ${expected}` };
}

/**
 * A value of a form.
 *
 * @throws usage error that names the place in the file, what is there, and what was expected
 */
export function ofForm<T>(form: z.ZodType<T>, value: unknown, code: string, file: string, hint?: string): T {
  const wrong = misfit(form, value);
  if (wrong === undefined) return value as T;
  throw usageError(code, wrong.text, hint, wrong.place === '' ? file : `${file}: ${wrong.place}`);
}
