import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import type { Integer } from '../fixedpoint/integer.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan, Tail } from '../plan/plan.js';
import { foldFits, needsClamp, negationFits, quadrantMask, resultFits } from './fits.js';
import type { TypescriptBody } from './ts-writer.js';

/*
 * A kernel in bigint, for formats above 32 bits and for arithmetic that doubles can't do. Nothing here depends
 * on widths. `BigInt.asIntN` is left out on purpose: inside a loop over a BigInt64Array, V8 of Node 20 can
 * abort on it.
 */

interface Writer {
  readonly statements: string[];
  readonly helpers: Set<string>;
}

/** A body in bigint; where both formats are of 32 bits at most, numbers go in and come out. */
export function bigintBody(plan: KernelPlan): TypescriptBody {
  const writer: Writer = { statements: [], helpers: new Set() };
  const numbers = hasWordFormats(plan);
  writer.statements.push(numbers ? 'const x = BigInt(xRaw);' : 'const x = xRaw;');
  const returned = (value: string) => (numbers ? `return Number(${value});` : `return ${value};`);
  writeUndefined(writer, plan, returned);
  writeReduction(writer, plan);
  writeValue(writer, plan);
  writeUndo(writer, plan);
  writer.statements.push(returned('y'));
  return { ...writer, helpers: [...writer.helpers], tables: [], usesRound: false };
}

/** An integer as a bigint literal. */
export const literal = (value: Integer | bigint) => `${BigInt(value)}n`;

/** The same where it is an operand. */
const operand = (value: Integer | bigint) => (BigInt(value) < 0n ? `(${literal(value)})` : literal(value));

function writeUndefined({ statements }: Writer, plan: KernelPlan, returned: (value: string) => string): void {
  const [least, most] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  for (const { lo, hi, output } of plan.undefined ?? []) {
    const above = BigInt(lo) === least ? [] : [`x >= ${literal(lo)}`];
    const below = BigInt(hi) === most ? [] : [`x <= ${literal(hi)}`];
    const condition = lo === hi ? `x === ${literal(lo)}` : [...above, ...below].join(' && ') || 'true';
    statements.push(`if (${condition}) ${returned(literal(output))}`);
  }
}

function writeReduction({ statements, helpers }: Writer, plan: KernelPlan): void {
  const { reduce, fold, argumentFracBits: fracBits } = plan;
  const entering = reduce.kind === 'none' ? 'a' : 'magnitude';
  if (fold || reduce.kind === 'none')
    statements.push(`const ${entering} = ${fold ? 'x < 0n ? -x : x' : 'x'};`);
  const from = fold || reduce.kind === 'none' ? entering : 'x';
  if (reduce.kind === 'none') return;
  if (reduce.kind === 'normalise') {
    helpers.add(BIT_LENGTH);
    const { width, step } = reduce;
    const steps =
      step === 1 ? `${width} - bitLength(${from})` : `Math.floor((${width} - bitLength(${from})) / ${step})`;
    statements.push(
      `const k = BigInt(Math.max(0, ${steps}));`,
      `const a = ${from} << ${step === 1 ? 'k' : `(k * ${step}n)`};`,
    );
    return;
  }
  statements.push(
    `const z = ${shiftedRight(`${from} * ${operand(reduce.multiplier)}`, reduce.shift)};`,
    `const k = z >> ${fracBits}n;`,
    `const ${reduce.kind === 'split' ? 'a' : 'rest'} = z - (k << ${fracBits}n);`,
  );
  if (reduce.kind === 'split') return;
  const { quadrants } = reduce;
  if (quadrants.length > 1) statements.push(`const quadrant = Number(k & ${quadrants.length - 1}n);`);
  const mirrored = `${1n << BigInt(fracBits)}n - rest`;
  statements.push(
    `const a = ${chosen(
      quadrants.map(({ mirror }) => mirror),
      mirrored,
      'rest',
    )};`,
  );
}

const BIT_LENGTH = `/** Bits of an integer from 0 to 2^64 − 1. */
function bitLength(value: bigint): number {
  const high = Number(value >> 32n);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(Number(value & 4294967295n));
}`;

const shiftedRight = (value: string, shift: number) =>
  shift < 0 ? `(${value}) << ${-shift}n` : `(${value}) >> ${shift}n`;

/** An expression that depends on the quadrant. */
function chosen(holds: readonly boolean[], yes: string, no: string): string {
  if (holds.every(Boolean)) return yes;
  return holds.some(Boolean) ? `(${quadrantMask(holds)} >> quadrant) & 1 ? ${yes} : ${no}` : no;
}

