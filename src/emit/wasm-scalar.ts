import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import type { Integer } from '../fixedpoint/integer.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { definedMagnitudes } from '../plan/inputs.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan, Tail } from '../plan/plan.js';
import {
  accumulatorBits,
  foldFits,
  needsClamp,
  negationFits,
  negates,
  quadrantMask,
  resultFits,
  widestBits,
} from './fits.js';
import { finishLines } from './wasm-finish.js';
import { shiftedProduct, type Factor, type Helpers } from './wasm-products.js';
import { dataLines, segmentLabel, type AssemblyBody, type DataBlock } from './wasm-source.js';

/*
 * One evaluation in 64-bit integers, for plans that the four lanes cannot do but whose every value fits a word.
 */

/** What is written, and whether every value of it was found to fit. */
export interface Writer {
  readonly lines: string[];
  readonly helpers: Helpers;
  fits: boolean;
}

/** A kernel in 64-bit integers; undefined where a value of it can need more. */
export function scalarBody(plan: KernelPlan): AssemblyBody | undefined {
  const writer: Writer = { lines: [], helpers: new Map(), fits: fitsWords(plan) };
  const { lines } = writer;
  const words = hasWordFormats(plan);
  // Not `<i64><u32>xRaw`: where that is inlined behind a load, the compiler's -O3 extends the sign after all.
  const x = words && !plan.input.signed ? '<i64>xRaw & 0xffffffff' : words ? '<i64>xRaw' : 'xRaw';
  lines.push(`const x: ${wordOf(inputBits(plan))} = ${wordCast(inputBits(plan), x)};`);
  for (const line of undefinedLines(plan, words)) lines.push(line);
  writeReduction(writer, plan);
  writeValue(writer, plan);
  writeUndo(writer, plan);
  lines.push(words ? 'return <i32>y;' : 'return y;');
  const polynomial = polynomialFunction(writer, plan);
  if (!writer.fits) return undefined;
  return {
    constants: [],
    data: [...dataBlocks(plan), ...exceptionData(plan)],
    functions: [
      ...exceptionFunctions(plan),
      ...writer.helpers.values(),
      polynomial,
      scalarFunction(plan, lines),
      ...(words ? [LANES] : []),
    ],
  };
}

/** Two's complement bits of a signed word. */
const WORD = 64;

/** Bits of inputs as signed integers: one more than the format has where that is unsigned. */
const inputBits = ({ input }: KernelPlan) => input.bits + (input.signed ? 0 : 1);

/** The word that holds integers of that many bits; those of 65 are not negative. */
export const wordOf = (bits: number) => (bits > WORD ? 'u64' : 'i64');
const wordCast = (bits: number, text: string) => (bits > WORD ? `<u64>(${text})` : text);

/** Whether what lies between products fits: arguments, offsets, accumulators, results. */
function fitsWords(plan: KernelPlan): boolean {
  const { bounds, output, reduce } = plan;
  const unsigned = BigInt(bounds.argument.lo) >= 0n && bounds.argument.bits <= WORD + 1;
  // Scaled up, 32-bit results may be limited on their way; wider ones have to fit, and so does what a fold adds.
  const scaled = 'exponent' in reduce && reduce.exponent.effect === 'scale';
  const limited = scaled && output.bits <= 32;
  return (
    (unsigned || bounds.argument.bits <= WORD) &&
    bounds.offset.bits <= WORD &&
    output.bits + (output.signed ? 0 : 1) <= WORD &&
    [bounds.accumulator, ...bounds.steps.map(({ accumulator }) => accumulator)].every(
      ({ bits }) => bits < WORD,
    ) &&
    (limited || bounds.result.bits < WORD) &&
    (bounds.folded === undefined || bounds.folded.bits < WORD) &&
    !(negates(plan) && output.bits === WORD)
  );
}

export function scalarFunction(plan: KernelPlan, lines: readonly string[]): string {
  const word = hasWordFormats(plan) ? 'i32' : 'i64';
  return `/** One evaluation in 64-bit integers. Unsigned values are int${word.slice(1)} with the same bits. */
export function scalar(xRaw: ${word}): ${word} {
${indented(lines)}
}`;
}

export const LANES = `/** Four outputs for four inputs. */
@inline
export function lanes(x: v128): v128 {
  let y = i32x4.splat(scalar(i32x4.extract_lane(x, 0)));
  y = i32x4.replace_lane(y, 1, scalar(i32x4.extract_lane(x, 1)));
  y = i32x4.replace_lane(y, 2, scalar(i32x4.extract_lane(x, 2)));
  return i32x4.replace_lane(y, 3, scalar(i32x4.extract_lane(x, 3)));
}`;

