import type { Integer } from '../fixedpoint/integer.js';
import { widthBits } from '../fixedpoint/interval.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan, Tail } from '../plan/plan.js';
import { foldFits, needsClamp, negationFits, negates, quadrantMask, resultFits } from './fits.js';
import { exceptionData, exceptionFunctions, LANES, scalarFunction, undefinedLines } from './wasm-scalar.js';
import { dataLines, segmentLabel, type AssemblyBody, type DataBlock } from './wasm-source.js';
import { WIDE_HELPERS, WIDE_LIBRARY, WIDE_ROUNDINGS } from './wasm-wide-library.js';

/*
 * One evaluation in 256-bit integers, for plans whose values need more than 64 bits: slower, and never too
 * narrow.
 */

const WORD = 64;
const WIDE_BYTES = 32;

interface Writer {
  readonly lines: string[];
  readonly helpers: Map<string, string>;
  readonly constants: Map<bigint, DataBlock>;
}

export function wideBody(plan: KernelPlan): AssemblyBody {
  const writer: Writer = { lines: [], helpers: new Map(), constants: new Map() };
  const { lines } = writer;
  const words = hasWordFormats(plan);
  const unsigned = !plan.input.signed;
  lines.push(
    words
      ? `const x: i64 = ${unsigned ? '<i64>xRaw & 0xffffffff' : '<i64>xRaw'};`
      : `const x = ${unsigned ? '<u64>xRaw' : 'xRaw'};`,
    ...undefinedLines(plan, words),
    unsigned ? 'setUnsigned(X, <u64>x);' : 'setSigned(X, x);',
  );
  writeReduction(writer, plan);
  writeValue(writer, plan);
  writeUndo(writer, plan);
  lines.push(words ? 'return load<i32>(Y);' : 'return load<i64>(Y);');
  const registers = REGISTERS.map(
    ([name, about]) => `const ${name}: usize = memory.data(${WIDE_BYTES}, 16); // ${about}`,
  );
  return {
    constants: registers,
    data: [...writer.constants.values(), ...tables(plan), ...exceptionData(plan)],
    functions: [
      ...WIDE_LIBRARY,
      ...exceptionFunctions(plan),
      ...writer.helpers.values(),
      scalarFunction(plan, lines).replace('64-bit', '256-bit'),
      ...(words ? [LANES] : []),
    ],
  };
}

const REGISTERS: readonly (readonly [string, string])[] = [
  ['X', 'the input'],
  ['Z', 'the input times the multiplier of the reduction'],
  ['K', 'its whole part'],
  ['A', 'the reduced argument'],
  ['T', 'the argument from the origin of its segment'],
  ['Y', 'the accumulator, then the output'],
  ['P', 'products'],
  ['Q', 'numbers from tables'],
  ['HALF', 'half a unit'],
  ['UPPER', 'the upper half of dropped bits'],
  ['LOWER', 'the lower half'],
];

/** The address of a constant. */
function constant(writer: Writer, value: Integer | bigint): string {
  const exact = BigInt(value);
  const known = writer.constants.get(exact);
  if (known) return known.name;
  const name = `C${writer.constants.size}`;
  const lines = [`${wideWords(exact, 4).join(', ')},`];
  writer.constants.set(exact, { name, type: 'u64', about: String(exact), lines });
  return name;
}

/** An integer as words of two's complement, the lowest first. */
function wideWords(value: Integer | bigint, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const word = BigInt.asUintN(WORD, BigInt(value) >> BigInt(WORD * i));
    return `0x${word.toString(16)}`;
  });
}

function helper(writer: Writer, ...names: readonly (keyof typeof WIDE_HELPERS)[]): void {
  for (const name of names) writer.helpers.set(name, WIDE_HELPERS[name]);
}

/** Statements for to = round(from · 2^-shift). */
function rounded(
  writer: Writer,
  to: string,
  from: string,
  shift: number,
  rounding: RoundingMode,
): readonly string[] {
  if (shift <= 0) return shift === 0 && to === from ? [] : [`shiftLeft(${to}, ${from}, ${-shift});`];
  if (rounding === 'floor') return [`shiftRight(${to}, ${from}, ${shift});`];
  return [`${roundingFunction(writer, rounding)}(${to}, ${from}, ${shift});`];
}

function roundingFunction(writer: Writer, rounding: RoundingMode): string {
  helper(writer, ...(rounding === 'pseudo-stochastic' ? (['negate'] as const) : (['nearest'] as const)));
  const { name, text } = WIDE_ROUNDINGS[rounding];
  writer.helpers.set(name, text);
  return name;
}

