import { z } from 'zod';
import { checked, pathIn } from './check.js';
import { PIPELINE, WORKERS } from './options.js';
import { checkWhole } from './resolve.js';

const functionType = z.custom<() => void>((value) => typeof value === 'function').optional();
const numberType = z.custom<number>((value) => typeof value === 'number').optional();

/** Options of the library's functions: what each looks like, and in words. */
export const CALL_OPTIONS = {
  workers: { type: numberType, words: 'a number' },
  pipeline: { type: numberType, words: 'a number' },
  vectors: { type: z.boolean().optional(), words: 'true or false' },
  onProgress: { type: functionType, words: 'a function' },
  check: { type: functionType, words: 'a function' },
} as const;

/** @throws usage error where what a function is given beside its subject is none of its options */
export function checkCallOptions(given: unknown, keys: readonly (keyof typeof CALL_OPTIONS)[]): void {
  const schema = z.strictObject(Object.fromEntries(keys.map((key) => [key, CALL_OPTIONS[key].type])));
  const { workers, pipeline } = checked(schema, given, {
    at: pathIn('options'),
    row: () => undefined,
    expected: ([key]) =>
      key === undefined ? 'an object' : CALL_OPTIONS[key as keyof typeof CALL_OPTIONS].words,
    keys: () => keys,
    elsewhere: () => undefined,
    number: 'a number',
  }) as { readonly workers?: number; readonly pipeline?: number };
  if (workers !== undefined) checkWhole(workers, WORKERS, 'options.workers');
  if (pipeline !== undefined) checkWhole(pipeline, PIPELINE, 'options.pipeline');
}
