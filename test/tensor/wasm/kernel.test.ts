import { describe, expect, it } from 'vitest';
import { createWasmBackend } from '../../../src/tensor/wasm/backend.js';
import type { Kernel } from '../../../src/tensor/kernel.js';
import { originalKernels } from '../../golden/original-kernels.js';

const backend = createWasmBackend();

/** Every magnitude, both ends of the format, and all that lies around the bounds of segments. */
function inputs(): Int32Array {
  const numbers = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31 - 1), -(2 ** 31)];
  for (let bound = 2 ** 20; bound < 2 ** 31; bound += 2 ** 20) {
    for (const distance of [-1, 0, 1, 54321]) numbers.push(bound + distance, -bound - distance);
  }
  for (let x = 1; x < 2 ** 31; x = Math.ceil(x * 1.01)) numbers.push(x, -x);
  return Int32Array.from(numbers.filter((x) => Math.abs(x) < 2 ** 31));
}

describe.each(['sigmoid', 'tanh'] as const)('the table of %s', (name) => {
  const kernel: Kernel = originalKernels[name];

  it.each([0, 1, 2, 3])('is the same function, with %i elements less than all', (fewer) => {
    const numbers = inputs();
    const length = numbers.length - fewer;
    const src = backend.allocate(numbers.length);
    const dst = backend.allocate(numbers.length).fill(5);
    src.set(numbers);
    backend[name](dst, src, length, kernel);
    const expected = new Int32Array(numbers.length).fill(5);
    kernel.array(numbers.subarray(0, length), expected);
    expect(Int32Array.from(dst)).toEqual(expected);
  });

  it('is refused where it has fewer cells than it speaks of', () => {
    const { table } = kernel;
    if (table === undefined) throw new Error('the kernel has no table');
    const broken = { ...kernel, table: { ...table, cells: table.cells.slice(1) } };
    const buffer = backend.allocate(1);
    expect(() => backend[name](buffer, buffer, 1, broken)).toThrow(RangeError);
  });
});

it('a kernel without a table is called in its place', () => {
  const src = backend.allocate(3);
  src.set([1, 2, 3]);
  const dst = backend.allocate(3);
  const doubling: Kernel = {
    name: 'double',
    scalar: (x) => 2 * x,
    array: (from, to) => from.forEach((x, i) => (to[i] = 2 * x)),
  };
  backend.tanh(dst, src, 2, doubling);
  expect([...dst]).toEqual([2, 4, 0]);
});
