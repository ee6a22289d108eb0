import { join } from 'node:path';
import { outputOf } from '../support/processes.js';
import { PYTHON } from '../support/python.js';
import { missing } from '../support/tools.js';
import { shellEnvironment } from './run.js';

/** Waits for a text, then types another. */
export interface Step {
  readonly after: string;
  readonly type: string;
}

const SECONDS = 50;

/** Variables by which Node decides whether a terminal shows colours: a terminal under test has none of its parent's. */
const DECIDES_COLOUR: ReadonlySet<string> = new Set([
  'CI',
  'COLORTERM',
  'FORCE_COLOR',
  'NODE_DISABLE_COLORS',
  'NO_COLOR',
  'TEAMCITY_VERSION',
  'TF_BUILD',
  'TMUX',
]);

/** Why there is no terminal to test with, if so. */
export const noTerminal: string | undefined = missing('python3');

/** Why a shell can't be tested, if so. */
export function missingShell(shell: 'bash' | 'zsh' | 'fish'): string | undefined {
  return shell === 'bash' ? missing('bash', 'bash-completion') : missing(shell);
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
  const plain = Object.fromEntries(
    Object.entries(shellEnvironment()).filter(([name]) => !DECIDES_COLOUR.has(name)),
  );
  const task = { argv, columns, env: { ...plain, TERM: 'xterm', ...env }, seconds: SECONDS, steps };
  const stdout = outputOf(PYTHON, [join(import.meta.dirname, 'terminal.py')], {
    ...(cwd === undefined ? {} : { cwd }),
    input: JSON.stringify(task),
  });
  return stdout.toString().replaceAll('\r\n', '\n');
}
