import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal } from '../../src/data/decimal.js';

const parse = (text: string): number => parseDecimal(Buffer.from(text), 0, text.length);

describe('parseDecimal', () => {
  it('is Number() on every decimal text', () => {
    const digits = fc.stringMatching(/^\d{1,25}$/);
    const text = fc
      .tuple(
        fc.constantFrom('', '-', '+'),
        digits,
        fc.option(digits),
        fc.option(fc.integer({ min: -330, max: 330 })),
      )
      .map(([sign, whole, part, exponent]) => {
        const point = part === null ? '' : `.${part}`;
        return sign + whole + point + (exponent === null ? '' : `e${exponent}`);
      });
    fc.assert(
      fc.property(text, (decimal) => {
        expect(parse(decimal)).toBe(Number(decimal));
      }),
      { numRuns: 2000 },
    );
  });

  it('is Number() on all gray values with three and four decimals', () => {
    for (let value = -10000; value <= 10000; value++) {
      const decimal = (value / 10000).toFixed(4);
      if (parse(decimal) !== Number(decimal)) expect(parse(decimal), decimal).toBe(Number(decimal));
    }
  });

  it.each(['-0', '.5', '5.', '-0.0000', '1e-400', '999999999999999', '9007199254740993', '0.1e1'])(
    'reads %s',
    (text) => {
      expect(parse(text)).toBe(Number(text));
    },
  );

  it.each([
    '',
    '-',
    '+',
    '.',
    '-.',
    '1.2.3',
    '--1',
    '1-',
    '0x10',
    'Infinity',
    'nan',
    '1e',
    'e5',
    '1 2',
    '1:2',
    '١',
  ])('refuses %j', (text) => {
    expect(parseDecimal(Buffer.from(text), 0, Buffer.byteLength(text))).toBeNaN();
  });

  it('reads only its part of the text', () => {
    expect(parseDecimal(Buffer.from('123.456 7'), 1, 6)).toBe(23.45);
  });
});
