import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseNpz } from '../../src/data/npz.js';
import { run } from '../support/processes.js';

const MAIN = fileURLToPath(new URL('../../src/train/main.ts', import.meta.url));

it('Ctrl-C ends the process with its threads, and what it leaves is whole', async () => {
  const outdir = await mkdtemp(join(tmpdir(), 'approxgen-interrupt-'));
  try {
    const options = [
      '--data',
      'drawn',
      '--hidden',
      '2',
      '--rank-w',
      '1',
      '--threads',
      '3',
      '--outdir',
      outdir,
    ];
    const { status, signal } = await run(
      process.execPath,
      ['--import', 'tsx', MAIN, ...options],
      {},
      (out, child) => {
        if (out.includes('epoch   2/')) child.kill('SIGINT');
      },
    );
    expect([status, signal]).toEqual([130, null]);
    const [log, parameters, ...others] = (await readdir(outdir)).toSorted();
    expect(others).toEqual([]);
    const rows = (await readFile(join(outdir, log), 'utf8')).trim().split('\n').length - 1;
    const metadata = parseNpz(await readFile(join(outdir, parameters))).get('metadata');
    expect(JSON.parse(Buffer.from(metadata?.data as Uint8Array).toString())).toMatchObject({ epochs: rows });
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
});
