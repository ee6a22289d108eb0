import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';

/** A directory that lives as long as the tests of a file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'approxgen-data-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Ten samples of random gray values, labelled 0 to 9: 10 rows of the dense form, and the same as two bzip2 streams of the sparse form. */
export const fixturePath = (name: 'ten-digits.dense' | 'ten-digits.bz2'): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** The published USPS in its ESL form, next to the project; not part of it. */
export const realUsps = fileURLToPath(new URL('../../../shared/usps', import.meta.url));

/** Why tests on the published USPS cannot run here, or undefined where they can. */
export const realUspsMissing = existsSync(join(realUsps, 'zip.train.gz'))
  ? undefined
  : 'the published USPS is not in ../shared/usps';

/** The error that a promise ends with; fails where there is none or it is not one that the program throws on purpose. */
export async function failureOf(promise: Promise<unknown>): Promise<ApproxgenError> {
  const error = await promise.then(
    () => new Error('expected an error, there was none'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApproxgenError)) throw error;
  return error;
}