/** A literal of an i64, or of a u64 beyond that. */
export function wordLiteral(value: Integer | bigint): string {
  const exact = BigInt(value);
  if (exact === -(1n << 63n)) return 'i64.MIN_VALUE';
  return exact >= 1n << 63n ? `0x${exact.toString(16)}` : exact.toString();
}

/** Listed inputs, ascending, then their outputs in the same order. */
export function exceptionData({ exceptions }: KernelPlan): readonly DataBlock[] {
  if (!exceptions) return [];
  return [
    {
      name: 'EXCEPTIONS',
      type: 'i64',
      about: `The ${exceptions.inputs.length} inputs whose outputs are listed, ascending, and then those outputs.`,
      lines: dataLines([...exceptions.inputs, ...exceptions.outputs].map(tableLiteral)),
    },
  ];
}

export function exceptionFunctions(plan: KernelPlan): readonly string[] {
  if (!plan.exceptions) return [];
  const count = plan.exceptions.inputs.length;
  const word = wordOf(inputBits(plan));
  return [
    `/** The address of an input's listed output, or 0. */
function exceptionOf(x: ${word}): usize {
  let low: usize = 0;
  for (let high: usize = ${count}; low < high; ) {
    const middle = (low + high) >> 1;
    if (load<${word}>(EXCEPTIONS + (middle << 3)) < x) low = middle + 1;
    else high = middle;
  }
  const found = low < ${count} && load<${word}>(EXCEPTIONS + (low << 3)) == x;
  return found ? EXCEPTIONS + ((low + ${count}) << 3) : 0;
}`,
  ];
}

/** The same bits as an i64, for tables. */
const tableLiteral = (value: Integer) => wordLiteral(BigInt.asIntN(64, BigInt(value)));

/** What is returned before anything is computed: outputs of inputs without a value, and listed ones. */
export function undefinedLines(plan: KernelPlan, words: boolean): readonly string[] {
  const [least, most] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  const listed = plan.exceptions
    ? ['const listed = exceptionOf(x);', `if (listed != 0) return ${words ? '<i32>' : ''}load<i64>(listed);`]
    : [];
  const valueless = (plan.undefined ?? []).map(({ lo, hi, output }) => {
    const above = BigInt(lo) === least ? [] : [`x >= ${wordLiteral(lo)}`];
    const below = BigInt(hi) === most ? [] : [`x <= ${wordLiteral(hi)}`];
    const condition = lo === hi ? `x == ${wordLiteral(lo)}` : [...above, ...below].join(' && ') || 'true';
    const returned = words ? String(BigInt.asIntN(32, BigInt(output))) : tableLiteral(output);
    return `if (${condition}) return ${returned};`;
  });
  return [...valueless, ...listed];
}

function dataBlocks(plan: KernelPlan): readonly DataBlock[] {
  const { select, segments, steps } = plan;
  const degrees = steps.map((_, i) => `coefficient of t^${steps.length - i}`);
  const rows: DataBlock = {
    name: 'ROWS',
    type: 'i64',
    about: `A row a segment: ${[...degrees, 'constant', 'origin'].join(', ')}.`,
    lines: segments.map(
      (segment) =>
        `${[...segment.coefficients, segment.origin].map(tableLiteral).join(', ')}, // ${segmentLabel(plan, segment)}`,
    ),
  };
  if (select.kind === 'lookup') {
    const about = `Segment of each cell of ${2 ** select.shift} arguments.`;
    return [{ name: 'CELLS', type: 'u16', about, lines: dataLines(select.map) }, rows];
  }
  if (select.kind === 'compare' && select.bounds.length > 0) {
    const about = 'Arguments at which a new segment begins.';
    return [{ name: 'BOUNDS', type: 'i64', about, lines: dataLines(select.bounds.map(tableLiteral)) }, rows];
  }
  return [rows];
}

/** round(p · q · 2^-shift), or anything where that does not fit. */
function product(
  writer: Writer,
  p: Factor,
  q: Factor,
  productBits: number,
  shift: number,
  rounding: RoundingMode,
): string {
  const text = shiftedProduct(writer.helpers, p, q, productBits, shift, rounding);
  if (text === undefined) writer.fits = false;
  return text ?? '0';
}

/** Bits, as signed integers, of what enters the reduction. */
function enteringBits(plan: KernelPlan): number {
  const ends = definedMagnitudes(plan).flatMap(({ lo, hi }) => [lo, hi]);
  return widestBits(ends.map(String).concat('0'));
}

