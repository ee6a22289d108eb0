import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataset, PIXELS } from '../../src/data/dataset.js';
import { failureOf, fixturePath, realUsps, realUspsMissing, temporaryDirectory } from './files.js';
import { skipBlock } from '../support/needs.js';
import { runPython } from '../support/python.js';

const directory = temporaryDirectory();
const dense = readFileSync(fixturePath('ten-digits.dense'));
const sparse = readFileSync(fixturePath('ten-digits.bz2'));

/** A new directory with these files. */
let directories = 0;
function directoryWith(files: Readonly<Record<string, Uint8Array>>): string {
  const path = join(directory, String(directories++));
  mkdirSync(path);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes);
  return path;
}

function digitCounts(labels: Uint8Array): number[] {
  const counts = Array<number>(10).fill(0);
  for (const digit of labels) counts[digit]++;
  return counts;
}

/** Whether two arrays hold the same numbers; −0 is 0, which the sparse form leaves out like 0. */
function sameNumbers(left: Float64Array, right: Float64Array): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

const eslFiles = { 'zip.train.gz': gzipSync(dense), 'zip.test.gz': gzipSync(dense) };

describe('loading USPS', () => {
  it('reads the same samples from both forms, packed or not', async () => {
    const esl = await loadDataset(directoryWith(eslFiles));
    const plain = await loadDataset(directoryWith({ 'zip.train': dense, 'zip.test': dense }));
    const libsvm = await loadDataset(directoryWith({ 'usps.bz2': sparse, 'usps.t.bz2': sparse }));
    // Browsers unpack and keep the name.
    const renamed = await loadDataset(directoryWith({ 'zip.train.gz': dense, 'zip.test.gz': dense }));
    expect(esl.train.count).toBe(10);
    expect(plain).toEqual(esl);
    expect(renamed).toEqual(esl);
    expect(libsvm.train.labels).toEqual(esl.train.labels);
    expect(sameNumbers(libsvm.train.pixels, esl.train.pixels)).toBe(true);
  });

  it('tells train from test', async () => {
    const [first, ...rest] = dense.toString('latin1').trimEnd().split('\n');
    const dataset = await loadDataset(
      directoryWith({
        'zip.train': Buffer.from(`${rest.join('\n')}\n`),
        'zip.test': Buffer.from(`${first}\n`),
      }),
    );
    expect([dataset.train.count, dataset.test.count]).toEqual([9, 1]);
    expect(dataset.note).toContain('9 training and 1 test samples');
  });

  it('takes the whole form where the other lacks a file', async () => {
    const dataset = await loadDataset(
      directoryWith({ 'zip.train.gz': gzipSync(dense), 'usps.bz2': sparse, 'usps.t.bz2': sparse }),
    );
    expect(dataset.name).toBe('USPS (LIBSVM form)');
  });

  it.each([
    ['zip.train.gz', 'zip.test.gz', 'npm run data'],
    ['zip.test.gz', 'zip.train.gz', 'npm run data'],
    ['usps.bz2', 'usps.t.bz2', '--form libsvm'],
    ['usps.t.bz2', 'usps.bz2', '--form libsvm'],
  ])('misses the partner of %s', async (present, absent, hint) => {
    const path = directoryWith({ [present]: new Uint8Array(3) });
    const { diagnostic, exitStatus } = await failureOf(loadDataset(path));
    expect(diagnostic).toMatchObject({ code: 'data-missing-file', path: join(path, absent) });
    expect(diagnostic.hint).toContain(hint);
    expect(exitStatus).toBe(2);
    expect((await failureOf(loadDataset(undefined, path))).diagnostic.code).toBe('data-missing-file');
  });

  it('notices a packed file that is cut short anywhere', async () => {
    const gzipped = eslFiles['zip.train.gz'];
    const path = directoryWith(eslFiles);
    for (const length of [10, 18, gzipped.length >> 1, gzipped.length - 8, gzipped.length - 1]) {
      writeFileSync(join(path, 'zip.train.gz'), gzipped.subarray(0, length));
      const { diagnostic } = await failureOf(loadDataset(path));
      expect(diagnostic, `${length} bytes`).toMatchObject({
        code: 'data-truncated',
        path: join(path, 'zip.train.gz'),
        message: expect.stringContaining(`cut short at ${length} bytes`) as string,
      });
    }
    const bzipped = directoryWith({ 'usps.bz2': sparse, 'usps.t.bz2': sparse });
    const second = sparse.indexOf('BZh', 3, 'latin1');
    for (
      let length = 3;
      length < sparse.length;
      length += length > second - 9 && length < second + 9 ? 1 : 37
    ) {
      if (length === second) continue; // a whole stream: then the text is cut
      writeFileSync(join(bzipped, 'usps.bz2'), sparse.subarray(0, length));
      expect((await failureOf(loadDataset(bzipped))).diagnostic.code, `${length} bytes`).toBe(
        'data-truncated',
      );
    }
    writeFileSync(join(bzipped, 'usps.bz2'), sparse.subarray(0, second));
    expect((await failureOf(loadDataset(bzipped))).diagnostic.code).toBe('data-truncated');
  });

  it('notices a flipped bit in a packed file', async () => {
    const gzipped = Buffer.from(eslFiles['zip.train.gz']);
    gzipped[gzipped.length >> 1] ^= 4;
    const bzipped = Buffer.from(sparse);
    bzipped[bzipped.length >> 2] ^= 4;
    for (const files of [
      { ...eslFiles, 'zip.train.gz': gzipped },
      { 'usps.bz2': bzipped, 'usps.t.bz2': sparse },
    ]) {
      expect((await failureOf(loadDataset(directoryWith(files)))).diagnostic.code).toBe('data-corrupt');
    }
  });

  it('says that a file is empty', async () => {
    const path = directoryWith({ ...eslFiles, 'zip.test.gz': new Uint8Array(0) });
    expect((await failureOf(loadDataset(path))).diagnostic).toMatchObject({
      code: 'data-empty',
      path: join(path, 'zip.test.gz'),
    });
  });
});

