import { usageError } from '../diagnostic.js';
import { formatName, maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import { interval, joinIntervals } from '../fixedpoint/interval.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import { definedInputs } from '../plan/inputs.js';
import { interpret } from '../plan/interpret.js';
import type { KernelPlan } from '../plan/plan.js';
import { finishSecret } from './secret-finish.js';
import { stepsOf } from './secret-ladder.js';
import {
  constant,
  expressionOf,
  plus,
  secretCost,
  within,
  type Expression,
  type SecretProgram,
  secretWriter,
  type SecretWriter,
} from './secret-program.js';
import { reduceSecret } from './secret-reduction.js';
import { evaluateSecret } from './secret-segments.js';

/**
 * A plan on a secret input: comparisons with public bounds, sums over their indicators, products and floors.
 * It gives what the interpreter gives on every input of the format.
 *
 * @throws usage error where the plan asks for what can't be done on secrets at a sensible price
 */
export function lowerSecret(plan: KernelPlan): SecretProgram {
  const format = interval(minRawBigint(plan.input), maxRawBigint(plan.input));
  const input = { name: 'x', interval: format };
  const writer = secretWriter(input);
  const listed = listedInputs(plan);
  const x = served(writer, plan, expressionOf(input), listed);
  const reduced = reduceSecret(writer, plan, x);
  const value = evaluateSecret(writer, plan, reduced.argument);
  const result = finishSecret(writer, plan, reduced, value);
  const corrected = corrections(writer, expressionOf(input), listed);
  const { min, max } = representableBigint(plan.output, plan.finish.overflow);
  const program = writer.finish(within(plus(result, corrected), interval(min, max)));
  const { comparisons } = secretCost(program);
  if (comparisons <= MOST_COMPARISONS) return program;
  throw usageError(
    'secret-comparisons',
    `${plan.name} takes ${comparisons} secret comparisons; expected at most ${MOST_COMPARISONS}`,
    2 * (plan.exceptions?.inputs.length ?? 0) > MOST_COMPARISONS / 2
      ? `each of ${plan.exceptions?.inputs.length} inputs whose outputs are listed takes two: try a larger --ulp`
      : 'try a higher order, which needs fewer segments, or a narrower range',
  );
}

/** Beyond this the parties exchange megabytes for every input; a heuristic. */
const MOST_COMPARISONS = 512;

/** A stretch of inputs whose output is listed. */
interface Listed {
  readonly lo: bigint;
  readonly hi: bigint;
  /** An input that runs through the kernel in its place; the stretch itself where it may. */
  readonly instead?: bigint;
  /** The output, and what the kernel without lists gives there: both public, so that their difference is. */
  readonly output: bigint;
  readonly computed: bigint;
}

function listedInputs(plan: KernelPlan): readonly Listed[] {
  const { undefined: gaps = [], exceptions: listed, ...unlisted } = plan;
  const defined = definedInputs(plan);
  if (defined.length === 0) {
    throw usageError(
      'no-value',
      `${plan.function} has no value on any input of ${formatName(plan.input)}`,
      'try another input format',
    );
  }
  const holes = gaps.map((hole) => {
    const lo = BigInt(hole.lo);
    const below = defined.findLast((stretch) => stretch.hi < lo)?.hi;
    const instead = below ?? defined[0].lo;
    const computed = interpret(unlisted, instead);
    return { lo, hi: BigInt(hole.hi), instead, output: BigInt(hole.output), computed };
  });
  const exceptions = (listed?.inputs ?? []).map((raw, i) => {
    const x = BigInt(raw);
    const output = BigInt(listed?.outputs[i] ?? 0);
    return { lo: x, hi: x, output, computed: interpret(unlisted, x) };
  });
  return [...holes, ...exceptions].toSorted((a, b) => (a.lo < b.lo ? -1 : 1));
}

/** The input, or where the function has no value one on which it has: the bounds are proven for those. */
function served(
  writer: SecretWriter,
  plan: KernelPlan,
  x: Expression,
  listed: readonly Listed[],
): Expression {
  const holes = listed.filter(({ instead }) => instead !== undefined);
  if (holes.length === 0) return x;
  writer.note('inputs with a value');
  const kept = over(writer, x, holes, () => 0n, 1n);
  const instead = over(writer, x, holes, (hole) => hole.instead ?? 0n, 0n);
  const hull = definedInputs(plan).reduce(joinIntervals);
  return within(plus(writer.product(kept, x, 'kept'), instead), hull);
}

/** What turns the computed outputs of listed inputs into the listed ones. */
function corrections(writer: SecretWriter, x: Expression, listed: readonly Listed[]): Expression {
  const changed = listed.filter(({ output, computed }) => output !== computed);
  if (changed.length === 0) return constant(0n);
  writer.note('listed outputs');
  return over(writer, x, changed, ({ output, computed }) => output - computed, 0n);
}

/** A step function of the input: a value on each stretch, another one elsewhere. */
function over(
  writer: SecretWriter,
  x: Expression,
  stretches: readonly Listed[],
  valueOf: (stretch: Listed) => bigint,
  elsewhere: bigint,
): Expression {
  const froms: bigint[] = [];
  const values: bigint[] = [elsewhere];
  for (const stretch of stretches) {
    froms.push(stretch.lo, stretch.hi + 1n);
    values.push(valueOf(stretch), elsewhere);
  }
  return stepsOf(writer, { subject: x, froms, name: 'listed' }, values);
}
