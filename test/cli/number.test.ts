import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber, parseRange } from '../../src/cli/number.js';
import { ApproxgenError, type Diagnostic } from '../../src/diagnostic.js';

function refusal(text: string): Diagnostic {
  try {
    parseNumber(text, '--ulp');
  } catch (error) {
    if (error instanceof ApproxgenError) return error.diagnostic;
    throw error;
  }
  throw new TypeError(`${text} was read`);
}

describe('a number', () => {
  it.each([
    ['8', 8],
    [' -8.5 ', -8.5],
    ['1e-3', 0.001],
    ['0x10', 16],
    ['3*2^-12', 3 * 2 ** -12],
    ['-2^2', -4],
    ['1/3', 1 / 3],
    ['sqrt(16)', 4],
    ['log(2)', Math.LN2],
    ['log(8, 2)', 3],
    ['log10(1000)', 3],
    ['pi/2', Math.PI / 2],
    ['e', Math.E],
    ['2**0.5', Math.SQRT2],
    ['max(1, 2, pi)', Math.PI],
    ['1 < 2 ? 3 : 4', 3],
    ['exp(-100)', 3.720075976020836e-44],
    ['2^-1074', 2 ** -1074],
    ['3*2^1000/2^1000', 3],
  ])('%s is %d', (text, value) => expect(parseNumber(text, '--ulp')).toBe(value));

  it('may be one already', () => expect(parseNumber(0.25, 'ulp')).toBe(0.25));

  it('is what doubles make of sums, products and quotients that are exact in them', () => {
    const numeral = fc.integer({ min: -4096, max: 4096 });
    fc.assert(
      fc.property(numeral, numeral, fc.integer({ min: -40, max: 40 }), (a, b, k) => {
        expect(parseNumber(`(${a} + ${b}) * 2^${k}`, '--ulp')).toBe((a + b) * 2 ** k || 0);
        expect(parseNumber(`${a} * ${b} - 1`, '--ulp')).toBe(a * b - 1);
        if (b !== 0) expect(parseNumber(`(${a}) / (${b})`, '--ulp')).toBe(a / b || 0);
      }),
    );
  });

  it.each([
    ['', /column 1: expected a number or a function of one, found the end/],
    ['3*', /column 3: expected a number or a function of one, found the end/],
    ['2pi', /column 2: expected an operator before pi/, /write products with \*: 2\*pi/],
    ['x', /column 1: x has no value/],
    ['2*x', /column 3: x has no value/],
    ['random()', /column 1: random is not a function that approxgen knows/],
    ['sqr(2)', /column 1: sqr is not a function/, /did you mean sqrt\?/],
    ['sqrt', /column 1: sqrt needs an argument/, /write sqrt\(pi\)/],
    ['sqrt()', /column 6: expected a number/],
    ['1/0', /column 2: a division by zero/],
    ['log(-1)', /has no value; expected a number/],
    ['exp(1000)', /is beyond 2\^1024; expected a number/],
    ['2^(10^10)', /has no value/],
    ['[1, 2]', /column 1: "\[" has no meaning/],
    ['a = 3', /column 3: "=" has no meaning/],
    ['import(1)', /column 1: import is not a function/],
    ['5 percent', /column 3: expected an operator before percent/],
    ['١', /column 1: "١" has no meaning/],
  ])('%s is refused', (text, message, hint = /\S/) => {
    const diagnostic = refusal(text);
    expect(diagnostic).toMatchObject({ code: 'not-a-number', path: '--ulp' });
    expect(diagnostic.message).toContain(`"${text}"`);
    expect(diagnostic.message).toMatch(message);
    expect(diagnostic.hint).toMatch(hint);
  });
});

describe('a range', () => {
  it('is two numbers', () => {
    expect(parseRange('-2^2,sqrt(16)', '--range')).toEqual([-4, 4]);
  });

  it.each(['8', '1,2,3', ''])('%j is none', (text) => {
    expect(() => parseRange(text, '--range')).toThrow(/is not a range; expected two numbers with a comma/);
  });
});
