import { readFileSync } from 'node:fs';
import { INT32_LIMIT, saturateInt32 } from '../../src/fixedpoint/int32.js';
import type { Kernel, KernelTable } from '../../src/tensor/kernel.js';

interface Segment {
  /** The last segment whose max is ≥ x is the one for x. */
  readonly max: number;
  readonly addToX: number;
  readonly coefficients: readonly number[];
}

type Recorded = Readonly<Record<'sigmoid' | 'tanh' | 'rsqrt', { readonly segments: readonly Segment[] }>>;

const recorded = JSON.parse(
  readFileSync(new URL('original_kernels.json', import.meta.url), 'utf8'),
) as Recorded;

const ONE = 2 ** 24;
/** All bounds but that of the tail are multiples of this. */
const CELL_BITS = 20;
/** A double this large has no fraction bits: adding and subtracting it rounds to integers, half-even. */
const ROUNDER = 1.5 * 2 ** 52;

/**
 * x ↦ (c0·t + c1)·t + c2 with t = x + addToX, for x ≥ 0, each product rounded half-even. The coefficients are
 * below 2^24 and t is below 2^28 but where c0 = c1 = 0, so that doubles are exact and nothing is clamped.
 */
function polynomial(segments: readonly Segment[]): (x: number) => number {
  const finite = Math.max(...segments.map(({ max }) => max).filter((max) => max < INT32_LIMIT));
  const last = Math.ceil(finite / 2 ** CELL_BITS);
  const table = new Float64Array((last + 1) * 4);
  for (let cell = 0; cell <= last; cell++) {
    const least = (cell - 1) * 2 ** CELL_BITS + 1; // the cell holds least … cell · 2^CELL_BITS
    const chosen = segments.findLast(({ max }) => max >= Math.max(least, 0)) ?? segments[0];
    table.set([chosen.addToX, ...chosen.coefficients], cell * 4);
  }
  const tail = segments[0];
  return (x) => {
    if (x > finite && tail.coefficients[0] === 0) return tail.coefficients[2];
    const row = Math.min((x + (2 ** CELL_BITS - 1)) >>> CELL_BITS, last) * 4;
    const t = x + table[row];
    const inner = (table[row + 1] * t) / ONE + ROUNDER - ROUNDER + table[row + 2];
    return (inner * t) / ONE + ROUNDER - ROUNDER + table[row + 3];
  };
}

/** The same as data, for x ≥ 0; the last segment of the table is the constant tail. */
function tableOf(segments: readonly Segment[], complement: number): KernelTable {
  const finite = Math.max(...segments.map(({ max }) => max).filter((max) => max < INT32_LIMIT));
  const cells = Uint8Array.from({ length: finite / 2 ** CELL_BITS + 2 }, (_, cell) => {
    const least = (cell - 1) * 2 ** CELL_BITS + 1;
    return Math.max(
      segments.findLastIndex(({ max }) => max >= Math.max(least, 0)),
      0,
    );
  });
  return {
    limit: finite + 1,
    cellOffset: 2 ** CELL_BITS - 1,
    cellBits: CELL_BITS,
    cells,
    rows: Float64Array.from(segments.flatMap(({ addToX, coefficients }) => [...coefficients, -addToX])),
    degree: 2,
    steps: [
      [1 / ONE, 0],
      [1 / ONE, 0],
      [1, 0],
    ],
    complement,
  };
}

function kernel(name: string, scalar: (x: number) => number, table?: KernelTable): Kernel {
  return {
    name,
    scalar,
    ...(table === undefined ? {} : { table }),
    array(src, dst) {
      for (let i = 0; i < src.length; i++) dst[i] = scalar(src[i]);
    },
  };
}

const sigmoid = polynomial(recorded.sigmoid.segments);
const tanh = polynomial(recorded.tanh.segments);
const rsqrt = polynomial(recorded.rsqrt.segments);

/** The kernels that the recorded runs were made with. */
export const originalKernels = {
  sigmoid: kernel('sigmoid_original', (x) => (x < 0 ? ONE - sigmoid(-x) : sigmoid(x)), tableOf(recorded.sigmoid.segments, ONE)),
  tanh: kernel('tanh_original', (x) => (x < 0 ? 0 - tanh(-x) : tanh(x)), tableOf(recorded.tanh.segments, 0)),
  rsqrt: kernel('rsqrt_original', (x) => {
    let reduced = x;
    let doublings = 0;
    while (reduced > 0 && reduced < ONE) {
      reduced *= 4;
      doublings++;
    }
    return saturateInt32(rsqrt(reduced) * 2 ** doublings);
  }),
};
