import { usageError } from '../diagnostic.js';
import type { OptionRow } from './option.js';

/** Values by the main spelling of their keys, and how the user spelt those that have two. */
export interface Spelt {
  readonly values: Readonly<Record<string, unknown>>;
  readonly spelt: ReadonlyMap<string, string>;
}

/** Both spellings of an option, the command line's first: `in` and `input`; one where they are the same. */
export function spellings({ flag, key }: Pick<OptionRow, 'flag' | 'key'>): readonly string[] {
  return flag === key ? [key] : [flag, key];
}

/**
 * Brings what was given to the main spelling of each key. Keys without a row stay as they are.
 *
 * @param say how a spelling is written where it was given: `--in`, `spec.in`
 * @throws usage error where both spellings of one key are given
 */
export function inMainSpelling(
  given: Readonly<Record<string, unknown>>,
  rows: readonly OptionRow[],
  say: (spelling: string) => string,
): Spelt {
  const values: Record<string, unknown> = { ...given };
  const spelt = new Map<string, string>();
  for (const row of rows) {
    const found = spellings(row).filter((spelling) => given[spelling] !== undefined);
    if (found.length > 1) {
      throw usageError(
        'two-spellings',
        `${found.map(say).join(' and ')} are two spellings of one option, and both are given`,
        'leave one of them out',
        say(found[1]),
      );
    }
    const [spelling] = found;
    if (spelling === undefined || row.flag === row.key) continue;
    spelt.set(row.key, spelling);
    delete values[spelling];
    values[row.key] = given[spelling];
  }
  return { values, spelt };
}
