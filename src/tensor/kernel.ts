/** A function of one fixed-point number, as the generated modules offer it. Pure; input and output are raw. */
export interface Kernel {
  /** `tanh_q8_24`. */
  readonly name: string;
  scalar(xRaw: number): number;
  /** `dst[i] = scalar(src[i])` for all of `src`; the two may be the same array. */
  array(src: Int32Array, dst: Int32Array): void;
}