function writeReduction(writer: Writer, plan: KernelPlan): void {
  const { lines } = writer;
  const { reduce, fold, argumentFracBits } = plan;
  if (fold) {
    helper(writer, 'negate');
    lines.push('if (x < 0) negate(A, X);', 'else memory.copy(A, X, WIDE);');
  } else {
    lines.push('memory.copy(A, X, WIDE);');
  }
  if (reduce.kind === 'none') return;
  if (reduce.kind === 'normalise') {
    lines.push(
      `const k = max<i64>(0, (clz<i64>(load<i64>(A)) - ${WORD - reduce.width}) / ${reduce.step});`,
      `shiftLeft(A, A, k * ${reduce.step});`,
    );
    return;
  }
  lines.push(
    `multiply(Z, A, ${constant(writer, reduce.multiplier)});`,
    ...rounded(writer, 'Z', 'Z', reduce.shift, 'floor'),
    `shiftRight(K, Z, ${argumentFracBits});`,
    `shiftLeft(A, K, ${argumentFracBits});`,
    'subtract(A, Z, A);',
  );
  if (reduce.kind === 'split') {
    helper(writer, 'wordOf');
    lines.push('const k = wordOf(K);');
    return;
  }
  const mirrors = reduce.quadrants.map(({ mirror }) => mirror);
  lines.push(`const quadrant = load<i64>(K) & ${reduce.quadrants.length - 1};`);
  lines.push(...inQuadrant(mirrors, `subtract(A, ${constant(writer, 1n << BigInt(argumentFracBits))}, A);`));
}

function inQuadrant(holds: readonly boolean[], statement: string): readonly string[] {
  if (!holds.some(Boolean)) return [];
  return holds.every(Boolean)
    ? [statement]
    : [`if (((<i64>${quadrantMask(holds)} >> quadrant) & 1) != 0) ${statement}`];
}

/** The output for the reduced argument A, within the format, to Y. */
function writeValue(writer: Writer, plan: KernelPlan): void {
  const { lines } = writer;
  const { low, high } = plan.tails;
  if (low) lines.push(`if (less(A, ${constant(writer, low.bound)})) {`, ...tailLines(writer, low), '} else');
  if (high)
    lines.push(`if (!less(A, ${constant(writer, high.bound)})) {`, ...tailLines(writer, high), '} else');
  lines.push(
    '{',
    ...[...segmentLines(writer, plan), ...finishLines(writer, plan)].map((line) => `  ${line}`),
    '}',
  );
  if (!resultFits(plan)) lines.push(...overflowLines(writer, plan));
}

function tailLines(writer: Writer, { output, slope }: Tail): readonly string[] {
  if (!slope) return [`  memory.copy(Y, ${constant(writer, output)}, WIDE);`];
  const product = [
    `multiply(P, A, ${constant(writer, slope.multiplier)});`,
    ...rounded(writer, 'P', 'P', slope.shift, slope.rounding),
    `add(Y, P, ${constant(writer, output)});`,
  ];
  return product.map((line) => `  ${line}`);
}

/** Words that hold every number of a table. */
function wordsOf(values: readonly Integer[]): number {
  const numbers = values.map(BigInt);
  return Math.max(...numbers.map((value) => Math.ceil(widthBits({ lo: value, hi: value }) / WORD)));
}

function rowNumbers({ segments }: KernelPlan): readonly (readonly Integer[])[] {
  return segments.map(({ coefficients, origin }) => [...coefficients, origin]);
}

function tables(plan: KernelPlan): readonly DataBlock[] {
  const { select, segments, steps } = plan;
  const rows = rowNumbers(plan);
  const words = wordsOf(rows.flat());
  const degrees = steps.map((_, i) => `coefficient of t^${steps.length - i}`);
  const block: DataBlock = {
    name: 'ROWS',
    type: 'u64',
    about: `A row a segment, ${words === 1 ? 'a word' : `${words} words, the lowest first,`} a number: ${[...degrees, 'constant', 'origin'].join(', ')}.`,
    lines: rows.map(
      (numbers, i) =>
        `${numbers.flatMap((value) => wideWords(value, words)).join(', ')}, // ${segmentLabel(plan, segments[i])}`,
    ),
  };
  if (select.kind === 'lookup') {
    const about = `Segment of each cell of ${2 ** select.shift} arguments.`;
    return [{ name: 'CELLS', type: 'u16', about, lines: dataLines(select.map) }, block];
  }
  if (select.kind === 'compare' && select.bounds.length > 0) {
    const lines = dataLines(select.bounds.flatMap((bound) => wideWords(bound, wordsOf(select.bounds))));
    return [{ name: 'BOUNDS', type: 'u64', about: 'Arguments at which a new segment begins.', lines }, block];
  }
  return [block];
}

