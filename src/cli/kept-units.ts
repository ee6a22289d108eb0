import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { planHash } from '../plan/canonical.js';
import type { KernelPlan } from '../plan/plan.js';
import { unitsOf, type Stretch } from '../verify/coverage.js';
import { unitForm } from '../verify/schema.js';
import { runUnits, type FinishedUnit } from '../verify/verify.js';
import { makeFolder } from './files.js';

/** Runs all units of a plan; those that a folder keeps from an earlier run need not be run again. */
export async function runKept(
  plan: KernelPlan,
  { keep, target }: { readonly keep?: string; readonly target: string },
  options: Parameters<typeof runUnits>[2],
  wanted: readonly Stretch[] = unitsOf(plan),
): Promise<readonly FinishedUnit[]> {
  if (keep === undefined) return runUnits(plan, wanted, options);
  makeFolder(keep);
  const journal = join(keep, `${planHash(plan)}.${target}.jsonl`);
  const kept = readJournal(journal);
  const isKept = ({ first, last }: Stretch) =>
    kept.some((unit) => unit.first === first && unit.last === last);
  const fresh = await runUnits(
    plan,
    wanted.filter((unit) => !isKept(unit)),
    { ...options, onUnit: (unit) => appendFileSync(journal, `${JSON.stringify(unit)}\n`) },
  );
  rmSync(journal, { force: true });
  const keptOf = ({ first, last }: Stretch) =>
    kept.find((unit) => unit.first === first && unit.last === last);
  return [...wanted.flatMap((unit) => keptOf(unit) ?? []), ...fresh];
}

/** Finished units of an interrupted run; lines that are none, such as one that was cut short, count for nothing. */
function readJournal(file: string): readonly FinishedUnit[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => unitIn(line) ?? []);
}

function unitIn(line: string): FinishedUnit | undefined {
  try {
    return unitForm.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
