import { usageError } from '../diagnostic.js';
import { maxRaw, minRaw } from '../fixedpoint/format.js';
import { representable } from '../fixedpoint/overflow.js';
import { planBounds } from './bounds.js';
import { canonicalJson } from './canonical.js';
import { selectSegment } from './interpret.js';
import { PLAN_SCHEMA, type KernelPlan, type PlanSegment } from './plan.js';

/** Integers of this many bits, sign included, and sums of two of them are exact in a double. */
const EXACT_BITS = 53;

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
    law: 'every number of the arithmetic is an integer below 2^53',
    broken: (plan) => {
      const { reduce, tails, select, segments, steps, guardBits, coefficientFracBits, range } = plan;
      const numbers = numbersIn({
        undefined: plan.undefined,
        reduce,
        tails,
        select,
        segments,
        steps,
        guardBits,
        coefficientFracBits,
        range,
      });
      const bad = numbers.find((value) => !Number.isSafeInteger(value) || Object.is(value, -0));
      return bad === undefined ? undefined : `${bad} is not`;
    },
  },
  {
    code: 'range',
    law: 'the range is not empty and lies in the input format',
    broken: ({ range, input }) =>
      range.lo <= range.hi && range.lo >= minRaw(input) && range.hi <= maxRaw(input)
        ? undefined
        : `range is ${range.lo} … ${range.hi}, format holds ${minRaw(input)} … ${maxRaw(input)}`,
  },
  {
    code: 'segments',
    law: 'segments ascend without gaps, each with one coefficient per degree',
    broken: ({ segments, steps }) => {
      if (segments.length === 0) return 'there are none';
      const bad = segments.findIndex(
        (segment, i) =>
          segment.lo >= segment.hi ||
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
        probes(plan, segment).some((a) => selectSegment(plan.select, BigInt(a)) !== i),
      );
      return bad < 0 ? undefined : `segment ${bad} is not found at its own bounds`;
    },
  },
  {
    code: 'tails',
    law: 'tails begin where segments end, and constant outputs fit the format',
    broken: ({ tails, segments, output, finish, undefined: valueless }) => {
      const { min, max } = representable(output, finish.overflow);
      const last = segments[segments.length - 1];
      if (tails.low && tails.low.bound !== segments[0].lo) return `the low tail begins at ${tails.low.bound}`;
      if (tails.high && tails.high.bound !== last.hi) return `the high tail begins at ${tails.high.bound}`;
      const constants = [tails.low, tails.high, valueless].flatMap((constant) => constant?.output ?? []);
      const bad = constants.find((constant) => constant < min || constant > max);
      return bad === undefined ? undefined : `one gives ${bad}`;
    },
  },
  {
    code: 'coverage',
    law: 'segments and tails cover every reduced argument of the format',
    broken: ({ tails, segments, bounds, reduce, undefined: valueless }) => {
      if (reduce.kind === 'normalise' && !(valueless && valueless.upTo >= 0)) return 'nothing serves 0';
      const lo = BigInt(bounds.argument.lo);
      const hi = BigInt(bounds.argument.hi);
      if (!tails.low && lo < BigInt(segments[0].lo)) return `nothing serves ${lo}`;
      if (!tails.high && hi >= BigInt(segments[segments.length - 1].hi)) return `nothing serves ${hi}`;
      return undefined;
    },
  },
  {
    code: 'bounds',
    law: 'the intervals are those that interval arithmetic gives',
    broken: (plan) =>
      canonicalJson(planBounds(plan)) === canonicalJson(plan.bounds) ? undefined : 'they are not',
  },
  {
    code: 'accumulators',
    law: `coefficients and accumulators are exact doubles: two's complement of at most ${EXACT_BITS} bits`,
    broken: ({ segments, bounds }) => {
      const coefficient = segments
        .flatMap(({ coefficients }) => coefficients)
        .find((value) => Math.abs(value) > 2 ** (EXACT_BITS - 1));
      if (coefficient !== undefined) return `there is a coefficient ${coefficient}`;
      const bits = Math.max(bounds.accumulator.bits, ...bounds.steps.map((step) => step.accumulator.bits));
      return bits <= EXACT_BITS ? undefined : `an accumulator takes ${bits} bits`;
    },
  },
] satisfies readonly Rule[]);

/** @throws usage error that names the broken law */
export function checkWellFormed(plan: KernelPlan, path?: string): void {
  for (const rule of WELL_FORMED) {
    const problem = rule.broken(plan);
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

/** A segment's ends, and the ends of every cell of the selection inside it. */
function probes({ select }: KernelPlan, segment: PlanSegment): number[] {
  const ends = [segment.lo, segment.hi - 1];
  if (select.kind === 'compare') return ends;
  const size = 2 ** select.shift;
  const first = Math.ceil((segment.lo - select.lo) / size);
  const count = Math.max(0, Math.ceil((segment.hi - select.lo) / size) - first);
  const cells = Array.from({ length: count }, (_, i) => select.lo + (first + i) * size);
  return [...ends, ...cells.flatMap((cell) => [cell, Math.min(cell + size - 1, segment.hi - 1)])];
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(numbersIn);
  return [];
}
