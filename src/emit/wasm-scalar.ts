import { usageError } from '../diagnostic.js';
import { maxRaw, minRaw } from '../fixedpoint/format.js';
import { representable } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { KernelPlan } from '../plan/plan.js';
import { needsClamp } from './ts-body.js';
import { dataLines, segmentLabel, type AssemblyBody, type DataBlock } from './wasm-source.js';

/*
 * One evaluation in 64-bit integers, for every plan that the four lanes cannot do: any reduction, selection,
 * rounding and overflow. A product beyond 62 bits is cut in two, and what is below its upper part stays as one
 * sticky bit, which decides roundings as all the bits would.
 */

/** Products of at most this many bits, and half a unit of the last kept place, are int64. */
const PRODUCT_BITS = 62;
/** Bits that the wide product drops: it keeps product · 2^-25, its last bit being the sticky one. */
const STICKY_BITS = 25;
/** The factors of a wide product. */
const FACTOR_BITS = { wide: 53, narrow: 34 } as const;
/** Widest shift of an int64 that leaves room for half a unit. */
const LONGEST_SHIFT = 62;

interface Writer {
  readonly lines: string[];
  readonly helpers: Map<string, string>;
}

/** @throws usage error where a product, a shift or an exponent is too wide for 64-bit integers */
export function scalarBody(plan: KernelPlan): AssemblyBody {
  const writer: Writer = { lines: [], helpers: new Map() };
  const { lines } = writer;
  const { tails, undefined: valueless } = plan;
  // Not `<i64><u32>xRaw`: where that is inlined behind a load, the compiler's -O3 extends the sign after all.
  lines.push(`const x: i64 = ${plan.input.signed ? '<i64>xRaw' : '<i64>xRaw & 0xffffffff'};`);
  if (valueless) lines.push(`if (x <= ${valueless.upTo}) return ${valueless.output | 0};`);
  writeReduction(writer, plan);
  lines.push('let y: i64;');
  let branches = '';
  if (tails.low) branches += `if (a < ${tails.low.bound}) y = ${tails.low.output};\nelse `;
  if (tails.high) branches += `if (a >= ${tails.high.bound}) y = ${tails.high.output};\nelse `;
  lines.push(...`${branches}y = polynomial(a${'exponent' in plan.reduce ? ', k' : ''});`.split('\n'));
  writeUndo(writer, plan);
  lines.push('return <i32>y;');
  const polynomial = polynomialFunction(writer, plan);
  const scalar = `/** One evaluation in 64-bit integers. Unsigned values are int32 with the same bits. */
export function scalar(xRaw: i32): i32 {
${indented(lines)}
}`;
  return {
    constants: [],
    data: dataBlocks(plan),
    functions: [...writer.helpers.values(), polynomial, scalar, LANES],
  };
}

const LANES = `/** Four outputs for four inputs. */
@inline
export function lanes(x: v128): v128 {
  let y = i32x4.splat(scalar(i32x4.extract_lane(x, 0)));
  y = i32x4.replace_lane(y, 1, scalar(i32x4.extract_lane(x, 1)));
  y = i32x4.replace_lane(y, 2, scalar(i32x4.extract_lane(x, 2)));
  return i32x4.replace_lane(y, 3, scalar(i32x4.extract_lane(x, 3)));
}`;

function dataBlocks(plan: KernelPlan): readonly DataBlock[] {
  const { select, segments, steps } = plan;
  const degrees = steps.map((_, i) => `coefficient of t^${steps.length - i}`);
  const rows: DataBlock = {
    name: 'ROWS',
    type: 'i64',
    about: `A row a segment: ${[...degrees, 'constant', 'origin'].join(', ')}.`,
    lines: segments.map(
      (segment) =>
        `${[...segment.coefficients, segment.origin].join(', ')}, // ${segmentLabel(plan, segment)}`,
    ),
  };
  if (select.kind === 'lookup') {
    const about = `Segment of each cell of ${2 ** select.shift} arguments.`;
    return [{ name: 'CELLS', type: 'u16', about, lines: dataLines(select.map) }, rows];
  }
  if (select.kind === 'compare' && select.bounds.length > 0) {
    const about = 'Arguments at which a new segment begins.';
    return [{ name: 'BOUNDS', type: 'i64', about, lines: dataLines(select.bounds) }, rows];
  }
  return [rows];
}

