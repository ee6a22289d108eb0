import { INT32_LIMIT } from '../../fixedpoint/int32.js';
import { GATES, type TrackedCell } from '../cell.js';
import { peakOf, peakOfRaw } from './gradients.js';
import { roundExact, type Rounding } from './rounding.js';

/** The elementwise part of the way back through a gated cell, in one pass: see `Backend.cellGradient`. */
export function cellGradient(cell: TrackedCell<Int32Array>, rounding: Rounding): boolean {
  if (!fits(cell, rounding)) return false;
  const { fracBits, scale, lowerBits, lowerMask } = rounding;
  const one = 2 ** fracBits;
  const { values: gates } = cell.gates;
  const { values: previous, gradient: previousGradient } = cell.previous;
  const { values: squashed } = cell.squashed;
  const { gradient: hidden } = cell.h;
  const { gradient: state } = cell.c;
  const { gradient: sums } = cell.sums;
  const length = hidden.length;
  for (let forget = 0; forget < length; forget++) {
    const input = forget + length;
    const candidate = input + length;
    const output = candidate + length;
    const y = squashed[forget];

    // h = o∘tanh(c)
    const dh = hidden[forget];
    sums[output] = roundExact(dh * y, scale, fracBits, lowerBits, lowerMask);
    const dSquashed = roundExact(dh * gates[output], scale, fracBits, lowerBits, lowerMask);
    const slope = roundExact((one + y) * (one - y), scale, fracBits, lowerBits, lowerMask);
    const dState = state[forget] + roundExact(slope * dSquashed, scale, fracBits, lowerBits, lowerMask);

    // c = f∘previous + i∘candidate
    sums[forget] = roundExact(dState * previous[forget], scale, fracBits, lowerBits, lowerMask);
    sums[input] = roundExact(dState * gates[candidate], scale, fracBits, lowerBits, lowerMask);
    sums[candidate] = roundExact(dState * gates[input], scale, fracBits, lowerBits, lowerMask);
    if (previousGradient !== undefined) {
      previousGradient[forget] += roundExact(dState * gates[forget], scale, fracBits, lowerBits, lowerMask);
    }
  }
  multiplyBySlopes(sums, gates, 0, 2 * length, 0, rounding); // f, i = sigmoid
  multiplyBySlopes(sums, gates, 2 * length, 3 * length, one, rounding); // candidate = tanh
  multiplyBySlopes(sums, gates, 3 * length, 4 * length, 0, rounding); // o = sigmoid
  return true;
}

/** gradient = ((offset + y)∘(1 − y))∘gradient: y = sigmoid with offset 0, y = tanh with one. */
function multiplyBySlopes(
  gradient: Float64Array,
  outputs: Int32Array,
  start: number,
  end: number,
  offset: number,
  { fracBits, scale, lowerBits, lowerMask }: Rounding,
): void {
  const one = 2 ** fracBits;
  for (let i = start; i < end; i++) {
    const y = outputs[i];
    const slope = roundExact((offset + y) * (one - y), scale, fracBits, lowerBits, lowerMask);
    gradient[i] = roundExact(slope * gradient[i], scale, fracBits, lowerBits, lowerMask);
  }
}

/** Whether nothing can be clamped, and every product is exact in doubles, going by the greatest magnitudes. */
function fits(cell: TrackedCell<Int32Array>, { scale, limit }: Rounding): boolean {
  const { gates, previous, squashed, h, c } = cell;
  const length = h.gradient.length;
  const one = 1 / scale;
  if (!isWithinInt32(h.gradient) || !isWithinInt32(c.gradient)) return false;
  const activation = Math.max(
    one,
    peakOfRaw(gates.values, GATES.length * length),
    peakOfRaw(squashed.values, length),
  );
  const value = Math.max(activation, peakOfRaw(previous.values, length));
  const slope = (one + activation) * (one + activation);
  const roundedSlope = slope * scale + 1;
  const squashedGradient = peakOf(h.gradient, length) * activation * scale + 1;
  const stateGradient = peakOf(c.gradient, length) + roundedSlope * squashedGradient * scale + 1;
  const gateGradient = Math.max(squashedGradient, stateGradient * value * scale + 1);
  return (
    slope <= limit &&
    stateGradient < INT32_LIMIT &&
    stateGradient * value <= limit &&
    roundedSlope * Math.max(squashedGradient, gateGradient) <= limit
  );
}

/** Whether no magnitude exceeds 2^31 − 1, going by their sum: adding is cheaper than comparing. */
function isWithinInt32(gradient: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += Math.abs(gradient[i]);
  return sum <= INT32_LIMIT;
}
