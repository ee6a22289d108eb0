import { usageError } from '../diagnostic.js';
import { interval, shiftInterval, type Interval } from '../fixedpoint/interval.js';
import { representable } from '../fixedpoint/overflow.js';
import type { Exponent, KernelPlan, Reduction } from '../plan/plan.js';
import { doubleShift, imulShift, splitShift, tieOffset, type RoundedShift } from './ts-rounding.js';
import type { TypescriptTable } from './ts-table.js';

/** The statements of a TypeScript kernel and what they refer to. */
export interface TypescriptBody {
  readonly statements: readonly string[];
  readonly usesRound: boolean;
  readonly helpers: readonly string[];
  readonly tables: readonly { readonly name: string; readonly about: string; readonly values: string }[];
}

interface Writer {
  readonly statements: string[];
  readonly helpers: Set<string>;
  readonly tables: { name: string; about: string; values: string }[];
  usesRound: boolean;
}

export function typescriptBody(plan: KernelPlan, table: TypescriptTable): TypescriptBody {
  const writer: Writer = { statements: [], helpers: new Set(), tables: [], usesRound: false };
  writeReduction(writer, plan);
  writeSelection(writer, plan, table);
  writeHorner(writer, plan, table);
  writeFinish(writer, plan, table);
  return { ...writer, helpers: [...writer.helpers] };
}

/** Takes note of what a rounded shift needs and returns its expression. */
function use(writer: Writer, shift: RoundedShift): string {
  if (shift.usesRound) writer.usesRound = true;
  if (shift.helper) writer.helpers.add(shift.helper);
  return shift.expression;
}

function writeReduction(writer: Writer, plan: KernelPlan): void {
  const { statements } = writer;
  if (plan.undefined) statements.push(`if (xRaw <= ${plan.undefined.upTo}) return ${plan.undefined.output};`);
  switch (plan.reduce.kind) {
    case 'none':
      statements.push('const a = xRaw;');
      break;
    case 'odd':
    case 'even':
    case 'point':
      statements.push('const sign = xRaw >> 31;', 'const a = ((xRaw ^ sign) - sign) >>> 0;');
      break;
    case 'normalise':
      writeNormalisation(writer, plan.reduce);
      break;
    case 'split':
      writeSplit(writer, plan, plan.reduce);
      break;
  }
}

function writeNormalisation(writer: Writer, reduce: Extract<Reduction, { kind: 'normalise' }>): void {
  const { width, step } = reduce;
  const excess = width - 32;
  const zeros =
    excess === 0 ? 'Math.clz32(xRaw)' : `Math.clz32(xRaw) ${excess < 0 ? '-' : '+'} ${Math.abs(excess)}`;
  const count = step === 1 ? zeros : step === 2 ? `(${zeros}) >> 1` : `Math.floor((${zeros}) / ${step})`;
  const shift = step === 1 ? 'k' : `k * ${step}`;
  writer.statements.push(
    `const k = ${excess < 0 ? `Math.max(0, ${count})` : count};`,
    width <= 32 ? `const a = (xRaw << (${shift})) >>> 0;` : `const a = xRaw * 2 ** (${shift});`,
  );
}

function writeSplit(writer: Writer, plan: KernelPlan, reduce: Extract<Reduction, { kind: 'split' }>): void {
  const multiplierBits = reduce.multiplier.toString(2).length + 1;
  const x = { text: 'xRaw', bits: plan.input.bits + (plan.input.signed ? 0 : 1) };
  const m = { text: String(reduce.multiplier), bits: multiplierBits };
  const narrow = x.bits + m.bits <= 52;
  const z = narrow
    ? `Math.floor(xRaw * ${reduce.multiplier} * ${2 ** -reduce.shift})`
    : use(writer, splitShift(x, m, reduce.shift, 'floor'));
  const one = 2 ** plan.argumentFracBits;
  writer.statements.push(
    `const z = ${z};`,
    `const k = Math.floor(z * ${1 / one});`,
    `const a = z - k * ${one};`,
  );
}

