import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { targetError, usageError } from '../diagnostic.js';
import { fetchBytes, type FetchOptions } from './fetch.js';
import type { UspsForm } from './usps.js';

/** A published file and how to know it. */
export interface UspsFile {
  readonly name: string;
  readonly algorithm: 'sha256' | 'md5';
  /** Of the file as published, lower-case hexadecimal. */
  readonly checksum: string;
}

/** Where a form of USPS is published. */
export interface UspsPublication {
  /** Ends in a slash. */
  readonly baseUrl: string;
  readonly files: readonly UspsFile[];
}

export const USPS_PUBLICATIONS: Readonly<Record<UspsForm['name'], UspsPublication>> = {
  /** T. Hastie, R. Tibshirani and J. Friedman, "The Elements of Statistical Learning". */
  esl: {
    baseUrl: 'https://hastie.su.domains/ElemStatLearn/datasets/',
    files: [
      {
        name: 'zip.train.gz',
        algorithm: 'sha256',
        checksum: '66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16',
      },
      {
        name: 'zip.test.gz',
        algorithm: 'sha256',
        checksum: '8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f',
      },
    ],
  },
  /** C.-C. Chang and C.-J. Lin, LIBSVM data; the checksums are those that torchvision's `datasets.USPS` checks. */
  libsvm: {
    baseUrl: 'https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/',
    files: [
      { name: 'usps.bz2', algorithm: 'md5', checksum: 'ec16c51db3855ca6c91edd34d0e9b197' },
      { name: 'usps.t.bz2', algorithm: 'md5', checksum: '8ea070ee2aca1ac39742fdd1ef5ed118' },
    ],
  },
};

/** What became of a file. */
export interface ObtainedFile {
  readonly path: string;
  readonly state: 'already there' | 'fetched';
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Sees to it that a file of USPS is in a directory with the right checksum: does nothing where it is, fetches it where
 * it is not. The file is written whole or not at all.
 *
 * @param baseUrl the server's directory, ends in a slash
 * @throws ApproxgenError with status 1 where the file cannot be fetched or has another checksum, 2 where the directory
 * cannot be written
 */
export async function obtainUspsFile(
  file: UspsFile,
  baseUrl: string,
  directory: string,
  options: FetchOptions,
): Promise<ObtainedFile> {
  const path = join(directory, file.name);
  const present = await readFile(path).catch(() => undefined);
  if (present !== undefined && digest(present, file.algorithm) === file.checksum) {
    return { path, state: 'already there', bytes: present.length, sha256: digest(present, 'sha256') };
  }
  const url = new URL(file.name, baseUrl);
  const bytes = await fetchBytes(url, options);
  const found = digest(bytes, file.algorithm);
  if (found !== file.checksum) {
    throw targetError(
      'data-checksum',
      `the ${bytes.length} bytes have ${file.algorithm} ${found}; expected ${file.checksum}. Nothing was written`,
      'try again, or name another server with --mirror',
      url.href,
    );
  }
  await writeWhole(path, bytes);
  return { path, state: 'fetched', bytes: bytes.length, sha256: digest(bytes, 'sha256') };
}

/**
 * Makes a directory where it is missing and checks that files can be written to it.
 *
 * @throws ApproxgenError (status 2) where they cannot
 */
export async function prepareDirectory(directory: string): Promise<void> {
  const probe = join(directory, `.${randomUUID()}.part`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(probe, '');
  } catch (error) {
    throw unwritable(directory, error);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/**
 * Writes a file under a temporary name and renames it: nobody ever sees half of it.
 *
 * @throws ApproxgenError (status 2) where it cannot be written
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function digest(bytes: Uint8Array, algorithm: UspsFile['algorithm']): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

function unwritable(path: string, error: unknown): Error {
  return usageError(
    'data-unwritable',
    `it cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    'name a place that can be written, or change its permissions',
    path,
  );
}
