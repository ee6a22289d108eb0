import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../diagnostic.js';
import type { PlanFile } from '../emit/plan-json.js';
import { prepareFunction } from '../function/catalogue.js';
import { checkWellFormed } from '../plan/wellformed.js';

/**
 * A plan with its certificate, and its function made ready.
 *
 * @throws usage error where the file can't be read, or holds no well-formed plan of a known function
 */
export async function readPlan(file: string): Promise<PlanFile> {
  let parsed: Partial<PlanFile> | null;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8')) as typeof parsed;
  } catch (cause) {
    throw usageError(
      'unreadable-plan',
      `can't read a plan: ${(cause as Error).message}`,
      'plans are in generated/plan',
      file,
    );
  }
  const { plan, certificate } = parsed ?? {};
  const isNamed = [plan?.name, plan?.function].every((name) => typeof name === 'string');
  if (!plan?.segments || !plan.reduce || !isNamed || !certificate?.planHash) {
    throw usageError(
      'malformed-plan',
      'it holds no plan with a certificate',
      'plans are in generated/plan',
      file,
    );
  }
  checkWellFormed(plan, file);
  await prepareFunction(plan.function, file);
  return { ...parsed, plan, certificate };
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
