import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { usageError } from '../diagnostic.js';
import type { EmittedFile } from '../emit/target.js';

/**
 * Refuses a folder that could not be written to, before any work is done.
 *
 * @throws usage error that names the folder
 */
export function checkWritable(folder: string): void {
  if (folder === '') {
    throw usageError('unwritable-folder', 'it is empty; expected a folder', 'try --outdir=.', '--outdir');
  }
  let existing = resolve(folder);
  while (!existsSync(existing)) existing = dirname(existing);
  const problem = !statSync(existing).isDirectory()
    ? `${existing} is not a folder`
    : isWritable(existing)
      ? undefined
      : `${existing} is not writable`;
  if (problem) {
    throw usageError(
      'unwritable-folder',
      `can't write to "${folder}": ${problem}`,
      'choose another with --outdir',
      '--outdir',
    );
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A folder and those that it is in, level by level: the recursive form of Node 20 never returns where /proc refuses. */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

/** Writes a file whole or not at all. @throws usage error that names it */
export function writeWhole(path: string, content: string | Uint8Array): void {
  writeAll([{ path, content }]);
}

/**
 * Writes all of these files or, where one can't be written, none: temporary files beside them, which are renamed once
 * all are there.
 */
function writeAll(files: readonly { readonly path: string; readonly content: string | Uint8Array }[]): void {
  const temporary = (path: string): string => `${path}.${process.pid}.tmp`;
  const begun: string[] = [];
  let current = '';
  try {
    for (const { path, content } of files) {
      current = path;
      makeFolder(dirname(path));
      begun.push(path);
      writeFileSync(temporary(path), content);
    }
    for (const { path } of files) {
      current = path;
      renameSync(temporary(path), path);
    }
  } catch (cause) {
    for (const path of begun) rmSync(temporary(path), { force: true });
    throw usageError(
      'unwritable-file',
      `can't write ${current}: ${(cause as Error).message}`,
      'choose another folder with --outdir',
    );
  }
}

/** Writes the files that differ from what is there, all or none; returns the paths of all, as written. */
export function writeFiles(
  folder: string,
  files: readonly EmittedFile[],
  dryRun: boolean,
): readonly string[] {
  const all = files.map((file) => ({
    file,
    path: join(folder, file.path),
    content: 'text' in file ? file.text : file.bytes,
  }));
  if (!dryRun) writeAll(all.filter(({ file, path }) => !isThere(path, file)));
  return all.map(({ path }) => path);
}

export function readIfThere(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
}

/** Whether a file is there already, byte for byte. */
export function isThere(path: string, file: EmittedFile): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  return readFileSync(path).equals('text' in file ? Buffer.from(file.text) : file.bytes);
}
