import { sameEverywhere, uniformMeasure } from '../src/fit/measure.js';
import { fewestSegments, type Division } from '../src/segment/lower-bound.js';
import { search } from '../src/segment/search.js';

/** One kernel of the grid. */
export interface GridCell {
  readonly fn: GridFunction;
  readonly lo: number;
  readonly hi: number;
  readonly fracBits: number;
  readonly order: number;
  /** What the total error may be, in ulps. */
  readonly ulp: number;
  readonly division: Division;
}

export interface GridFigure extends GridCell {
  /** Infinity where no division met the target. */
  readonly segments: number;
  /** What real coefficients and exact evaluation need, at half an ulp less. */
  readonly bound: number;
  readonly milliseconds: number;
}

const FUNCTIONS = {
  tanh: Math.tanh,
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  rsqrt: (x: number) => 1 / Math.sqrt(x),
  log: Math.log,
  reciprocal: (x: number) => 1 / x,
} as const;
export type GridFunction = keyof typeof FUNCTIONS;

/** What the final rounding takes of a target. */
const FINAL_ROUNDING = 0.5;
/** Bits before the binary point: none of the functions reaches them. */
const INTEGER_BITS = 8;

/** Searches one cell of the grid: the entry point of a worker thread. */
export function gridFigure(cell: GridCell): GridFigure {
  const { fn, lo, hi, fracBits, order, ulp, division } = cell;
  const f = FUNCTIONS[fn];
  const unit = 2 ** -fracBits;
  const start = performance.now();
  const found = search(
    {
      approximand: { evaluate: (a) => f(a * unit), lo: lo / unit, hi: hi / unit, fracBits },
      target: { ulp },
      measure: sameEverywhere(uniformMeasure),
      polish: 'minimax',
      guardBits: [0, 1, 2, 3, 4, 6, 8],
      arithmetic: {
        order,
        output: { signed: true, bits: INTEGER_BITS + fracBits, fracBits },
        argumentFracBits: fracBits,
        exponent: 0,
        scaling: 'scaled',
        stepRounding: 'half-up',
        rounding: 'half-up',
        overflow: 'saturate',
      },
    },
    division,
  );
  const milliseconds = performance.now() - start;
  const error = ulp - FINAL_ROUNDING;
  const bound = fewestSegments({ scaled: (x) => f(x) / unit, lo, hi, order, error }, division);
  return {
    ...cell,
    segments: 'kind' in found ? Infinity : found[0].segments.length,
    bound: bound ?? Infinity,
    milliseconds,
  };
}