function writeSelection(writer: Writer, plan: KernelPlan, table: TypescriptTable): void {
  const { statements } = writer;
  const { select, tails } = plan;
  const stride = table.columns.length;
  if (tails.low)
    statements.push(`if (a < ${tails.low.bound}) return ${undone(plan, String(tails.low.output))};`);
  if (tails.high && !table.tailRow) {
    statements.push(`if (a >= ${tails.high.bound}) return ${undone(plan, String(tails.high.output))};`);
  }
  const argument = tails.high && table.tailRow ? 'inside' : 'a';
  if (argument === 'inside') {
    statements.push(`const inside = a < ${tails.high?.bound} ? a : ${tails.high?.bound};`);
  }
  if (select.kind === 'compare' && select.bounds.length === 0) {
    statements.push('const row = 0;');
  } else if (select.kind === 'compare') {
    writer.helpers.add(SEARCH_HELPER);
    statements.push(`const row = segmentOf(a) * ${stride};`);
  } else {
    const offset = select.lo === 0 ? argument : `(${argument} - ${select.lo})`;
    // Offsets from the first segment lie in [0, 2^32).
    const narrow = plan.bounds.argument.bits <= 33;
    const cell = narrow ? `${offset} >>> ${select.shift}` : `Math.floor(${offset} * ${2 ** -select.shift})`;
    const wide = narrow && select.shift > 31 ? '0' : cell;
    statements.push(
      select.kind === 'uniform'
        ? `const row = (${wide}) * ${stride};`
        : `const row = CELLS[${wide}] * ${stride};`,
    );
  }
  statements.push(`const t = ${argument} - TABLE[row + ${stride - 1}];`);
}

const SEARCH_HELPER = `/** The number of bounds at or below an argument. */
function segmentOf(a: number): number {
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BOUNDS[middle] <= a) low = middle + 1;
    else high = middle;
  }
  return low;
}`;

/** Products of at most this many bits, and a bit to break ties, are exact in a double. */
const DOUBLE_BITS = 52;

function writeHorner(writer: Writer, plan: KernelPlan, table: TypescriptTable): void {
  const { statements } = writer;
  statements.push('let y = TABLE[row];');
  plan.steps.forEach((step, i) => {
    const coefficient = `TABLE[row + ${i + 1}]`;
    const { product } = plan.bounds.steps[i];
    const before = i === 0 ? leadingBits(plan) : plan.bounds.steps[i - 1].accumulator.bits;
    const integer = table.integer ? imulShift('y', 't', step.shift, step.rounding) : undefined;
    const shifted =
      integer ??
      use(
        writer,
        product.bits <= DOUBLE_BITS
          ? doubleShift('y * t', step.shift, step.rounding)
          : splitShift(
              { text: 'y', bits: before },
              { text: 't', bits: plan.bounds.offset.bits },
              step.shift,
              step.rounding,
            ),
      );
    if (step.clamp !== undefined && needsClamp(plan, i, step.clamp)) {
      statements.push(clampTo('y', `${shifted}`, step.clamp), clampTo('y', `y + ${coefficient}`, step.clamp));
    } else {
      statements.push(`y = ${shifted} + ${coefficient};`);
    }
  });
}

function leadingBits(plan: KernelPlan): number {
  const most = Math.max(...plan.segments.map((segment) => Math.abs(segment.coefficients[0])));
  return most.toString(2).length + 1;
}

/** Whether a step's clamp can act: its shifted product or its sum may leave the interval. */
export function needsClamp(plan: KernelPlan, index: number, clamp: number): boolean {
  const step = plan.steps[index];
  const { product, accumulator } = plan.bounds.steps[index];
  const shifted = shiftInterval(interval(BigInt(product.lo), BigInt(product.hi)), step.shift, step.rounding);
  const outside = ({ lo, hi }: Interval) => lo < BigInt(-clamp) || hi > BigInt(clamp);
  return outside(shifted) || outside(interval(BigInt(accumulator.lo), BigInt(accumulator.hi)));
}

function clampTo(name: string, expression: string, clamp: number): string {
  return `${name} = Math.max(-${clamp}, Math.min(${clamp}, ${expression}));`;
}

function writeFinish(writer: Writer, plan: KernelPlan, table: TypescriptTable): void {
  const { statements } = writer;
  const exponent = 'exponent' in plan.reduce ? plan.reduce.exponent : undefined;
  const { rounding } = plan.finish;
  let fits: boolean;
  if (exponent?.effect === 'scale') {
    writeScaledFinish(writer, plan, exponent);
    fits = false;
  } else {
    if (exponent) {
      const unit = 2 ** (plan.output.fracBits + plan.guardBits);
      statements.push(`y += k * ${exponent.slope * unit} + ${exponent.offset * unit};`);
    }
    const integer = table.integer ? imulFinish(plan) : undefined;
    const shifted = integer ?? use(writer, doubleShift('y', plan.guardBits, rounding));
    if (shifted !== 'y') statements.push(`y = ${shifted};`);
    fits = resultFits(plan);
  }
  if (!fits) statements.push(...overflow(plan, 'y'));
  statements.push(`return ${undone(plan, 'y')};`);
}

function imulFinish({ guardBits, finish }: KernelPlan): string | undefined {
  if (guardBits === 0) return 'y';
  if (finish.rounding === 'floor') return `y >> ${guardBits}`;
  return finish.rounding === 'half-up' ? `(y + ${2 ** (guardBits - 1)}) >> ${guardBits}` : undefined;
}

