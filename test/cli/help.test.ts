import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/cli/examples.js';
import { optionsOf } from '../../src/cli/options.js';
import { GROUPS } from '../../src/spec/option.js';
import { COMMANDS } from '../../src/spec/run-options.js';
import { spellings } from '../../src/spec/spelling.js';
import { approxgen, inWorkplace, ROOT } from './run.js';
import { inTerminal, noTerminal } from './terminal.js';

const NAMED = COMMANDS.slice(1);
const wordsOf = (command: string): readonly string[] => (command === 'approxgen' ? [] : [command]);

async function helpOf(words: readonly string[], columns?: number): Promise<string> {
  const env = { ...process.env, COLUMNS: columns === undefined ? '' : String(columns) };
  const { status, stdout, stderr } = await approxgen(words, ROOT, '', env);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.toString();
}

/** Lines that are too long although they could have been broken. */
function tooLong(text: string, columns: number): readonly string[] {
  return text.split('\n').filter((line) => line.length > columns && /\S\s+\S/.test(line.slice(0, columns)));
}

describe.concurrent('the help', () => {
  it.each(NAMED)('of %s is the same by help and by --help', async (name) => {
    const [asked, flagged] = await Promise.all([helpOf(['help', name]), helpOf([name, '--help'])]);
    expect(asked).toBe(flagged);
    expect(asked).toContain(`Usage: approxgen ${name}`);
  });

  it('of approxgen is the same by help, --help and -h', async () => {
    const texts = await Promise.all([['help'], ['--help'], ['-h']].map((words) => helpOf(words)));
    expect(new Set(texts).size).toBe(1);
  });

  it.each([20, 40, 60, 80, 120, 200])(
    'fits %i columns, where no terminal says how wide it is',
    async (columns) => {
      const texts = await Promise.all(COMMANDS.map((name) => helpOf([...wordsOf(name), '--help'], columns)));
      for (const text of texts) expect(tooLong(text, columns)).toEqual([]);
    },
  );

  it('is 80 columns wide where nothing says how wide to be', async () => {
    const text = await helpOf(['--help']);
    expect(tooLong(text, 80)).toEqual([]);
    expect(text.split('\n').some((line) => line.length > 70)).toBe(true);
  });

  it.for([60, 200])('fits a terminal of %i columns', (columns, { skip }) => {
    if (noTerminal !== undefined) skip(noTerminal);
    const text = inTerminal(['approxgen', '--help'], { columns, env: { NO_COLOR: '1' } });
    expect(text).toContain('Usage: approxgen');
    expect(tooLong(text, columns)).toEqual([]);
    const widest = Math.max(...text.split('\n').map((line) => line.length));
    expect(widest).toBeGreaterThan(columns === 60 ? 50 : 80);
  });

  it('shows every option in its group, in both spellings, and no other', async () => {
    const texts = await Promise.all(COMMANDS.map((name) => helpOf([...wordsOf(name), '--help'], 200)));
    COMMANDS.forEach((name, i) => {
      let group = '';
      const shown: string[] = [];
      for (const line of texts[i].split('\n')) {
        group = /^(\S.*):$/.exec(line)?.[1] ?? group;
        const [, term] = /^ {2}(--.*?|-h, --help)(?: {2}|$)/.exec(line) ?? [];
        if (term === undefined || /--(?:help|version)/.test(term)) continue;
        const row = optionsOf(name).find(({ flag }) => term.split(/[ ,]/)[0] === `--${flag}`);
        expect([term, group]).toEqual([term, row?.group]);
        const kebab = spellings(row ?? expect.fail()).filter(
          (text) => text === row?.flag || !/[A-Z]/.test(text),
        );
        expect(term).toBe([kebab.map((text) => `--${text}`).join(', '), row?.value].join(' ').trim());
        shown.push(row?.flag ?? '');
      }
      expect(shown.toSorted()).toEqual(
        optionsOf(name)
          .map(({ flag }) => flag)
          .toSorted(),
      );
    });
    const places = GROUPS.map((group) => texts[0].indexOf(`\n${group}:\n`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('shows three examples, and what the exit statuses mean', async () => {
    const text = await helpOf(['--help'], 200);
    expect(text.match(/^ {2}approxgen .*\n {6}\S/gm)).toHaveLength(3);
    expect(text).toMatch(
      /Exit status:\n {2}0 met, 1 target not met, 2 wrong usage or configuration, 70 a bug/,
    );
  });
});

const CONFIG = { defaults: { format: 'Q4.6' }, kernels: [{ function: 'tanh' }, { expr: 'x^2/8' }] };

describe('the examples of the help', () => {
  it('run in their order in one folder, and make what they say', { timeout: 600_000 }, () =>
    inWorkplace(async ({ shell, write, folder }) => {
      write('approx-configs/a.json', CONFIG);
      for (const name of COMMANDS.filter((each) => each !== 'completion')) {
        for (const { command, result } of EXAMPLES[name] ?? []) {
          // Its proof takes as long as all else together, and was just run.
          if (name === 'verify') rmSync(join(folder, 'generated/plan/tanh_q8_24.json'), { force: true });
          const { status, stdout, stderr } = await shell(command);
          expect([command, status, stderr]).toEqual([command, 0, stderr]);
          if (!command.includes('>'))
            expect([command, stdout.length > 0 || stderr]).not.toEqual([command, '']);
          for (const [path] of result.matchAll(/generated\/\S+|\S+\.json(?=$)/g)) {
            expect([path, existsSync(join(folder, path))]).toEqual([path, true]);
          }
        }
      }
    }),
  );
});
