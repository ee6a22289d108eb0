/** Pixels per sample: 16 rows of 16, top row first, left pixel first. */
export const PIXELS = 256;
/** Pixels per row, and rows per sample. */
export const SIDE = 16;

/** Labelled samples of handwritten digits. */
export interface Split {
  /** `count` × 256, row-major, in [−1, 1] (−1 is paper, 1 is ink); exactly the doubles of the decimal text. */
  readonly pixels: Float64Array;
  /** `count` digits, 0 to 9. */
  readonly labels: Uint8Array;
  readonly count: number;
}

export interface Dataset {
  readonly name: string;
  readonly train: Split;
  readonly test: Split;
  /** What a reader of results should know about the data, where there is something. */
  readonly note?: string;
}
