import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { prepareDirectory, writeWhole } from '../data/usps-files.js';
import { usageError } from '../diagnostic.js';

/** Where a run leaves what it made. */
export interface RunFiles {
  readonly parameters: string;
  readonly log: string;
}

/**
 * Makes the directory where it is missing and checks that files can be written to it.
 *
 * @throws ApproxgenError (status 2) where they cannot
 */
export async function prepareOutdir(outdir: string): Promise<void> {
  try {
    await makeDirectory(resolve(outdir));
  } catch (error) {
    throw usageError(
      'outdir-unwritable',
      `it cannot be made: ${error instanceof Error ? error.message : String(error)}`,
      'name a place that can be written, or change its permissions',
      outdir,
    );
  }
  await prepareDirectory(outdir);
}

/** Level by level: the recursive `mkdir` of Node 20 never returns where a file system like /proc refuses. */
async function makeDirectory(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeDirectory(dirname(path));
  await mkdir(path);
}

/** `<outdir>/2026-01-31T12-34-56.npz` and `.csv`, in UTC, numbered where a run of that second is there already. */
export function nameRunFiles(outdir: string, now: Date): RunFiles {
  const time = now.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let copy = 1; ; copy++) {
    const stem = join(outdir, copy === 1 ? time : `${time}-${copy}`);
    const files = { parameters: `${stem}.npz`, log: `${stem}.csv` };
    if (!existsSync(files.parameters) && !existsSync(files.log)) return files;
  }
}

/** Writes both files, each whole or not at all. */
export async function writeRunFiles(files: RunFiles, parameters: Uint8Array, log: string): Promise<void> {
  await writeWhole(files.parameters, parameters);
  await writeWhole(files.log, new TextEncoder().encode(log));
}
