import { widthBits, type Interval } from '../fixedpoint/interval.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import type { Exponent, KernelPlan } from '../plan/plan.js';
import { intervalOf } from './fits.js';
import type { ProgramBuilder } from './program-builder.js';
import { rounded, roundedBy } from './program-rounding.js';
import type { Value } from './program.js';

/** From the accumulator to the result, before overflow. */
export function finished(build: ProgramBuilder, plan: KernelPlan, accumulator: Value, count: Value): Value {
  const { add, constant, multiply, named } = build;
  const { guardBits, finish, bounds } = plan;
  const exponent = 'exponent' in plan.reduce ? plan.reduce.exponent : undefined;
  const offset = constant(BigInt(finish.offset ?? 0));
  if (exponent?.effect === 'scale') {
    return named(
      'f',
      'scaled by the power of two',
      add(scaled(build, plan, exponent, accumulator, count), offset),
    );
  }
  const power = exponent
    ? add(multiply(count, constant(BigInt(exponent.perStep))), constant(BigInt(exponent.offset)))
    : constant(0);
  const sum = named(
    's',
    'with what the power of two adds',
    add(accumulator, power),
    intervalOf(bounds.accumulator),
  );
  return named('f', 'rounded to the output', add(rounded(build, sum, guardBits, finish.rounding), offset));
}

/**
 * The value · 2^(slope · count + offset − guardBits), rounded, or another that overflows to the same output.
 * A shift to the right and one to the left, of which at most one is not by zero.
 */
function scaled(
  build: ProgramBuilder,
  plan: KernelPlan,
  { slope, offset }: Extract<Exponent, { effect: 'scale' }>,
  value: Value,
  count: Value,
): Value {
  const {
    compare,
    constant,
    limit,
    lowBits,
    max,
    min,
    multiply,
    named,
    negate,
    select,
    shiftLeftBy,
    subtract,
  } = build;
  const { output, guardBits, finish } = plan;
  const wanted = subtract(constant(guardBits - offset), multiply(count, constant(slope)));
  const shift = named('drop', 'the bits that are dropped; fewer than none are added', wanted);
  const right = max(shift, constant(0));
  const floor = roundedBy(build, value, right, finish.rounding);
  if (shift.interval.lo >= 0n) return floor;
  const needed = max(negate(shift), constant(0));
  if (finish.overflow === 'wrap') {
    // By as many bits as the output has, nothing is left.
    const [bits, most] = [output.bits, constant(output.bits - 1)];
    const gone = compare(needed, '>=', constant(bits));
    const low = widthBits(floor.interval) > bits + 1 ? lowBits(floor, bits) : floor;
    return shiftLeftBy(select(gone, constant(0), low), min(needed, most));
  }
  // What is farther than this from zero overflows, whatever the offset.
  const far = (1n << BigInt(output.bits)) + absolute(BigInt(finish.offset ?? 0));
  const most = constant(enough(leastMagnitude(value.interval), far));
  return shiftLeftBy(limit(floor, { lo: -far, hi: far }), min(needed, most));
}

const absolute = (value: bigint) => (value < 0n ? -value : value);

/** The least magnitude but 0 in an interval. */
function leastMagnitude({ lo, hi }: Interval): bigint {
  return lo > 0n ? lo : hi < 0n ? -hi : 1n;
}

/** The shift to the left that takes a value at least so far. */
function enough(value: bigint, far: bigint): number {
  let by = 0;
  while (value << BigInt(by) < far) by++;
  return by;
}

/** What the overflow mode makes of a value. */
export function overflowed(build: ProgramBuilder, { output, finish }: KernelPlan, value: Value): Value {
  const { add, constant, limit, lowBits, named, subtract } = build;
  const { min, max } = representableBigint(output, finish.overflow);
  if (value.interval.lo >= min && value.interval.hi <= max) return value;
  if (finish.overflow !== 'wrap')
    return named('fit', 'limited to the output format', limit(value, { lo: min, hi: max }));
  const low = lowBits(add(value, constant(-min)), output.bits);
  return named('fit', 'modulo the output format', subtract(low, constant(-min)));
}
