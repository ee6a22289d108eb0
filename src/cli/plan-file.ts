import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../diagnostic.js';
import { MODULE, prepareFunction } from '../function/catalogue.js';
import { parsePlanFile } from '../verify/parse-plan-file.js';
import type { PlanFile } from '../verify/plan-file.js';
import type { Trust } from './trust.js';

/**
 * A plan with its certificate, and its function made ready. A plan whose function is in a module runs that module's
 * code: only the one that the user names is loaded.
 *
 * @throws usage error where the file can't be read, has another form, or is of a function that is not known
 */
export async function readPlan(file: string, trust: Trust): Promise<PlanFile> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw usageError(
      'unreadable-plan',
      `can't read a plan: ${(cause as Error).message}`,
      'plans are in generated/plan',
      file,
    );
  }
  const planFile = parsePlanFile(text, file);
  const { function: name } = planFile.plan;
  if (name.startsWith(MODULE)) trust(name.slice(MODULE.length), file);
  await prepareFunction(name, file);
  return planFile;
}

/**
 * The plan files that a path means: the file, or all of a folder, or of its folder `plan`.
 *
 * @throws usage error where there are none
 */
export function planFiles(path: string): readonly string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    throw usageError('no-plan', `"${path}" does not exist`, 'plans are in generated/plan', path);
  }
  if (!stats.isDirectory()) return [path];
  const folders = [path, join(path, 'plan')].filter((folder) => statSync(folder, { throwIfNoEntry: false }));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map((name) => join(folder, name)),
  );
  if (files.length > 0) return files;
  throw usageError('no-plan', `"${path}" holds no plan; expected files named *.json`, undefined, path);
}