function writeReduction(writer: Writer, plan: KernelPlan): void {
  const { lines } = writer;
  const { reduce, fold, argumentFracBits } = plan;
  const entering = reduce.kind === 'none' ? 'a' : 'magnitude';
  const bits = enteringBits(plan);
  const argument = wordOf(plan.bounds.argument.bits);
  if (fold) lines.push(`const ${entering}: ${wordOf(bits)} = ${wordCast(bits, 'abs<i64>(x)')};`);
  else if (reduce.kind === 'none') lines.push('const a = x;');
  const from = fold || reduce.kind === 'none' ? entering : 'x';
  if (reduce.kind === 'none') return;
  if (reduce.kind === 'normalise') {
    if (reduce.width > WORD) writer.fits = false;
    const [length, moved] = argument === 'u64' ? [`<i64>${from}`, `(<u64>${from})`] : [from, from];
    lines.push(
      `const k = max<i64>(0, (clz<i64>(${length}) - ${64 - reduce.width}) / ${reduce.step});`,
      `const a = ${moved} << (k * ${reduce.step});`,
    );
    return;
  }
  if (bits > WORD || plan.bounds.argument.bits > WORD) writer.fits = false;
  const multiplier = { text: wordLiteral(reduce.multiplier), bits: widestBits([reduce.multiplier]) };
  const productBits = plan.bounds.reduction?.product.bits ?? Infinity;
  const factor = { text: from, bits };
  lines.push(
    `const z: i64 = ${product(writer, multiplier, factor, productBits, reduce.shift, 'floor')};`,
    `const k = z >> ${argumentFracBits};`,
    `const ${reduce.kind === 'split' ? 'a' : 'rest'} = z - (k << ${argumentFracBits});`,
  );
  if (argumentFracBits >= LONGEST_FRACTION) writer.fits = false;
  if (reduce.kind === 'split') return;
  const { quadrants } = reduce;
  const mirrored = `${wordLiteral(1n << BigInt(argumentFracBits))} - rest`;
  if (quadrants.length > 1) lines.push(`const quadrant = k & ${quadrants.length - 1};`);
  lines.push(
    `const a = ${chosen(
      quadrants.map(({ mirror }) => mirror),
      mirrored,
      'rest',
    )};`,
  );
}

/** Fractions of reduced arguments that leave room for their whole part, and for one. */
const LONGEST_FRACTION = 62;

/** An expression that depends on the quadrant. */
export function chosen(holds: readonly boolean[], yes: string, no: string): string {
  if (holds.every(Boolean)) return yes;
  return holds.some(Boolean) ? `((<i64>${quadrantMask(holds)} >> quadrant) & 1) != 0 ? ${yes} : ${no}` : no;
}

/** y, from a tail or a segment, within the output format. */
function writeValue(writer: Writer, plan: KernelPlan): void {
  const { lines } = writer;
  const { low, high } = plan.tails;
  lines.push('let y: i64;');
  const served = (tail: Tail): string => {
    if (!tail.slope) return `y = ${wordLiteral(tail.output)};`;
    const { multiplier, shift, rounding } = tail.slope;
    const a = { text: 'a', bits: plan.bounds.argument.bits };
    const m = { text: wordLiteral(multiplier), bits: widestBits([multiplier]) };
    const value = product(writer, a, m, a.bits + m.bits - 1, shift, rounding);
    return `y = ${value} + ${wordLiteral(tail.output)};`;
  };
  let branches = '';
  if (low) branches += `if (a < ${wordLiteral(low.bound)}) ${served(low)}\nelse `;
  if (high) branches += `if (a >= ${wordLiteral(high.bound)}) ${served(high)}\nelse `;
  lines.push(...`${branches}y = polynomial(a${'exponent' in plan.reduce ? ', k' : ''});`.split('\n'));
  const sloped = [low, high].some((tail) => tail?.slope !== undefined);
  if (sloped && !resultFits(plan)) lines.push(...overflowLines(plan));
}