function writeReduction({ lines, helpers }: Writer, plan: KernelPlan): void {
  const { reduce } = plan;
  switch (reduce.kind) {
    case 'none':
      lines.push('const a = x;');
      break;
    case 'odd':
    case 'even':
    case 'point':
      lines.push('const a = abs<i64>(x);');
      break;
    case 'normalise':
      lines.push(
        `const k = max<i64>(0, (clz<i64>(x) - ${64 - reduce.width}) / ${reduce.step});`,
        `const a = x << (k * ${reduce.step});`,
      );
      break;
    case 'split': {
      const multiplier = { text: String(reduce.multiplier), bits: widthOf([reduce.multiplier]) };
      const factor = { text: 'x', bits: plan.input.bits + (plan.input.signed ? 0 : 1) };
      const bits = multiplier.bits + factor.bits - 1;
      const z = shiftedProduct(helpers, multiplier, factor, bits, reduce.shift, 'floor');
      lines.push(
        `const z: i64 = ${z};`,
        `const k = z >> ${plan.argumentFracBits};`,
        `const a = z - (k << ${plan.argumentFracBits});`,
      );
    }
  }
}

/** The two's complement width that holds all of the values. */
function widthOf(values: readonly number[]): number {
  return Math.max(...values.map((value) => Math.abs(value).toString(2).length)) + 1;
}

function polynomialFunction({ helpers }: Writer, plan: KernelPlan): string {
  const { select, steps, bounds } = plan;
  const rowBytes = 8 * (steps.length + 2);
  const lines: string[] = [];
  if (select.kind === 'compare') {
    if (select.bounds.length === 0) lines.push('const segment: usize = 0;');
    else lines.push(...searchLines(select.bounds.length));
  } else {
    const cell = `<usize>((a${select.lo === 0 ? '' : ` - ${select.lo}`.replace('- -', '+ ')}) >> ${select.shift})`;
    lines.push(
      `const segment: usize = ${select.kind === 'lookup' ? `load<u16>(CELLS + (${cell} << 1))` : cell};`,
    );
  }
  lines.push(
    `const row = ROWS + segment * ${rowBytes};`,
    `const t = a - load<i64>(row, ${rowBytes - 8});`,
    'let y = load<i64>(row);',
  );
  steps.forEach((step, i) => {
    const accumulatorBits =
      i === 0
        ? widthOf(plan.segments.map(({ coefficients }) => coefficients[0]))
        : bounds.steps[i - 1].accumulator.bits;
    const product = shiftedProduct(
      helpers,
      { text: 'y', bits: accumulatorBits },
      { text: 't', bits: bounds.offset.bits },
      bounds.steps[i].product.bits,
      step.shift,
      step.rounding,
    );
    const coefficient = `load<i64>(row, ${8 * (i + 1)})`;
    if (step.clamp !== undefined && needsClamp(plan, i, step.clamp)) {
      lines.push(
        `y = ${clamped(product, -step.clamp, step.clamp)};`,
        `y = ${clamped(`y + ${coefficient}`, -step.clamp, step.clamp)};`,
      );
    } else {
      lines.push(`y = ${product} + ${coefficient};`);
    }
  });
  lines.push(...finishLines(helpers, plan), ...overflowLines(plan), 'return y;');
  const parameters = 'exponent' in plan.reduce ? 'a: i64, k: i64' : 'a: i64';
  return `/** The output for a reduced argument that has a segment. */
@inline
function polynomial(${parameters}): i64 {
${indented(lines)}
}`;
}

function searchLines(count: number): string[] {
  return [
    'let segment: usize = 0; // the number of bounds at or below the argument',
    `for (let end: usize = ${count}; segment < end; ) {`,
    '  const middle = (segment + end) >> 1;',
    '  if (load<i64>(BOUNDS + (middle << 3)) <= a) segment = middle + 1;',
    '  else end = middle;',
    '}',
  ];
}

interface Factor {
  readonly text: string;
  readonly bits: number;
}

/** round(p · q · 2^-shift) for a product of that many bits. */
function shiftedProduct(
  helpers: Map<string, string>,
  p: Factor,
  q: Factor,
  productBits: number,
  shift: number,
  rounding: RoundingMode,
): string {
  const [a, b] = p.bits >= q.bits ? [p, q] : [q, p];
  const refuse = (): never => {
    throw usageError(
      'too-wide-for-target',
      `a product of ${a.bits} × ${b.bits} bits, shifted by ${shift} and rounded ${rounding}, does not fit the wasm target's 64-bit integers`,
      'try fewer --guard bits, more --segments, or --step-rounding half-up',
      '--target wasm',
    );
  };
  if (shift > LONGEST_SHIFT || productBits - shift > PRODUCT_BITS) refuse();
  if (productBits <= PRODUCT_BITS)
    return shifted(helpers, `${a.text} * ${b.text}`, String(shift), shift, rounding);
  if (a.bits > FACTOR_BITS.wide || b.bits > FACTOR_BITS.narrow) refuse();
  if (rounding === 'floor' && shift > 0 && shift <= 26) {
    helpers.set('floorProduct', FLOOR_PRODUCT);
    return `floorProduct(${a.text}, ${b.text}, ${shift})`;
  }
  const possible = shift > STICKY_BITS + 1 && rounding !== 'pseudo-stochastic';
  if (!possible) refuse();
  helpers.set('wideProduct', WIDE_PRODUCT);
  const rest = shift - STICKY_BITS;
  return shifted(helpers, `wideProduct(${a.text}, ${b.text})`, String(rest), rest, rounding);
}

