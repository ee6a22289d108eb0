import type { KernelPlan, PlanInteger } from '../plan/plan.js';
import { intervalOf } from './fits.js';
import { column, segmentTable } from './lower-table.js';
import type { ProgramBuilder } from './program-builder.js';
import { rounded } from './program-rounding.js';
import type { Value } from './program.js';

/** The accumulator of the segment that serves an argument; in tails, of the segment beside. */
export function polynomial(build: ProgramBuilder, plan: KernelPlan, argument: Value): Value {
  const { add, constant, element, limit, multiply, named, within } = build;
  const { segments, steps, bounds } = plan;
  const ends = { lo: BigInt(segments[0].lo), hi: BigInt(segments[segments.length - 1].hi) - 1n };
  const inner = named('inner', 'the nearest argument that has a segment', limit(argument, ends));
  const { table, coefficients, origin } = segmentTable(plan);
  const row = named('row', 'the segment of the argument', segmentOf(build, plan, inner));
  const t =
    steps.length === 0
      ? constant(0)
      : named('t', 'the argument, from the origin of its segment', offsetOf(), intervalOf(bounds.offset));
  const first = coefficients[0];
  let y = named(`y${steps.length}`, first.about, element(table, first, row));
  steps.forEach(({ shift, rounding, clamp }, i) => {
    const limited = (value: Value) => (clamp === undefined ? value : limit(value, symmetric(clamp)));
    const proven = bounds.steps[i];
    const product = within(multiply(y, t), intervalOf(proven.product));
    const coefficient = coefficients[i + 1];
    const sum = add(limited(rounded(build, product, shift, rounding)), element(table, coefficient, row));
    const degree = steps.length - 1 - i;
    y = named(
      `y${degree}`,
      `Horner: times t, plus ${coefficient.about}`,
      limited(within(sum, intervalOf(proven.accumulator))),
    );
  });
  return y;

  function offsetOf(): Value {
    return uniformOffset(build, plan, inner) ?? build.subtract(inner, element(table, origin, row));
  }
}

const symmetric = (clamp: PlanInteger) => ({ lo: -BigInt(clamp), hi: BigInt(clamp) });

/** The index of the segment of an argument that has one. */
function segmentOf(build: ProgramBuilder, { select, segments }: KernelPlan, inner: Value): Value {
  const { constant, element, named, search, subtract, within } = build;
  const all = { lo: 0n, hi: BigInt(segments.length) - 1n };
  if (select.kind === 'compare') {
    if (select.bounds.length === 0) return constant(0);
    const bounds = column('start', 'its first argument', select.bounds.map(BigInt));
    const about = 'A segment a row, but for the first.';
    return search({ name: 'bounds', about, rows: bounds.values.length, columns: [bounds] }, bounds, inner);
  }
  const place = rounded(build, subtract(inner, constant(BigInt(select.lo))), select.shift, 'floor');
  if (select.kind === 'uniform') return within(place, all);
  const segment = column('segment', 'its segment', select.map.map(BigInt));
  const about = `As many arguments a row: ${1n << BigInt(select.shift)}.`;
  const table = { name: 'cells', about, rows: select.map.length, columns: [segment] };
  return element(
    table,
    segment,
    named('slot', 'the cell of the argument', place, { lo: 0n, hi: BigInt(select.map.length) - 1n }),
  );
}

/** t without the origins, where equal segments have them all at the same place. */
function uniformOffset({ constant, lowBits, subtract }: ProgramBuilder, plan: KernelPlan, inner: Value) {
  const { select, segments } = plan;
  if (select.kind !== 'uniform' || select.shift < 0) return undefined;
  const start = (i: number) => BigInt(select.lo) + (BigInt(i) << BigInt(select.shift));
  const ahead = BigInt(segments[0].origin) - start(0);
  if (segments.some(({ origin }, i) => BigInt(origin) - start(i) !== ahead)) return undefined;
  const place = lowBits(subtract(inner, constant(BigInt(select.lo))), select.shift);
  return subtract(place, constant(ahead));
}
