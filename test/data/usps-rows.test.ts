import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { parseDenseRows, parseSparseRows } from '../../src/data/usps-rows.js';
import { fixturePath } from './files.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const dense = readFileSync(fixturePath('ten-digits.dense'), 'latin1');
const rows = dense.trimEnd().split('\n');

/** The sixth row of the fixture, changed. */
function changed(change: (columns: string[]) => string[]): string {
  const columns = change(rows[5].trim().split(' '));
  return [...rows.slice(0, 5), columns.join(' '), ...rows.slice(6)].join('\n') + '\n';
}

function diagnosticOf(run: () => unknown): { code: string; message: string; path: string } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ApproxgenError)) throw error;
    expect(error.exitStatus).toBe(2);
    expect(error.diagnostic.hint).toContain('npm run data');
    const { code, message, path } = error.diagnostic;
    return { code, message, path: String(path) };
  }
  throw new Error('expected an error');
}

describe('the dense form', () => {
  it('keeps every pixel as the double of its text, in order', () => {
    const split = parseDenseRows(bytes(dense), 'zip.train');
    expect(split.count).toBe(10);
    expect([...split.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const expected = rows.flatMap((row) => row.trim().split(' ').slice(1).map(Number));
    expect(split.pixels).toEqual(Float64Array.from(expected));
  });

  it('does not care about the kind of white space', () => {
    const plain = parseDenseRows(bytes(dense), 'a');
    const other = `\n  ${rows.join(' \r\n\t').replaceAll(' ', '  \t')}\r\n\n  \n`;
    expect(parseDenseRows(bytes(other), 'b')).toEqual(plain);
  });

  it.each([
    ['a column too few', changed((row) => row.slice(0, -1)), 'data-columns', '256 columns; expected 257'],
    ['a column too many', changed((row) => [...row, '1']), 'data-columns', '258 columns; expected 257'],
    ['a label alone', changed((row) => row.slice(0, 1)), 'data-columns', '1 column; expected 257'],
    ['digit 10', changed((row) => ['10', ...row.slice(1)]), 'data-label', '"10"; expected the digit, 0 to 9'],
    ['digit −1', changed((row) => ['-1.0000', ...row.slice(1)]), 'data-label', '"-1.0000"'],
    ['half a digit', changed((row) => ['5.5', ...row.slice(1)]), 'data-label', '"5.5"'],
    ['a word', changed((row) => row.with(9, 'ink')), 'data-pixel', 'pixel 9 is "ink"; expected a number'],
    [
      'a pixel too dark',
      changed((row) => row.with(256, '1.0001')),
      'data-pixel',
      'pixel 256 is "1.0001"; expected a number from −1',
    ],
    ['a pixel too light', changed((row) => row.with(1, '-1.5')), 'data-pixel', 'pixel 1 is "-1.5"'],
    ['infinity', changed((row) => row.with(1, 'Infinity')), 'data-pixel', 'expected a number'],
    ['a long word', changed((row) => row.with(1, 'x'.repeat(99))), 'data-pixel', `"${'x'.repeat(24)}…"`],
  ])('names line and value of %s', (_name, text, code, message) => {
    const diagnostic = diagnosticOf(() => parseDenseRows(bytes(text), 'zip.train.gz'));
    expect(diagnostic).toEqual({
      code,
      path: 'zip.train.gz:6',
      message: expect.stringContaining(message) as string,
    });
  });

  it('notices a last row that is cut short, even inside its last number', () => {
    const whole = dense.trimEnd();
    for (const length of [whole.length, whole.length - 1, whole.length - 4, whole.length - 900]) {
      const { code, path } = diagnosticOf(() => parseDenseRows(bytes(whole.slice(0, length)), 'f'));
      expect([code, path]).toEqual(['data-truncated', 'f:10']);
    }
  });

  it.each(['', '\n\n', '  \r\n'])('says that %j holds no rows', (text) => {
    expect(diagnosticOf(() => parseDenseRows(bytes(text), 'f'))).toMatchObject({
      code: 'data-empty',
      path: 'f',
    });
  });

  it('shows what it found where a web page was saved instead', () => {
    const { message, path } = diagnosticOf(() =>
      parseDenseRows(bytes('<!DOCTYPE html>\n<p>Not found\n'), 'f'),
    );
    expect([message, path]).toEqual(['the label is "<!DOCTYPE"; expected the digit, 0 to 9', 'f:1']);
  });
});

describe('the sparse form', () => {
  it('takes labels 1 to 10 as digits 0 to 9 and missing pixels as 0', () => {
    const split = parseSparseRows(bytes('1 1:-1 256:0.5 \n10 2:.25\n'), 'usps');
    expect([...split.labels]).toEqual([0, 9]);
    const expected = new Float64Array(512);
    expected[0] = -1;
    expected[255] = 0.5;
    expected[257] = 0.25;
    expect(split.pixels).toEqual(expected);
  });

  it.each([
    ['label 0', '0 1:1', 'data-label', '"0"; expected the digit + 1, 1 to 10'],
    ['label 11', '11 1:1', 'data-label', '"11"'],
    ['index 0', '1 0:1', 'data-index', '"0:1"'],
    [
      'index 257',
      '1 257:1',
      'data-index',
      '"257:1" is not a pixel; expected index:value with an index of 1 to 256',
    ],
    ['half an index', '1 1.5:1', 'data-index', '"1.5:1"'],
    ['no colon', '1 -1 -1', 'data-index', '"-1"'],
    ['no index', '1 :1', 'data-index', '":1"'],
    ['no value', '1 1:', 'data-pixel', 'pixel 1 is ""'],
    ['two colons', '1 1:1:1', 'data-pixel', 'pixel 1 is "1:1"'],
    ['a repeated index', '1 3:1 3:1', 'data-index', 'pixel 3 follows pixel 3'],
    ['a falling index', '1 3:1 2:1', 'data-index', 'pixel 2 follows pixel 3'],
    ['a pixel too dark', '1 3:1.01', 'data-pixel', 'pixel 3 is "1.01"'],
    ['no pixels', '7', 'data-columns', 'no pixels'],
  ])('names line and value of %s', (_name, row, code, message) => {
    const diagnostic = diagnosticOf(() => parseSparseRows(bytes(`3 1:1\n${row}\n3 1:1\n`), 'usps'));
    expect(diagnostic).toEqual({ code, path: 'usps:2', message: expect.stringContaining(message) as string });
  });

  it('notices a file that ends inside a row, where every number is still well formed', () => {
    const text = '3 1:1 2:0.75\n4 1:1 2:0.75\n';
    expect(diagnosticOf(() => parseSparseRows(bytes(text.slice(0, -2)), 'usps'))).toMatchObject({
      code: 'data-truncated',
      path: 'usps:2',
    });
  });
});
