import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCanonicalInteger, toInteger } from '../../src/fixedpoint/integer.js';

const limit = 2n ** 53n;
const integers = fc.oneof(
  fc.bigInt(-(2n ** 70n), 2n ** 70n),
  fc.bigInt(-3n, 3n),
  fc.bigInt(-2n, 2n).map((by) => limit + by),
  fc.bigInt(-2n, 2n).map((by) => by - limit),
);

describe('an integer of a plan', () => {
  it('survives JSON, has one form, and is a number exactly where that is safe', () => {
    fc.assert(
      fc.property(integers, (value) => {
        const form = toInteger(value);
        expect(BigInt(JSON.parse(JSON.stringify(form)) as string | number)).toBe(value);
        expect(isCanonicalInteger(form)).toBe(true);
        expect(toInteger(form)).toBe(form);
        expect(typeof form).toBe(value > -limit && value < limit ? 'number' : 'string');
      }),
    );
  });

  const others = [
    0.5,
    -0,
    NaN,
    Infinity,
    2 ** 53,
    '7',
    '9007199254740991',
    '+9007199254740993',
    '09007199254740993',
    '0x20000000000001',
    '9007199254740993 ',
    '1e30',
    '',
    null,
    undefined,
    10n ** 20n,
  ].map((value) => ({ what: `${typeof value} ${String(value)}`, value }));

  it.each(others)('is not $what', ({ value }) => {
    expect(isCanonicalInteger(value)).toBe(false);
  });

  it('is in no other form what it is in its own', () => {
    expect(['9007199254740992', '-9007199254740992'].every(isCanonicalInteger)).toBe(true);
    expect(toInteger('0009007199254740992')).toBe('9007199254740992');
    expect(toInteger('12')).toBe(12);
    expect(() => toInteger(0.5)).toThrow(RangeError);
  });
});
