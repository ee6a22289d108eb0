import { usageError } from '../diagnostic.js';
import { MAX_BITS, maxRawBigint, MIN_BITS, minRawBigint } from '../fixedpoint/format.js';
import { isCanonicalInteger } from '../fixedpoint/integer.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../fixedpoint/rounding.js';
import { planBounds } from './bounds.js';
import { canonicalJson } from './canonical.js';
import { definedInputs, definedMagnitudes } from './inputs.js';
import { selectSegment } from './interpret.js';
import { integersOf } from './narrow.js';
import { PLAN_SCHEMA, type Bound, type KernelPlan, type PlanSegment } from './plan.js';

/** Wider products, and longer shifts, are a mistake rather than a kernel. */
export const WIDEST_PRODUCT = 200;
const WIDEST_VALUE = 127;
const LONGEST_SHIFT = 256;
const MOST_QUADRANTS = 16;

/** A law of plans: what must hold, and a check that returns what breaks it. */
export interface Rule {
  readonly code: string;
  readonly law: string;
  readonly broken: (plan: KernelPlan) => string | undefined;
}

/** Everything that makes a plan well-formed. Interpreter, runner and emitters rely on it and check nothing. */
export const WELL_FORMED: readonly Rule[] = Object.freeze([
  {
    code: 'schema',
    law: `the schema is ${PLAN_SCHEMA}`,
    broken: (plan) => (plan.schema === PLAN_SCHEMA ? undefined : `schema is ${JSON.stringify(plan.schema)}`),
  },
  {
    code: 'integers',
    law: 'every number of the arithmetic is an integer, a number below 2^53 and a decimal string beyond',
    broken: (plan) => {
      const bad = integersIn(integersOf(plan)).find((value) => !isCanonicalInteger(value));
      return bad === undefined ? undefined : `${JSON.stringify(bad)} is not`;
    },
  },
  {
    code: 'sizes',
    law: `formats have ${MIN_BITS} to ${MAX_BITS} bits, and shifts and fractions at most ${LONGEST_SHIFT}`,
    broken: (plan) => {
      const formats = [plan.input, plan.output];
      const format = formats.find(
        ({ bits, fracBits }) =>
          ![bits, fracBits].every(Number.isInteger) ||
          bits < MIN_BITS ||
          bits > MAX_BITS ||
          fracBits < 0 ||
          fracBits > bits,
      );
      if (format) return `a format is ${JSON.stringify(format)}`;
      const bad = shiftsOf(plan).find((value) => !isCount(value, LONGEST_SHIFT));
      return bad === undefined ? undefined : `one is ${bad}`;
    },
  },
  {
    code: 'range',
    law: 'the range is not empty and lies in the input format',
    broken: ({ range, input }) =>
      BigInt(range.lo) <= BigInt(range.hi) &&
      BigInt(range.lo) >= minRawBigint(input) &&
      BigInt(range.hi) <= maxRawBigint(input)
        ? undefined
        : `range is ${range.lo} … ${range.hi}, format holds ${minRawBigint(input)} … ${maxRawBigint(input)}`,
  },
  {
    code: 'shape',
    law: 'a shape is monotone: true, continuous: a number of ulps from 0 on, or both',
    broken: ({ shape }) => {
      if (shape === undefined) return undefined;
      const { monotone, continuous, ...rest } = shape;
      const isShape =
        (monotone === undefined || (monotone as unknown) === true) &&
        (continuous === undefined || (Number.isFinite(continuous) && continuous >= 0)) &&
        Object.keys(rest).length === 0 &&
        (monotone !== undefined || continuous !== undefined);
      return isShape ? undefined : `it is ${JSON.stringify(shape)}`;
    },
  },
  {
    code: 'undefined',
    law: 'inputs without a value are ascending stretches of the format, apart, and give outputs of the format',
    broken: ({ undefined: holes = [], input, output, finish }) => {
      const { min, max } = representableBigint(output, finish.overflow);
      const bad = holes.findIndex(
        (hole, i) =>
          BigInt(hole.lo) > BigInt(hole.hi) ||
          BigInt(hole.lo) < minRawBigint(input) ||
          BigInt(hole.hi) > maxRawBigint(input) ||
          (i > 0 && BigInt(hole.lo) <= BigInt(holes[i - 1].hi)) ||
          BigInt(hole.output) < min ||
          BigInt(hole.output) > max,
      );
      return bad < 0 ? undefined : `stretch ${bad} is not`;
    },
  },
  {
    code: 'exceptions',
    law: 'exceptions are ascending inputs with a value, each with an output of the format',
    broken: (plan) => {
      const { exceptions, output, finish } = plan;
      if (!exceptions) return undefined;
      const { inputs, outputs } = exceptions;
      if (inputs.length !== outputs.length || inputs.length === 0) {
        return `there are ${inputs.length} inputs and ${outputs.length} outputs`;
      }
      const { min, max } = representableBigint(output, finish.overflow);
      const defined = definedInputs(plan);
      const bad = inputs.findIndex(
        (x, i) =>
          (i > 0 && BigInt(x) <= BigInt(inputs[i - 1])) ||
          !defined.some(({ lo, hi }) => BigInt(x) >= lo && BigInt(x) <= hi) ||
          BigInt(outputs[i]) < min ||
          BigInt(outputs[i]) > max,
      );
      return bad < 0 ? undefined : `exception ${bad} is not`;
    },
  },
  {
    code: 'fold',
    law: 'a fold is of signed inputs, by 1 or −1, and with a slope only to at least as many fraction bits',
    broken: ({ fold, input, output }) => {
      if (!fold) return undefined;
      if (!input.signed) return 'the inputs are unsigned';
      if (fold.sign !== 1 && fold.sign !== -1) return `the sign is ${String(fold.sign)}`;
      return fold.slope !== 0 && output.fracBits < input.fracBits ? 'the slope drops bits' : undefined;
    },
  },
  {
    code: 'reduction',
    law: 'a reduction is possible: positive steps, a multiplier of at least 0, a power of two of quadrants',
    broken: ({ reduce }) => {
      if (reduce.kind === 'none') return undefined;
      if (reduce.kind === 'normalise') return reduce.step >= 1 ? undefined : `the step is ${reduce.step}`;
      if (BigInt(reduce.multiplier) < 0n) return `the multiplier is ${reduce.multiplier}`;
      if (reduce.kind === 'split') return undefined;
      const count = reduce.quadrants.length;
      const possible = count >= 1 && count <= MOST_QUADRANTS && Number.isInteger(Math.log2(count));
      return possible ? undefined : `there are ${count} quadrants`;
    },
  },
  {
    code: 'segments',
    law: 'segments ascend without gaps, each with one coefficient per degree',
    broken: ({ segments, steps }) => {
      if (segments.length === 0) return 'there are none';
      const bad = segments.findIndex(
        (segment, i) =>
          BigInt(segment.lo) >= BigInt(segment.hi) ||
          (i > 0 && segment.lo !== segments[i - 1].hi) ||
          segment.coefficients.length !== steps.length + 1,
      );
      return bad < 0 ? undefined : `segment ${bad} does not`;
    },
  },
  {
    code: 'steps',
    law: 'each step’s shift is what the fraction bits of its operands and result say',
    broken: ({ steps, coefficientFracBits, argumentFracBits, guardBits, output }) => {
      if (coefficientFracBits.length !== steps.length + 1) return 'there is not one fraction per coefficient';
      const bad = steps.findIndex(
        (step, i) => step.shift !== coefficientFracBits[i] + argumentFracBits - coefficientFracBits[i + 1],
      );
      if (bad >= 0) return `step ${bad} shifts by ${steps[bad].shift}`;
      const last = coefficientFracBits[steps.length];
      return last === output.fracBits + guardBits ? undefined : `the accumulator has ${last} fraction bits`;
    },
  },
  {
    code: 'selection',
    law: 'every argument between the tails is given the segment that contains it',
    broken: (plan) => {
      const bad = plan.segments.findIndex((segment, i) =>
        probes(plan, segment).some((a) => selectSegment(plan.select, a) !== i),
      );
      return bad < 0 ? undefined : `segment ${bad} is not found at its own bounds`;
    },
  },
  {
    code: 'offset',
    law: 'what is added to a result is at most twice as far from zero as the output format is wide',
    broken: ({ finish: { offset = 0 }, output }) => {
      const most = 2n << BigInt(output.bits);
      return BigInt(offset) > most || BigInt(offset) < -most ? `${offset} is added` : undefined;
    },
  },
  {
    code: 'tails',
    law: 'tails begin where segments end, constant outputs fit the format, and only constants claim nothing',
    broken: ({ tails: { low, high }, segments, output, finish }) => {
      const odd = [low, high].find(
        (tail) => tail?.unclaimed !== undefined && ((tail.unclaimed as unknown) !== true || tail.slope),
      );
      if (odd) return `one is ${JSON.stringify(odd)}`;
      const { min, max } = representableBigint(output, finish.overflow);
      if (low && low.bound !== segments[0].lo) return `the low tail begins at ${low.bound}`;
      if (high && high.bound !== segments[segments.length - 1].hi)
        return `the high tail begins at ${high.bound}`;
      const constants = [low, high].flatMap((tail) => (tail && !tail.slope ? [BigInt(tail.output)] : []));
      const bad = constants.find((constant) => constant < min || constant > max);
      return bad === undefined ? undefined : `one gives ${bad}`;
    },
  },
  {
    code: 'bounds',
    law: 'the intervals are those that interval arithmetic gives',
    broken: (plan) =>
      canonicalJson(planBounds(plan)) === canonicalJson(plan.bounds) ? undefined : 'they are not',
  },
  {
    code: 'coverage',
    law: 'segments and tails cover every reduced argument of the format',
    broken: (plan) => {
      const { tails, segments, bounds, reduce } = plan;
      if (reduce.kind === 'normalise') {
        const least = definedMagnitudes(plan)[0]?.lo ?? 1n;
        if (least <= 0n) return `${least} can't be normalised`;
      }
      const lo = BigInt(bounds.argument.lo);
      const hi = BigInt(bounds.argument.hi);
      if (!tails.low && lo < BigInt(segments[0].lo)) return `nothing serves ${lo}`;
      if (!tails.high && hi >= BigInt(segments[segments.length - 1].hi)) return `nothing serves ${hi}`;
      return undefined;
    },
  },
  {
    code: 'widths',
    law: `products have at most ${WIDEST_PRODUCT} bits, arguments and accumulators ${WIDEST_VALUE}`,
    broken: ({ bounds, tails }) => {
      const { reduction, argument, offset, accumulator, steps } = bounds;
      const widest = (found: readonly Bound[]) => Math.max(0, ...found.map(({ bits }) => bits));
      const tailBits = [tails.low, tails.high].map((tail) =>
        tail?.slope ? argument.bits + BigInt(tail.slope.multiplier).toString(2).length : 0,
      );
      const product = Math.max(
        widest([...(reduction ? [reduction.product] : []), ...steps.map((step) => step.product)]),
        ...tailBits,
      );
      const value = widest([argument, offset, accumulator, ...steps.map((step) => step.accumulator)]);
      if (value > WIDEST_VALUE) return `a value takes ${value} bits`;
      return product <= WIDEST_PRODUCT ? undefined : `a product takes ${product} bits`;
    },
  },
] satisfies readonly Rule[]);

