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

/** Writes a file whole or not at all: a temporary file beside it, then a rename. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw usageError(
      'unwritable-file',
      `can't write ${path}: ${(cause as Error).message}`,
      'choose another folder with --outdir',
    );
  }
}

/** Writes the files that differ from what is there; returns the paths of all, as written. */
export function writeFiles(
  folder: string,
  files: readonly EmittedFile[],
  dryRun: boolean,
): readonly string[] {
  return files.map((file) => {
    const full = join(folder, file.path);
    if (!dryRun && !isThere(full, file)) writeWhole(full, 'text' in file ? file.text : file.bytes);
    return full;
  });
}

export function readIfThere(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
}

/** Whether a file is there already, byte for byte. */
export function isThere(path: string, file: EmittedFile): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  return readFileSync(path).equals('text' in file ? Buffer.from(file.text) : file.bytes);
}
