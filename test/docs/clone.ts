import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputOf, run } from '../support/processes.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a command printed, and how it ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the repository as a clone and `npm ci` leave it. */
export interface Clone {
  readonly folder: string;
  /** Another one, as this one is now. */
  readonly copy: () => Clone;
  /** Runs a script by bash from the root of the repository. */
  readonly run: (script: string) => Promise<Run>;
  readonly remove: () => void;
}

/**
 * Everything that git tracks or would, as it is in the working tree, with the installed packages, and built as
 * `npm ci` builds it. Packages are linked where the file system can: nothing here writes into them.
 */
export async function freshClone(): Promise<Clone> {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-clone-'));
  const git = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = outputOf('git', git, { cwd: ROOT }).toString();
  for (const path of listed.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { force: true });
  }
  const clone = cloneAt(folder, join(ROOT, 'node_modules'));
  const built = await clone.run('npm run --silent prepare');
  if (built.status !== 0) throw new Error(`the copy can't be built:\n${built.stdout}${built.stderr}`);
  return clone;
}

function cloneAt(folder: string, packages: string): Clone {
  linkTree(packages, join(folder, 'node_modules'));
  return {
    folder,
    copy: () => {
      const target = mkdtempSync(join(tmpdir(), 'approxgen-clone-'));
      const modules = join(folder, 'node_modules');
      cpSync(folder, target, { recursive: true, filter: (source) => source !== modules });
      return cloneAt(target, modules);
    },
    run: (script) => runScript(script, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A tree of hard links, where `cp` and the file system know them; else a copy. */
function linkTree(source: string, target: string): void {
  try {
    outputOf('cp', ['-al', source, target]);
  } catch {
    rmSync(target, { recursive: true, force: true });
    cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  }
}

async function runScript(script: string, cwd: string): Promise<Run> {
  const env = { ...process.env, NO_COLOR: '1' };
  const { status, stdout, stderr } = await run('bash', ['-uo', 'pipefail', '-c', script], { cwd, env });
  return { status, stdout: stdout.toString(), stderr };
}
