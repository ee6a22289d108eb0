import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shellEnvironment } from './run.js';

/** Waits for a text, then types another. */
export interface Step {
  readonly after: string;
  readonly type: string;
}

/** What completion scripts for bash rely on. */
export const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion';

const SECONDS = 50;
const has = (tool: string, ...args: readonly string[]): boolean => spawnSync(tool, args).status === 0;

/** Why there is no terminal to test with, if so. */
export const noTerminal: string | undefined = has('python3', '-c', 'import pty')
  ? undefined
  : 'python3, which opens terminals, is not installed';

/** Why a shell can't be tested, if so. */
export function missingShell(shell: string): string | undefined {
  if (shell === 'bash' && !existsSync(BASH_COMPLETION)) return 'the package bash-completion is not installed';
  return has(shell, '-c', 'exit 0') ? undefined : `${shell} is not installed`;
}

/** What a terminal shows of a command, colours and all. */
export function inTerminal(
  argv: readonly string[],
  {
    columns = 200,
    cwd,
    env = {},
    steps = [],
  }: {
    readonly columns?: number;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly steps?: readonly Step[];
  },
): string {
  const own = { ...shellEnvironment(), TERM: 'xterm', ...env };
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...plain } = own as Record<string, string | undefined>;
  const task = { argv, columns, env: { ...plain, ...env }, seconds: SECONDS, steps };
  const { stdout, stderr, status } = spawnSync('python3', [join(import.meta.dirname, 'terminal.py')], {
    cwd,
    input: JSON.stringify(task),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.replaceAll('\r\n', '\n');
}
