import { representableBigint } from '../../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../../function/definition.js';
import { dyadic } from '../../function/dyadic.js';
import { hasWordFormats } from '../../plan/narrow.js';
import type { KernelPlan } from '../../plan/plan.js';
import { crc32Of } from '../crc32.js';
import { EXTRA_BITS, heldBetween } from '../saturation.js';

/** What running a plan on some inputs showed, each judged by multiple precision. */
export interface Observation {
  /** Inputs on which f has a value. */
  readonly inputs: number;
  /** Of these, those whose f the output can't hold; they count in the greatest error only. */
  readonly saturated: number;
  readonly maxUlp: number;
  readonly worstInput: bigint | undefined;
  readonly totalUlp: number;
  readonly correctlyRounded: number;
  readonly faithful: number;
  /** Inputs whose error lies between 0, 1/4, 1/2, 1 and 2 ulps, and beyond. */
  readonly histogram: readonly number[];
}

/** What multiple precision says of the output for an input. */
export interface ExactError {
  readonly x: bigint;
  /** |output − f(x) · 2^n| in ulps, f clamped to the output, within 2^-40. */
  readonly ulp: number;
  /** Whether f(x) rounds to no number of the output. */
  readonly isSaturated: boolean;
}

/** @returns undefined where f has no value */
export function exactError(
  { input, output, finish }: KernelPlan,
  definition: FunctionDefinition,
  x: bigint,
  y: bigint,
): ExactError | undefined {
  const value = definition.exact(dyadic(x, input.fracBits), output.fracBits + EXTRA_BITS);
  if (value === undefined) return undefined;
  const { min, max } = representableBigint(output, finish.overflow);
  const [least, most] = [min << BigInt(EXTRA_BITS), max << BigInt(EXTRA_BITS)];
  const clamped = value < least ? least : value > most ? most : value;
  const error = (y << BigInt(EXTRA_BITS)) - clamped;
  const between = heldBetween(output, finish.overflow);
  return {
    x,
    ulp: Number(error < 0n ? -error : error) * 2 ** -EXTRA_BITS,
    isSaturated: value <= between.lo || value >= between.hi,
  };
}

/** @param errors of ascending inputs */
export function observe(errors: readonly ExactError[]): Observation {
  const histogram = [0, 0, 0, 0, 0];
  let worst: ExactError | undefined;
  for (const error of errors) if (!worst || error.ulp > worst.ulp) worst = error;
  const held = errors.filter(({ isSaturated }) => !isSaturated);
  for (const { ulp } of held) histogram[stepOf(ulp)]++;
  return {
    inputs: errors.length,
    saturated: errors.length - held.length,
    maxUlp: worst?.ulp ?? 0,
    worstInput: worst?.x,
    totalUlp: held.reduce((sum, { ulp }) => sum + ulp, 0),
    correctlyRounded: held.filter(({ ulp }) => ulp <= 0.5).length,
    faithful: held.filter(({ ulp }) => ulp < 1).length,
    histogram,
  };
}

/** The step of the histogram: half an ulp is still correctly rounded. */
function stepOf(ulp: number): number {
  if (ulp <= 0.5) return ulp < 0.25 ? 0 : 1;
  return ulp < 1 ? 2 : ulp < 2 ? 3 : 4;
}

/** CRC-32 of outputs as little-endian words, of 64 bits where a format has more than 32. */
export function crc32OfOutputs(plan: KernelPlan, outputs: readonly bigint[]): number {
  const bytes = hasWordFormats(plan)
    ? Int32Array.from(outputs, (y) => Number(BigInt.asIntN(32, y)))
    : BigInt64Array.from(outputs, (y) => BigInt.asIntN(64, y));
  return crc32Of(new Uint8Array(bytes.buffer));
}
