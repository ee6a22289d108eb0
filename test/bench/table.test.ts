import { check } from 'prettier';
import { describe, expect, test } from 'vitest';
import { formatNumber, renderMarkdown, renderText } from '../../bench/table.js';

const TABLE = {
  title: 'Speed',
  notes: ['Of everything.'],
  columns: ['program', 'ns', 'met?'],
  rows: [
    ['a | b', 0.001234, 'yes'],
    ['c', 12345.6, undefined],
    ['d', undefined, 'no'],
  ],
} as const;

describe('tables', () => {
  test.each([
    [0.0012345, '0.00123'],
    [0.99999, '1.00'],
    [1, '1.00'],
    [12.345, '12.3'],
    [99.96, '100'],
    [12345, '12300'],
    [-4.567, '-4.57'],
    [0, '0'],
  ])('%f is shown as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('columns of numbers are set right, others left', () => {
    expect(renderText(TABLE)).toBe(
      [
        'Speed',
        '  Of everything.',
        'program       ns  met?',
        '-------  -------  ----',
        'a | b    0.00123  yes',
        'c          12300',
        'd                 no',
        '',
      ].join('\n'),
    );
  });

  test('Markdown is as prettier would have it', async () => {
    const text = renderMarkdown(TABLE);
    expect(await check(text, { parser: 'markdown' })).toBe(true);
    expect(text).toContain('| a \\| b  | 0.00123 | yes  |');
    expect(
      await check(renderMarkdown({ ...TABLE, columns: ['p', 'n', 'm'], rows: [['x', 1, 'y']] }), {
        parser: 'markdown',
      }),
    ).toBe(true);
  });
});
