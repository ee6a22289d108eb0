import { interpret, type Meaning } from './interpret.js';
import type { KernelPlan, PlanInteger } from './plan.js';

/** Evaluates a plan of any format on consecutive inputs: `outputs[i]` is the raw output of input first + i. */
export type WideRunner = (first: bigint, outputs: BigInt64Array | BigUint64Array) => void;

/** The interpreter, with the plan's integers made bigint once instead of at every input. */
export function wideRunner(plan: KernelPlan): WideRunner {
  const running = runningPlan(plan);
  return (first, outputs) => {
    for (let i = 0; i < outputs.length; i++) outputs[i] = interpret(running, first + BigInt(i));
  };
}

/** A plan whose integers are bigint already: the interpreter then converts nothing. */
export function runningPlan(plan: KernelPlan): Meaning {
  const big = (value: PlanInteger) => BigInt(value);
  const { fold, select, segments, steps, exceptions, undefined: holes } = plan;
  return {
    ...plan,
    ...(holes && {
      undefined: holes.map(({ lo, hi, output }) => ({ lo: big(lo), hi: big(hi), output: big(output) })),
    }),
    ...(exceptions && {
      exceptions: { inputs: exceptions.inputs.map(big), outputs: exceptions.outputs.map(big) },
    }),
    ...(fold && { fold: { sign: fold.sign, sum: big(fold.sum), slope: big(fold.slope) } }),
    reduce:
      'multiplier' in plan.reduce ? { ...plan.reduce, multiplier: big(plan.reduce.multiplier) } : plan.reduce,
    select:
      select.kind === 'compare'
        ? { kind: 'compare', bounds: select.bounds.map(big) }
        : { ...select, lo: big(select.lo) },
    segments: segments.map((segment) => ({
      lo: big(segment.lo),
      hi: big(segment.hi),
      origin: big(segment.origin),
      coefficients: segment.coefficients.map(big),
    })),
    steps: steps.map(({ clamp, ...step }) => (clamp === undefined ? step : { ...step, clamp: big(clamp) })),
  };
}
