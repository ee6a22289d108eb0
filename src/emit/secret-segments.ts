import { interval, joinIntervals, type Interval } from '../fixedpoint/interval.js';
import type { KernelPlan, Tail } from '../plan/plan.js';
import { intervalOf } from './fits.js';
import { stepsOf, type Ladder } from './secret-ladder.js';
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
import { clampSecret, roundSecret } from './secret-rounding.js';

/** What segments and tails give for a reduced argument. */
export interface SecretValue {
  /** The polynomial, 0 or a constant tail where one serves. */
  readonly accumulator: Expression;
  /** Tails that are selected at the end: where they serve, and their outputs before overflow. */
  readonly apart: readonly { readonly serves: Expression; readonly output: Expression }[];
}

/** The polynomial of the segment that serves the argument, by indicators of the places where segments begin. */
export function evaluateSecret(writer: SecretWriter, plan: KernelPlan, reduced: Expression): SecretValue {
  const argument = whole(writer, reduced, 'a');
  const rows = rowsOf(plan);
  const ladder: Ladder = { subject: argument, froms: rows.slice(1).map(({ from }) => from), name: 'segment' };
  writer.note('segment');
  const columns = plan.coefficientFracBits.map((_, i) =>
    stepsOf(
      writer,
      ladder,
      rows.map(({ coefficients }) => coefficients[i]),
    ),
  );
  const accumulator = horner(writer, plan, { argument, ladder, rows, columns });
  return { accumulator, apart: tailsApart(writer, plan, argument) };
}

/** One polynomial, from an argument on. Those of tails are constants, with an origin that keeps t short. */
interface Row {
  readonly from: bigint;
  readonly origin: bigint;
  readonly coefficients: readonly bigint[];
}

function rowsOf(plan: KernelPlan): readonly Row[] {
  const { low, high } = plan.tails;
  const argument = intervalOf(plan.bounds.argument);
  const rows = plan.segments.map(({ lo, origin, coefficients }) => ({
    from: BigInt(lo),
    origin: BigInt(origin),
    coefficients: coefficients.map(BigInt),
  }));
  const tailRow = (tail: Tail, from: bigint): Row => {
    const value = isRow(plan, tail) ? constantRow(plan, tail) : 0n;
    return {
      from,
      origin: BigInt(tail.bound),
      coefficients: plan.coefficientFracBits.map((_, i) => (i === plan.steps.length ? value : 0n)),
    };
  };
  const below = low && argument.lo < BigInt(low.bound) ? [tailRow(low, argument.lo)] : [];
  const above = high && argument.hi >= BigInt(high.bound) ? [tailRow(high, BigInt(high.bound))] : [];
  return [...below, ...rows, ...above];
}

/** The accumulator that the final rounding turns into a tail's output. */
function constantRow({ finish, guardBits }: KernelPlan, { output }: Tail): bigint {
  return (BigInt(output) - BigInt(finish.offset ?? 0)) << BigInt(guardBits);
}

/** Whether a tail is a constant that comes through the finish unchanged, as a polynomial of degree 0 would. */
function isRow(plan: KernelPlan, tail: Tail): boolean {
  if (tail.slope || plan.guardBits < 0 || 'exponent' in plan.reduce) return false;
  const clamp = plan.steps[plan.steps.length - 1]?.clamp;
  const value = constantRow(plan, tail);
  return clamp === undefined || (value <= BigInt(clamp) && value >= -BigInt(clamp));
}

interface Selected {
  readonly argument: Expression;
  readonly ladder: Ladder;
  readonly rows: readonly Row[];
  readonly columns: readonly Expression[];
}

function horner(writer: SecretWriter, plan: KernelPlan, selected: Selected): Expression {
  const { argument, ladder, rows, columns } = selected;
  if (plan.steps.length === 0) return columns[0];
  const origin = stepsOf(
    writer,
    ladder,
    rows.map((row) => row.origin),
  );
  const t = whole(writer, within(minus(argument, origin), offsets(plan, rows)), 't');
  writer.note(`polynomial of degree ${plan.steps.length}`);
  return plan.steps.reduce((accumulator, step, i) => {
    const { product, accumulator: sum } = plan.bounds.steps[i];
    const y = whole(writer, accumulator, 'y');
    const exact = writer.product(y, t, 'yt', withZero(intervalOf(product)));
    const rounded = clamped(
      writer,
      roundSecret(writer, exact, step.shift, step.rounding, 'shifted'),
      step.clamp,
    );
    const constants = columns[i + 1];
    const lies = joinIntervals(withZero(intervalOf(sum)), constants.interval);
    return clamped(writer, within(plus(rounded, constants), lies), step.clamp);
  }, columns[0]);
}

/** Where tails serve, products are 0. */
const withZero = (proven: Interval) => joinIntervals(proven, interval(0n, 0n));

function clamped(writer: SecretWriter, value: Expression, clamp: number | string | undefined): Expression {
  return clamp === undefined ? value : clampSecret(writer, value, -BigInt(clamp), BigInt(clamp), 'clamped');
}

/** t = argument − origin, over segments and over the tails' rows. */
function offsets(plan: KernelPlan, rows: readonly Row[]): Interval {
  const argument = intervalOf(plan.bounds.argument);
  return rows
    .map(({ from, origin }, i) => {
      const next = i + 1 < rows.length ? rows[i + 1].from - 1n : argument.hi;
      const served = {
        lo: from > argument.lo ? from : argument.lo,
        hi: next < argument.hi ? next : argument.hi,
      };
      return { lo: served.lo - origin, hi: served.hi - origin };
    })
    .filter(({ lo, hi }) => lo <= hi)
    .reduce(joinIntervals);
}

function tailsApart(writer: SecretWriter, plan: KernelPlan, argument: Expression): SecretValue['apart'] {
  const { low, high } = plan.tails;
  const { lo, hi } = intervalOf(plan.bounds.argument);
  const apart = (tail: Tail, serves: Expression) => ({ serves, output: tailOutput(writer, tail, argument) });
  return [
    ...(low && lo < BigInt(low.bound) && !isRow(plan, low)
      ? [apart(low, minus(constant(1n), writer.atLeast(argument, BigInt(low.bound), 'segment')))]
      : []),
    ...(high && hi >= BigInt(high.bound) && !isRow(plan, high)
      ? [apart(high, writer.atLeast(argument, BigInt(high.bound), 'segment'))]
      : []),
  ];
}

function tailOutput(writer: SecretWriter, { output, slope }: Tail, argument: Expression): Expression {
  const at = constant(BigInt(output));
  if (!slope) return at;
  const product = times(argument, BigInt(slope.multiplier));
  return plus(at, roundSecret(writer, product, slope.shift, slope.rounding, 'tail'));
}
