import { widthBits } from '../fixedpoint/interval.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { ProgramBuilder } from './program-builder.js';
import type { Value } from './program.js';

/** round(value · 2^-by); an exact shift to the left for by < 0. */
export function rounded(build: ProgramBuilder, value: Value, by: number, mode: RoundingMode): Value {
  const { add, constant, compare, lowBits, shiftLeft, shiftRight, subtract } = build;
  if (by <= 0) return shiftLeft(value, -by);
  const half = constant(1n << BigInt(by - 1));
  switch (mode) {
    case 'floor':
      return shiftedSum(build, value, 0n, by);
    case 'half-up':
      return shiftedSum(build, value, 1n << BigInt(by - 1), by);
    case 'half-even': {
      // Half, less one where the floor is even: a tie then stays below.
      const odd = lowBits(shiftRight(value, by), 1);
      return shiftRight(add(add(value, constant((1n << BigInt(by - 1)) - 1n)), odd), by);
    }
    case 'half-away':
      // −floor((half − v) / 2^by) = floor((v + half − 1) / 2^by)
      return shiftRight(subtract(add(value, half), compare(value, '<', constant(0))), by);
    case 'pseudo-stochastic':
      return onMagnitude(build, value, (magnitude) => {
        const dropped = lowBits(magnitude, by);
        const upper = shiftRight(dropped, by >> 1);
        const lower = lowBits(dropped, by >> 1);
        return add(shiftRight(magnitude, by), compare(lower, '<', upper));
      });
  }
}

/** floor((value + added) · 2^-by); a product that is wider than a word is cut in two where that is possible. */
function shiftedSum(build: ProgramBuilder, value: Value, added: bigint, by: number): Value {
  const { add, constant, shiftRight, within, word } = build;
  const sum = add(value, constant(added));
  const direct = shiftRight(sum, by);
  if (value.operation.kind !== 'multiply' || value.about !== undefined) return direct;
  if (widthBits(value.interval) <= word && widthBits(sum.interval) <= word) return direct;
  const { left, right } = value.operation;
  // A constant is cut for nothing; of two values, the wider.
  const constantFirst = right.operation.kind === 'constant' || width(right) > width(left);
  const [cut, factor] = constantFirst ? [right, left] : [left, right];
  for (let at = 1; at <= by; at++) {
    const found = cutProduct(build, { cut, factor, added, by }, at);
    if (found) return within(found, direct.interval);
  }
  return direct;
}

const width = ({ interval }: Value) => widthBits(interval);

interface Product {
  readonly cut: Value;
  readonly factor: Value;
  readonly added: bigint;
  readonly by: number;
}

/**
 * With cut = high · 2^at + low, the bits of low · factor below 2^at decide nothing else:
 * floor((cut · factor + added) / 2^by) = floor((high · factor + floor((low · factor) / 2^at)) / 2^(by − at)), the
 * addend cut likewise. Undefined where a part is wider than a word.
 */
function cutProduct(
  build: ProgramBuilder,
  { cut, factor, added, by }: Product,
  at: number,
): Value | undefined {
  const { add, constant, lowBits, multiply, shiftRight, word } = build;
  const low = add(multiply(factor, lowBits(cut, at)), constant(BigInt.asUintN(at, added)));
  const high = multiply(factor, shiftRight(cut, at));
  const carried = add(high, constant(added >> BigInt(at)));
  const sum = add(carried, shiftRight(low, at));
  return [low, high, carried, sum].every((part) => width(part) <= word)
    ? shiftRight(sum, by - at)
    : undefined;
}

/** The same by an amount that depends on the input; its interval begins at 0 or above. */
export function roundedBy(build: ProgramBuilder, value: Value, amount: Value, mode: RoundingMode): Value {
  const { add, constant, compare, lowBits, min, shiftLeft, shiftLeftBy, shiftRight, shiftRightBy } = build;
  if (amount.interval.lo === amount.interval.hi) {
    return rounded(build, value, Number(amount.interval.lo), mode);
  }
  // Shifts by more than the width leave what that leaves; to nearest, one more does.
  const width = widthBits(value.interval);
  const by = min(amount, constant(width + 1));
  /** 2^(by − 1), and 0 for by = 0 */
  const half = () => shiftRight(shiftLeftBy(constant(1), by), 1);
  switch (mode) {
    case 'floor':
      return shiftRightBy(value, min(amount, constant(width)));
    case 'half-up':
      return shiftRightBy(add(value, half()), by);
    case 'half-even': {
      const floor = shiftRightBy(value, by);
      const rest = restOf(build, value, floor, by);
      const unit = shiftLeftBy(constant(1), by);
      // Up where the rest is above half, and at half where the floor is odd: 2 · rest + odd > 2^by.
      const above = compare(unit, '<', add(shiftLeft(rest, 1), lowBits(floor, 1)));
      return add(floor, above);
    }
    case 'half-away':
      return onMagnitude(build, value, (magnitude) => shiftRightBy(add(magnitude, half()), by));
    case 'pseudo-stochastic':
      return onMagnitude(build, value, (magnitude) => {
        const floor = shiftRightBy(magnitude, by);
        const dropped = restOf(build, magnitude, floor, by);
        const middle = min(shiftRight(amount, 1), constant(width));
        const upper = shiftRightBy(dropped, middle);
        const lower = restOf(build, dropped, upper, middle);
        return add(floor, compare(lower, '<', upper));
      });
  }
}

/** value − floor · 2^by, the bits that a floor dropped. */
function restOf({ shiftLeftBy, subtract, within }: ProgramBuilder, value: Value, floor: Value, by: Value) {
  const unit = 1n << by.interval.hi;
  const { lo, hi } = value.interval;
  const above = within(shiftLeftBy(floor, by), { lo: lo < 0n ? lo - unit + 1n : 0n, hi });
  return within(subtract(value, above), { lo: 0n, hi: unit - 1n });
}

/** Rounds the magnitude and gives it back its sign. */
function onMagnitude(
  { compare, constant, negate, select, within }: ProgramBuilder,
  value: Value,
  round: (magnitude: Value) => Value,
): Value {
  const negative = compare(value, '<', constant(0));
  const { lo, hi } = value.interval;
  const size = -lo > hi ? -lo : hi;
  const least = lo > 0n ? lo : hi < 0n ? -hi : 0n;
  const magnitude = within(select(negative, negate(value), value), { lo: least, hi: size });
  const result = round(magnitude);
  return select(negative, negate(result), result);
}
