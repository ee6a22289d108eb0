import type { Exponent, KernelPlan } from '../plan/plan.js';
import { LONGEST_SHIFT, ROUNDINGS, shifted, type Helpers } from './wasm-products.js';

interface Writer {
  readonly helpers: Helpers;
  fits: boolean;
}

/** From the accumulator y to the result, before overflow, in 64-bit integers. */
export function finishLines(writer: Writer, plan: KernelPlan): readonly string[] {
  const { guardBits, finish, reduce } = plan;
  const exponent = 'exponent' in reduce ? reduce.exponent : undefined;
  const added = finish.offset === undefined ? [] : [`y += ${finish.offset};`];
  if (exponent?.effect === 'scale') return [...scaledLines(writer, plan, exponent), ...added];
  const lines = exponent ? [addendLine(writer, plan, exponent)] : [];
  if (guardBits > LONGEST_SHIFT || plan.bounds.accumulator.bits - guardBits > LONGEST_SHIFT)
    writer.fits = false;
  const rounded = shifted(writer.helpers, 'y', String(guardBits), guardBits, finish.rounding);
  return [...lines, ...(rounded === 'y' ? [] : [`y = ${rounded};`]), ...added];
}

function addendLine(
  writer: Writer,
  { bounds }: KernelPlan,
  added: Extract<Exponent, { effect: 'add' }>,
): string {
  const counts = bounds.counts ?? { lo: 0, hi: 0 };
  const [perStep, offset] = [BigInt(added.perStep), BigInt(added.offset)];
  const products = [counts.lo, counts.hi].map((k) => BigInt(k) * perStep);
  const widest = 1n << BigInt(LONGEST_SHIFT);
  const wide = [...products, offset, perStep].some((value) => value > widest || value < -widest);
  if (wide) writer.fits = false;
  return `y += ${perStep} * k${offset === 0n ? '' : ` + ${offset}`};`;
}

function scaledLines(
  writer: Writer,
  { guardBits, finish, bounds }: KernelPlan,
  { slope, offset }: Extract<Exponent, { effect: 'scale' }>,
): readonly string[] {
  const counts = bounds.counts ?? { lo: 0, hi: 0 };
  const ends = [counts.lo, counts.hi].map((k) => guardBits - (slope * Number(k) + offset));
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const cut =
    (least < -LONGEST_SHIFT && finish.overflow === 'wrap') ||
    (greatest > LONGEST_SHIFT &&
      (finish.rounding === 'pseudo-stochastic' || bounds.accumulator.bits >= LONGEST_SHIFT)) ||
    Math.max(...ends.map(Math.abs)) > 2 ** 40;
  if (cut) writer.fits = false;
  const change =
    slope === 0 ? '' : slope === 1 ? ' - k' : slope === -1 ? ' + k' : ` - ${slope} * k`.replace('- -', '+ ');
  const shift = `${guardBits - offset}${change}`;
  const lines: string[] = [];
  // Accumulators have at most 62 bits: longer shifts leave nothing more of them.
  lines.push(
    greatest > LONGEST_SHIFT || least < -LONGEST_SHIFT
      ? `const shift = min<i64>(max<i64>(${shift}, ${-LONGEST_SHIFT}), ${LONGEST_SHIFT});`
      : `const shift: i64 = ${shift};`,
  );
  const { name, text } = ROUNDINGS[finish.rounding];
  if (greatest > 0) writer.helpers.set(name, text);
  const right = greatest > 0 ? `${name}(y, shift)` : 'y';
  if (least > 0) return [...lines, `y = ${right};`];
  const wraps = finish.overflow === 'wrap';
  if (!wraps) writer.helpers.set('shiftLeft', SHIFT_LEFT);
  const left = wraps ? 'y << -shift' : 'shiftLeft(y, -shift)';
  return [...lines, greatest > 0 ? `y = shift > 0 ? ${right} : ${left};` : `y = ${left};`];
}

const SHIFT_LEFT = `/** value · 2^shift, or ±2^62 where that is beyond: it does not fit the output either way. */
@inline
function shiftLeft(value: i64, shift: i64): i64 {
  const most = (<i64>1) << (62 - shift);
  return min<i64>(max<i64>(value, -most), most) << shift;
}`;
