/** A function of one fixed-point number, as the generated modules offer it. Pure; input and output are raw. */
export interface Kernel {
  /** `tanh_q8_24`. */
  readonly name: string;
  scalar(xRaw: number): number;
  /** `dst[i] = scalar(src[i])` for all of `src`; the two may be the same array. */
  array(src: Int32Array, dst: Int32Array): void;
  /** SHA-256 of its plan, for a backend that may have been built with the same kernel. */
  readonly planHash?: string;
  /** The same function as data, for a backend that evaluates tables itself. */
  readonly table?: KernelTable;
}

/** What tells a kernel from every other, and what its generated AssemblyScript says that it is. */
export function kernelIdentity({ name, planHash }: Kernel): string {
  return `${name} ${planHash}`;
}

/**
 * A piecewise polynomial in doubles. For a = min(|x|, limit) the cell (a + cellOffset) >>> cellBits names a row
 * c₀ … c_d, origin; with t = a − origin
 *
 *     y = c₀;  y = round(y·t·scale_k + bias_k) + c_k for k = 1 … d;  y = round(y·scale_(d+1) + bias_(d+1))
 *
 * where `round` is half-even. The result is y, and complement − y for a negative x. All products are below
 * 2^53, all scales powers of two and all sums below 2^51, so that doubles are exact; |y| < 2^31.
 */
export interface KernelTable {
  /** At most 2^31 − 1. */
  readonly limit: number;
  readonly cellOffset: number;
  readonly cellBits: number;
  /** The row of each cell. */
  readonly cells: Uint8Array;
  /** Rows of degree + 2 numbers each: coefficients from the highest power down, then the origin. */
  readonly rows: Float64Array;
  readonly degree: number;
  /** degree + 1 pairs of scale and bias. */
  readonly steps: readonly (readonly [scale: number, bias: number])[];
  /** 0 for an odd function, one for f(−x) = 1 − f(x). */
  readonly complement: number;
}
