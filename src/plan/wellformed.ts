import { usageError } from '../diagnostic.js';
import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import { planBounds } from './bounds.js';
import { canonicalJson } from './canonical.js';
import { definedInputs, definedMagnitudes } from './inputs.js';
import { selectSegment } from './interpret.js';
import { KERNEL_NAME, type Bound, type KernelPlan, type PlanSegment } from './plan.js';
import { misfit } from './form.js';
import { planForm } from './schema.js';

/** Wider products, and longer shifts, are a mistake rather than a kernel. */
export const WIDEST_PRODUCT = 200;
const WIDEST_VALUE = 127;

/** A law of plans: what must hold, and a check that returns what breaks it. */
export interface Rule {
  readonly code: string;
  readonly law: string;
  readonly broken: (plan: KernelPlan) => string | undefined;
}

/** Everything that makes a plan well-formed. Interpreter, runner and emitters rely on it and check nothing. */
export const WELL_FORMED: readonly Rule[] = Object.freeze([
  {
    code: 'form',
    law: 'every part has the form of the schema',
    broken: (plan) => {
      const wrong = misfit(planForm, plan);
      return wrong && `${wrong.place}: ${wrong.text}`;
    },
  },
  {
    code: 'sizes',
    law: 'formats have at most as many fraction bits as bits',
    broken: ({ input, output }) => {
      const format = [input, output].find(({ bits, fracBits }) => fracBits > bits);
      return format && `a format is ${JSON.stringify(format)}`;
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
    law: 'a fold is of signed inputs, and with a slope only to at least as many fraction bits',
    broken: ({ fold, input, output }) => {
      if (!fold) return undefined;
      if (!input.signed) return 'the inputs are unsigned';
      return fold.slope !== 0 && output.fracBits < input.fracBits ? 'the slope drops bits' : undefined;
    },
  },
  {
    code: 'reduction',
    law: 'a reduction has a multiplier of at least 0, and a power of two of quadrants',
    broken: ({ reduce }) => {
      if (reduce.kind === 'none' || reduce.kind === 'normalise') return undefined;
      if (BigInt(reduce.multiplier) < 0n) return `the multiplier is ${reduce.multiplier}`;
      if (reduce.kind === 'split') return undefined;
      const count = reduce.quadrants.length;
      return count >= 1 && Number.isInteger(Math.log2(count)) ? undefined : `there are ${count} quadrants`;
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
      const odd = [low, high].find((tail) => tail?.unclaimed && tail.slope);
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
        `${nameOf(plan)} is not a well-formed plan (${rule.code}): ${problem}; expected that ${rule.law}`,
        'make it again with approxgen build',
        path,
      );
    }
  }
}

/** What has no form may have no name either. */
const nameOf = (plan: Partial<KernelPlan> | null): string =>
  typeof plan?.name === 'string' && KERNEL_NAME.test(plan.name) ? plan.name : 'it';

/** Integers that no machine has room for are a problem like any other. */
function problemOf(rule: Rule, plan: KernelPlan): string | undefined {
  try {
    return rule.broken(plan);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
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
