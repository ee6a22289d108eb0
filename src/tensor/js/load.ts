/**
 * dst = src, integers of rows × columns as doubles.
 *
 * @param peaks receives the greatest magnitude of each row
 */
export function loadWithPeaks(
  dst: Float64Array,
  src: Int32Array,
  rows: number,
  columns: number,
  peaks: Float64Array,
): void {
  for (let r = 0, i = 0; r < rows; r++) {
    let peak = 0;
    for (const end = i + columns; i < end; i++) {
      const value = src[i];
      dst[i] = value;
      peak = Math.max(peak, Math.abs(value));
    }
    peaks[r] = peak;
  }
}

/** dst = src: integers as doubles. */
export function load(dst: Float64Array, src: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) dst[i] = src[i];
}

/** dst (columns×rows) = srcᵀ, src being rows×columns from element `start` on. */
export function loadTransposed(
  dst: Float64Array,
  src: Int32Array,
  start: number,
  rows: number,
  columns: number,
): void {
  for (let r = 0, i = start; r < rows; r++) {
    for (let c = 0; c < columns; c++, i++) dst[c * rows + r] = src[i];
  }
}
