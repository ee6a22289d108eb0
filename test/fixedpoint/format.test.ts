import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import {
  formatIdentifier,
  formatName,
  maxRaw,
  maxRawBigint,
  minRaw,
  minRawBigint,
  parseFormat,
  sameFormat,
} from '../../src/fixedpoint/format.js';

const formats = [
  { text: 'Q8.24', bits: 32, fracBits: 24, min: -(2 ** 31), max: 2 ** 31 - 1, least: -128, id: 'q8_24' },
  { text: 'Q1.15', bits: 16, fracBits: 15, min: -32768, max: 32767, least: -1, id: 'q1_15' },
  { text: 'Q8.0', bits: 8, fracBits: 0, min: -128, max: 127, least: -128, id: 'q8_0' },
  { text: 'UQ0.8', bits: 8, fracBits: 8, min: 0, max: 255, least: 0, id: 'uq0_8' },
  { text: 'UQ8.24', bits: 32, fracBits: 24, min: 0, max: 2 ** 32 - 1, least: 0, id: 'uq8_24' },
  { text: 'UQ32.0', bits: 32, fracBits: 0, min: 0, max: 2 ** 32 - 1, least: 0, id: 'uq32_0' },
];

describe('a format of 64 bits', () => {
  it.each([
    ['Q40.24', -(2n ** 63n), 2n ** 63n - 1n],
    ['Q1.63', -(2n ** 63n), 2n ** 63n - 1n],
    ['UQ0.64', 0n, 2n ** 64n - 1n],
    ['UQ64.0', 0n, 2n ** 64n - 1n],
  ])('%s has its ends as bigint, and not as numbers that are wrong', (text, min, max) => {
    const format = parseFormat(text);
    expect(formatName(format)).toBe(text);
    expect([minRawBigint(format), maxRawBigint(format)]).toEqual([min, max]);
    expect(() => minRaw(format)).toThrow(RangeError);
    expect(() => maxRaw(format)).toThrow(/UQ?|not exact/);
  });

  it('has them as numbers up to 53 bits', () => {
    expect(maxRaw(parseFormat('UQ53.0'))).toBe(Number.MAX_SAFE_INTEGER);
    expect(minRaw(parseFormat('Q1.52'))).toBe(-(2 ** 52));
    expect(() => maxRaw(parseFormat('UQ54.0'))).toThrow(RangeError);
  });
});

describe.each(formats)('the format $text', ({ text, bits, fracBits, min, max, least, id }) => {
  const format = parseFormat(text);

  it('counts the sign bit among its integer bits', () => {
    expect(format).toEqual({ signed: !text.startsWith('U'), bits, fracBits });
    expect([minRaw(format), maxRaw(format)]).toEqual([min, max]);
    expect([minRawBigint(format), maxRawBigint(format)]).toEqual([BigInt(min), BigInt(max)]);
    expect(min / 2 ** fracBits).toBe(least);
  });

  it('has one name, whatever way it was written', () => {
    expect(formatName(format)).toBe(text);
    expect(formatIdentifier(format)).toBe(id);
    expect(sameFormat(parseFormat(` ${text.toLowerCase()} `), format)).toBe(true);
  });

  it('is like itself alone', () => {
    expect(formats.filter((other) => sameFormat(parseFormat(other.text), format)).length).toBe(1);
  });
});

describe('a text that is no format', () => {
  it.each([
    ['Q8', 'malformed-format'],
    ['8.24', 'malformed-format'],
    ['Q8.24 extra', 'malformed-format'],
    ['Q-1.9', 'malformed-format'],
    ['Q8.2.4', 'malformed-format'],
    ['S8.24', 'malformed-format'],
    ['', 'malformed-format'],
    ['Q40.25', 'unsupported-format'],
    ['Q4.3', 'unsupported-format'],
    ['UQ1.64', 'unsupported-format'],
    ['Q0.16', 'unsupported-format'],
  ])('%j is refused as %s, naming it', (text, code) => {
    const refuse = () => parseFormat(text, '--format');
    expect(refuse).toThrow(ApproxgenError);
    expect(refuse).toThrow(expect.objectContaining({ exitStatus: 2 }));
    try {
      refuse();
    } catch (error) {
      const { diagnostic } = error as ApproxgenError;
      expect(diagnostic).toMatchObject({ code, path: '--format' });
      expect(diagnostic.message).toContain(`"${text}"`);
    }
  });

  it('gets a hint that can be used as it is', () => {
    try {
      parseFormat('Q0.16');
    } catch (error) {
      const suggested = (error as ApproxgenError).diagnostic.hint?.match(/U?Q\d+\.\d+/g) ?? [];
      expect(suggested.map((text) => formatName(parseFormat(text)))).toEqual(['Q1.15', 'UQ0.16']);
    }
    expect.assertions(1);
  });
});
