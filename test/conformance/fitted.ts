import { maxRawBigint, minRawBigint, parseFormat, type QFormat } from '../../src/fixedpoint/format.js';
import { toInteger } from '../../src/fixedpoint/integer.js';
import type { OverflowMode } from '../../src/fixedpoint/overflow.js';
import type { RoundingMode } from '../../src/fixedpoint/rounding.js';
import { sameEverywhere, uniformMeasure } from '../../src/fit/measure.js';
import { fitPolynomial } from '../../src/fit/polynomial.js';
import { buildPlan } from '../../src/plan/build.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { reduceProblem, type ReducedProblem } from '../../src/plan/reduction.js';
import { FUNCTIONS, type FunctionName } from './functions.js';

export interface Fitted {
  readonly function: FunctionName;
  readonly input: string;
  readonly output: string;
  /** As values; every input of the format where not given. */
  readonly range?: readonly [number, number];
  readonly order?: number;
  /** Equal segments, a power of two. */
  readonly segments?: number;
  readonly guard?: number;
  readonly rounding?: RoundingMode;
  readonly stepRounding?: RoundingMode;
  readonly overflow?: OverflowMode;
  readonly tails?: KernelPlan['tails'];
}

/** One constant beyond the range, where one is needed. */
function constantTail({ approximand, needsHighTail }: ReducedProblem, output: QFormat): KernelPlan['tails'] {
  if (!needsHighTail) return {};
  const bound = toInteger(BigInt(approximand.hi));
  return { high: { bound, output: toInteger(BigInt(Math.floor(2 ** output.fracBits * 0.99))) } };
}

/** A plan of a function in any format: equal segments, fitted in doubles, nothing searched or proven. */
export function fittedPlan(spec: Fitted): KernelPlan {
  const [input, output] = [parseFormat(spec.input), parseFormat(spec.output)];
  const { order = 3, segments = 16, guard = 4, rounding = 'half-up', overflow = 'saturate' } = spec;
  const scale = 2 ** input.fracBits;
  const range = spec.range
    ? { lo: spec.range[0] * scale, hi: spec.range[1] * scale }
    : { lo: String(minRawBigint(input)), hi: String(maxRawBigint(input)) };
  const problem = reduceProblem(FUNCTIONS[spec.function], { input, output, overflow, range });
  const { evaluate, lo, hi, fracBits } = problem.approximand;
  const size = 2 ** Math.max(0, Math.ceil(Math.log2((hi - lo) / segments)));
  const equal = Array.from({ length: Math.ceil((hi - lo) / size) }, (_, i) => lo + i * size);
  const bounds = [...new Set([...equal, ...problem.breaks, hi])].toSorted((a, b) => a - b);
  const accumulatorFracBits = output.fracBits + guard;
  const drop = Math.max(0, Math.floor(1 - Math.log2(size * 2 ** -fracBits)));
  const format = {
    argumentFracBits: fracBits,
    fracBits: Array.from({ length: order + 1 }, (_, k) => accumulatorFracBits - k * Math.min(drop, fracBits)),
  };
  const steps = Array.from({ length: order }, (_, i) => ({
    shift: format.fracBits[order - i] + fracBits - format.fracBits[order - i - 1],
    rounding: spec.stepRounding ?? 'half-up',
  }));
  const fit = {
    f: evaluate,
    allowed: () => 1,
    order,
    measure: sameEverywhere(uniformMeasure),
    polish: 'none',
    format,
  } as const;
  return buildPlan({
    name: `${FUNCTIONS[spec.function].name.replace('-', '_')}_fitted`,
    function: FUNCTIONS[spec.function].name.replace('-', '_'),
    input,
    output,
    range,
    target: { ulp: 1 },
    ...(problem.undefined ? { undefined: problem.undefined } : {}),
    ...(problem.fold ? { fold: problem.fold } : {}),
    reduce: problem.reduce,
    finishOffset: problem.finishOffset,
    tails: spec.tails ?? constantTail(problem, output),
    segments: bounds.slice(1).map((end, i) => {
      const interval = { lo: bounds[i], hi: end };
      return { ...interval, ...fitPolynomial(fit, interval) };
    }),
    arithmetic: { format, steps, accumulatorFracBits, outputFracBits: output.fracBits },
    overflow,
    rounding,
  });
}
