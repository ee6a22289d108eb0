import { joinIntervals } from '../fixedpoint/interval.js';
import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import { definedInputs, definedMagnitudes, magnitudes } from '../plan/inputs.js';
import type { KernelPlan, Tail } from '../plan/plan.js';
import { intervalOf } from './fits.js';
import { polynomial } from './lower-polynomial.js';
import { finished, overflowed } from './lower-finish.js';
import { reduced } from './lower-reduction.js';
import { column } from './lower-table.js';
import { programBuilder, type ProgramBuilder } from './program-builder.js';
import { rounded } from './program-rounding.js';
import type { Program, Value } from './program.js';

export interface LowerOptions {
  /** Two's complement bits that the target multiplies in at little cost: wider products are cut in two. */
  readonly word?: number;
}

/**
 * A plan as a straight line of integer operations.
 *
 * Tails and inputs without a value are chosen at the end; until then the line computes with the nearest input,
 * and the nearest argument, that has a polynomial, so that everything stays in the plan's proven bounds. A
 * plan whose overflow mode is `error` saturates: its proof has shown that nothing overflows.
 *
 * @param plan well-formed
 */
export function lower(plan: KernelPlan, { word }: LowerOptions = {}): Program {
  const build = programBuilder({ lo: minRawBigint(plan.input), hi: maxRawBigint(plan.input) }, word);
  const y = withStretches(build, plan, withExceptions(build, plan, valueOf(build, plan)));
  const { name, function: f, input, output } = plan;
  return build.program({ name, function: f, input, output }, y);
}

/** The output where the function has a value. */
function valueOf(build: ProgramBuilder, plan: KernelPlan): Value {
  const defined = definedInputs(plan);
  if (defined.length === 0) return build.constant(0);
  const { compare, constant, limit, named, negate, select } = build;
  const hull = defined.reduce(joinIntervals);
  const u = named(
    'u',
    'the nearest input between the first and the last with a value',
    limit(build.input, hull),
  );
  const negative = plan.fold
    ? named('below', 'whether the input is below zero', compare(u, '<', constant(0)))
    : constant(0);
  const m = named(
    'm',
    'the magnitude of the input',
    select(negative, negate(u), u),
    plan.fold ? magnitudes(hull) : hull,
  );
  const least = definedMagnitudes(plan).reduce(joinIntervals);
  const from = named('n', 'the nearest magnitude with a value', limit(m, least));
  const { argument, count, negate: negated } = reduced(build, plan, from);
  const value = withTails(
    build,
    plan,
    argument,
    finished(build, plan, polynomial(build, plan, argument), count),
  );
  const positive = overflowed(build, plan, value);
  const signed = overflowed(
    build,
    plan,
    named('sign', 'negated where the quadrant says so', select(negated, negate(positive), positive)),
  );
  return unfolded(build, plan, { u, negative, y: signed });
}

/** Before overflow. */
function withTails(build: ProgramBuilder, plan: KernelPlan, argument: Value, value: Value): Value {
  const { compare, constant, named, select } = build;
  const { low, high } = plan.tails;
  const scaled = 'exponent' in plan.reduce && plan.reduce.exponent.effect === 'scale';
  // The bounds of scaled results are of results that are moved farther.
  const proven = scaled ? undefined : intervalOf(plan.bounds.result);
  let y = value;
  if (low) {
    const served = compare(argument, '<', constant(BigInt(low.bound)));
    y = named('low', 'the low tail', select(served, tailValue(build, argument, low), y));
  }
  if (high) {
    const served = compare(argument, '>=', constant(BigInt(high.bound)));
    y = named('high', 'the high tail', select(served, tailValue(build, argument, high), y));
  }
  return proven ? build.within(y, proven) : y;
}

function tailValue(build: ProgramBuilder, argument: Value, { output, slope }: Tail): Value {
  const constant = build.constant(BigInt(output));
  if (!slope) return constant;
  const product = build.multiply(argument, build.constant(BigInt(slope.multiplier)));
  return build.add(rounded(build, product, slope.shift, slope.rounding), constant);
}

interface Folded {
  /** The input, below zero or not, and the output for its magnitude. */
  readonly u: Value;
  readonly negative: Value;
  readonly y: Value;
}

function unfolded(build: ProgramBuilder, plan: KernelPlan, { u, negative, y }: Folded): Value {
  const { add, constant, multiply, named, negate, select, subtract, within } = build;
  const { fold, input, output, bounds } = plan;
  if (!fold) return y;
  const slope = BigInt(fold.slope) << BigInt(Math.max(0, output.fracBits - input.fracBits));
  const line = add(multiply(u, constant(slope)), constant(BigInt(fold.sum)));
  const other =
    fold.sign === 1 ? add(line, y) : fold.sum === 0 && slope === 0n ? negate(y) : subtract(line, y);
  const chosen = select(negative, other, y);
  const proven = bounds.folded ? joinIntervals(intervalOf(bounds.folded), y.interval) : y.interval;
  return overflowed(build, plan, named('fold', 'for inputs below zero, by symmetry', within(chosen, proven)));
}

/** Listed outputs instead of what the polynomials give. */
function withExceptions(build: ProgramBuilder, { exceptions }: KernelPlan, y: Value): Value {
  if (!exceptions) return y;
  const { compare, constant, element, max, named, search, select, subtract } = build;
  const inputs = column('input', 'the input', exceptions.inputs.map(BigInt));
  const outputs = column('output', 'its output', exceptions.outputs.map(BigInt));
  const table = {
    name: 'exceptions',
    about: 'An input a row whose output is listed.',
    rows: exceptions.inputs.length,
    columns: [inputs, outputs],
  };
  const below = search(table, inputs, build.input);
  const place = named(
    'place',
    'the last listed input at or below',
    max(subtract(below, constant(1)), constant(0)),
  );
  const listed = compare(element(table, inputs, place), '==', build.input);
  return named(
    'exact',
    'the listed output of a listed input',
    select(listed, element(table, outputs, place), y),
  );
}

function withStretches(build: ProgramBuilder, plan: KernelPlan, value: Value): Value {
  const { and, compare, constant, input, named, select } = build;
  return (plan.undefined ?? []).reduce((y, { lo, hi, output }) => {
    const inside =
      lo === hi
        ? compare(input, '==', constant(BigInt(lo)))
        : and(compare(input, '>=', constant(BigInt(lo))), compare(input, '<=', constant(BigInt(hi))));
    return named(
      'outside',
      'a stretch of inputs whose one output is listed',
      select(inside, constant(BigInt(output)), y),
    );
  }, value);
}
