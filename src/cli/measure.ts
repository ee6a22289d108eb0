import { readFile } from 'node:fs/promises';
import { usageError } from '../diagnostic.js';
import type { Histogram } from '../fit/measure.js';
import type { KernelSpec } from '../spec.js';

const DATA = 'data:';

/**
 * What `--measure` says: a name as it is; `data:<file>` with the inputs that the file counts.
 *
 * @throws usage error where the file can't be read or is no histogram
 */
export async function parseMeasure(
  text: string,
  path: string,
): Promise<Pick<KernelSpec, 'measure' | 'histogram'>> {
  if (!text.startsWith(DATA)) return { measure: text };
  return { measure: text, histogram: await readHistogram(text.slice(DATA.length), path) };
}

/** A value a line, and how often it occurs behind a comma; a first line of words is a heading. */
async function readHistogram(file: string, path: string): Promise<Histogram> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const message = `can't read the histogram: ${(cause as Error).message}`;
    throw usageError(
      'unreadable-histogram',
      message,
      'expected a file with a value and a count a line',
      path,
    );
  }
  const lines = text.split('\n').map((line) => line.trim());
  const rows = lines.flatMap((line, i) =>
    line === '' || (i === 0 && /^[a-z]/i.test(line)) ? [] : [{ line, i }],
  );
  const counts = new Map<number, number>();
  for (const { line, i } of rows) {
    const [value, count = 1] = line.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    if (!Number.isFinite(value) || !(count > 0)) {
      throw usageError(
        'bad-histogram',
        `"${line.slice(0, 40)}" is not a value with a count above 0`,
        'expected lines such as 0.25,12',
        `${file}, line ${i + 1}`,
      );
    }
    counts.set(value, (counts.get(value) ?? 0) + count);
  }
  const sorted = [...counts].toSorted(([a], [b]) => a - b);
  return { values: sorted.map(([value]) => value), counts: sorted.map(([, count]) => count) };
}
