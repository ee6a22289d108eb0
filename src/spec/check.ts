import type { z } from 'zod';
import { show, usageError } from '../diagnostic.js';
import { notOneOf } from '../nearest.js';
import type { Kind, OptionRow } from './option.js';

type Path = readonly PropertyKey[];

/** What a checked value is called, and what else its parts could be. */
export interface Words {
  /** A place inside the value, as a message's path. */
  readonly at: (path: Path) => string;
  /** The option that a key names. */
  readonly row: (key: string) => OptionRow | undefined;
  /** What is expected at a place that is no option, in words. */
  readonly expected: (path: Path) => string;
  /** Keys that the object at a place takes. */
  readonly keys: (path: Path) => readonly string[];
  /** Where a key belongs that is taken elsewhere. */
  readonly elsewhere: (key: string, path: Path) => string | undefined;
  /** What numbers are, where they may also be texts. */
  readonly number: string;
}

/** Paths as programs write them, from a variable on: `spec.range[0]`. */
export const pathIn =
  (root: string): Words['at'] =>
  (path) =>
    root + path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');

/**
 * A value of a schema, or what is wrong with it first.
 *
 * @throws usage error that names the place, the value and what was expected there
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, words: Words): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw problem(parsed.error.issues[0], value, words);
}

function problem(issue: z.core.$ZodIssue, value: unknown, words: Words): Error {
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const { path } = issue;
    return notOneOf(
      'unknown-key',
      key,
      'a key here',
      words.keys(path),
      words.at(path),
      words.elsewhere(key, path),
    );
  }
  // What is wrong with one number of a range is wrong with the range.
  const depth = issue.path.findLastIndex((key) => typeof key === 'string' && words.row(key)) + 1;
  const path = depth > 0 ? issue.path.slice(0, depth) : issue.path;
  const found = path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], value);
  const row = words.row(String(path.at(-1)));
  if (row?.kind.is === 'choice') {
    return notOneOf('bad-choice', found, 'known here', row.kind.choices, words.at(path));
  }
  const expected = row ? expectation(row.kind, words.number) : words.expected(path);
  const what = found === undefined ? 'it is missing' : `${show(found)} is ${typeName(found)}`;
  return usageError('wrong-type', `${what}; expected ${expected}`, undefined, words.at(path));
}

function expectation(kind: Exclude<Kind, { readonly is: 'choice' }>, number: string): string {
  switch (kind.is) {
    case 'text':
      return 'a text';
    case 'number':
      return number;
    case 'whole':
      return kind.word === undefined ? number : `${number}, or "${kind.word}"`;
    case 'switch':
      return 'true or false';
    case 'ulps':
      return `true, false or ${number}`;
    case 'numbers':
      return 'a list of numbers, or "none"';
    case 'range':
      return 'a list of two numbers';
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'boolean':
      return 'a truth value';
    case 'bigint':
      return 'a bigint';
    case 'number':
      return 'a number';
    default:
      return `of the type ${typeof value}`;
  }
}