/** y, from a tail or a segment, within the output format. */
function writeValue(writer: Writer, plan: KernelPlan): void {
  const { statements } = writer;
  const { low, high } = plan.tails;
  const segment = segmentLines(writer, plan);
  if (!low && !high) {
    const [declared, ...rest] = segment.slice(segment.findIndex((line) => line.startsWith('y = ')));
    statements.push(...segment.slice(0, -rest.length - 1), `let ${declared}`, ...rest);
    if (!resultFits(plan)) statements.push(...overflow(plan));
    return;
  }
  statements.push('let y: bigint;');
  const served = (tail: Tail) => `y = ${tailText(writer, tail)};`;
  if (low) statements.push(`if (a < ${literal(low.bound)}) {`, served(low), '} else');
  if (high) statements.push(`if (a >= ${literal(high.bound)}) {`, served(high), '} else');
  statements.push('{', ...segment, '}');
  if (!resultFits(plan)) statements.push(...overflow(plan));
}

function tailText(writer: Writer, { output, slope }: Tail): string {
  if (!slope) return literal(output);
  const value = rounded(writer, `a * ${operand(slope.multiplier)}`, slope.shift, slope.rounding);
  return BigInt(output) === 0n ? value : `${value} + ${operand(output)}`;
}

function segmentLines(writer: Writer, plan: KernelPlan): readonly string[] {
  const { steps } = plan;
  const stride = steps.length + 2;
  const lines = [`const row = ${rowText(writer, plan, stride)};`];
  if (steps.length > 0) lines.push(`const t = a - TABLE[row + ${stride - 1}]!;`);
  lines.push('y = TABLE[row]!;');
  steps.forEach(({ shift, rounding, clamp }, i) => {
    const product = rounded(writer, 'y * t', shift, rounding);
    const coefficient = `TABLE[row + ${i + 1}]!`;
    if (clamp !== undefined && needsClamp(plan, i)) {
      writer.helpers.add(CLAMPED);
      const limit = literal(clamp);
      lines.push(`y = clamped(clamped(${product}, ${limit}) + ${coefficient}, ${limit});`);
    } else {
      lines.push(`y = ${product} + ${coefficient};`);
    }
  });
  lines.push(...finishLines(writer, plan));
  return lines;
}

const CLAMPED = `/** The value, limited to ±limit. */
function clamped(value: bigint, limit: bigint): bigint {
  return value > limit ? limit : value < -limit ? -limit : value;
}`;

function rowText(writer: Writer, { select }: KernelPlan, stride: number): string {
  if (select.kind === 'compare') {
    if (select.bounds.length === 0) return '0';
    writer.helpers.add(SEARCH);
    return `segmentOf(a) * ${stride}`;
  }
  const offset = BigInt(select.lo) === 0n ? 'a' : `(a - ${operand(select.lo)})`;
  const cell = `Number(${offset} >> ${select.shift}n)`;
  return select.kind === 'uniform' ? `${cell} * ${stride}` : `CELLS[${cell}]! * ${stride}`;
}

const SEARCH = `/** The number of bounds at or below an argument. */
function segmentOf(a: bigint): number {
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BOUNDS[middle]! <= a) low = middle + 1;
    else high = middle;
  }
  return low;
}`;

function finishLines(writer: Writer, plan: KernelPlan): readonly string[] {
  const { guardBits, finish, output, reduce } = plan;
  const exponent = 'exponent' in reduce ? reduce.exponent : undefined;
  const added = finish.offset === undefined ? '' : ` + ${operand(finish.offset)}`;
  if (exponent?.effect === 'scale') {
    writer.helpers.add(SCALED);
    const round = ROUNDINGS[finish.rounding];
    writer.helpers.add(round.text);
    const constant = guardBits - exponent.offset;
    const { slope } = exponent;
    const change = slope === 0 ? '' : slope > 0 ? ` - ${slope}n * k` : ` + ${-slope}n * k`;
    const shift = `${operand(constant)}${change}`;
    return [`y = scaled(y, ${shift}, ${output.bits + 2}n, ${round.name})${added};`];
  }
  const lines: string[] = [];
  if (exponent) {
    const offset = BigInt(exponent.offset) === 0n ? '' : ` + ${operand(exponent.offset)}`;
    lines.push(`y += k * ${operand(exponent.perStep)}${offset};`);
  }
  const shifted = guardBits === 0 ? 'y' : rounded(writer, 'y', guardBits, finish.rounding);
  if (shifted !== 'y' || added !== '') lines.push(`y = ${shifted}${added};`);
  return lines;
}

