import { minRaw, maxRaw } from '../fixedpoint/format.js';
import { applyOverflow, representable } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { NarrowPlan } from '../plan/narrow.js';
import type { Reduction, Tail } from '../plan/plan.js';
import {
  accumulatorBits,
  foldFits,
  needsClamp,
  negationFits,
  quadrantMask,
  resultFits,
  widestBits,
} from './fits.js';
import { writeFinish } from './ts-finish.js';
import { addendText, floorShift, imulShift, productShift, tieOffset } from './ts-rounding.js';
import { coefficientColumn, roundName, type NumberTable } from './ts-table.js';
import { use, type TypescriptBody, type Writer } from './ts-writer.js';

/** A kernel in numbers, exact by the plan's proven widths; undefined where doubles can't do it. */
export function typescriptBody(plan: NarrowPlan, table: NumberTable): TypescriptBody | undefined {
  const writer: Writer = {
    statements: [],
    helpers: new Set(),
    tables: [],
    usesRound: false,
    inexact: false,
  };
  writeUndefined(writer, plan);
  writeReduction(writer, plan);
  writeSelection(writer, plan, table);
  writeHorner(writer, plan, table);
  writeFinish(writer, plan, table);
  if (!resultFits(plan)) writer.statements.push(...overflow(plan, 'y'));
  writer.statements.push(...undone(plan));
  return writer.inexact ? undefined : { ...writer, helpers: [...writer.helpers] };
}

function writeUndefined({ statements }: Writer, plan: NarrowPlan): void {
  const [least, most] = [minRaw(plan.input), maxRaw(plan.input)];
  for (const { lo, hi, output } of plan.undefined ?? []) {
    const above = lo === least ? [] : [`xRaw >= ${lo}`];
    const below = hi === most ? [] : [`xRaw <= ${hi}`];
    const condition = lo === hi ? `xRaw === ${lo}` : [...above, ...below].join(' && ');
    statements.push(`if (${condition === '' ? 'true' : condition}) return ${output};`);
  }
}

function writeReduction(writer: Writer, plan: NarrowPlan): void {
  const { statements } = writer;
  const { reduce } = plan;
  const entering = reduce.kind === 'none' ? 'a' : 'magnitude';
  if (plan.fold) {
    statements.push('const sign = xRaw >> 31;', `const ${entering} = ((xRaw ^ sign) - sign) >>> 0;`);
  } else if (reduce.kind === 'none') {
    statements.push('const a = xRaw;');
  }
  const from = plan.fold ? entering : 'xRaw';
  if (reduce.kind === 'normalise') writeNormalisation(writer, reduce, from);
  if (reduce.kind === 'split' || reduce.kind === 'periodic') writeDivision(writer, plan, reduce, from);
}

type Kind<K extends Reduction['kind']> = Extract<NarrowPlan['reduce'], { kind: K }>;

function writeNormalisation(writer: Writer, reduce: Kind<'normalise'>, from: string): void {
  const { width, step } = reduce;
  const excess = width - 32;
  const zeros =
    excess === 0
      ? `Math.clz32(${from})`
      : `Math.clz32(${from}) ${excess < 0 ? '-' : '+'} ${Math.abs(excess)}`;
  const count = step === 1 ? zeros : step === 2 ? `(${zeros}) >> 1` : `Math.floor((${zeros}) / ${step})`;
  const shift = step === 1 ? 'k' : `k * ${step}`;
  writer.statements.push(
    `const k = ${excess < 0 ? `Math.max(0, ${count})` : count};`,
    width <= 32 ? `const a = (${from} << (${shift})) >>> 0;` : `const a = ${from} * 2 ** (${shift});`,
  );
}

function writeDivision(
  writer: Writer,
  plan: NarrowPlan,
  reduce: Kind<'split'> | Kind<'periodic'>,
  from: string,
): void {
  const one = 2 ** plan.argumentFracBits;
  const rest = reduce.kind === 'split' ? 'a' : 'rest';
  writer.statements.push(
    `const z = ${multiplied(writer, plan, reduce, from)};`,
    `const k = Math.floor(z * ${1 / one});`,
    `const ${rest} = z - k * ${one};`,
  );
  if (reduce.kind === 'split') return;
  const { quadrants } = reduce;
  if (quadrants.length > 1) writer.statements.push(`const quadrant = k & ${quadrants.length - 1};`);
  const mirrored = inQuadrant(quadrants.map(({ mirror }) => mirror));
  writer.statements.push(`const a = ${mirrored.choose(`${one} - rest`, 'rest')};`);
}

function multiplied(
  writer: Writer,
  plan: NarrowPlan,
  { multiplier, shift }: Kind<'split'> | Kind<'periodic'>,
  from: string,
): string {
  const bits = plan.bounds.reduction?.product.bits ?? Infinity;
  if (bits <= 52) {
    const scaled = `${from} * ${multiplier} * ${2 ** -shift}`;
    return shift > 0 ? `Math.floor(${scaled})` : scaled;
  }
  const x = { text: from, bits: plan.input.bits + (plan.input.signed && !plan.fold ? 0 : 1) };
  const m = { text: String(multiplier), bits: widestBits([multiplier]) };
  const split = productShift(x, m, bits, shift, 'floor');
  if (split) return use(writer, split);
  return use(writer, shift >= 0 ? floorShift(from, m.text, shift) : undefined);
}

