import { usageError } from '../diagnostic.js';
import { constantDouble } from '../function/compile.js';
import { parseConstant } from '../function/parse.js';

/**
 * A number, or an expression of one: `8`, `3*2^-12`, `log(2)`.
 *
 * @throws usage error that names the text, and the column where it can't be read
 */
export function parseNumber(text: string | number, path: string): number {
  if (typeof text === 'number') return text;
  const trimmed = text.trim();
  const plain = trimmed === '' ? Number.NaN : Number(trimmed);
  if (!Number.isNaN(plain)) return plain;
  const value = constantDouble(parseConstant(trimmed, path));
  if (Number.isFinite(value)) return value;
  const what = Number.isNaN(value) ? 'has no value' : 'is beyond 2^1024';
  throw usageError('not-a-number', `"${text}" ${what}; expected a number`, 'try 3*2^-12', path);
}

/** `-8,8` as two numbers. */
export function parseRange(text: string, path: string): [number, number] {
  const parts = text.split(',');
  if (parts.length !== 2) {
    throw usageError(
      'bad-range',
      `"${text}" is not a range; expected two numbers with a comma`,
      'try --range=-8,8',
      path,
    );
  }
  return [parseNumber(parts[0], path), parseNumber(parts[1], path)];
}

/** What --workers says. */
export function parseWorkers(text: string): number {
  const value = parseNumber(text, '--workers');
  if (Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw usageError(
    'bad-number',
    `${text} is not a number of workers; expected an integer from 1 to 256`,
    undefined,
    '--workers',
  );
}