const SCALED = `/** value · 2^-shift, rounded. What is shifted out of sight at either end does not depend on how far. */
function scaled(
  value: bigint,
  shift: bigint,
  widest: bigint,
  round: (value: bigint, shift: bigint) => bigint,
): bigint {
  if (shift <= 0n) return value << (-shift > widest ? widest : -shift);
  return round(value, shift > 512n ? 512n : shift);
}`;

/** round(value · 2^-shift) as an operand of a sum. */
function rounded({ helpers }: Writer, value: string, shift: number, rounding: RoundingMode): string {
  if (shift === 0) return value;
  if (shift < 0 || rounding === 'floor') return `(${shiftedRight(value, shift)})`;
  if (rounding === 'half-up') return `((${value} + ${1n << BigInt(shift - 1)}n) >> ${shift}n)`;
  const { name, text } = ROUNDINGS[rounding];
  helpers.add(text);
  return `${name}(${value}, ${shift}n)`;
}

/** Each for shift > 0. */
const ROUNDINGS: Readonly<Record<RoundingMode, { readonly name: string; readonly text: string }>> = {
  floor: {
    name: 'roundFloor',
    text: `/** value · 2^-shift, rounded down. */
function roundFloor(value: bigint, shift: bigint): bigint {
  return value >> shift;
}`,
  },
  'half-up': {
    name: 'roundHalfUp',
    text: `/** value · 2^-shift, rounded to nearest, ties up. */
function roundHalfUp(value: bigint, shift: bigint): bigint {
  return (value + (1n << (shift - 1n))) >> shift;
}`,
  },
  'half-even': {
    name: 'roundHalfEven',
    text: `/** value · 2^-shift, rounded to nearest, ties to even. */
function roundHalfEven(value: bigint, shift: bigint): bigint {
  const odd = (value >> shift) & 1n;
  return (value + (1n << (shift - 1n)) - 1n + odd) >> shift;
}`,
  },
  'half-away': {
    name: 'roundHalfAway',
    text: `/** value · 2^-shift, rounded to nearest, ties away from zero. */
function roundHalfAway(value: bigint, shift: bigint): bigint {
  const half = 1n << (shift - 1n);
  return value < 0n ? -((half - value) >> shift) : (value + half) >> shift;
}`,
  },
  'pseudo-stochastic': {
    name: 'roundPseudo',
    text: `/** value · 2^-shift; the magnitude goes up where the upper half of the dropped bits exceeds the lower. */
function roundPseudo(value: bigint, shift: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const lowerBits = shift >> 1n;
  const dropped = magnitude & ((1n << shift) - 1n);
  const lower = dropped & ((1n << lowerBits) - 1n);
  const rounded = (magnitude >> shift) + (dropped >> lowerBits > lower ? 1n : 0n);
  return value < 0n ? -rounded : rounded;
}`,
  },
};

function overflow(plan: KernelPlan): readonly string[] {
  const { min, max } = representableBigint(plan.output, plan.finish.overflow);
  switch (plan.finish.overflow) {
    case 'saturate':
    case 'saturate-symmetric':
      return [`y = y < ${literal(min)} ? ${literal(min)} : y > ${literal(max)} ? ${literal(max)} : y;`];
    case 'wrap': {
      const mask = literal((1n << BigInt(plan.output.bits)) - 1n);
      return min === 0n ? [`y &= ${mask};`] : [`y = ((y + ${literal(-min)}) & ${mask}) - ${literal(-min)};`];
    }
    case 'error':
      return [
        `if (y < ${literal(min)} || y > ${literal(max)}) throw new RangeError('${plan.name}: ' + y + ' does not fit');`,
      ];
  }
}

/** The signs that the reduction took away. */
function writeUndo({ statements }: Writer, plan: KernelPlan): void {
  const { reduce, fold, input, output } = plan;
  if (reduce.kind === 'periodic') {
    const holds = reduce.quadrants.map(({ negate }) => negate);
    if (holds.some(Boolean)) statements.push(`y = ${chosen(holds, '-y', 'y')};`);
    if (!negationFits(plan)) statements.push(...overflow(plan));
  }
  if (!fold || (fold.sign === 1 && BigInt(fold.sum) === 0n && BigInt(fold.slope) === 0n)) return;
  const slope = BigInt(fold.slope) << BigInt(output.fracBits - input.fracBits);
  const sum = BigInt(fold.sum) === 0n ? '' : literal(fold.sum);
  const line = slope === 0n ? '' : `${operand(slope)} * x`;
  const terms = [sum, line].filter((term) => term !== '').join(' + ');
  const folded = fold.sign > 0 ? `${terms} + y` : terms === '' ? '-y' : `${terms} - y`;
  const overflowed = foldFits(plan) ? [] : overflow(plan);
  statements.push('if (x < 0n) {', `y = ${folded};`, ...overflowed, '}');
}
