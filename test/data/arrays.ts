import * as fc from 'fast-check';
import type { NpyArray } from '../../src/data/npy.js';

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });

const product = (shape: readonly number[]): number => shape.reduce((count, length) => count * length, 1);

const integers = (min: number, max: number, count: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min, max }), { minLength: count, maxLength: count });

/** Arrays of every type and of shapes from the scalar to four dimensions, empty ones included. */
export const npyArrays: fc.Arbitrary<NpyArray> = shapes.chain((shape) => {
  const count = product(shape);
  const exact = { minLength: count, maxLength: count };
  return fc.oneof(
    integers(-128, 127, count).map((v): NpyArray => ({ shape, dtype: 'i1', data: Int8Array.from(v) })),
    integers(0, 255, count).map((v): NpyArray => ({ shape, dtype: 'u1', data: Uint8Array.from(v) })),
    integers(-32768, 32767, count).map((v): NpyArray => ({ shape, dtype: 'i2', data: Int16Array.from(v) })),
    integers(0, 65535, count).map((v): NpyArray => ({ shape, dtype: 'u2', data: Uint16Array.from(v) })),
    integers(-(2 ** 31), 2 ** 31 - 1, count).map((v): NpyArray => ({
      shape,
      dtype: 'i4',
      data: Int32Array.from(v),
    })),
    integers(0, 2 ** 32 - 1, count).map((v): NpyArray => ({ shape, dtype: 'u4', data: Uint32Array.from(v) })),
    fc
      .array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), exact)
      .map((v): NpyArray => ({ shape, dtype: 'i8', data: BigInt64Array.from(v) })),
    fc.array(fc.float(), exact).map((v): NpyArray => ({ shape, dtype: 'f4', data: Float32Array.from(v) })),
    fc.array(fc.double(), exact).map((v): NpyArray => ({ shape, dtype: 'f8', data: Float64Array.from(v) })),
  );
});
