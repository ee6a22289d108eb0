import type { Tensor, Values } from './tensor.js';

/** Columns that are filled together: as many numbers as a cache line has, so that each line is written once. */
const BLOCK = 16;

/** Column j of dst = the elements of `src` from `starts[j]` on. The meaning of `Backend.gatherColumns`. */
export function gatherColumns<V extends Values>(dst: Tensor<V>, src: V, starts: Int32Array): void {
  const { rows, columns, values } = dst;
  for (let first = 0; first < columns; first += BLOCK) {
    const end = Math.min(first + BLOCK, columns);
    for (let row = 0; row < rows; row++) {
      for (let j = first; j < end; j++) values[row * columns + j] = src[starts[j] + row];
    }
  }
}
