import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { runDataCommand } from '../../src/data/command.js';
import { loadDataset } from '../../src/data/dataset.js';
import { skipBlock } from '../support/needs.js';
import { runSync } from '../support/processes.js';
import { realUsps, realUspsMissing, temporaryDirectory } from './files.js';
import { serve } from './server.js';

const root = temporaryDirectory();
const base = await serve((request, response) => {
  const path = join(realUsps, String(request.url).replace('/usps/', '').replace('/damaged/', ''));
  if (!existsSync(path)) response.writeHead(404).end();
  else response.end(readFileSync(path).subarray(request.url?.startsWith('/damaged/') ? 1 : 0));
});

interface Run {
  readonly status: number;
  readonly out: string;
  readonly error: string;
  readonly terminal: string;
}

async function run(args: readonly string[], isTerminal = false): Promise<Run> {
  const out: string[] = [];
  const error: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: isTerminal, columns: 100 });
  const status = await runDataCommand(args, {
    out: (line) => out.push(line),
    error: (line) => error.push(line),
    terminal: stream as unknown as NodeJS.WriteStream,
  });
  const shown = (stream.read() as Buffer | null)?.toString() ?? '';
  return { status, out: out.join('\n'), error: error.join('\n'), terminal: shown };
}

describe('npm run data of the published USPS', () => {
  skipBlock(realUspsMissing);

  it('fetches both files once, then loads them', async () => {
    const directory = join(root, 'fetched');
    const args = ['--outdir', directory, '--mirror', `${base}usps`]; // no slash at its end
    const first = await run(args);
    expect(first).toMatchObject({ status: 0, error: '', terminal: '' });
    expect(first.out.split('\n')).toEqual([
      expect.stringMatching(/zip\.train\.gz: fetched, 1829071 bytes, sha256 as expected, sha256 66ebf231/),
      expect.stringMatching(/zip\.test\.gz: fetched, 439208 bytes, sha256 as expected, sha256 8dacc3c6/),
    ]);
    const again = await run([...args, '--mirror', 'http://127.0.0.1:1/']);
    expect(again.status).toBe(0);
    expect(again.out.match(/already there/g)).toHaveLength(2);
    expect((await loadDataset(undefined, directory)).train.count).toBe(7291);
  });

  it('shows progress on a terminal only', async () => {
    const args = (name: string): string[] => ['--outdir', join(root, name), '--mirror', `${base}usps/`];
    const shown = await run(args('shown'), true);
    expect(shown.terminal).toMatch(/zip\.train\.gz .* kB, \d+ kB\/s {2}\d+ s left/);
    const quiet = await run([...args('quiet'), '--quiet'], true);
    expect(quiet).toEqual({ status: 0, out: '', error: '', terminal: '' });
    expect(readdirSync(join(root, 'quiet')).toSorted()).toEqual(['zip.test.gz', 'zip.train.gz']);
  });
});

describe('npm run data', () => {
  it.each([
    ['damaged/', 'error: '],
    ['nothing/', '404'],
  ])('ends with status 1 where the mirror is no good: %s', async (path, text) => {
    const directory = join(root, `bad-${path.slice(0, -1)}`);
    for (const form of ['esl', 'libsvm']) {
      const result = await run(['--outdir', directory, '--mirror', base + path, '--form', form]);
      expect(result).toMatchObject({ status: 1, out: '' });
      expect(result.error).toContain(text);
      expect(result.error).toContain(form === 'esl' ? 'zip.train.gz' : 'usps.bz2');
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  it.each([
    [['--form', 'mat'], 'esl, libsvm'],
    [['--mirror', 'ftp://example.org/'], 'http or https'],
    [['--mirror', 'here'], 'http or https'],
    [['--timeout', '0'], 'seconds'],
    [['--timeout', 'soon'], 'seconds'],
    [['--data', 'drawn'], '--show'],
    [['extra'], 'too many arguments'],
    [['--dta', 'x'], '--data'],
    [['--show', join(root, 'x.png'), '--data', join(root, 'nowhere')], 'no such directory'],
    [['--show', join(root, 'no', 'x.png'), '--data', 'drawn'], 'cannot be written'],
  ])('ends with status 2 for %j', async (args, text) => {
    const result = await run(args);
    expect(result).toMatchObject({ status: 2, out: '' });
    expect(result.error).toContain(text);
  });

  it('ends with status 2 where the directory cannot be made', async () => {
    const blocked = join(root, 'blocked');
    writeFileSync(blocked, '');
    const result = await run(['--outdir', join(blocked, 'data'), '--mirror', base]);
    expect(result.status).toBe(2);
    expect(result.error).toContain('cannot be written');
  });

  it('shows a sheet of what would be loaded', async () => {
    const directory = join(root, 'sheet');
    mkdirSync(directory);
    const result = await run(['--outdir', directory, '--show']);
    expect(result).toMatchObject({ status: 0, error: '' });
    expect(result.out).toContain('drawn digits (seed 1): 7291 training and 2007 test samples');
    expect(result.out).toContain('USPS is not in');
    const { width, height } = PNG.sync.read(readFileSync(join(directory, 'contact-sheet.png')));
    expect([width, height]).toEqual([1252, 524]);
    const named = join(directory, 'other.png');
    expect((await run(['--show', named, '--data', 'drawn:2', '--quiet'])).out).toBe('');
    expect(readFileSync(named).equals(readFileSync(join(directory, 'contact-sheet.png')))).toBe(false);
  });

  it('has a main program with exit status and streams', () => {
    const project = fileURLToPath(new URL('../..', import.meta.url));
    const start = (...args: string[]) => {
      const ran = runSync(process.execPath, ['--import', 'tsx', 'src/data/main.ts', ...args], {
        cwd: project,
      });
      return { ...ran, stdout: ran.stdout.toString() };
    };
    const help = start('--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('--mirror <url>');
    const wrong = start('--mirror', 'http://127.0.0.1:1/', '--outdir', join(root, 'main'));
    expect([wrong.status, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toMatch(
      /^error: http:\/\/127\.0\.0\.1:1\/zip\.train\.gz: the file cannot be fetched/,
    );
  });
});
