import { usageError } from '../diagnostic.js';

/**
 * A number, or an expression of one: `8`, `3*2^-12`, `log(2)`.
 *
 * @throws usage error that names the text
 */
export async function parseNumber(text: string | number, path: string): Promise<number> {
  if (typeof text === 'number') return text;
  const trimmed = text.trim();
  const plain = trimmed === '' ? Number.NaN : Number(trimmed);
  if (!Number.isNaN(plain)) return plain;
  const value = await evaluateExpression(trimmed);
  if (value !== undefined) return value;
  throw usageError(
    'not-a-number',
    `"${text}" is not a number; expected a number or an expression of one`,
    'expressions look like 3*2^-12',
    path,
  );
}

async function evaluateExpression(text: string): Promise<number | undefined> {
  if (text === '') return undefined;
  // Loaded only where it is needed: it takes longer to start than everything else.
  const { evaluate } = await import('mathjs/number');
  try {
    const value: unknown = evaluate(text, {});
    return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `-8,8` as two numbers. */
export async function parseRange(text: string, path: string): Promise<[number, number]> {
  const parts = text.split(',');
  if (parts.length !== 2) {
    throw usageError(
      'bad-range',
      `"${text}" is not a range; expected two numbers with a comma`,
      'try --range=-8,8',
      path,
    );
  }
  return [await parseNumber(parts[0], path), await parseNumber(parts[1], path)];
}
