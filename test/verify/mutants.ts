import { toInteger, type Integer } from '../../src/fixedpoint/integer.js';
import { OVERFLOW_MODES } from '../../src/fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../../src/fixedpoint/rounding.js';
import type { HornerStep } from '../../src/fixedpoint/horner.js';
import type { KernelPlan, PlanSegment, Tail } from '../../src/plan/plan.js';
import { chooseSelection } from '../../src/plan/selection.js';

/** A plan with one thing changed; its bounds are still the original's. */
export interface Mutant {
  readonly what: string;
  readonly plan: KernelPlan;
}

/** Everything of a plan that decides an output. */
const MEANING = [
  'input',
  'output',
  'undefined',
  'exceptions',
  'fold',
  'reduce',
  'tails',
  'select',
  'segments',
  'argumentFracBits',
  'coefficientFracBits',
  'guardBits',
  'steps',
  'finish',
] as const satisfies readonly (keyof KernelPlan)[];

/** Every change by one unit, every other word or sign, and changes by one that keep a plan consistent. */
export function mutantsOf(plan: KernelPlan): readonly Mutant[] {
  const leaves = MEANING.flatMap((key) => leavesOf(plan[key], [key]));
  const changes = leaves.flatMap(({ path, value }) =>
    othersOf(value).map((other) => ({
      what: `${path.join('.')} = ${String(other)}`,
      plan: replaced(plan, path, other),
    })),
  );
  return [...changes, ...movedBounds(plan), ...movedFractions(plan)];
}

type Leaf = string | number | boolean;

/** Every number, word and truth value below a value, with its place: `segments.3.coefficients.0`. */
function leavesOf(
  value: unknown,
  path: readonly string[],
): readonly { readonly path: readonly string[]; readonly value: Leaf }[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
  }
  return value === undefined ? [] : [{ path, value: value as Leaf }];
}

function othersOf(value: Leaf): readonly Leaf[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number' || /^-?\d+$/.test(value)) {
    const neighbours = [BigInt(value) - 1n, BigInt(value) + 1n].map(toInteger);
    // The other sign is no neighbour of its own.
    return Math.abs(Number(value)) === 1 ? [...neighbours, -Number(value)] : neighbours;
  }
  const alternatives = [ROUNDING_MODES, OVERFLOW_MODES].find((words) =>
    (words as readonly string[]).includes(value),
  );
  return (alternatives ?? []).filter((word) => word !== value);
}

function replaced<T>(value: T, path: readonly string[], other: Leaf): T {
  if (path.length === 0) return other as T;
  const [key, ...rest] = path;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, other);
  return copy as T;
}

const moved = (value: Integer, by: number): Integer => toInteger(BigInt(value) + BigInt(by));

/** A bound that both its neighbours, the tails and the selection agree on, moved by one. */
function movedBounds(plan: KernelPlan): readonly Mutant[] {
  const places = Array.from({ length: plan.segments.length + 1 }, (_, i) => i);
  return places.flatMap((i) =>
    [-1, 1].map((by) => {
      const segments = plan.segments.map((segment, k): PlanSegment => ({
        ...segment,
        ...(k === i ? { lo: moved(segment.lo, by) } : {}),
        ...(k === i - 1 ? { hi: moved(segment.hi, by) } : {}),
      }));
      const select =
        plan.select.kind === 'compare'
          ? { ...plan.select, bounds: segments.slice(1).map(({ lo }) => lo) }
          : chooseSelection(segments);
      const tail = (side: Tail): Tail => ({ ...side, bound: moved(side.bound, by) });
      const { low, high } = plan.tails;
      const tails = {
        ...plan.tails,
        ...(low && i === 0 ? { low: tail(low) } : {}),
        ...(high && i === plan.segments.length ? { high: tail(high) } : {}),
      };
      return { what: `bound ${i} moved by ${by}`, plan: { ...plan, segments, select, tails } };
    }),
  );
}

/** Fraction bits of the argument, or of one degree, with all the shifts and guard bits that follow from them. */
function movedFractions(plan: KernelPlan): readonly Mutant[] {
  const degrees = plan.coefficientFracBits.map((_, k) => k);
  return [-1, ...degrees].flatMap((k) =>
    [-1, 1].map((by) => {
      const argumentFracBits = plan.argumentFracBits + (k < 0 ? by : 0);
      const coefficientFracBits = plan.coefficientFracBits.map((bits, i) => (i === k ? bits + by : bits));
      const steps = plan.steps.map((step, i): HornerStep<Integer> => ({
        ...step,
        shift: coefficientFracBits[i] + argumentFracBits - coefficientFracBits[i + 1],
      }));
      const guardBits = coefficientFracBits[plan.steps.length] - plan.output.fracBits;
      return {
        what: `${k < 0 ? 'argument' : `coefficient ${k}`} fraction moved by ${by}`,
        plan: { ...plan, argumentFracBits, coefficientFracBits, steps, guardBits },
      };
    }),
  );
}