/** The shift depends on the exponent: its scale and its tie offset come from tables indexed by k. */
function writeScaledFinish(writer: Writer, plan: KernelPlan, { slope, offset }: Exponent): void {
  const counts = plan.bounds.exponent;
  if (!counts) throw new TypeError('a scaled plan has bounds of its exponent');
  const { rounding } = plan.finish;
  const shifts = Array.from(
    { length: counts.hi - counts.lo + 1 },
    (_, i) => plan.guardBits - (slope * (counts.lo + i) + offset),
  );
  const offsets = shifts.map((shift) => (shift <= 0 ? 0 : tieOffset(rounding, shift)));
  if (offsets.some((value) => value === undefined)) {
    throw usageError(
      'unsupported-by-target',
      `the ts target can't round ${rounding} by a shift that depends on the input`,
      'try --rounding half-up',
    );
  }
  const index = counts.lo === 0 ? 'k' : `k - ${counts.lo}`.replace('- -', '+ ');
  writer.tables.push({
    name: 'SCALE',
    about: 'The power of two that undoes the reduction, for each exponent.',
    values: shifts.map((shift) => 2 ** -shift).join(', '),
  });
  const zero = offsets.every((value) => value === 0);
  if (!zero)
    writer.tables.push({
      name: 'TIE',
      about: 'Half a unit of the last dropped place: moves ties up.',
      values: offsets.join(', '),
    });
  writer.usesRound = true;
  writer.statements.push(`y = y * SCALE[${index}]${zero ? '' : ` + TIE[${index}]`} + ROUND - ROUND;`);
}

/** Whether every accumulator, rounded, is an output of the format: then nothing can overflow. */
export function resultFits(plan: KernelPlan): boolean {
  const { accumulator } = plan.bounds;
  const result = shiftInterval(
    interval(BigInt(accumulator.lo), BigInt(accumulator.hi)),
    plan.guardBits,
    plan.finish.rounding,
  );
  const { min, max } = representable(plan.output, plan.finish.overflow);
  const sum = plan.reduce.kind === 'point' ? BigInt(plan.reduce.sum) : 0n;
  const mirrored = plan.reduce.kind === 'odd' || plan.reduce.kind === 'point';
  const within = (lo: bigint, hi: bigint) => lo >= BigInt(min) && hi <= BigInt(max);
  return within(result.lo, result.hi) && (!mirrored || within(sum - result.hi, sum - result.lo));
}

function overflow(plan: KernelPlan, name: string): string[] {
  const { min, max } = representable(plan.output, plan.finish.overflow);
  switch (plan.finish.overflow) {
    case 'saturate':
    case 'saturate-symmetric':
      return [`${name} = ${name} < ${min} ? ${min} : ${name} > ${max} ? ${max} : ${name};`];
    case 'wrap':
      return [`${name} = ${wrapped(plan, name)};`];
    case 'error':
      return [
        `if (${name} < ${min} || ${name} > ${max}) throw new RangeError('${plan.name}: ' + ${name} + ' does not fit');`,
      ];
  }
}

function wrapped(plan: KernelPlan, value: string): string {
  const spare = 32 - plan.output.bits;
  const unsigned = !plan.output.signed;
  if (spare === 0) return unsigned ? `${value} >>> 0` : `${value} | 0`;
  return unsigned ? `(${value} << ${spare}) >>> ${spare}` : `(${value} << ${spare}) >> ${spare}`;
}

/** The output for the input's own sign, as an integer that is never −0. */
function undone(plan: KernelPlan, y: string): string {
  const { output, reduce } = plan;
  const wide = !output.signed && output.bits === 32;
  const integer = wide ? `${y} >>> 0` : `${y} | 0`;
  if (reduce.kind !== 'odd' && reduce.kind !== 'point') return /^-?\d+$/.test(y) ? y : integer;
  const { min, max } = representable(output, plan.finish.overflow);
  if (resultFits(plan) && !wide && /^-?\d+$/.test(y) === false) {
    const sum = reduce.kind === 'point' ? ` + (${reduce.sum} & sign)` : '';
    return `((y ^ sign) - sign${sum}) | 0`;
  }
  const mirrored = `${reduce.kind === 'point' ? reduce.sum : 0} - ${y}`;
  if (plan.finish.overflow === 'wrap')
    return `(sign === 0 ? ${y} : ${wrapped(plan, `(${mirrored})`)}) ${wide ? '>>> 0' : '| 0'}`;
  return `(sign === 0 ? ${y} : Math.max(${min}, Math.min(${max}, ${mirrored}))) ${wide ? '>>> 0' : '| 0'}`;
}