describe('the source', () => {
  it('is explained where it leads nowhere', async () => {
    const empty = directoryWith({});
    expect((await failureOf(loadDataset(empty))).diagnostic.code).toBe('data-missing-file');
    const absent = await failureOf(loadDataset(join(empty, 'no')));
    expect(absent.diagnostic.code).toBe('data-missing-directory');
    expect(absent.diagnostic.message).toContain('no such directory');
    const file = await failureOf(loadDataset(fixturePath('ten-digits.bz2')));
    expect(file.diagnostic.message).toContain('this is a file');
  });

  it('falls back to drawn digits and says so', async () => {
    const empty = directoryWith({});
    for (const path of [empty, join(empty, 'no')]) {
      const dataset = await loadDataset(undefined, path);
      expect(dataset.name).toBe('drawn digits (seed 1)');
      expect(dataset.note).toContain(`USPS is not in ${path}/`);
      expect(dataset.note).toContain('npm run data');
    }
    const usps = await loadDataset(undefined, directoryWith(eslFiles));
    expect(usps.name).toBe('USPS (ESL form)');
  });

  it('chooses the seed', async () => {
    const [plain, one, two] = await Promise.all(
      ['drawn', 'drawn:1', 'drawn:2'].map((source) => loadDataset(source)),
    );
    expect(sameNumbers(one.train.pixels, plain.train.pixels)).toBe(true);
    expect(sameNumbers(two.train.pixels, one.train.pixels)).toBe(false);
    expect(two.name).toBe('drawn digits (seed 2)');
  });

  it.each(['drawn:', 'drawn:x', 'drawn:-1', 'drawn:1.5', 'drawn:4294967296', 'drawn:0x1'])(
    'refuses %s',
    async (source) => {
      const { diagnostic, exitStatus } = await failureOf(loadDataset(source));
      expect([diagnostic.code, exitStatus]).toEqual(['data-seed', 2]);
    },
  );
});

describe('the published USPS', () => {
  skipBlock(realUspsMissing);

  it('has its known samples', async () => {
    const { train, test, note } = await loadDataset(realUsps);
    expect(note).toBeUndefined();
    // The table in the published zip.info.
    expect(digitCounts(train.labels)).toEqual([1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]);
    expect(digitCounts(test.labels)).toEqual([359, 264, 198, 166, 200, 160, 170, 147, 166, 177]);
  });

  it('holds exactly the doubles of its text', async () => {
    const { test } = await loadDataset(realUsps);
    const text = gunzipSync(readFileSync(join(realUsps, 'zip.test.gz'))).toString('latin1');
    const numbers = text.trimEnd().split(/\s+/).map(Number);
    const pixels = numbers.filter((_, index) => index % (PIXELS + 1) !== 0);
    const digits = numbers.filter((_, index) => index % (PIXELS + 1) === 0);
    expect([...test.labels]).toEqual(digits);
    expect(test.pixels).toHaveLength(pixels.length);
    expect(test.pixels.findIndex((value, index) => !Object.is(value, pixels[index]))).toBe(-1);
  });

  it('reads the same from its LIBSVM form', async () => {
    const esl = await loadDataset(realUsps);
    const path = directoryWith({});
    copyFileSync(fixturePath('ten-digits.bz2'), join(path, 'usps.bz2'));
    const packed = runPython(
      'import sys, gzip, bz2\nrows = []\nfor row in gzip.open(sys.argv[1], "rt"):\n' +
        ' digit, *pixels = [float(word) for word in row.split()]\n' +
        ' cells = [f"{i}:{x:g}" for i, x in enumerate(pixels, 1) if x != 0]\n' +
        ' rows.append(f"{int(digit) + 1} {\' \'.join(cells)} \\n")\n' +
        'sys.stdout.buffer.write(bz2.compress("".join(rows).encode()))\n',
      undefined,
      [join(realUsps, 'zip.test.gz')],
    );
    writeFileSync(join(path, 'usps.t.bz2'), packed);
    const libsvm = await loadDataset(path);
    expect(libsvm.test.labels).toEqual(esl.test.labels);
    expect(sameNumbers(libsvm.test.pixels, esl.test.pixels)).toBe(true);
  });
});
