import { usageError } from '../diagnostic.js';
import { interval, widthBits } from '../fixedpoint/interval.js';
import { magnitudes } from '../plan/inputs.js';
import type { KernelPlan, Reduction } from '../plan/plan.js';
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
import { select } from './secret-rounding.js';
import { scaleOf } from './secret-scale.js';

/** What a reduction makes of a secret input. */
export interface SecretReduced {
  readonly argument: Expression;
  /** The count k, as a step function and as a number, where the reduction has one. */
  readonly count?: {
    readonly ladder: Ladder;
    readonly values: readonly bigint[];
    readonly value: Expression;
  };
  /** 1 where the quadrant negates the output. */
  readonly negate?: Expression;
  /** 1 where the input was folded over zero, and the input there, 0 elsewhere. */
  readonly folded?: { readonly negative: Expression; readonly input: Expression } | undefined;
}

/** The reduced argument of a secret input on which the function has a value. */
export function reduceSecret(writer: SecretWriter, plan: KernelPlan, x: Expression): SecretReduced {
  const { magnitude, ...folded } = fold(writer, plan, x);
  const { reduce } = plan;
  switch (reduce.kind) {
    case 'none':
      return { argument: magnitude, ...folded };
    case 'normalise':
      return { ...normalise(writer, plan, reduce, magnitude), ...folded };
    case 'split':
      return { ...split(writer, plan, reduce, magnitude), ...folded };
    case 'periodic':
      return { ...period(writer, plan, reduce, magnitude), ...folded };
  }
}

function fold(
  writer: SecretWriter,
  plan: KernelPlan,
  x: Expression,
): { readonly magnitude: Expression; readonly folded?: SecretReduced['folded'] } {
  if (!plan.fold) return { magnitude: x };
  writer.note('magnitude');
  const positive = writer.atLeast(x, 0n, 'positive');
  const negative = whole(writer, within(minus(constant(1n), positive), interval(0n, 1n)), 'negative');
  const below = interval(x.interval.lo < 0n ? x.interval.lo : 0n, 0n);
  const input = writer.product(negative, x, 'below', below);
  const magnitude = within(minus(x, times(input, 2n)), magnitudes(x.interval));
  return { magnitude, folded: { negative, input } };
}

function normalise(
  writer: SecretWriter,
  plan: KernelPlan,
  { width, step }: Extract<Reduction, { kind: 'normalise' }>,
  magnitude: Expression,
): SecretReduced {
  writer.note('normalisation');
  // The count falls to k where the magnitude has more than width − (k + 1) · step bits.
  const values = countsOf(plan).toReversed();
  const froms = values.slice(1).map((k) => 1n << (BigInt(width) - (k + 1n) * BigInt(step)));
  const ladder: Ladder = { subject: whole(writer, magnitude, 'size'), froms, name: 'wide' };
  const scale = stepsOf(
    writer,
    ladder,
    values.map((k) => 1n << (k * BigInt(step))),
  );
  const argument = writer.product(
    ladder.subject,
    whole(writer, scale, 'factor'),
    'argument',
    intervalOf(plan.bounds.argument),
  );
  return { argument, count: { ladder, values, value: stepsOf(writer, ladder, values) } };
}

function split(
  writer: SecretWriter,
  plan: KernelPlan,
  reduction: Extract<Reduction, { kind: 'split' }>,
  magnitude: Expression,
): SecretReduced {
  writer.note('whole part and rest');
  const one = 1n << BigInt(plan.argumentFracBits);
  const z = multiplied(writer, reduction, magnitude);
  const values = countsOf(plan);
  const steps = values.slice(1);
  // Where the scale asks for every count, their indicators give the count as well; a floor does it otherwise.
  const factors = scaleOf(plan, values)?.factors ?? values.map(() => 1n);
  const asked = steps.every((_, i) => factors[i] !== factors[i + 1]);
  const bySteps: Ladder = { subject: z, froms: steps.map((k) => k * one), name: 'count' };
  const value = asked
    ? stepsOf(writer, bySteps, values)
    : within(writer.floor(z, plan.argumentFracBits, 'whole'), { lo: values[0], hi: values[steps.length] });
  const ladder = asked ? bySteps : { subject: value, froms: steps, name: 'count' };
  const argument = within(minus(z, times(value, one)), intervalOf(plan.bounds.argument));
  return { argument, count: { ladder, values, value } };
}

function period(
  writer: SecretWriter,
  plan: KernelPlan,
  reduction: Extract<Reduction, { kind: 'periodic' }>,
  magnitude: Expression,
): SecretReduced {
  writer.note('quadrant and rest');
  const { quadrants } = reduction;
  const one = 1n << BigInt(plan.argumentFracBits);
  const turn = one * BigInt(quadrants.length);
  const z = multiplied(writer, reduction, magnitude);
  const turns = writer.floor(z, plan.argumentFracBits + Math.log2(quadrants.length), 'turns');
  const inTurn = within(minus(z, times(turns, turn)), interval(0n, turn - 1n));
  const froms = quadrants.slice(1).map((_, i) => BigInt(i + 1) * one);
  const ladder: Ladder = { subject: whole(writer, inTurn, 'angle'), froms, name: 'quadrant' };
  const at = (values: readonly bigint[]) => stepsOf(writer, ladder, values);
  const number = at(quadrants.map((_, i) => BigInt(i)));
  const rest = within(minus(ladder.subject, times(number, one)), interval(0n, one - 1n));
  const mirror = at(quadrants.map(({ mirror: holds }) => (holds ? 1n : 0n)));
  const negate = at(quadrants.map(({ negate: holds }) => (holds ? 1n : 0n)));
  const mirrored = select(writer, mirror, minus(constant(one), rest), rest, 'mirrored');
  return { argument: within(mirrored, intervalOf(plan.bounds.argument)), negate };
}

/**
 * floor(magnitude · multiplier · 2^-shift). Where the product is wider than a word, in two parts: with
 * multiplier = high · 2^cut + low, it is floor((magnitude · high + floor(magnitude · low · 2^-cut)) · 2^(cut − shift)).
 */
function multiplied(
  writer: SecretWriter,
  { multiplier, shift }: Extract<Reduction, { kind: 'split' | 'periodic' }>,
  magnitude: Expression,
): Expression {
  const exact = times(magnitude, BigInt(multiplier));
  const cut = widthBits(exact.interval) - WORD_BITS + 1;
  if (cut <= 0 || cut >= shift) return whole(writer, writer.floor(exact, shift, 'z'), 'z');
  const high = BigInt(multiplier) >> BigInt(cut);
  const low = writer.floor(times(magnitude, BigInt.asUintN(cut, BigInt(multiplier))), cut, 'low');
  return whole(writer, writer.floor(plus(times(magnitude, high), low), shift - cut, 'z'), 'z');
}

/** What targets of one word can shift. */
const WORD_BITS = 63;

/** Every count that an input can have, ascending. */
function countsOf({ bounds }: KernelPlan): readonly bigint[] {
  const [lo, hi] = [BigInt(bounds.counts?.lo ?? 0), BigInt(bounds.counts?.hi ?? 0)];
  if (hi - lo > MOST_COUNTS) {
    throw usageError(
      'secret-counts',
      `the range reduction has ${hi - lo + 1n} different counts; expected at most ${MOST_COUNTS + 1n} where the input is secret`,
      'try fewer integer bits in the input',
    );
  }
  return Array.from({ length: Number(hi - lo) + 1 }, (_, i) => lo + BigInt(i));
}

/** Beyond this many counts a list of them is a mistake: the indicators alone are a program of megabytes. */
const MOST_COUNTS = 4096n;
