import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNpz } from '../../src/data/npz.js';
import { loadKernels } from '../../src/train/kernels.js';
import { runTrainCommand, type TrainStatus } from '../../src/train/command.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'approxgen-train-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Outcome {
  readonly status: TrainStatus;
  readonly out: string;
  readonly error: string;
}

/** @param onLine called with each line of output; may abort the run */
async function run(args: readonly string[], onLine?: (abort: () => void) => void): Promise<Outcome> {
  const lines = { out: [] as string[], error: [] as string[] };
  const interrupt = new AbortController();
  const status = await runTrainCommand(args, {
    out: (line) => {
      lines.out.push(line);
      onLine?.(() => interrupt.abort());
    },
    error: (line) => lines.error.push(line),
    terminal: new PassThrough() as unknown as NodeJS.WriteStream,
    interrupt: interrupt.signal,
  });
  return { status, out: lines.out.join('\n'), error: lines.error.join('\n') };
}

const words = (text: string): string[] => text.split(' ');

/** A small network on drawn digits, in floating point, which needs no generated kernels. */
const small = (): string[] => [
  ...words('--data drawn --backend float --hidden 3 --rank-w 2 --batch 512 --outdir'),
  join(directory, 'models'),
];
const files = async (): Promise<string[]> =>
  (await readdir(join(directory, 'models')).catch(() => [] as string[])).toSorted();

async function archive(name: string): Promise<{ Wf: number[]; metadata: Record<string, unknown> }> {
  const entries = parseNpz(await readFile(join(directory, 'models', name)));
  const text = Buffer.from(entries.get('metadata')?.data as Uint8Array).toString();
  return {
    Wf: Array.from(entries.get('Wf')?.data ?? [], Number),
    metadata: JSON.parse(text) as Record<string, unknown>,
  };
}

