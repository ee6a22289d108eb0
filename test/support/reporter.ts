import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule, TestSpecification, Vitest } from 'vitest/node';
import { contention } from './limits.js';

const FILE = fileURLToPath(
  new URL('../../node_modules/.cache/approxgen-tests/seconds.json', import.meta.url),
);

/**
 * Seconds that a file took on an idle core, on average, when all ran on an AMD EPYC: for those that have not yet run
 * here. Single files are far from it, so that it serves for whole runs only.
 */
const RECORDED = { fast: 7, slow: 200 } as const;

/** Seconds of each file of tests on an idle core, by its path; of the last time that it ran here. */
type Seconds = Readonly<Record<string, number>>;

/** How long a run will take. */
export interface Estimate {
  readonly seconds: number;
  /** How many of the files have run here before. */
  readonly known: number;
}

/** A file of tests, and the project that it belongs to. */
export interface TestFile {
  readonly path: string;
  readonly project: string;
}

/** Of files that run on several cores at a time, none of them shorter than its longest file. */
export function estimate(files: readonly TestFile[], seconds: Seconds, workers: number): Estimate {
  const each = files.map(
    ({ path, project }) => seconds[path] ?? (project === 'slow' ? RECORDED.slow : RECORDED.fast),
  );
  const total = each.reduce((sum, one) => sum + one, 0);
  return {
    seconds: Math.max(total / workers, ...each),
    known: files.filter(({ path }) => path in seconds).length,
  };
}

/** About 4 minutes; 40 seconds and less are seconds. */
export function roughly(seconds: number): string {
  const of = (count: number, unit: string) => `about ${count} ${unit}${count === 1 ? '' : 's'}`;
  if (seconds < 90) return of(Math.max(1, Math.round(seconds)), 'second');
  return seconds < 5400 ? of(Math.round(seconds / 60), 'minute') : of(Math.round(seconds / 3600), 'hour');
}

/** What is said before the tests: how long they will take, and how that is known; nothing where it isn't. */
export function announcement({ seconds, known }: Estimate, files: number, busy: number): string | undefined {
  // What single files take that have not run here is anyone's guess.
  if (files === 0 || (known < files / 2 && files < 50)) return undefined;
  const basis =
    known === files
      ? 'as in their last runs here'
      : known === 0
        ? 'as recorded on another machine'
        : `${known} of ${files} files as in their last runs here`;
  const crowd = busy < 1.5 ? '' : `, and ${busy.toFixed(1)} times as long because the machine is busy`;
  return `${roughly(seconds * busy)}: ${basis}${crowd}`;
}

/** Reasons why tests were skipped, with how many were, the most frequent first. */
export function reasonsOf(notes: readonly (string | undefined)[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const note of notes) {
    const reason = note ?? 'no reason given';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} skipped: ${reason}`);
}

function readSeconds(): Seconds {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Seconds;
  } catch {
    return {};
  }
}

/** Says at the start how long the tests will take, and at the end why any was skipped. */
export default class ApproxgenReporter implements Reporter {
  #vitest: Vitest | undefined;
  #busy = 1;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    this.#busy = contention();
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    const files = specifications.map(({ moduleId, project }) => ({ path: moduleId, project: project.name }));
    const workers = Number(this.#vitest?.config.maxWorkers ?? 1);
    const said = announcement(estimate(files, readSeconds(), workers), files.length, this.#busy);
    if (said !== undefined) this.#vitest?.logger.log(` ${said}\n`);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    // Tests that were not asked for, by -t or .only, are skipped without a result of their own.
    const asked = skipped.filter((test) => test.options.mode === 'run');
    const notes = asked.map((test) => {
      const result = test.result();
      return result.state === 'skipped' ? result.note : undefined;
    });
    for (const line of reasonsOf(notes)) this.#vitest?.logger.log(` ${line}`);
    const measured = modules.map((module) => {
      const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
        module.diagnostic();
      const all = environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
      return [module.moduleId, all / 1000 / this.#busy] as const;
    });
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, JSON.stringify({ ...readSeconds(), ...Object.fromEntries(measured) }));
  }
}