const FLOOR_PRODUCT = `/** floor(a · b · 2^-shift) for 0 < shift ≤ 26, |a| < 2^53, |b| < 2^34 and results of 62 bits. */
@inline
function floorProduct(a: i64, b: i64, shift: i64): i64 {
  const low = (a & 0x3ffffff) * b;
  const high = (a >> 26) * b + (low >> 26);
  return (high << (26 - shift)) | ((low & 0x3ffffff) >> shift);
}`;

const WIDE_PRODUCT = `/** a · b · 2^-25 with a last bit that says whether there is more: |a| < 2^53, |b| < 2^34. */
@inline
function wideProduct(a: i64, b: i64): i64 {
  const low = (a & 0x3ffffff) * b;
  const high = (a >> 26) * b + (low >> 26);
  return (high << 1) | i64((low & 0x3ffffff) != 0);
}`;

function shifted(
  helpers: Map<string, string>,
  value: string,
  shiftText: string,
  shift: number,
  rounding: RoundingMode,
): string {
  if (shift === 0) return value;
  if (shift < 0) return `((${value}) << ${-shift})`;
  const { name, text } = ROUNDINGS[rounding];
  helpers.set(name, text);
  return `${name}(${value}, ${shiftText})`;
}

function finishLines(helpers: Map<string, string>, plan: KernelPlan): string[] {
  const { guardBits, finish, output, bounds } = plan;
  const exponent = 'exponent' in plan.reduce ? plan.reduce.exponent : undefined;
  const lines: string[] = [];
  if (exponent?.effect === 'scale' && bounds.exponent) {
    const { slope, offset } = exponent;
    const ends = [bounds.exponent.lo, bounds.exponent.hi].map((k) => guardBits - (slope * k + offset));
    const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
    const unlimited =
      (least < -LONGEST_SHIFT && finish.overflow === 'wrap') ||
      (greatest > LONGEST_SHIFT && finish.rounding === 'pseudo-stochastic');
    if (unlimited) {
      throw usageError(
        'too-wide-for-target',
        `results shifted by ${least} to ${greatest} bits and rounded ${finish.rounding} do not fit the wasm target's 64-bit integers`,
        'try a narrower --range or --rounding half-up',
        '--target wasm',
      );
    }
    const constant = guardBits - offset;
    const change = slope === 1 ? '- k' : slope === -1 ? '+ k' : `- ${slope} * k`.replace('- -', '+ ');
    const shift = `${constant} ${change}`;
    // Accumulators have at most 53 bits: longer shifts leave nothing more of them.
    lines.push(
      greatest > LONGEST_SHIFT || least < -LONGEST_SHIFT
        ? `const shift = ${clamped(shift, -LONGEST_SHIFT, LONGEST_SHIFT)};`
        : `const shift: i64 = ${shift};`,
    );
    const { name, text } = ROUNDINGS[finish.rounding];
    if (greatest > 0) helpers.set(name, text);
    const right = greatest > 0 ? `${name}(y, shift)` : 'y';
    if (least > 0) {
      lines.push(`y = ${right};`);
    } else {
      const wraps = finish.overflow === 'wrap';
      if (!wraps) helpers.set('shiftLeft', SHIFT_LEFT);
      const left = wraps ? 'y << -shift' : 'shiftLeft(y, -shift)';
      lines.push(greatest > 0 ? `y = shift > 0 ? ${right} : ${left};` : `y = ${left};`);
    }
    return lines;
  }
  if (exponent) {
    const unit = output.fracBits + guardBits;
    if (unit < 0 || unit > 48) {
      throw usageError(
        'too-wide-for-target',
        `an exponent in units of 2^-${unit} does not fit`,
        undefined,
        '--target wasm',
      );
    }
    lines.push(`y += (${exponent.slope} * k + ${exponent.offset}) << ${unit};`);
  }
  const rounded = shiftedFinish(helpers, guardBits, finish.rounding);
  if (rounded !== 'y') lines.push(`y = ${rounded};`);
  return lines;
}