/** A condition on the quadrant: always, never, or by a bit of a mask. */
function inQuadrant(holds: readonly boolean[]) {
  const test = `(${quadrantMask(holds)} >> quadrant) & 1`;
  return {
    choose: (yes: string, no: string) =>
      holds.every(Boolean) ? yes : holds.some(Boolean) ? `${test} ? ${yes} : ${no}` : no,
    when: (statements: readonly string[]): readonly string[] => {
      if (!holds.some(Boolean)) return [];
      return holds.every(Boolean) ? statements : [`if (${test}) {`, ...statements, '}'];
    },
  };
}

function writeSelection(writer: Writer, plan: NarrowPlan, table: NumberTable): void {
  const { statements } = writer;
  const { select, tails } = plan;
  if (tails.low) statements.push(...served(writer, plan, tails.low, `a < ${tails.low.bound}`));
  if (tails.high && !table.tailRow) {
    statements.push(...served(writer, plan, tails.high, `a >= ${tails.high.bound}`));
  }
  const argument = tails.high && table.tailRow && !table.tailCells ? 'inside' : 'a';
  if (argument === 'inside') {
    statements.push(...limited(plan, tails.high?.bound ?? 0));
  }
  if (select.kind === 'compare' && select.bounds.length === 0) {
    statements.push('const row = 0;');
  } else if (select.kind === 'compare') {
    writer.helpers.add(SEARCH_HELPER);
    statements.push('const row = segmentOf(a);');
  } else {
    const offset = select.lo === 0 ? argument : `(${argument} - ${select.lo})`;
    // Offsets from the first segment lie in [0, 2^32).
    const narrow = plan.bounds.argument.bits <= 33;
    const cell = narrow ? `${offset} >>> ${select.shift}` : `Math.floor(${offset} * ${2 ** -select.shift})`;
    const wide = narrow && select.shift > 31 ? '0' : cell;
    statements.push(table.cells ? `const row = CELLS[${wide}]!;` : `const row = ${wide};`);
  }
  if (plan.steps.length > 0) statements.push(`const t = ${offsetText(plan, table, argument)};`);
}

/** The least of an argument and a bound; without a branch, which would often be guessed wrong, where int32 do. */
function limited({ bounds }: NarrowPlan, bound: number): readonly string[] {
  const beyond = [Number(bounds.argument.lo) - bound, Number(bounds.argument.hi) - bound];
  if (bound >= 2 ** 31 || beyond.some((distance) => distance < -(2 ** 31) || distance >= 2 ** 31)) {
    return [`const inside = a < ${bound} ? a : ${bound};`];
  }
  return [`const beyond = (a - ${bound}) | 0;`, `const inside = ${bound} + (beyond & (beyond >> 31));`];
}

/** An argument's offset from the origin of its segment. */
function offsetText({ select }: NarrowPlan, { originInCell }: NumberTable, argument: string): string {
  if (originInCell === undefined || select.kind !== 'uniform') return `${argument} - ORIGIN[row]!`;
  const fromFirst = select.lo === 0 ? argument : `(${argument} - ${select.lo})`;
  const inCell = `(${fromFirst} & ${2 ** select.shift - 1})`;
  return originInCell === 0 ? inCell : `${inCell} - ${originInCell}`;
}

/** What a tail returns where its condition holds. */
function served(writer: Writer, plan: NarrowPlan, tail: Tail<number>, condition: string): readonly string[] {
  const constant = tail.slope ? undefined : constantOutput(plan, tail.output);
  if (constant !== undefined) return [`if (${condition}) return ${constant};`];
  const lines = [`let y = ${tailText(writer, plan, tail)};`];
  if (tail.slope && !resultFits(plan)) lines.push(...overflow(plan, 'y'));
  return [`if (${condition}) {`, ...lines, ...undone(plan), '}'];
}

function tailText(writer: Writer, plan: NarrowPlan, { output, slope }: Tail<number>): string {
  if (!slope) return String(output);
  const a = { text: 'a', bits: plan.bounds.argument.bits };
  const m = { text: String(slope.multiplier), bits: widestBits([slope.multiplier]) };
  const bits = a.bits + m.bits - 1;
  const value = use(writer, productShift(a, m, bits, slope.shift, slope.rounding));
  return output === 0 ? value : `${value} + ${output}`;
}

