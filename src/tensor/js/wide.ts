import {
  overflowsInt32,
  roundWideSum,
  saturateInt32,
  upperWord,
  WIDE_SUM_TERMS,
} from '../../fixedpoint/int32.js';

/**
 * A row of exact sums of products, of any length and magnitude: the slow path, for what does not fit in 2^53.
 *
 * Sum j is `uppers[j] · 2^32` and what has been added since, which is `residues[j]` modulo 2^32 and close to
 * `sums[j]`. After WIDE_SUM_TERMS terms the upper word moves to `uppers`, so that `sums` stays close enough.
 */
export interface WideRow {
  readonly sums: Float64Array;
  readonly residues: Int32Array;
  readonly uppers: Float64Array;
  /** Terms added since the upper words were moved. */
  pending: number;
}

/** Where the elements of an operand lie: (r, c) is `values[start + r · rowStride + c · columnStride]`. */
export interface Operand {
  readonly values: Int32Array;
  readonly start: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

export function createWideRow(length: number): WideRow {
  return {
    sums: new Float64Array(length),
    residues: new Int32Array(length),
    uppers: new Float64Array(length),
    pending: 0,
  };
}

export function clearWideRow(wide: WideRow): void {
  wide.sums.fill(0);
  wide.residues.fill(0);
  wide.uppers.fill(0);
  wide.pending = 0;
}

/** Terms that are added between two looks at `pending`. */
const CHUNK = WIDE_SUM_TERMS / 2;

function makeRoom(wide: WideRow, terms: number): void {
  if (wide.pending + terms > WIDE_SUM_TERMS) {
    const { sums, residues, uppers } = wide;
    for (let j = 0; j < sums.length; j++) {
      uppers[j] += upperWord(sums[j], residues[j]);
      sums[j] = residues[j] >>> 0;
    }
    wide.pending = 0;
  }
  wide.pending += terms;
}

/** wide_j += Σ_k a_(row,k) · b_(k,j) for k < inner and j < columns. */
export function addRowProduct(
  wide: WideRow,
  a: Operand,
  row: number,
  b: Operand,
  inner: number,
  columns: number,
): void {
  for (let from = 0; from < inner; from += CHUNK) {
    const terms = Math.min(CHUNK, inner - from);
    makeRoom(wide, terms);
    const aStart = a.start + row * a.rowStride + from * a.columnStride;
    const bStart = b.start + from * b.rowStride;
    addTerms(
      wide,
      a.values,
      aStart,
      a.columnStride,
      b.values,
      bStart,
      b.rowStride,
      b.columnStride,
      terms,
      columns,
    );
  }
}

function addTerms(
  { sums, residues }: WideRow,
  a: Int32Array,
  aStart: number,
  aStride: number,
  b: Int32Array,
  bStart: number,
  bRowStride: number,
  bColumnStride: number,
  terms: number,
  columns: number,
): void {
  for (let j = 0; j < columns; j++) {
    let sum = sums[j];
    let residue = residues[j];
    for (
      let k = 0, p = aStart, q = bStart + j * bColumnStride;
      k < terms;
      k++, p += aStride, q += bRowStride
    ) {
      const x = a[p];
      const y = b[q];
      sum += x * y;
      residue = (residue + Math.imul(x, y)) | 0;
    }
    sums[j] = sum;
    residues[j] = residue;
  }
}

/** wide_j += a_j · b_j, from element `start` of both on. */
export function addElementwiseProduct(
  wide: WideRow,
  a: Int32Array,
  b: Int32Array,
  start: number,
  columns: number,
): void {
  makeRoom(wide, 1);
  const { sums, residues } = wide;
  for (let j = 0; j < columns; j++) {
    const x = a[start + j];
    const y = b[start + j];
    sums[j] += x * y;
    residues[j] = (residues[j] + Math.imul(x, y)) | 0;
  }
}

/** wide_j += x · y for every j. */
export function addToAll(wide: WideRow, x: number, y: number, columns: number): void {
  makeRoom(wide, 1);
  const { sums, residues } = wide;
  const residue = Math.imul(x, y);
  for (let j = 0; j < columns; j++) {
    sums[j] += x * y;
    residues[j] = (residues[j] + residue) | 0;
  }
}

/** dst_(start + j) = round(wide_j · 2^-fracBits), clamped. Returns how many were clamped. */
export function roundWide(
  dst: Int32Array,
  start: number,
  wide: WideRow,
  columns: number,
  fracBits: number,
): number {
  let overflows = 0;
  for (let j = 0; j < columns; j++) {
    const rounded = roundElement(wide, j, fracBits);
    if (overflowsInt32(rounded)) overflows++;
    dst[start + j] = saturateInt32(rounded);
  }
  return overflows;
}

/** dst_(start + j) += round(wide_j · 2^-fracBits), clamped before it is added. Returns how many were clamped. */
export function accumulateWide(
  dst: Float64Array,
  start: number,
  wide: WideRow,
  columns: number,
  fracBits: number,
): number {
  let overflows = 0;
  for (let j = 0; j < columns; j++) {
    const rounded = roundElement(wide, j, fracBits);
    if (overflowsInt32(rounded)) overflows++;
    dst[start + j] += saturateInt32(rounded);
  }
  return overflows;
}

function roundElement(wide: WideRow, j: number, fracBits: number): number {
  const upper = wide.uppers[j] + upperWord(wide.sums[j], wide.residues[j]);
  return roundWideSum(upper, wide.residues[j], fracBits);
}