/** Accumulators have at most 53 bits, so that this many guard bits more or less do no harm. */
const MOST_GUARD_BITS = LONGEST_SHIFT;

function shiftedFinish(helpers: Map<string, string>, guardBits: number, rounding: RoundingMode): string {
  if (guardBits < -9 || guardBits > MOST_GUARD_BITS) {
    throw usageError(
      'too-wide-for-target',
      `${guardBits} guard bits do not fit the wasm target's 64-bit integers`,
      `expected -9 to ${MOST_GUARD_BITS}`,
      '--target wasm',
    );
  }
  return shifted(helpers, 'y', String(guardBits), guardBits, rounding);
}

const SHIFT_LEFT = `/** value · 2^shift, or ±2^62 where that is beyond: it does not fit the output either way. */
@inline
function shiftLeft(value: i64, shift: i64): i64 {
  const most = (<i64>1) << (62 - shift);
  return min<i64>(max<i64>(value, -most), most) << shift;
}`;

/** Each for 0 < shift ≤ 62 and |value| ≤ 2^62. */
const ROUNDINGS: Readonly<Record<RoundingMode, { readonly name: string; readonly text: string }>> = {
  floor: {
    name: 'roundFloor',
    text: `/** value · 2^-shift, rounded down. */
@inline
function roundFloor(value: i64, shift: i64): i64 {
  return value >> shift;
}`,
  },
  'half-up': {
    name: 'roundHalfUp',
    text: `/** value · 2^-shift, rounded to nearest, ties up. */
@inline
function roundHalfUp(value: i64, shift: i64): i64 {
  return (value + ((<i64>1) << (shift - 1))) >> shift;
}`,
  },
  'half-even': {
    name: 'roundHalfEven',
    text: `/** value · 2^-shift, rounded to nearest, ties to even. */
@inline
function roundHalfEven(value: i64, shift: i64): i64 {
  const odd = (value >> shift) & 1;
  return (value + ((<i64>1) << (shift - 1)) - 1 + odd) >> shift;
}`,
  },
  'half-away': {
    name: 'roundHalfAway',
    text: `/** value · 2^-shift, rounded to nearest, ties away from zero. */
@inline
function roundHalfAway(value: i64, shift: i64): i64 {
  const magnitude = (abs<i64>(value) + ((<i64>1) << (shift - 1))) >> shift;
  return value < 0 ? -magnitude : magnitude;
}`,
  },
  'pseudo-stochastic': {
    name: 'roundPseudo',
    text: `/** value · 2^-shift; the magnitude goes up where the upper half of the dropped bits exceeds the lower. */
@inline
function roundPseudo(value: i64, shift: i64): i64 {
  const magnitude = abs<i64>(value);
  const lowerBits = shift >> 1;
  const dropped = magnitude & (((<i64>1) << shift) - 1);
  const upper = dropped >> lowerBits;
  const lower = dropped & (((<i64>1) << lowerBits) - 1);
  const rounded = (magnitude >> shift) + i64(upper > lower);
  return value < 0 ? -rounded : rounded;
}`,
  },
};

function writeUndo({ lines }: Writer, plan: KernelPlan): void {
  const { reduce, input } = plan;
  if (!input.signed || minRaw(input) >= 0) return;
  if (reduce.kind !== 'odd' && reduce.kind !== 'point') return;
  lines.push('if (x < 0) {', `  y = ${reduce.kind === 'point' ? reduce.sum : 0} - y;`);
  lines.push(...overflowLines(plan).map((line) => `  ${line}`), '}');
}

/** Overflow of the output format, as the plan wants it. */
function overflowLines({ output, finish }: KernelPlan): string[] {
  const { min, max } = representable(output, finish.overflow);
  switch (finish.overflow) {
    case 'saturate':
    case 'saturate-symmetric':
      return [`y = ${clamped('y', min, max)};`];
    case 'wrap':
      return output.signed
        ? [`y = (y << ${64 - output.bits}) >> ${64 - output.bits};`]
        : [`y &= ${maxRaw(output)};`];
    case 'error':
      return [`if (y < ${min} || y > ${max}) unreachable(); // the plan's overflow mode is "error"`];
  }
}

function clamped(expression: string, min: number, max: number): string {
  return `min<i64>(max<i64>(${expression}, ${min}), ${max})`;
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n');
