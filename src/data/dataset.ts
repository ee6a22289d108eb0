import { stat } from 'node:fs/promises';
import { usageError } from '../diagnostic.js';
import { drawDataset } from './drawn.js';
import type { Dataset } from './split.js';
import { loadUsps, USPS_FORMS } from './usps.js';

export { PIXELS, type Dataset, type Split } from './split.js';

/** Where data are looked for when no source is named, relative to the working directory. */
export const DEFAULT_DIRECTORY = 'data';
const DEFAULT_SEED = 1;
const DRAWN = /^drawn(?::(.*))?$/;

/**
 * Loads the digits to train and test on.
 *
 * @param source a directory that holds USPS in its ESL form (zip.train.gz, zip.test.gz) or its LIBSVM form (usps.bz2,
 * usps.t.bz2), compressed or not; or `drawn` or `drawn:<seed>` for drawn digits; or undefined for `defaultDirectory`
 * if USPS is there and drawn digits, with a note that says so, if not
 * @throws ApproxgenError (status 2) where the source does not exist or cannot be read
 */
export async function loadDataset(
  source: string | undefined,
  defaultDirectory: string = DEFAULT_DIRECTORY,
): Promise<Dataset> {
  if (source === undefined) return (await loadUsps(defaultDirectory)) ?? drawInstead(defaultDirectory);
  const drawn = DRAWN.exec(source);
  if (drawn !== null) return drawDataset(parseSeed(drawn[1], source));
  const dataset = await loadUsps(source);
  if (dataset !== undefined) return dataset;

  const found = await stat(source).catch(() => undefined);
  const expected = USPS_FORMS.map(
    (form) => `${form.trainFile}${form.suffix} and ${form.testFile}${form.suffix}`,
  );
  if (found?.isDirectory() === true) {
    throw usageError(
      'data-missing-file',
      `the directory has no USPS files; expected ${expected.join(', or ')}`,
      `fetch them: npm run data -- --outdir ${source}`,
      source,
    );
  }
  throw usageError(
    'data-missing-directory',
    `${found === undefined ? 'there is no such directory' : 'this is a file'}; ` +
      `expected a directory with ${expected.join(', or ')}, or the word drawn`,
    'fetch USPS with npm run data, or draw digits with --data drawn',
    source,
  );
}

function drawInstead(directory: string): Dataset {
  return {
    ...drawDataset(DEFAULT_SEED),
    note:
      `USPS is not in ${directory}/, so these digits are drawn by a program; accuracy on them says nothing about ` +
      'USPS. To get USPS: npm run data',
  };
}

function parseSeed(text: string | undefined, source: string): number {
  if (text === undefined) return DEFAULT_SEED;
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(seed < 2 ** 32)) {
    throw usageError(
      'data-seed',
      `the seed of ${JSON.stringify(source)} is ${JSON.stringify(text)}; expected a whole number from 0 to 4294967295`,
      'for example drawn:1',
    );
  }
  return seed;
}
