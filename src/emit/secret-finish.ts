import { interval, joinIntervals } from '../fixedpoint/interval.js';
import type { KernelPlan } from '../plan/plan.js';
import { intervalOf } from './fits.js';
import { stepsOf } from './secret-ladder.js';
import {
  constant,
  minus,
  plus,
  times,
  whole,
  within,
  type Expression,
  type SecretWriter,
} from './secret-program.js';
import type { SecretReduced } from './secret-reduction.js';
import { overflowSecret, roundSecret, select } from './secret-rounding.js';
import { scaleOf } from './secret-scale.js';
import type { SecretValue } from './secret-segments.js';

/** From the accumulator to the output: rounding, tails, overflow, and the signs that the reduction took away. */
export function finishSecret(
  writer: SecretWriter,
  plan: KernelPlan,
  reduced: SecretReduced,
  { accumulator, apart }: SecretValue,
): Expression {
  const { finish, output } = plan;
  writer.note('result');
  const overflowed = (value: Expression) => overflowSecret(writer, value, output, finish.overflow, 'limited');
  const rounded = plus(round(writer, plan, reduced, accumulator), constant(BigInt(finish.offset ?? 0)));
  const positive = overflowed(
    apart.reduce((value, tail) => select(writer, tail.serves, tail.output, value, 'chosen'), rounded),
  );
  const y = reduced.negate === undefined ? positive : overflowed(negated(writer, positive, reduced.negate));
  return unfold(writer, plan, reduced, y, overflowed);
}

function round(
  writer: SecretWriter,
  plan: KernelPlan,
  { count }: SecretReduced,
  accumulator: Expression,
): Expression {
  const { reduce, finish, guardBits } = plan;
  const exponent = 'exponent' in reduce ? reduce.exponent : undefined;
  if (!exponent || !count) return roundSecret(writer, accumulator, guardBits, finish.rounding, 'rounded');
  if (exponent.effect === 'add') {
    const added = plus(times(count.value, BigInt(exponent.perStep)), constant(BigInt(exponent.offset)));
    return roundSecret(writer, plus(accumulator, added), guardBits, finish.rounding, 'rounded');
  }
  const scale = scaleOf(plan, count.values);
  if (!scale) return accumulator;
  const factor = stepsOf(writer, count.ladder, scale.factors);
  const y = whole(writer, accumulator, 'y');
  const scaled = writer.product(y, whole(writer, factor, 'factor'), 'scaled');
  return roundSecret(writer, scaled, scale.shift, finish.rounding, 'rounded');
}

/** y, or −y where the bit is 1. */
function negated(writer: SecretWriter, y: Expression, bit: Expression): Expression {
  const { lo, hi } = y.interval;
  return within(
    writer.product(y, minus(constant(1n), times(bit, 2n)), 'turned'),
    joinIntervals(y.interval, interval(-hi, -lo)),
  );
}

/** Where the input is negative, sign · y + sum + slope · x; x itself is 0 elsewhere. */
function unfold(
  writer: SecretWriter,
  { fold, bounds, input, output }: KernelPlan,
  { folded }: SecretReduced,
  y: Expression,
  overflowed: (value: Expression) => Expression,
): Expression {
  if (!fold || !folded) return y;
  const slope = BigInt(fold.slope) << BigInt(Math.max(0, output.fracBits - input.fracBits));
  const added = plus(times(folded.negative, BigInt(fold.sum)), times(folded.input, slope));
  const signed =
    fold.sign > 0
      ? plus(y, added)
      : plus(y, added, times(writer.product(folded.negative, y, 'flipped'), -2n));
  const lies = bounds.folded ? joinIntervals(y.interval, intervalOf(bounds.folded)) : y.interval;
  return overflowed(within(signed, lies));
}
