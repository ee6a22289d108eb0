import type { Exponent } from '../plan/plan.js';
import { finishShift } from '../plan/interpret.js';
import type { NarrowPlan } from '../plan/narrow.js';
import { addendText, doubleShift, helperShift, tieOffset } from './ts-rounding.js';
import type { NumberTable } from './ts-table.js';
import { use, type Writer } from './ts-writer.js';

/** Results of this many bits are exact while they are rounded in doubles. */
const ROUNDED_BITS = 51;

/** From the accumulator to the result, before overflow. */
export function writeFinish(writer: Writer, plan: NarrowPlan, table: NumberTable): void {
  const { statements } = writer;
  const exponent = 'exponent' in plan.reduce ? plan.reduce.exponent : undefined;
  const { offset = 0, rounding, overflow } = plan.finish;
  // Where only the low bits count, all of them have to be there.
  if (overflow === 'wrap' && plan.bounds.result.bits > ROUNDED_BITS) writer.inexact = true;
  const added = addendText(offset);
  if (exponent?.effect === 'scale') {
    statements.push(`y = ${scaled(writer, plan, exponent)}${added};`);
    return;
  }
  if (table.horner.end) {
    const { truncates, excess } = table.horner.end;
    const dropped = plan.guardBits > 0 || truncates ? `y >> ${plan.guardBits}` : 'y';
    const less = addendText(offset - excess);
    if (dropped !== 'y' || less !== '') statements.push(`y = ${parenthesised(dropped, less)};`);
    return;
  }
  if (exponent) writeAddend(writer, plan, exponent);
  const integer = table.integer ? imulFinish(plan) : undefined;
  const shifted = integer ?? use(writer, doubleShift('y', plan.guardBits, rounding));
  if (shifted !== 'y' || offset !== 0) statements.push(`y = ${parenthesised(shifted, added)};`);
}

/** Shifts bind less tightly than sums. */
function parenthesised(shifted: string, added: string): string {
  return added !== '' && shifted.includes('>>') ? `(${shifted})${added}` : `${shifted}${added}`;
}

function imulFinish({ guardBits, finish }: NarrowPlan): string | undefined {
  if (guardBits === 0) return 'y';
  if (finish.rounding === 'floor') return `y >> ${guardBits}`;
  return finish.rounding === 'half-up' ? `(y + ${2 ** (guardBits - 1)}) >> ${guardBits}` : undefined;
}

type Added = Extract<Exponent<number>, { effect: 'add' }>;
type Scaled = Extract<Exponent<number>, { effect: 'scale' }>;

function writeAddend(writer: Writer, { bounds }: NarrowPlan, { perStep, offset }: Added): void {
  const farthest = Math.max(Math.abs(bounds.counts?.lo ?? 0), Math.abs(bounds.counts?.hi ?? 0));
  if (farthest * Math.abs(perStep) + Math.abs(offset) > Number.MAX_SAFE_INTEGER) writer.inexact = true;
  writer.statements.push(`y += k * ${perStep}${offset === 0 ? '' : ` + ${offset}`};`);
}

/** Shifts by more than this leave what it leaves, of any accumulator that is an exact double. */
const LONGEST_SHIFT = 110;

/**
 * The shift depends on the count, within the counts for which it matters: beyond, results are too small to be
 * seen or too large to fit. Its scale and its tie offset come from tables indexed by k.
 */
function scaled(writer: Writer, plan: NarrowPlan, exponent: Scaled): string {
  const { rounding } = plan.finish;
  const { first, last, text } = countsThatMatter(plan, exponent);
  const shifts = Array.from({ length: last - first + 1 }, (_, i) =>
    Math.min(finishShift(plan, BigInt(first + i)), LONGEST_SHIFT),
  );
  const offset = first === 0 ? text : `${text} - ${first}`.replace('- -', '+ ');
  const simple = /^k( [+-] \d+)?$/.test(offset);
  if (!simple) writer.statements.push(`const exponent = ${offset};`);
  const index = simple ? offset : 'exponent';
  const table = (name: string, about: string, values: readonly number[]) => {
    writer.tables.push({ name, about, values: values.join(', ') });
    return `${name}[${index}]!`;
  };
  const about = 'The power of two that undoes the reduction, for each exponent.';
  const scales = shifts.map((shift) => 2 ** -shift);
  if (rounding === 'floor') return `Math.floor(y * ${table('SCALE', about, scales)})`;
  if (rounding === 'half-away' || rounding === 'pseudo-stochastic') {
    const shift = table(
      'SHIFT',
      'Bits that are dropped, for each exponent; fewer than none are added.',
      shifts,
    );
    return use(writer, helperShift('y', shift, rounding));
  }
  const scale = table('SCALE', about, scales);
  const ties = shifts.map((shift) => (shift <= 0 ? 0 : (tieOffset(rounding, shift) ?? 0)));
  const zero = ties.every((value) => value === 0);
  const tie = zero ? '' : ` + ${table('TIE', 'Half a unit of the last dropped place: moves ties up.', ties)}`;
  writer.usesRound = true;
  return `y * ${scale}${tie} + ROUND - ROUND`;
}

function countsThatMatter(plan: NarrowPlan, { slope, offset }: Scaled) {
  const { lo, hi } = plan.bounds.counts ?? { lo: 0, hi: 0 };
  if (slope === 0) return { first: lo, last: lo, text: String(lo) };
  const countAt = (shift: number) => (plan.guardBits - offset - shift) / slope;
  const ends = [countAt(LONGEST_SHIFT), countAt(-plan.output.bits - 2)];
  const within = (k: number) => Math.max(lo, Math.min(hi, k));
  const [first, last] = [within(Math.floor(Math.min(...ends))), within(Math.ceil(Math.max(...ends)))];
  const limited = last < hi ? `Math.min(${last}, k)` : 'k';
  return { first, last, text: first > lo ? `Math.max(${first}, ${limited})` : limited };
}