function segmentLines(writer: Writer, plan: KernelPlan): readonly string[] {
  const { select, steps } = plan;
  const words = wordsOf(rowNumbers(plan).flat());
  const bytes = 8 * words;
  const lines: string[] = [];
  if (select.kind === 'compare') {
    lines.push(...searchLines(select.bounds));
  } else {
    lines.push(
      `subtract(T, A, ${constant(writer, select.lo)});`,
      `shiftRight(T, T, ${Math.min(select.shift, 255)});`,
      `const segment: usize = ${select.kind === 'lookup' ? 'load<u16>(CELLS + (<usize>load<u64>(T) << 1))' : '<usize>load<u64>(T)'};`,
    );
  }
  lines.push(
    `const row = ROWS + segment * ${bytes * (steps.length + 2)};`,
    `read(Q, row + ${bytes * (steps.length + 1)}, ${words});`,
    'subtract(T, A, Q);',
    `read(Y, row, ${words});`,
  );
  steps.forEach(({ shift, rounding, clamp }, i) => {
    const clamps = clamp !== undefined && needsClamp(plan, i);
    if (clamps) helper(writer, 'limit');
    const limit = (name: string) =>
      clamps ? [`limit(${name}, ${constant(writer, -BigInt(clamp))}, ${constant(writer, clamp)});`] : [];
    lines.push(
      'multiply(P, Y, T);',
      ...rounded(writer, 'P', 'P', shift, rounding),
      ...limit('P'),
      `read(Q, row + ${bytes * (i + 1)}, ${words});`,
      'add(Y, P, Q);',
      ...limit('Y'),
    );
  });
  return lines;
}

function searchLines(bounds: readonly Integer[]): readonly string[] {
  if (bounds.length === 0) return ['const segment: usize = 0;'];
  const words = wordsOf(bounds);
  return [
    'let segment: usize = 0; // the number of bounds at or below the argument',
    `for (let end: usize = ${bounds.length}; segment < end; ) {`,
    '  const middle = (segment + end) >> 1;',
    `  read(Q, BOUNDS + middle * ${8 * words}, ${words});`,
    '  if (less(A, Q)) end = middle;',
    '  else segment = middle + 1;',
    '}',
  ];
}

function finishLines(writer: Writer, plan: KernelPlan): readonly string[] {
  const { guardBits, finish, output, reduce } = plan;
  const exponent = 'exponent' in reduce ? reduce.exponent : undefined;
  const added = finish.offset === undefined ? [] : [`add(Y, Y, ${constant(writer, finish.offset)});`];
  if (exponent?.effect === 'scale') {
    const { slope, offset } = exponent;
    const change = slope === 0 ? '' : slope > 0 ? ` - ${slope} * k` : ` + ${-slope} * k`;
    return [
      `const shift: i64 = ${guardBits - offset}${change};`,
      '// What is shifted out of sight at either end does not depend on how far.',
      `if (shift <= 0) shiftLeft(Y, Y, min<i64>(-shift, ${output.bits + 2}));`,
      `else ${roundingFunction(writer, finish.rounding)}(Y, Y, min<i64>(shift, 255));`,
      ...added,
    ];
  }
  const lines: string[] = [];
  if (exponent) {
    if (reduce.kind === 'normalise') lines.push('setSigned(K, k);');
    lines.push(
      `multiply(P, K, ${constant(writer, exponent.perStep)});`,
      'add(Y, Y, P);',
      `add(Y, Y, ${constant(writer, exponent.offset)});`,
    );
  }
  return [...lines, ...rounded(writer, 'Y', 'Y', guardBits, finish.rounding), ...added];
}

function overflowLines(writer: Writer, { output, finish }: KernelPlan): readonly string[] {
  const { min, max } = representableBigint(output, finish.overflow);
  const [least, most] = [constant(writer, min), constant(writer, max)];
  switch (finish.overflow) {
    case 'saturate':
    case 'saturate-symmetric':
      helper(writer, 'limit');
      return [`limit(Y, ${least}, ${most});`];
    case 'wrap': {
      const spare = WORD - output.bits;
      return output.signed
        ? [`setSigned(Y, (load<i64>(Y) << ${spare}) >> ${spare});`]
        : [`setUnsigned(Y, (load<u64>(Y) << ${spare}) >> ${spare});`];
    }
    case 'error':
      return [
        `if (less(Y, ${least}) || less(${most}, Y)) unreachable(); // the plan's overflow mode is "error"`,
      ];
  }
}

/** The signs that the reduction took away. */
function writeUndo(writer: Writer, plan: KernelPlan): void {
  const { lines } = writer;
  const { reduce, fold, input, output } = plan;
  if (reduce.kind === 'periodic' && negates(plan)) {
    helper(writer, 'negate');
    lines.push(
      ...inQuadrant(
        reduce.quadrants.map(({ negate }) => negate),
        'negate(Y, Y);',
      ),
    );
    if (!negationFits(plan)) lines.push(...overflowLines(writer, plan));
  }
  if (!fold || (fold.sign === 1 && BigInt(fold.sum) === 0n && BigInt(fold.slope) === 0n)) return;
  const slope = BigInt(fold.slope) << BigInt(output.fracBits - input.fracBits);
  const folded = [
    ...(fold.sign < 0 ? ['negate(Y, Y);'] : []),
    ...(BigInt(fold.sum) === 0n ? [] : [`add(Y, Y, ${constant(writer, fold.sum)});`]),
    ...(slope === 0n ? [] : [`multiply(P, X, ${constant(writer, slope)});`, 'add(Y, Y, P);']),
    ...(foldFits(plan) ? [] : overflowLines(writer, plan)),
  ];
  lines.push('if (x < 0) {', ...folded.map((line) => `  ${line}`), '}');
}
