import {
  overflowsInt32,
  roundWideSum,
  saturateInt32,
  upperWord,
  WIDE_SUM_TERMS,
} from '../../fixedpoint/int32.js';

/**
 * Exact sums of products of any length and magnitude: the slow path, for what does not fit in 2^53. Element i
 * stands for upper[i] · 2^32 + (sum − residue), where `residues` is the sum modulo 2^32 and `sums` the same in
 * doubles. After WIDE_SUM_TERMS terms the upper word moves to `uppers`, so that `sums` stays close enough.
 */
export interface WideSums {
  readonly sums: Float64Array;
  readonly residues: Int32Array;
  readonly uppers: Float64Array;
  /** Terms that an element can have received since its upper word was moved. */
  pending: number;
}

export function createWideSums(length: number): WideSums {
  return {
    sums: new Float64Array(length),
    residues: new Int32Array(length),
    uppers: new Float64Array(length),
    pending: 0,
  };
}

export function clearWideSums(wide: WideSums): void {
  wide.sums.fill(0);
  wide.residues.fill(0);
  wide.uppers.fill(0);
  wide.pending = 0;
}

/** Element `index` += x · y. Call `makeRoom` first. */
function addTerm(wide: WideSums, index: number, x: number, y: number): void {
  wide.sums[index] += x * y;
  wide.residues[index] = (wide.residues[index] + Math.imul(x, y)) | 0;
}

/** Makes sure that every element can receive `terms` ≤ WIDE_SUM_TERMS − 1 more. */
function makeRoom(wide: WideSums, terms: number): void {
  if (wide.pending + terms >= WIDE_SUM_TERMS) {
    const { sums, residues, uppers } = wide;
    for (let i = 0; i < sums.length; i++) {
      uppers[i] += upperWord(sums[i], residues[i]);
      sums[i] = residues[i] >>> 0;
    }
    wide.pending = 0;
  }
  wide.pending += terms;
}

/** wide (M×N) += a (M×K) · b (K×N), integers of int32 in doubles. */
export function addMatmulWide(
  wide: WideSums,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let k = 0; k < inner; k++) {
    makeRoom(wide, 1);
    for (let i = 0; i < rows; i++) {
      const factor = a[i * inner + k];
      for (let j = 0; j < columns; j++) addTerm(wide, i * columns + j, factor, b[k * columns + j]);
    }
  }
}

/** wide (M×K) += g (M×N) · bᵀ, b being K×N, integers of int32 in doubles. */
export function addMatmulTransposedWide(
  wide: WideSums,
  g: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let from = 0; from < inner; from += WIDE_SUM_TERMS >> 1) {
    const end = Math.min(inner, from + (WIDE_SUM_TERMS >> 1));
    makeRoom(wide, end - from);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < columns; k++) {
        for (let j = from; j < end; j++) {
          addTerm(wide, i * columns + k, g[i * inner + j], b[k * inner + j]);
        }
      }
    }
  }
}

/** wide += a∘b. */
export function addProductsWide(wide: WideSums, a: Int32Array, b: Int32Array, length: number): void {
  makeRoom(wide, 1);
  for (let i = 0; i < length; i++) addTerm(wide, i, a[i], b[i]);
}

/** dst = round(wide · 2^-fracBits), clamped. Returns how many results were clamped. */
export function roundWide(dst: Int32Array, wide: WideSums, length: number, fracBits: number): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const rounded = roundElement(wide, i, fracBits);
    if (overflowsInt32(rounded)) overflows++;
    dst[i] = saturateInt32(rounded);
  }
  return overflows;
}

/** dst += round(wide · 2^-fracBits), clamped before it is added. Returns how many were clamped. */
export function accumulateWide(dst: Float64Array, wide: WideSums, length: number, fracBits: number): number {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const rounded = roundElement(wide, i, fracBits);
    if (overflowsInt32(rounded)) overflows++;
    dst[i] += saturateInt32(rounded);
  }
  return overflows;
}

function roundElement(wide: WideSums, i: number, fracBits: number): number {
  const upper = wide.uppers[i] + upperWord(wide.sums[i], wide.residues[i]);
  return roundWideSum(upper, wide.residues[i], fracBits);
}
