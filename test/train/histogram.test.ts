import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMeasure } from '../../src/cli/measure.js';
import { parseNpz } from '../../src/data/npz.js';
import type { Kernel } from '../../src/tensor/kernel.js';
import { runTrainCommand } from '../../src/train/command.js';
import { countInputs } from '../../src/train/histogram.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'approxgen-histogram-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const negated = (name: string): Kernel => ({
  name,
  planHash: 'some',
  scalar: (x) => -x,
  array: (src, dst) => src.forEach((x, i) => (dst[i] = -x)),
});

describe('a counting kernel', () => {
  it('gives what the kernel gives, in place as well, and counts inputs by their leading bits', () => {
    const { kernels, counters } = countInputs({
      sigmoid: negated('sigmoid'),
      tanh: negated('tanh'),
      rsqrt: negated('rsqrt'),
    });
    const values = Int32Array.of(0, 5, 5, -5, 3 << 24, (3 << 24) + 1, -(2 ** 31), 2 ** 31 - 1);
    const expected = values.map((x) => -x);
    kernels.tanh.array(values, values);
    expect(values).toEqual(expected);
    // What it has built in for the kernel would count nothing.
    expect(kernels.tanh.planHash).toBeUndefined();
    const unit = 2 ** -24;
    expect(counters.map(({ name }) => name)).toEqual(['sigmoid', 'tanh', 'rsqrt']);
    expect(counters[0].text()).toBe('value,count\n');
    expect(counters[1].text().split('\n')).toEqual([
      'value,count',
      `${-(2 ** 31 + 2 ** 23) * unit},1`,
      `${-5 * unit},1`,
      '0,1',
      `${5 * unit},2`,
      `${((3 << 24) + 2 ** 17) * unit},2`,
      `${(2 ** 31 - 2 ** 22) * unit},1`,
      '',
    ]);
  });

  it('counts nothing of what is set aside, even where that fails', () => {
    const { kernels, counters, uncounted } = countInputs({
      sigmoid: negated('sigmoid'),
      tanh: negated('tanh'),
      rsqrt: negated('rsqrt'),
    });
    const dst = new Int32Array(1);
    const run = (x: number): number => {
      kernels.tanh.array(Int32Array.of(x), dst);
      return dst[0];
    };
    expect(uncounted(() => run(7))).toBe(-7);
    expect(() =>
      uncounted(() => {
        throw new Error('some');
      }),
    ).toThrow('some');
    run(5);
    expect(counters[1].text()).toBe(`value,count\n${5 * 2 ** -24},1\n`);
  });
});

async function train(name: string, args: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const outdir = join(directory, name);
  const common = '--data drawn --epochs 1 --hidden 3 --rank-w 2 --batch 512 --quiet --json'.split(' ');
  const status = await runTrainCommand([...common, '--outdir', outdir, ...args], {
    out: (line) => lines.push(line),
    error: (line) => lines.push(line),
    terminal: new PassThrough() as unknown as NodeJS.WriteStream,
    interrupt: new AbortController().signal,
  });
  expect([status, lines.length]).toEqual([0, 1]);
  return (JSON.parse(lines[0]) as { files: string[] }).files;
}

describe('npm run train -- --histogram', () => {
  it.each(['wasm', 'js'])('changes no number, and leaves what --measure data: reads: %s', async (backend) => {
    const folder = join(directory, 'counts');
    const plain = await train('plain', ['--backend', backend]);
    const counted = await train('counted', ['--backend', backend, '--histogram', folder]);
    const [before, after] = await Promise.all(
      [plain, counted].map(async ([archive]) => parseNpz(await readFile(archive)).get('Wf')?.data),
    );
    expect(after).toEqual(before);
    const names = ['rsqrt_q8_24.csv', 'sigmoid_q8_24.csv', 'tanh_q8_24.csv'];
    expect((await readdir(folder)).toSorted()).toEqual(names);
    expect(counted.slice(2).toSorted()).toEqual(names.map((name) => join(folder, name)));
    const [rsqrt, sigmoid, tanh] = await Promise.all(
      names.map(async (name) => (await parseMeasure(`data:${join(folder, name)}`, '--measure')).histogram!),
    );
    const total = ({ counts }: { readonly counts: readonly number[] }): number =>
      counts.reduce((sum, count) => sum + count, 0);
    // 16 rows of an image for each of 3 hidden units; the test samples that are run after the epoch are not counted.
    // A step has three gates of the sigmoid, and the candidate and the state of the tanh.
    const steps = 7291 * 16 * 3;
    expect([total(sigmoid), total(tanh)]).toEqual([3 * steps, 2 * steps]);
    // One second moment a parameter and update: 15 batches of 512 of 7291 samples.
    expect(total(rsqrt) % 15).toBe(0);
    expect(Math.min(...rsqrt.values)).toBeGreaterThan(0);
    expect(Math.min(...tanh.values)).toBeLessThan(0);
  });

  it('is refused where no kernels are used', async () => {
    const errors: string[] = [];
    const status = await runTrainCommand(['--backend', 'float', '--histogram', directory], {
      out: () => {},
      error: (line) => errors.push(line),
      terminal: new PassThrough() as unknown as NodeJS.WriteStream,
      interrupt: new AbortController().signal,
    });
    expect(status).toBe(2);
    expect(errors.join()).toContain('--histogram: the float backend');
  });
});
