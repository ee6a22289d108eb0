/*
 * Matrix products in doubles. On raw integers each sum is exact, and so independent of the order of its terms,
 * where the caller has shown that Σ|terms| < 2^53; nothing is rounded to a format here. Blocks of 2 × 4 and
 * 4 × 2 sums stay in registers, which is what makes these loops fast.
 */

/**
 * sums (M×N) += a (M×K) · b (K×N), row-major, b from element `start` on. `a` and `sums` have room for an even number of rows; the
 * content of a row beyond the last is ignored.
 */
export function addMatmul(
  sums: Float64Array,
  a: Float64Array,
  b: Float64Array,
  start: number,
  rows: number,
  inner: number,
  columns: number,
): void {
  const blocked = columns & ~3;
  for (let i = 0; i < rows; i += 2) {
    const upper = i * inner;
    const lower = upper + inner;
    for (let j = 0; j < blocked; j += 4) {
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let k = 0, p = start + j; k < inner; k++, p += columns) {
        const a0 = a[upper + k];
        const a1 = a[lower + k];
        const b0 = b[p];
        s00 += a0 * b0;
        s10 += a1 * b0;
        const b1 = b[p + 1];
        s01 += a0 * b1;
        s11 += a1 * b1;
        const b2 = b[p + 2];
        s02 += a0 * b2;
        s12 += a1 * b2;
        const b3 = b[p + 3];
        s03 += a0 * b3;
        s13 += a1 * b3;
      }
      const first = i * columns + j;
      sums[first] += s00;
      sums[first + 1] += s01;
      sums[first + 2] += s02;
      sums[first + 3] += s03;
      const second = first + columns;
      sums[second] += s10;
      sums[second + 1] += s11;
      sums[second + 2] += s12;
      sums[second + 3] += s13;
    }
    for (let j = blocked; j < columns; j++) {
      let s0 = 0;
      let s1 = 0;
      for (let k = 0, p = start + j; k < inner; k++, p += columns) {
        s0 += a[upper + k] * b[p];
        s1 += a[lower + k] * b[p];
      }
      sums[i * columns + j] += s0;
      sums[(i + 1) * columns + j] += s1;
    }
  }
}

/**
 * sums (M×K) = g (M×N) · bᵀ, b being K×N, row-major. `g` and `sums` have room for a number of rows that is a multiple of
 * four, `b` for an even one; the content of a row beyond the last is ignored.
 */
export function matmulTransposed(
  sums: Float64Array,
  g: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i += 4) {
    const g0 = i * inner;
    const g1 = g0 + inner;
    const g2 = g1 + inner;
    const g3 = g2 + inner;
    for (let k = 0; k < columns; k += 2) {
      const b0 = k * inner;
      const b1 = b0 + inner;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let j = 0; j < inner; j++) {
        const y0 = b[b0 + j];
        const y1 = b[b1 + j];
        const x0 = g[g0 + j];
        s00 += x0 * y0;
        s01 += x0 * y1;
        const x1 = g[g1 + j];
        s10 += x1 * y0;
        s11 += x1 * y1;
        const x2 = g[g2 + j];
        s20 += x2 * y0;
        s21 += x2 * y1;
        const x3 = g[g3 + j];
        s30 += x3 * y0;
        s31 += x3 * y1;
      }
      const first = i * columns + k;
      const second = first + columns;
      const third = second + columns;
      const fourth = third + columns;
      sums[first] = s00;
      sums[second] = s10;
      sums[third] = s20;
      sums[fourth] = s30;
      if (k + 1 === columns) continue;
      sums[first + 1] = s01;
      sums[second + 1] = s11;
      sums[third + 1] = s21;
      sums[fourth + 1] = s31;
    }
  }
}
