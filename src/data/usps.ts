import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../diagnostic.js';
import { decompress } from './decompress.js';
import type { Dataset, Split } from './split.js';
import { parseDenseRows, parseSparseRows } from './usps-rows.js';

/** A public form of USPS: two files, each compressed or not. */
export interface UspsForm {
  readonly name: 'esl' | 'libsvm';
  /** Names without `suffix`. */
  readonly trainFile: string;
  readonly testFile: string;
  /** `.gz` or `.bz2`; a file without it is taken too. */
  readonly suffix: string;
  readonly parseRows: (text: Uint8Array, file: string) => Split;
}

/** In the order in which a directory is searched for them. */
export const USPS_FORMS: readonly UspsForm[] = [
  {
    name: 'esl',
    trainFile: 'zip.train',
    testFile: 'zip.test',
    suffix: '.gz',
    parseRows: parseDenseRows,
  },
  { name: 'libsvm', trainFile: 'usps', testFile: 'usps.t', suffix: '.bz2', parseRows: parseSparseRows },
];

/** Samples in the published files. */
const USPS_COUNTS = { train: 7291, test: 2007 } as const;

interface FoundForm {
  readonly form: UspsForm;
  readonly train: string | undefined;
  readonly test: string | undefined;
}

/**
 * Reads USPS from a directory that holds either form; where both are there, the first that is whole.
 *
 * @returns undefined where the directory is missing or holds no file of either form
 * @throws ApproxgenError (status 2) where only one file of a pair is there, or a file cannot be read
 */
export async function loadUsps(directory: string): Promise<Dataset | undefined> {
  const found = await Promise.all(USPS_FORMS.map((form) => findForm(directory, form)));
  for (const { form, train, test } of found) {
    if (train === undefined || test === undefined) continue;
    const dataset = {
      name: `USPS (${form.name === 'esl' ? 'ESL' : 'LIBSVM'} form)`,
      train: await readSplit(train, form),
      test: await readSplit(test, form),
    };
    const note = countNote(dataset.train.count, dataset.test.count);
    return note === undefined ? dataset : { ...dataset, note };
  }
  for (const { form, train, test } of found) {
    if (train === undefined && test === undefined) continue;
    const missing = (train === undefined ? form.trainFile : form.testFile) + form.suffix;
    throw usageError(
      'data-missing-file',
      `the directory has ${String(train ?? test)} but not ${missing}; expected both`,
      `fetch the other: npm run data${form.name === 'libsvm' ? ' -- --form libsvm' : ''}`,
      join(directory, missing),
    );
  }
  return undefined;
}

async function findForm(directory: string, form: UspsForm): Promise<FoundForm> {
  const [train, test] = await Promise.all(
    [form.trainFile, form.testFile].map(async (name) => {
      for (const file of [name + form.suffix, name]) {
        const path = join(directory, file);
        if ((await stat(path).catch(() => undefined))?.isFile() === true) return path;
      }
      return undefined;
    }),
  );
  return { form, train, test };
}

async function readSplit(path: string, form: UspsForm): Promise<Split> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw usageError(
      'data-unreadable',
      `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'check its permissions, or name another directory with --data',
      path,
    );
  }
  return form.parseRows(decompress(bytes, path), path);
}

function countNote(train: number, test: number): string | undefined {
  if (train === USPS_COUNTS.train && test === USPS_COUNTS.test) return undefined;
  return (
    `${train} training and ${test} test samples; ` +
    `the published USPS has ${USPS_COUNTS.train} and ${USPS_COUNTS.test}`
  );
}
