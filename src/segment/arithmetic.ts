import type { HornerStep } from '../fixedpoint/horner.js';
import { representable, type OverflowMode } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { QFormat } from '../fixedpoint/format.js';
import type { Arithmetic } from './approximand.js';

/**
 * How many fraction bits the coefficient of each degree has.
 * - `same`: all have the accumulator's.
 * - `scaled`: each degree has fewer (or more), by the width of the widest segment, so that every
 *   coefficient's rounding costs the result about the same; this keeps products narrow.
 */
export const COEFFICIENT_SCALINGS = ['same', 'scaled'] as const;
export type CoefficientScaling = (typeof COEFFICIENT_SCALINGS)[number];

export interface ArithmeticOptions {
  readonly order: number;
  readonly output: QFormat;
  readonly argumentFracBits: number;
  readonly guardBits: number;
  readonly exponent: number;
  readonly scaling: CoefficientScaling;
  /** The widest segment, as a value; decides `scaled`. */
  readonly widestSegment: number;
  readonly stepRounding: RoundingMode;
  readonly rounding: RoundingMode;
  readonly overflow: OverflowMode;
  /** See `Arithmetic`. */
  readonly mirrorSum?: number;
  /** Magnitude that every step clamps to, for programs that saturate after each. */
  readonly stepClamp?: number;
  /** Whether results are scaled by several powers of two: then what overflows with one may fit with another. */
  readonly isScaled?: boolean;
}

/** The integer arithmetic of a kernel: fraction bits per degree, and the shifts between them. */
export function makeArithmetic(options: ArithmeticOptions): Arithmetic {
  return {
    ...arithmeticShape(options),
    exponent: options.exponent,
    rounding: options.rounding,
    ...(options.isScaled
      ? { min: -Infinity, max: Infinity }
      : representable(options.output, options.overflow)),
    ...(options.mirrorSum === undefined ? {} : { mirrorSum: options.mirrorSum }),
  };
}

/** What of an arithmetic does not depend on how much the output holds. */
export type ArithmeticShape = Pick<
  Arithmetic,
  'order' | 'format' | 'steps' | 'accumulatorFracBits' | 'outputFracBits'
>;

export function arithmeticShape(
  options: Omit<ArithmeticOptions, 'exponent' | 'rounding' | 'overflow' | 'mirrorSum'>,
): ArithmeticShape {
  const { order, output, argumentFracBits, guardBits, stepRounding, stepClamp } = options;
  const accumulatorFracBits = output.fracBits + guardBits;
  // |t| ≤ half of the widest segment: 2^-drop. A coefficient of t^k then needs drop · k bits fewer.
  const drop = options.scaling === 'same' ? 0 : Math.floor(1 - Math.log2(options.widestSegment));
  const fracBits: number[] = [accumulatorFracBits];
  for (let k = 1; k <= order; k++) {
    // A step's shift must not be negative, so fraction bits can't fall faster than the argument's.
    fracBits.push(
      Math.max(fracBits[k - 1] - Math.min(drop, argumentFracBits), fracBits[k - 1] - argumentFracBits),
    );
  }
  const steps: HornerStep[] = Array.from({ length: order }, (_, i) => {
    const k = order - i;
    return {
      shift: fracBits[k] + argumentFracBits - fracBits[k - 1],
      rounding: stepRounding,
      ...(stepClamp === undefined ? {} : { clamp: stepClamp }),
    };
  });
  return {
    order,
    format: { argumentFracBits, fracBits },
    steps,
    accumulatorFracBits,
    outputFracBits: output.fracBits,
  };
}