function polynomialFunction(writer: Writer, plan: KernelPlan): string {
  const { select, steps, bounds } = plan;
  const rowBytes = 8 * (steps.length + 2);
  const argument = wordOf(bounds.argument.bits);
  const lines: string[] = [];
  if (select.kind === 'compare') {
    if (select.bounds.length === 0) lines.push('const segment: usize = 0;');
    else lines.push(...searchLines(select.bounds.length, argument));
  } else {
    const offset = BigInt(select.lo) === 0n ? 'a' : `(a - ${wordLiteral(select.lo)})`.replace('- -', '+ ');
    // Offsets are not negative, but can be as long as the word.
    const whole = bounds.argument.bits < WORD ? offset : offset === 'a' ? '<u64>a' : `<u64>${offset}`;
    const cell = select.shift >= WORD ? '0' : `<usize>(${whole} >> ${select.shift})`;
    lines.push(
      `const segment: usize = ${select.kind === 'lookup' ? `load<u16>(CELLS + (${cell} << 1))` : cell};`,
    );
  }
  const origin = `load<${argument}>(row, ${rowBytes - 8})`;
  lines.push(
    `const row = ROWS + segment * ${rowBytes};`,
    argument === 'u64' ? `const t = <i64>(a - ${origin});` : `const t = a - ${origin};`,
    'let y = load<i64>(row);',
  );
  steps.forEach(({ shift, rounding, clamp }, i) => {
    const y = { text: 'y', bits: accumulatorBits(plan, i) };
    const t = { text: 't', bits: bounds.offset.bits };
    const shifted = product(writer, y, t, bounds.steps[i].product.bits, shift, rounding);
    const coefficient = `load<i64>(row, ${8 * (i + 1)})`;
    if (clamp !== undefined && needsClamp(plan, i)) {
      const [min, max] = [-BigInt(clamp), BigInt(clamp)];
      if (max >= 1n << 62n) writer.fits = false;
      lines.push(`y = ${clamped(shifted, min, max)};`, `y = ${clamped(`y + ${coefficient}`, min, max)};`);
    } else {
      lines.push(`y = ${shifted} + ${coefficient};`);
    }
  });
  lines.push(...finishLines(writer, plan));
  if (!resultFits(plan)) lines.push(...overflowLines(plan));
  lines.push('return y;');
  const parameters = 'exponent' in plan.reduce ? `a: ${argument}, k: i64` : `a: ${argument}`;
  return `/** The output for a reduced argument that has a segment. */
@inline
function polynomial(${parameters}): i64 {
${indented(lines)}
}`;
}

function searchLines(count: number, argument: string): string[] {
  return [
    'let segment: usize = 0; // the number of bounds at or below the argument',
    `for (let end: usize = ${count}; segment < end; ) {`,
    '  const middle = (segment + end) >> 1;',
    `  if (load<${argument}>(BOUNDS + (middle << 3)) <= a) segment = middle + 1;`,
    '  else end = middle;',
    '}',
  ];
}

/** The signs that the reduction took away. */
function writeUndo({ lines }: Writer, plan: KernelPlan): void {
  const { reduce, fold, input, output } = plan;
  if (reduce.kind === 'periodic' && negates(plan)) {
    lines.push(
      `y = ${chosen(
        reduce.quadrants.map(({ negate }) => negate),
        '-y',
        'y',
      )};`,
    );
    if (!negationFits(plan)) lines.push(...overflowLines(plan));
  }
  if (!fold || (fold.sign === 1 && BigInt(fold.sum) === 0n && BigInt(fold.slope) === 0n)) return;
  const slope = BigInt(fold.slope) << BigInt(output.fracBits - input.fracBits);
  const line = slope === 0n ? '' : ` + ${wordLiteral(slope)} * x`;
  const folded = `${wordLiteral(fold.sum)}${line} ${fold.sign < 0 ? '-' : '+'} y`;
  const overflowed = foldFits(plan) ? [] : overflowLines(plan).map((text) => `  ${text}`);
  lines.push('if (x < 0) {', `  y = ${folded};`, ...overflowed, '}');
}

/** Overflow of the output format, as the plan wants it. */
function overflowLines({ output, finish }: KernelPlan): string[] {
  const { min, max } = representableBigint(output, finish.overflow);
  switch (finish.overflow) {
    case 'saturate':
    case 'saturate-symmetric':
      return [`y = ${clamped('y', min, max)};`];
    case 'wrap':
      return output.signed
        ? [`y = (y << ${WORD - output.bits}) >> ${WORD - output.bits};`]
        : [`y &= ${wordLiteral(max)};`];
    case 'error':
      return [
        `if (y < ${wordLiteral(min)} || y > ${wordLiteral(max)}) unreachable(); // the plan's overflow mode is "error"`,
      ];
  }
}

function clamped(expression: string, min: bigint, max: bigint): string {
  return `min<i64>(max<i64>(${expression}, ${wordLiteral(min)}), ${wordLiteral(max)})`;
}

export const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n');