/** A tail's output for either sign, where that is decided by the sign alone and nothing is thrown. */
function constantOutput({ reduce, fold, output, finish }: NarrowPlan, y: number): string | undefined {
  if (reduce.kind === 'periodic' || (fold && fold.slope !== 0)) return undefined;
  if (!fold) return String(y);
  try {
    const folded = applyOverflow(BigInt(fold.sign * y + fold.sum), output, finish.overflow);
    return folded === BigInt(y) ? String(y) : `sign === 0 ? ${y} : ${folded}`;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const SEARCH_HELPER = `/** The number of bounds at or below an argument. */
function segmentOf(a: number): number {
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BOUNDS[middle]! <= a) low = middle + 1;
    else high = middle;
  }
  return low;
}`;

function writeHorner(writer: Writer, plan: NarrowPlan, table: NumberTable): void {
  const { statements } = writer;
  const { fused, exponents, end } = table.horner;
  const degree = plan.steps.length;
  statements.push(`let y = ${coefficientColumn(degree)}[row]!;`);
  plan.steps.forEach(({ shift, rounding, clamp }, i) => {
    const coefficient = `${coefficientColumn(degree - 1 - i)}[row]!`;
    if (fused[i]) {
      const product = exponents === undefined ? `y * t * ${2 ** -shift}` : 'y * t';
      const truncates = i === degree - 1 && end?.truncates === true;
      const rounded = truncates ? '' : roundingText(writer, shift, rounding, exponents?.[i + 1] ?? 0);
      statements.push(`y = ${product}${rounded} + ${coefficient};`);
      return;
    }
    const integer = table.integer ? imulShift('y', 't', shift, rounding) : undefined;
    const y = { text: 'y', bits: accumulatorBits(plan, i) };
    const t = { text: 't', bits: plan.bounds.offset.bits };
    const shifted =
      integer ?? use(writer, productShift(y, t, plan.bounds.steps[i].product.bits, shift, rounding));
    if (clamp !== undefined && needsClamp(plan, i)) {
      statements.push(clampTo('y', shifted, clamp), clampTo('y', `y + ${coefficient}`, clamp));
    } else {
      statements.push(`y = ${shifted} + ${coefficient};`);
    }
  });
}

/** What is added to a product, scaled, to be rounded to multiples of 2^exponent; the coefficient that comes next takes it out. */
function roundingText(writer: Writer, shift: number, rounding: RoundingMode, exponent: number): string {
  writer.usesRound = true;
  return `${addendText((tieOffset(rounding, shift) ?? 0) * 2 ** exponent)} + ${roundName(exponent)}`;
}

function clampTo(name: string, expression: string, clamp: number): string {
  return `${name} = Math.max(-${clamp}, Math.min(${clamp}, ${expression}));`;
}

function overflow(plan: NarrowPlan, name: string): string[] {
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

function wrapped(plan: NarrowPlan, value: string): string {
  const spare = 32 - plan.output.bits;
  const unsigned = !plan.output.signed;
  if (spare === 0) return unsigned ? `${value} >>> 0` : `${value} | 0`;
  return unsigned ? `(${value} << ${spare}) >>> ${spare}` : `(${value} << ${spare}) >> ${spare}`;
}

/** From an output y for a reduced argument to the one for the input, as an integer that is never −0. */
function undone(plan: NarrowPlan): readonly string[] {
  const { output, reduce, fold } = plan;
  const wide = !output.signed && output.bits === 32;
  const integer = (y: string) => (wide ? `return ${y} >>> 0;` : `return ${y} | 0;`);
  const lines: string[] = [];
  if (reduce.kind === 'periodic') {
    const negated = ['y = 0 - y;', ...(negationFits(plan) ? [] : overflow(plan, 'y'))];
    lines.push(...inQuadrant(reduce.quadrants.map(({ negate }) => negate)).when(negated));
  }
  if (!fold || (fold.sign === 1 && fold.sum === 0 && fold.slope === 0)) return [...lines, integer('y')];
  const { min, max } = representable(output, plan.finish.overflow);
  if (fold.sign < 0 && fold.slope === 0 && !wide && foldFits(plan) && Math.abs(fold.sum) < 2 ** 31) {
    const sum = fold.sum === 0 ? '' : ` + (${fold.sum} & sign)`;
    return [...lines, `return ((y ^ sign) - sign${sum}) | 0;`];
  }
  const slope = fold.slope * 2 ** (output.fracBits - plan.input.fracBits);
  const terms = [...(fold.sum === 0 ? [] : [`${fold.sum}`]), ...(slope === 0 ? [] : [`${slope} * xRaw`])];
  const folded = `${terms.join(' + ') || '0'} ${fold.sign < 0 ? '-' : '+'} y`;
  const saturates = plan.finish.overflow === 'saturate' || plan.finish.overflow === 'saturate-symmetric';
  if (saturates && slope === 0) {
    const value = `(sign === 0 ? y : Math.max(${min}, Math.min(${max}, ${folded})))`;
    return [...lines, integer(value)];
  }
  return [
    ...lines,
    'if (sign !== 0) {',
    `y = ${folded};`,
    ...(foldFits(plan) ? [] : overflow(plan, 'y')),
    '}',
    integer('y'),
  ];
}
