import { describe, expect, it } from 'vitest';
import { approxgen, inWorkplace, ROOT } from './run.js';
import { inTerminal, noTerminal } from './terminal.js';

/** A select-graphic-rendition sequence, as terminals take it. */
// eslint-disable-next-line no-control-regex
const COLOUR = /\x1b\[\d+m/;
const RED = '\x1b[31merror:\x1b[39m';
const BOLD = '\x1b[1m';

const terminal = (args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = ROOT): string =>
  inTerminal(['approxgen', ...args], { cwd, env });

describe('colour on a terminal', () => {
  it('marks errors, headings of the help, and the names of kernels', ({ skip }) => {
    if (noTerminal !== undefined) skip(noTerminal);
    return inWorkplace(async ({ folder }) => {
      expect(terminal(['--fn', 'tahn'])).toContain(RED);
      expect(terminal(['--help'])).toContain(`${BOLD}Exit status:`);
      const made = terminal(['--fn', 'tanh', '--format', 'Q4.6'], {}, folder);
      expect(made).toContain(`${BOLD}tanh_q4_6\x1b[22m: tanh`);
      expect(terminal(['verify', 'generated'], {}, folder)).toContain(`${BOLD}tanh_q4_6\x1b[22m: holds: `);
      const json = terminal(['verify', 'generated', '--json'], {}, folder);
      expect(JSON.parse(json.slice(json.indexOf('{')))).toHaveProperty('kernels');
    });
  });

  it.for([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('is not shown with %o', (env, { skip }) => {
    if (noTerminal !== undefined) skip(noTerminal);
    const texts = [['--fn', 'tahn'], ['--help'], ['list']].map((args) =>
      terminal(args, env as Record<string, string>),
    );
    for (const text of texts) expect(text).not.toMatch(COLOUR);
  });
});

describe('colour in a pipe', () => {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...plain } = process.env;

  it('is not shown', async () => {
    for (const args of [
      ['--fn', 'tahn'],
      ['--help'],
      ['list'],
      ['--fn', 'tanh', '--format', 'Q4.4', '--dry-run'],
    ]) {
      const { stdout, stderr } = await approxgen(args, ROOT, '', plain);
      expect(stdout.toString() + stderr).not.toMatch(COLOUR);
    }
  });

  it('is shown where it is asked for', async () => {
    const env = { ...plain, FORCE_COLOR: '1' };
    expect((await approxgen(['--fn', 'tahn'], ROOT, '', env)).stderr).toContain(RED);
    expect((await approxgen(['--help'], ROOT, '', env)).stdout.toString()).toContain(`${BOLD}Examples:`);
    const json = await approxgen(['--fn', 'tahn', '--json'], ROOT, '', env);
    expect(json.stdout.toString()).not.toMatch(COLOUR);
  });
});