/** @throws usage error that names the broken law */
export function checkWellFormed(plan: KernelPlan, path?: string): void {
  for (const rule of WELL_FORMED) {
    const problem = problemOf(rule, plan);
    if (problem !== undefined) {
      throw usageError(
        'malformed-plan',
        `${plan.name} is not a well-formed plan (${rule.code}): ${problem}; expected that ${rule.law}`,
        'make it again with approxgen build',
        path,
      );
    }
  }
}

/** A part of a plan that is missing, or of another type than it should be, is a problem like any other. */
function problemOf(rule: Rule, plan: KernelPlan): string | undefined {
  try {
    return rule.broken(plan);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `something is missing or of another type: ${error.message}`;
  }
}

/** A segment's ends, and the ends of every cell of the selection inside it. */
function probes({ select }: KernelPlan, segment: PlanSegment): bigint[] {
  const [lo, last] = [BigInt(segment.lo), BigInt(segment.hi) - 1n];
  if (select.kind === 'compare') return [lo, last];
  const [origin, shift] = [BigInt(select.lo), BigInt(select.shift)];
  const found = [lo, last];
  // A segment that is found has no more cells than the map, or one of its own: those and one more tell.
  const most = select.kind === 'lookup' ? select.map.length + 1 : 2;
  let cell = ((lo - origin - 1n) >> shift) + 1n;
  for (let i = 0; i < most; i++, cell++) {
    const first = origin + (cell << shift);
    if (first > last) break;
    const end = origin + ((cell + 1n) << shift) - 1n;
    found.push(first, end < last ? end : last);
  }
  return found;
}

