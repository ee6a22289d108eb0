import { sameEverywhere, uniformMeasure } from '../../src/fit/measure.js';
import type { Approximand } from '../../src/segment/approximand.js';
import { makeArithmetic, type ArithmeticOptions } from '../../src/segment/arithmetic.js';
import type { Search } from '../../src/segment/serve.js';
import type { ErrorTarget } from '../../src/segment/target.js';
import { parseFormat } from '../../src/fixedpoint/format.js';

const FRAC_BITS = 12;

/** tanh on [0, end) in Q4.12. */
export function tanhOn(end: number): Approximand {
  return {
    evaluate: (a) => Math.tanh(a * 2 ** -FRAC_BITS),
    lo: 0,
    hi: end * 2 ** FRAC_BITS,
    fracBits: FRAC_BITS,
  };
}

export const options: ArithmeticOptions = {
  order: 2,
  output: parseFormat('Q4.12'),
  argumentFracBits: FRAC_BITS,
  guardBits: 4,
  exponent: 0,
  scaling: 'same',
  widestSegment: 1,
  stepRounding: 'half-up',
  rounding: 'half-up',
  overflow: 'saturate',
};

export function searchOn(end: number, target: ErrorTarget, changes: Partial<ArithmeticOptions> = {}): Search {
  return {
    approximand: tanhOn(end),
    arithmetic: makeArithmetic({ ...options, ...changes }),
    target,
    measure: sameEverywhere(uniformMeasure),
    polish: 'none',
  };
}
