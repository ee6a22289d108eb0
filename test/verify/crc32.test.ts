import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineCrc32, crc32 as ownCrc32, crc32Of, crc32OfRepeated } from '../../src/verify/crc32.js';

const bytes = fc.uint8Array({ maxLength: 300 });

describe('CRC-32', () => {
  it('is the one of zip: the check value of "123456789"', () => {
    expect(crc32Of(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  it('goes on from an earlier one', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(crc32Of(b, crc32Of(a))).toBe(crc32(Buffer.concat([a, b])));
      }),
    );
  });

  it('is the same without a host', () => {
    fc.assert(
      fc.property(bytes, fc.nat(2 ** 32 - 1), (data, seed) => {
        expect(ownCrc32(data, seed)).toBe(crc32(data, seed));
      }),
    );
  });

  it('of A and B gives that of A followed by B, empty ones too', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
      }),
    );
  });

  it('combines alike from the left and from the right', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (a, b, c) => {
        const left = combineCrc32(combineCrc32(crc32(a), crc32(b), b.length), crc32(c), c.length);
        const right = combineCrc32(crc32(a), combineCrc32(crc32(b), crc32(c), c.length), b.length + c.length);
        expect(left).toBe(right);
      }),
    );
  });

  it('of one word repeated is that of the words', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 3000 }), (word, count) => {
        const words = new Int32Array(count).fill(word);
        expect(crc32OfRepeated(word, count)).toBe(crc32(new Uint8Array(words.buffer)));
      }),
    );
  });

  it('takes unsigned words and more bytes than 2^32', () => {
    expect(crc32OfRepeated(2 ** 32 - 1, 5)).toBe(crc32OfRepeated(-1, 5));
    const [half, count] = [crc32OfRepeated(7, 2 ** 31), 2 ** 31];
    expect(crc32OfRepeated(7, 2 * count)).toBe(combineCrc32(half, half, 4 * count));
    expect(crc32OfRepeated(7, count + 1)).toBe(combineCrc32(half, crc32OfRepeated(7, 1), 4));
  });
});