/** Every shift, step and fraction of a plan. */
function shiftsOf(plan: KernelPlan): readonly number[] {
  const { reduce, tails, select, steps } = plan;
  return [
    plan.argumentFracBits,
    plan.guardBits,
    ...plan.coefficientFracBits,
    ...steps.map(({ shift }) => shift),
    ...[tails.low, tails.high].flatMap((tail) => (tail?.slope ? [tail.slope.shift] : [])),
    ...(select.kind === 'compare' ? [] : [select.shift]),
    ...(reduce.kind === 'normalise' ? [reduce.width, reduce.step] : []),
    ...(reduce.kind === 'split' || reduce.kind === 'periodic' ? [reduce.shift] : []),
    ...('exponent' in reduce && reduce.exponent.effect === 'scale'
      ? [reduce.exponent.slope, reduce.exponent.offset]
      : []),
  ];
}

const isCount = (value: number, most: number) =>
  Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) <= most;

/** Kinds, effects and modes; every other text in a plan's arithmetic should be an integer. */
const WORDS: ReadonlySet<unknown> = new Set([
  ...ROUNDING_MODES,
  ...['none', 'normalise', 'split', 'scale', 'add', 'uniform', 'lookup', 'compare'],
]);

function integersIn(value: unknown): readonly unknown[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(integersIn);
  return value === undefined || WORDS.has(value) ? [] : [value];
}
