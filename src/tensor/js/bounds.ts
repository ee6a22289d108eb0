import { createScratch } from '../scratch.js';
import type { TrackedTensor } from '../tensor.js';

/**
 * Sums of integers whose magnitudes add up to less than this are exact in doubles, in any order: 2^53, less
 * what the rounding of the bound itself can hide.
 */
export const EXACT_SUM = 2 ** 53 * (1 - 2 ** -20);

/** Whether sums of terms that add up to at most this are exact in doubles. */
export function isExact(bound: number): boolean {
  return bound < EXACT_SUM;
}

/** Whether the first `rows` bounds are below the limit. */
export function allWithin(bounds: Float64Array, rows: number, limit: number): boolean {
  for (let r = 0; r < rows; r++) if (!(bounds[r] < limit)) return false;
  return true;
}

/**
 * bounds_i += Σ_k |a_ik| · peaks_(first + k) for each row i: what no sum of that row of a·b exceeds, `peaks`
 * being those of the rows of b.
 */
export function addBounds(
  bounds: Float64Array,
  a: Float64Array,
  rows: number,
  columns: number,
  peaks: Float64Array,
  first: number,
): void {
  for (let r = 0, i = 0; r < rows; r++) {
    let bound = bounds[r];
    for (let k = 0; k < columns; k++, i++) bound += Math.abs(a[i]) * peaks[first + k];
    bounds[r] = bound;
  }
}

/** Of each row of a gradient: the greatest magnitude and the sum of magnitudes. */
export interface GradientBounds {
  readonly rowPeaks: Float64Array;
  readonly rowSums: Float64Array;
}

/** The bounds of one gradient, the last that was measured. */
export function createGradientBounds() {
  const peaks = createScratch();
  const sums = createScratch();
  let current: TrackedTensor<Int32Array> | undefined;
  let bounds: GradientBounds = { rowPeaks: peaks.reserve(0), rowSums: sums.reserve(0) };

  function measure(g: TrackedTensor<Int32Array>): GradientBounds {
    current = g;
    bounds = { rowPeaks: peaks.reserve(g.rows), rowSums: sums.reserve(g.rows) };
    measureRows(g.gradient, g.rows, g.columns, bounds.rowPeaks, bounds.rowSums);
    return bounds;
  }

  return {
    /** To be called whenever a gradient that may have been measured has changed. */
    measure,
    of: (g: TrackedTensor<Int32Array>): GradientBounds => (current === g ? bounds : measure(g)),
  };
}

function measureRows(
  values: Float64Array,
  rows: number,
  columns: number,
  peaks: Float64Array,
  sums: Float64Array,
): void {
  for (let r = 0, i = 0; r < rows; r++) {
    let peak = 0;
    let sum = 0;
    for (const end = i + columns; i < end; i++) {
      const magnitude = Math.abs(values[i]);
      peak = Math.max(peak, magnitude);
      sum += magnitude;
    }
    peaks[r] = peak;
    sums[r] = sum;
  }
}
