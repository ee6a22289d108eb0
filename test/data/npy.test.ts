import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { formatNpy, parseNpy, type NpyArray } from '../../src/data/npy.js';
import { npyArrays } from './arrays.js';
import { needs } from '../support/needs.js';
import { runPython } from '../support/python.js';

function npyWith(
  header: string,
  version: readonly [number, number] = [1, 0],
  data = Buffer.alloc(0),
): Buffer {
  const length = Buffer.alloc(version[0] === 1 ? 2 : 4);
  if (version[0] === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.from(version),
    length,
    Buffer.from(header, 'latin1'),
    data,
  ]);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ApproxgenError) return error.diagnostic.code;
    throw error;
  }
  return 'no error';
}

describe('npy', () => {
  it('reads back what it writes, every type, shape and bit pattern', () => {
    fc.assert(
      fc.property(npyArrays, fc.integer({ min: 0, max: 7 }), (array, shift) => {
        const written = formatNpy(array);
        const moved = new Uint8Array(written.length + shift); // an archive's entries start anywhere
        moved.set(written, shift);
        expect(parseNpy(moved.subarray(shift))).toEqual(array);
      }),
      { numRuns: 300 },
    );
  });

  it('writes only the window of a larger buffer', () => {
    const window = new Int16Array([9, 1, -2, 9]).subarray(1, 3);
    const read = parseNpy(formatNpy({ shape: [2], dtype: 'i2', data: window }));
    expect(read.data).toEqual(new Int16Array([1, -2]));
  });

  it('refuses to write data that do not fill the shape', () => {
    expect(() => formatNpy({ shape: [2, 2], dtype: 'u1', data: new Uint8Array(3) })).toThrow(
      'needs 4 elements',
    );
  });

  it('reads version 2.0', () => {
    const header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n";
    const read = parseNpy(npyWith(header, [2, 0], Buffer.from([1, 0, 255, 255])));
    expect(read).toEqual({ shape: [2], dtype: 'i2', data: new Int16Array([1, -1]) });
  });

  const plain = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }\n";
  it.each([
    ['Fortran order', npyWith(plain.replace('False', 'True'), [1, 0], Buffer.alloc(16)), 'npy-fortran-order'],
    ['big-endian', npyWith(plain.replace('<', '>'), [1, 0], Buffer.alloc(16)), 'npy-big-endian'],
    ['an unknown type', npyWith(plain.replace('<i4', '<c8'), [1, 0], Buffer.alloc(32)), 'npy-dtype'],
    ['a structured type', npyWith(plain.replace("'<i4'", "[('a', '<i4')]")), 'npy-header'],
    ['version 3.0', npyWith(plain, [3, 0], Buffer.alloc(16)), 'npy-version'],
    ['data cut short', npyWith(plain, [1, 0], Buffer.alloc(15)), 'npy-truncated'],
    ['data too long', npyWith(plain, [1, 0], Buffer.alloc(17)), 'npy-trailing-bytes'],
    ['a header cut short', npyWith(plain).subarray(0, 30), 'npy-truncated'],
    ['a cut in the length', npyWith(plain).subarray(0, 9), 'npy-truncated'],
    ['an empty file', Buffer.alloc(0), 'npy-not-npy'],
    ['something else', Buffer.from('PK\x03\x04 and so on'), 'npy-not-npy'],
  ])('explains %s', (_name, bytes, code) => {
    expect(codeOf(() => parseNpy(bytes))).toBe(code);
  });

  it('takes Fortran order of a vector, which is the same as C order', () => {
    const header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2,), }\n";
    expect(parseNpy(npyWith(header, [1, 0], Buffer.from([3, 4]))).data).toEqual(new Uint8Array([3, 4]));
  });

  describe('beside NumPy', () => {
    needs('numpy');

    it('is numpy.save byte for byte', () => {
      const shapes = [[], [0], [3], [1, 256], [2, 3, 4], [0, 5], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], [123456]];
      const makers: readonly ((shape: number[], count: number) => NpyArray)[] = [
        (shape, n) => ({ shape, dtype: 'i1', data: Int8Array.from({ length: n }, (_, i) => i - 7) }),
        (shape, n) => ({ shape, dtype: 'u2', data: Uint16Array.from({ length: n }, (_, i) => i) }),
        (shape, n) => ({ shape, dtype: 'i4', data: Int32Array.from({ length: n }, (_, i) => -i) }),
        (shape, n) => ({ shape, dtype: 'i8', data: BigInt64Array.from({ length: n }, (_, i) => -BigInt(i)) }),
        (shape, n) => ({ shape, dtype: 'f4', data: Float32Array.from({ length: n }, (_, i) => i / 3) }),
        (shape, n) => ({ shape, dtype: 'f8', data: Float64Array.from({ length: n }, (_, i) => -i / 3) }),
      ];
      const arrays = shapes.flatMap((shape) => {
        const count = shape.reduce((product, length) => product * length, 1);
        return makers.map((maker) => maker(shape, count));
      });
      const saved = runPython(
        'import sys, io, json, numpy\nfile = io.BytesIO()\nfor dtype, shape in json.loads(sys.argv[1]):\n' +
          ' count = int(numpy.prod(shape)) * numpy.dtype(dtype).itemsize\n' +
          ' data = numpy.frombuffer(sys.stdin.buffer.read(count), dtype)\n' +
          ' numpy.save(file, data.reshape(shape))\n' +
          'sys.stdout.buffer.write(file.getvalue())\n',
        Buffer.concat(arrays.map(({ data }) => new Uint8Array(data.buffer))),
        [JSON.stringify(arrays.map(({ dtype, shape }) => [dtype, shape]))],
      );
      let offset = 0;
      for (const array of arrays) {
        const written = Buffer.from(formatNpy(array));
        const expected = saved.subarray(offset, offset + written.length);
        expect(written.equals(expected), `${array.dtype} [${array.shape.join(',')}]`).toBe(true);
        offset += written.length;
      }
      expect(offset).toBe(saved.length);
    });
  });
});
