import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/emit/targets.js';
import { FUNCTIONS } from '../../src/function/catalogue.js';
import { ROUNDING_MODES } from '../../src/fixedpoint/rounding.js';
import { optionsOf } from '../../src/cli/options.js';
import { COMMANDS } from '../../src/spec/run-options.js';
import { approxgen, inWorkplace } from './run.js';
import { BASH_COMPLETION } from '../support/tools.js';
import { inTerminal, missingShell, noTerminal, type Step } from './terminal.js';

/** What may stand where the last of some words is begun. */
async function offers(words: readonly string[], cwd = '.'): Promise<readonly string[]> {
  const { status, stdout } = await approxgen(['complete', '--', ...words], cwd);
  expect(status).toBe(0);
  const lines = stdout.toString().trimEnd().split('\n');
  // The last line is for the script.
  expect(lines.at(-1)).toMatch(/^:\d+$/);
  return lines.slice(0, -1).map((line) => line.split('\t')[0]);
}

describe.concurrent('what is offered', () => {
  it('are the commands, and the options of each', async () => {
    expect((await offers([''])).toSorted()).toEqual(COMMANDS.slice(1).toSorted());
    expect(await offers(['ver'])).toEqual(['verify']);
    expect(await offers(['help', 'bu'])).toEqual(['build']);
    for (const name of COMMANDS) {
      const words = name === 'approxgen' ? ['--'] : [name, '--'];
      const flags = [...optionsOf(name).map(({ flag }) => `--${flag}`), '--help'];
      expect((await offers(words)).toSorted()).toEqual(flags.toSorted());
    }
  });

  it.each([
    [['--fn', ''], FUNCTIONS.map(({ name }) => name)],
    [
      ['--fn', 'hard-s'],
      ['hard-sigmoid', 'hard-swish'],
    ],
    [['--fn=sof'], ['softplus', 'softsign']],
    [['--fn', 'tanh', '--rounding', ''], [...ROUNDING_MODES]],
    [['explore', '--overflow', 'saturate-'], ['saturate-symmetric']],
    [['--order', ''], ['auto']],
    [['--target', ''], TARGETS.map(({ name }) => name)],
    [
      ['--target', 'c,rust,p'],
      ['c,rust,plan', 'c,rust,python'],
    ],
    [['--target=c,mp'], ['c,mp-spdz']],
    [
      ['verify', '--target', ''],
      ['plan', 'ts', 'wasm', 'c', 'rust', 'python'],
    ],
    [
      ['eval', '--target', ''],
      ['plan', 'ts', 'wasm'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['--format', 'UQ'],
      ['UQ0.16', 'UQ16.16'],
    ],
  ])('after %j are its values', async (words, expected) => {
    const found = await offers(words);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('are files and folders, the inside of one that is alone', () =>
    inWorkplace(async ({ folder, write }) => {
      write('generated/plan/a.json', '{}');
      write('generated/plan/b.json', '{}');
      write('other.txt', '');
      expect(await offers(['verify', ''], folder)).toEqual(['generated/', 'other.txt']);
      expect(await offers(['verify', 'gen'], folder)).toEqual([
        'generated/plan/a.json',
        'generated/plan/b.json',
      ]);
      expect(await offers(['eval', 'generated/plan/b'], folder)).toEqual(['generated/plan/b.json']);
      expect(await offers(['--outdir', 'gen'], folder)).toEqual(['generated/plan', 'generated']);
      expect(await offers(['verify', 'absent/x'], folder)).toEqual([]);
    }));
});

const PROMPT = 'READY> ';
const SETUP = {
  bash: `source ${BASH_COMPLETION}; source <(approxgen completion bash); bind -x '"\\C-g":printf "<<%s>>" "$READLINE_LINE"'`,
  zsh: 'autoload -U compinit; compinit -u -D; source <(approxgen completion zsh); report() { print -rn -- "<<$BUFFER>>" }; zle -N report; bindkey "^G" report',
} as const;
const START = { bash: ['bash', '--norc', '--noprofile', '-i'], zsh: ['zsh', '-f', '-i'] } as const;

/** The line that a shell has after a tab. */
function completed(shell: keyof typeof SETUP, typed: string, cwd: string): string | undefined {
  const steps: readonly Step[] = [
    { after: PROMPT, type: `${SETUP[shell]}\n` },
    { after: PROMPT, type: `${typed}\t\x07` },
    { after: '>>', type: '\x15exit\n' },
  ];
  const shown = inTerminal(START[shell], { cwd, env: { PS1: PROMPT, PROMPT }, steps });
  return [...shown.matchAll(/<<(approxgen.*?)>>/g)].at(-1)?.[1].trimEnd();
}

const LINES = [
  ['approxgen ver', 'approxgen verify'],
  ['approxgen --fn sigm', 'approxgen --fn sigmoid'],
  ['approxgen --fn tanh --segmentation gr', 'approxgen --fn tanh --segmentation greedy'],
  ['approxgen --step', 'approxgen --step-rounding'],
  ['approxgen --target c,ru', 'approxgen --target c,rust'],
  ['approxgen eval gen', 'approxgen eval generated/plan/k.json'],
] as const;

describe('the script', () => {
  it.for(['bash', 'zsh'] as const)('completes a line in %s', { timeout: 300_000 }, (shell, { skip }) => {
    const missing = noTerminal ?? missingShell(shell);
    if (missing !== undefined) skip(missing);
    return inWorkplace((place) => {
      place.write('generated/plan/k.json', '{}');
      for (const [typed, line] of LINES) {
        expect([typed, completed(shell, typed, place.folder)]).toEqual([typed, line]);
      }
      return Promise.resolve();
    });
  });

  it('completes a line in fish', { timeout: 300_000 }, ({ skip }) => {
    const missing = missingShell('fish');
    if (missing !== undefined) skip(missing);
    return inWorkplace(async ({ shell, write }) => {
      write('generated/plan/k.json', '{}');
      for (const [typed, line] of LINES) {
        const { stdout } = await shell(
          `approxgen completion fish | source; complete -C ${JSON.stringify(typed)}`,
          'fish',
        );
        const [first, ...others] = stdout.toString().trimEnd().split('\n');
        expect([typed, others]).toEqual([typed, []]);
        expect(`${typed.slice(0, typed.lastIndexOf(' '))} ${first.split('\t')[0]}`).toBe(line);
      }
    });
  });
});
