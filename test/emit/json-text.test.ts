import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../src/emit/json-text.js';

const prettier = (value: unknown) => format(JSON.stringify(value), { parser: 'json', printWidth: 110 });

/** Values such as plan files hold, of widths around that of a line. */
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
    fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
    fc.constantFrom(true, false, null, -1, 2 ** 53),
    fc.array(fc.integer({ min: -(2 ** 20), max: 2 ** 20 }), { maxLength: 60 }),
    fc.array(tie('value'), { maxLength: 8 }),
    fc.dictionary(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), tie('value'), { maxKeys: 8 }),
    fc.array(fc.record({ lo: fc.integer(), coefficients: fc.array(fc.integer(), { maxLength: 14 }) }), {
      maxLength: 6,
    }),
  ),
})).value;

describe('the text of a JSON file', () => {
  it('is what prettier makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect(jsonText(value)).toBe(await prettier(value));
      }),
      { numRuns: 3000 },
    );
  });

  it('is that of every committed plan', () => {
    const folder = new URL('../../generated/plan/', import.meta.url);
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const text = readFileSync(new URL(name, folder), 'utf8');
      expect(jsonText(JSON.parse(text)) === text, name).toBe(true);
    }
  });

  it('leaves out what is undefined', () => {
    expect(jsonText({ a: undefined, b: [{ c: undefined }] })).toBe('{ "b": [{}] }\n');
  });
});
