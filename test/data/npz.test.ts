import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NpyArray } from '../../src/data/npy.js';
import { formatNpz, parseNpz } from '../../src/data/npz.js';
import { npyArrays } from './arrays.js';
import { needs } from '../support/needs.js';
import { runPython } from '../support/python.js';

const sample = new Map<string, NpyArray>([
  ['weights', { shape: [2, 3], dtype: 'i4', data: new Int32Array([1, -2, 3, -4, 5, -6]) }],
  ['0', { shape: [], dtype: 'f8', data: new Float64Array([0.1]) }],
  ['layer/bias', { shape: [2], dtype: 'i8', data: new BigInt64Array([2n ** 62n, -1n]) }],
]);

describe('npz', () => {
  it('reads back what it writes, in the same order', () => {
    const names = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(
        fc.uniqueArray(names, { maxLength: 4 }),
        fc.array(npyArrays, { minLength: 4 }),
        (keys, arrays) => {
          const entries = new Map(keys.map((key, index) => [key, arrays[index]]));
          const read = parseNpz(formatNpz(entries));
          expect([...read]).toEqual([...entries]);
        },
      ),
    );
  });

  it('gives the same bytes for the same content, whatever the clock and the time zone', () => {
    const zone = process.env['TZ'];
    try {
      const written = ['UTC', 'Pacific/Auckland', 'America/Los_Angeles'].map((name) => {
        process.env['TZ'] = name;
        return Buffer.from(formatNpz(sample)).toString('hex');
      });
      expect(new Set(written).size).toBe(1);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('notices a flipped bit, a cut file and a file that is no archive', () => {
    const written = Buffer.from(formatNpz(sample));
    const flipped = Buffer.from(written);
    flipped[written.indexOf('weights') + 7 + 4 + 128] ^= 1; // inside the first array's numbers
    expect(() => parseNpz(flipped, 'run.npz')).toThrow('checksum');
    for (const length of [0, 10, written.length >> 1, written.length - 1]) {
      expect(() => parseNpz(written.subarray(0, length)), `${length} bytes`).toThrow('not a whole .npz');
    }
    expect(() => parseNpz(Buffer.from('hello'))).toThrow('not a whole .npz');
  });

  it('says which entry of which file is wrong', () => {
    const written = Buffer.from(formatNpz(sample));
    written[written.indexOf('weights') + 7 + 4 + 130] ^= 1;
    expect(() => parseNpz(written, 'run.npz')).toThrow(
      expect.objectContaining({
        diagnostic: expect.objectContaining({ code: 'npz-corrupt', path: 'run.npz:weights.npy' }),
      }),
    );
  });
});

describe('an archive, beside NumPy', () => {
  needs('numpy');

  it('is read by numpy.load', () => {
    const report = runPython(
      'import sys, io, numpy; z = numpy.load(io.BytesIO(sys.stdin.buffer.read())); ' +
        'print([(k, z[k].dtype.str, z[k].shape, z[k].tolist()) for k in z.files])',
      formatNpz(sample),
    );
    expect(report.toString().trim()).toBe(
      "[('weights', '<i4', (2, 3), [[1, -2, 3], [-4, 5, -6]]), ('0', '<f8', (), 0.1), " +
        "('layer/bias', '<i8', (2,), [4611686018427387904, -1])]",
    );
  });

  it.each(['savez', 'savez_compressed'])('reads numpy.%s', (function_) => {
    const bytes = runPython(
      'import sys, io, numpy; b = io.BytesIO(); ' +
        `numpy.${function_}(b, a=numpy.arange(1000, dtype='<i4').reshape(10, 100), b=numpy.float32(0.5)); ` +
        'sys.stdout.buffer.write(b.getvalue())',
    );
    const read = parseNpz(bytes);
    expect([...read.keys()]).toEqual(['a', 'b']);
    expect(read.get('a')).toEqual({
      shape: [10, 100],
      dtype: 'i4',
      data: Int32Array.from({ length: 1000 }, (_, i) => i),
    });
    expect(read.get('b')).toEqual({ shape: [], dtype: 'f4', data: new Float32Array([0.5]) });
  });
});
