import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Integers of a recorded list: numbers, or decimal strings where they may exceed 2^53. */
type Recorded = readonly (number | string)[];

export interface RecordedMatrix {
  readonly shape: readonly [number, number];
  readonly data: Recorded;
}

interface Primitives {
  readonly [binary: string]: unknown;
  readonly fxpMul_pseudoStochastic: { a: Recorded; b: Recorded; out: Recorded };
  readonly fxpMul_nearestEven: { a: Recorded; b: Recorded; out: Recorded };
  readonly fxpPseudoStochasticRound: { in: Recorded; out: Recorded };
  readonly fxpAdd: { a: Recorded; b: Recorded; out: Recorded };
  readonly fxpSub: { a: Recorded; b: Recorded; out: Recorded };
  readonly fxpFromFloats: { in: Recorded; out: Recorded };
  readonly fxpMM: readonly {
    tag: string;
    a: RecordedMatrix;
    b: RecordedMatrix;
    out: Recorded;
    int64Wraps: boolean;
  }[];
  readonly fxpSFMAdd: readonly {
    tag: string;
    ops: readonly ('matmul' | 'multiply')[];
    args: readonly RecordedMatrix[];
    out: Recorded;
  }[];
  readonly sigmoid_ppApprox: { in: Recorded; out: Recorded };
  readonly tanh_ppApprox: { in: Recorded; out: Recorded };
  readonly sigmoid_bwd: { out: Recorded; grad: Recorded; a_grad: Recorded };
  readonly tanh_bwd: { out: Recorded; grad: Recorded; a_grad: Recorded };
  readonly fxpRsqrt: { in: Recorded; out: Recorded };
  readonly mseLoss: {
    y: RecordedMatrix;
    labels: Recorded;
    lossFloat: number;
    y_grad: Recorded;
    targetAmp: number;
  };
  readonly adam: {
    param0: Recorded;
    a: number;
    b1Raw: number;
    b2Raw: number;
    eRaw: number;
    steps: readonly { grad: Recorded; alphaRaw: number; m: Recorded; n: Recorded; param: Recorded }[];
  };
}

/** Inputs and outputs of the original program's primitives, in Q8.24. */
export const primitives = JSON.parse(
  gunzipSync(readFileSync(new URL('primitives.json.gz', import.meta.url))).toString(),
) as Primitives;

/** Recorded integers that fit in an int32. */
export function int32s(recorded: Recorded): Int32Array {
  return Int32Array.from(recorded, (value) => {
    const number = Number(value);
    if (number !== (number | 0)) throw new RangeError(`${value} is not an int32`);
    return number;
  });
}