describe('npm run train', () => {
  it('trains, and leaves the parameters and a row per epoch', async () => {
    const { status, out, error } = await run([...small(), '--epochs', '2']);
    expect([status, error]).toEqual([0, '']);
    expect(out).toMatch(/^epoch 1\/2 .*overflows 0 .* left$/m);
    expect(out).toMatch(/^epoch 2\/2 .*overflows 0$/m);
    const [log, parameters] = await files();
    expect(log.replace('.csv', '')).toBe(parameters.replace('.npz', ''));
    const rows = (await readFile(join(directory, 'models', log), 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(3);
    expect(rows[2].split(',')).toHaveLength(rows[0].split(',').length);
    const { Wf, metadata } = await archive(parameters);
    expect(Wf).toHaveLength(6);
    expect(metadata).toMatchObject({ backend: 'float', epochs: 2, seed: 1, adam: { epsilon: 2 ** -14 } });
  });

  it('gives the same run for the same seed and another for another', async () => {
    const losses = [];
    for (const seed of ['5', '5', '6']) {
      const { out } = await run([...small(), '--epochs', '1', '--seed', seed, '--json']);
      const document = JSON.parse(out) as { epochs: { train: { loss: number } }[] };
      losses.push(document.epochs[0].train.loss);
    }
    expect(losses[1]).toBe(losses[0]);
    expect(losses[2]).not.toBe(losses[0]);
  });

  it('gives the same files but for their seconds on js and on wasm with any number of threads', async () => {
    const runs = ['--backend js', '--backend wasm --threads 1', '--backend wasm --threads 3'].map(words);
    const found: unknown[] = [];
    for (const [i, options] of runs.entries()) {
      const outdir = join(directory, `models${i}`);
      const args = words('--data drawn --hidden 2 --rank-w 1 --batch 2048 --epochs 2 --quiet');
      const { status, error } = await run([...args, ...options, '--outdir', outdir]);
      expect([status, error]).toEqual([0, '']);
      const [log, parameters] = (await readdir(outdir)).toSorted();
      const archived = parseNpz(await readFile(join(outdir, parameters)));
      archived.delete('metadata');
      const rows = (await readFile(join(outdir, log), 'utf8')).split('\n').map((row) => row.split(','));
      found.push({ archived, rows: rows.map((row) => row.toSpliced(5, 1)) });
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it.each(['js', 'wasm'])('names the kernels that it trains on, on %s: plan and error', async (backend) => {
    const outdir = join(directory, 'models');
    const args = words(`--data drawn --hidden 2 --rank-w 1 --batch 2048 --epochs 1 --backend ${backend}`);
    const { out } = await run([...args, '--outdir', outdir]);
    const { tanh } = await loadKernels('default');
    const hash = tanh.planHash.slice(0, 8);
    expect(out).toContain(`kernel tanh_q8_24 ${hash}… error ≤ ${tanh.maxUlp} ulp on [-8, 8]`);
    expect(out.match(/^kernel (sigmoid|tanh|rsqrt)_q8_24 /gm)).toHaveLength(3);
    const facts = { name: 'tanh_q8_24', planHash: tanh.planHash, maxUlp: tanh.maxUlp, range: [-8, 8] };
    const json = JSON.parse((await run([...args, '--outdir', outdir, '--json'])).out) as object;
    expect(json).toMatchObject({ kernels: expect.arrayContaining([facts]) });
    const parameters = (await files()).find((name) => name.endsWith('.npz')) ?? '';
    const { metadata } = await archive(parameters);
    expect(metadata).toMatchObject({ kernels: expect.arrayContaining([facts]) });
  });

  it('goes on from a checkpoint', async () => {
    await run([...small(), '--epochs', '1', '--quiet']);
    const checkpoint = (await files()).find((name) => name.endsWith('.npz')) ?? '';
    const again = [...small(), '--init', join(directory, 'models', checkpoint), '--learning-rate', '1e-12'];
    const { status, out } = await run([...again, '--epochs', '1', '--json']);
    expect(status).toBe(0);
    const { files: written } = JSON.parse(out) as { files: string[] };
    const before = await archive(checkpoint);
    const after = await archive(written[0].split('/').at(-1) ?? '');
    after.Wf.forEach((value, i) => expect(value).toBeCloseTo(before.Wf[i], 8));
    expect(after.metadata.init).toContain(checkpoint);
  });

  it('stops when interrupted, and keeps the last whole epoch', async () => {
    let lines = 0;
    const { status, error } = await run([...small(), '--epochs', '50'], (abort) => {
      if (++lines === 4) abort(); // after the note, the data and two epochs
    });
    expect(status).toBe(130);
    const [log, parameters] = await files();
    const rows = (await readFile(join(directory, 'models', log), 'utf8')).trim().split('\n').length - 1;
    expect(rows).toBeGreaterThan(0);
    expect((await archive(parameters)).metadata.epochs).toBe(rows);
    expect(error).toContain(`hold the ${rows} whole epochs`);
  });

  it('writes nothing when interrupted in the first epoch', async () => {
    const { status, error } = await run([...small(), '--epochs', '50'], (abort) => abort());
    expect([status, await files()]).toEqual([130, []]);
    expect(error).toContain('nothing is written');
  });
});

describe('bad usage', () => {
  it.each([
    [['--epochs', '0'], /'0'.*from 1/],
    [['--hidden', '2.5'], /'2\.5'.*whole number/],
    [['--batch', 'many'], /'many'.*whole number/],
    [['--seed', '-1'], /'-1'.*from 0/],
    [['--learning-rate', '0'], /'0'.*above 0/],
    [['--backend', 'gpu'], /'gpu'.*js, float/],
    [['--kernels', 'best'], /'best'.*default, original/],
    [['--rank-w', '11'], /--rank-w: a rank of 11.*10×16.*0 to 10/],
    [['--rank-u', '6', '--hidden', '5'], /--rank-u: a rank of 6.*5×5.*0 to 5/],
    [['--backend', 'float', '--kernels', 'original'], /--kernels: .*Math/],
    [['--backend', 'js', '--learning-rate', '1e-9'], /--learning-rate: 1e-9.*2\^-24/],
    [['--decay', '1.5'], /'1\.5'.*from 0 to 1/],
    [['--forget-bias', 'one'], /'one'.*from -100 to 100/],
    [['--threads', '0'], /'0'.*from 1/],
    [['--threads', '2', '--backend', 'js'], /--threads: the js backend runs on one thread, not on 2/],
    [['--data', '/no/such/place'], /\/no\/such\/place: there is no such directory/],
    [['--init', '/no/such.npz'], /\/no\/such\.npz: it cannot be read/],
    [['more'], /too many arguments/],
    [['--speed', '1'], /unknown option '--speed'/],
  ])('%j: one clear message, status 2, nothing written', async (args, message) => {
    const models = join(directory, 'models');
    const source = args[0] === '--data' ? [] : ['--data', 'drawn'];
    const backend = args.includes('--backend') ? [] : ['--backend', 'float'];
    const { status, out, error } = await run([...args, ...source, ...backend, '--outdir', models]);
    expect([status, out, await files()]).toEqual([2, '', []]);
    expect(error).toMatch(message);
    expect(error.match(/error:/g)).toHaveLength(1);
  });

  it('refuses a checkpoint of another shape', async () => {
    await run([...small(), '--epochs', '1', '--quiet']);
    const name = (await files()).find((file) => file.endsWith('.npz')) ?? '';
    const init = join(directory, 'models', name);
    const { status, error } = await run([...small(), '--hidden', '4', '--init', init]);
    expect(status).toBe(2);
    expect(error).toMatch(/needs Wf of 4×2, but in this file it is 3×2/);
  });

  it('finds out before training that the outdir cannot be written', async () => {
    const blocked = join(directory, 'file');
    await writeFile(blocked, '');
    const { status, out, error } = await run([...small(), '--outdir', join(blocked, 'models')]);
    expect([status, out]).toEqual([2, '']);
    expect(error).toContain(blocked);
  });

  it('is told in JSON too where that is wanted', async () => {
    const { status, out } = await run(['--rank-w', '99', '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ diagnostics: [{ code: 'rank-too-large', path: '--rank-w' }] });
  });
});
