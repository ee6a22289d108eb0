import { representable } from '../fixedpoint/overflow.js';
import { isNarrow, type NarrowPlan } from '../plan/narrow.js';
import type { KernelPlan, PlanSegment } from '../plan/plan.js';
import { commonOrigin } from './cell-offset.js';
import { int32End, storedNumber } from './int32-end.js';
import { foldFits, needsClamp, resultFits } from './fits.js';
import { tieOffset } from './ts-rounding.js';
import { hasTailRow } from './tail-row.js';
import { dataLines, segmentLabel, type AssemblyBody, type DataBlock } from './wasm-source.js';

/*
 * Four evaluations at a time. The arguments are folded, limited and looked up as i32x4; the polynomials run
 * as two f64x2, which is exact where every product stays below 2^51.
 */

/** |product| ≤ 2^51: exact as a double together with the bit that breaks ties, and below what ROUND rounds. */
const PRODUCT_BITS = 52;
/** Accumulators below 2^51 can be offset by ROUND, and their low words read from the sum. */
const ACCUMULATOR_BITS = 52;
/** Up to this many bytes, a row for every cell is faster than a map from cells to rows (measured). */
const DIRECT_BYTES = 16384;

/** Heuristic: up to this many bounds are compared with four arguments at a time; beyond, each is searched for alone. */
const MOST_COMPARISONS = 96;

/** Whether the four-lane form is exact for a plan. */
export function fitsLanes(plan: KernelPlan): plan is NarrowPlan {
  if (!isNarrow(plan)) return false;
  const { reduce, fold, select, bounds, steps, finish, guardBits, tails, undefined: valueless } = plan;
  const mirrored = fold?.sign === -1;
  const simple =
    reduce.kind === 'none' &&
    !valueless &&
    !plan.exceptions &&
    finish.offset === undefined &&
    (!fold || (fold.slope === 0 && (mirrored || fold.sum === 0))) &&
    [tails.low, tails.high].every((tail) => !tail?.slope);
  if (!simple || bounds.argument.bits > 33 || guardBits < 0 || bounds.offset.bits > 34) return false;
  if (select.kind === 'compare' ? select.bounds.length > MOST_COMPARISONS : select.shift > 31) return false;
  // Larger arguments would need an unsigned conversion, which engines emulate.
  if (greatestInside(plan) > 2 ** 31 - 1) return false;
  const exactSteps = steps.every((step, i) => {
    const { product, accumulator } = bounds.steps[i];
    const rounded = step.shift > 0;
    const exact = rounded
      ? step.shift <= 51 && tieOffset(step.rounding, step.shift) !== undefined
      : product.bits - step.shift <= PRODUCT_BITS;
    return (
      exact && product.bits <= PRODUCT_BITS && accumulator.bits <= ACCUMULATOR_BITS && !needsClamp(plan, i)
    );
  });
  if (!exactSteps || bounds.accumulator.bits > ACCUMULATOR_BITS) return false;
  if (guardBits > 0 && (guardBits > 51 || tieOffset(finish.rounding, guardBits) === undefined)) return false;
  if (resultFits(plan) && foldFits(plan)) return true;
  return !mirrored && finish.overflow !== 'error';
}

/** How the accumulator becomes the output: in int32 after its low words were read, or in doubles before. */
function finishesInIntegers(plan: NarrowPlan): boolean {
  return int32End(plan) !== undefined && resultFits(plan);
}

export function lanesBody(plan: NarrowPlan): AssemblyBody {
  const stride = strideOf(plan);
  const direct = plan.select.kind !== 'lookup' || cellCount(plan) * stride <= DIRECT_BYTES;
  return {
    data: direct ? directData(plan, stride) : mappedData(plan, stride),
    constants: [
      '/** Adding and subtracting this rounds a double below 2^51 to an integer, ties to even. */',
      'const ROUND: f64 = 6755399441055744;',
    ],
    functions: [polynomials(plan), lanes(plan, direct, stride), SCALAR],
  };
}

const SCALAR = `/** One evaluation: what the lanes give. */
export function scalar(xRaw: i32): i32 {
  return i32x4.extract_lane(lanes(i32x4.splat(xRaw)), 0);
}`;

/** Coefficients, and the origin where rows have to say it. */
const columnCount = (plan: NarrowPlan) => plan.steps.length + (commonOrigin(plan) === undefined ? 2 : 1);

/** Bytes from row to row: a power of two, so that a shift finds the row. */
function strideOf(plan: NarrowPlan): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, columnCount(plan) * 8)));
}

function cellCount(plan: NarrowPlan): number {
  const count = plan.select.kind === 'lookup' ? plan.select.map.length : plan.segments.length;
  return count + (hasTailRow(plan) ? 1 : 0);
}

/** The constant is last, or the origin where rows have to say it, then what fills the row up. */
function rowText(plan: NarrowPlan, coefficients: readonly number[], origin: number, stride: number): string {
  const end = finishesInIntegers(plan) ? int32End(plan) : undefined;
  const numbers = coefficients.map((value, i) => {
    const last = i === coefficients.length - 1;
    // What rounds a product leaves ROUND in it; the next coefficient takes it out, the last one need not.
    const rounded = i > 0 && plan.steps[i - 1].shift > 0;
    return storedNumber(value, last ? (end?.half ?? 0) : 0, rounded && !(last && end));
  });
  const padding = Array.from({ length: stride / 8 - columnCount(plan) }, () => '0');
  const origins = commonOrigin(plan) === undefined ? [origin] : [];
  return `${[...numbers, ...origins, ...padding].join(', ')},`;
}

function segmentRow(plan: NarrowPlan, { coefficients, origin }: PlanSegment<number>, stride: number): string {
  return rowText(plan, coefficients, origin, stride);
}

function tailRow(plan: NarrowPlan, stride: number): { text: string; label: string }[] {
  const { high } = plan.tails;
  if (!high || !hasTailRow(plan)) return [];
  const coefficients = [...plan.steps.map(() => 0), high.output * 2 ** plan.guardBits];
  const label = `tail: ${high.bound * 2 ** -plan.argumentFracBits} and beyond`;
  return [{ text: rowText(plan, coefficients, high.bound, stride), label }];
}

function aboutRows(plan: NarrowPlan, what: string): string {
  const degrees = plan.steps.map((_, i) => `coefficient of t^${plan.steps.length - i}`);
  const origins = commonOrigin(plan) === undefined ? ['origin'] : [];
  return `A row a ${what}: ${[...degrees, 'constant', ...origins].join(', ')}.`;
}

function directData(plan: NarrowPlan, stride: number): readonly DataBlock[] {
  const map = plan.select.kind === 'lookup' ? plan.select.map : plan.segments.map((_, i) => i);
  const rows = map.map((index, cell) => {
    const segment = plan.segments[index];
    const first = cell === 0 || map[cell - 1] !== index;
    const label = first ? segmentLabel(plan, segment) : 'the same';
    return `${segmentRow(plan, segment, stride)} // ${label}`;
  });
  const tail = tailRow(plan, stride).map(({ text, label }) => `${text} // ${label}`);
  const what = plan.select.kind === 'lookup' ? 'cell' : 'segment';
  return [{ name: 'ROWS', type: 'f64', about: aboutRows(plan, what), lines: [...rows, ...tail] }];
}

function mappedData(plan: NarrowPlan, stride: number): readonly DataBlock[] {
  const rows = plan.segments.map(
    (segment) => `${segmentRow(plan, segment, stride)} // ${segmentLabel(plan, segment)}`,
  );
  const tail = tailRow(plan, stride).map(({ text, label }) => `${text} // ${label}`);
  const map = plan.select.kind === 'lookup' ? [...plan.select.map] : [];
  if (tail.length > 0) map.push(plan.segments.length);
  return [
    {
      name: 'CELLS',
      type: 'u16',
      about: `Row of each cell of ${cellSize(plan)} arguments.`,
      lines: dataLines(map),
    },
    { name: 'ROWS', type: 'f64', about: aboutRows(plan, 'segment'), lines: [...rows, ...tail] },
  ];
}

function cellSize({ select }: NarrowPlan): number {
  return select.kind === 'compare' ? 0 : 2 ** select.shift;
}

const splat = (value: number) => `f64x2.splat(${value})`;
const ROUND_LANES = 'f64x2.splat(ROUND)';

/** The polynomials of two lanes: rows are read two columns at a time and transposed. */
function polynomials(plan: NarrowPlan): string {
  const columns = columnCount(plan);
  const lines: string[] = [];
  for (let pair = 0; 2 * pair < columns; pair++) {
    const offset = pair === 0 ? '' : `, ${16 * pair}`;
    lines.push(`const a${pair} = v128.load(first${offset});`, `const b${pair} = v128.load(second${offset});`);
  }
  const column = (i: number) => {
    const [a, b] = [`a${i >> 1}`, `b${i >> 1}`];
    return `v128.shuffle<i64>(${a}, ${b}, ${i % 2}, ${2 + (i % 2)})`;
  };
  const common = commonOrigin(plan) !== undefined;
  const integers = `f64x2.convert_low_i32x4_s(${common ? 'offset' : 'inside'})`;
  lines.push(`const t = ${common ? integers : `f64x2.sub(${integers}, ${column(columns - 1)})`};`);
  const shifts = [...new Set(plan.steps.map(({ shift }) => shift))].filter((shift) => shift !== 0);
  for (const shift of shifts) {
    lines.push(`const ${scaledName(shift)} = f64x2.mul(t, ${splat(2 ** -shift)}); // t · 2^${-shift}`);
  }
  lines.push(`let y = ${column(0)};`);
  plan.steps.forEach(({ shift, rounding }, i) => {
    const product = `f64x2.mul(y, ${shift === 0 ? 't' : scaledName(shift)})`;
    const offset = shift > 0 ? (tieOffset(rounding, shift) ?? 0) : 0;
    const tied = offset === 0 ? product : `f64x2.add(${product}, ${splat(offset)})`;
    const rounded = shift > 0 ? `f64x2.add(${tied}, ${ROUND_LANES})` : product;
    lines.push(`y = f64x2.add(${rounded}, ${column(i + 1)});`);
  });
  lines.push(...finishLines(plan), 'return y;');
  const about = finishesInIntegers(plan)
    ? 'Accumulators of two lanes, in the low words.'
    : 'Outputs of two lanes, in the low words.';
  return `/** ${about} */
@inline
function polynomials(${common ? 'offset' : 'inside'}: v128, first: usize, second: usize): v128 {
${indented(lines)}
}`;
}

const scaledName = (shift: number) => (shift > 0 ? `t${shift}` : `tUp${-shift}`);

function finishLines(plan: NarrowPlan): string[] {
  const { steps, guardBits, finish, output } = plan;
  if (finishesInIntegers(plan)) {
    const holdsRound = steps.length > 0 && steps[steps.length - 1].shift > 0;
    return holdsRound ? [] : [`y = f64x2.add(y, ${ROUND_LANES});`];
  }
  const lines: string[] = [];
  const saturates = !resultFits(plan) && finish.overflow !== 'wrap';
  if (guardBits > 0) {
    const offset = tieOffset(finish.rounding, guardBits) ?? 0;
    const scaled = `f64x2.mul(y, ${splat(2 ** -guardBits)})`;
    lines.push(`y = ${offset === 0 ? scaled : `f64x2.add(${scaled}, ${splat(offset)})`};`);
  }
  lines.push(`y = f64x2.add(y, ${ROUND_LANES});`);
  if (saturates) {
    const { min, max } = representable(output, finish.overflow);
    lines.push(
      `y = f64x2.sub(y, ${ROUND_LANES});`,
      `y = f64x2.min(f64x2.max(y, ${splat(min)}), ${splat(max)});`,
      `y = f64x2.add(y, ${ROUND_LANES});`,
    );
  }
  return lines;
}

/** The greatest argument that is looked up. */
function greatestInside(plan: NarrowPlan): number {
  const { high } = plan.tails;
  if (high) return hasTailRow(plan) ? high.bound : high.bound - 1;
  return Number(plan.bounds.argument.hi);
}

function lanes(plan: NarrowPlan, direct: boolean, stride: number): string {
  const { fold, select, tails, input, output } = plan;
  const unsigned = fold !== undefined || !input.signed;
  const suffix = unsigned ? 'u' : 's';
  const lines: string[] = [];
  if (fold?.sign === -1) lines.push('const sign = i32x4.shr_s(x, 31);');
  lines.push(`${hasAnyTail(plan) ? 'const a' : 'const inside'} = ${fold ? 'i32x4.abs(x)' : 'x'};`);
  if (hasAnyTail(plan)) {
    const limited = tails.high ? `i32x4.min_${suffix}(a, i32x4.splat(${word(greatestInside(plan))}))` : 'a';
    const inside = tails.low
      ? `i32x4.max_${suffix}(${limited}, i32x4.splat(${word(tails.low.bound)}))`
      : limited;
    lines.push(`const inside = ${inside};`);
  }
  const bits = Math.log2(stride);
  const common = commonOrigin(plan);
  if (select.kind === 'compare') {
    // A comparison that holds is −1 in its lane.
    const reached = select.bounds.map((bound) => `i32x4.ge_${suffix}(inside, i32x4.splat(${word(bound)}))`);
    lines.push(`let passed = ${reached[0] ?? 'i32x4.splat(0)'};`);
    lines.push(...reached.slice(1).map((each) => `passed = i32x4.add(passed, ${each});`));
    lines.push(`const row = i32x4.sub(i32x4.splat(<i32>ROWS), i32x4.shl(passed, ${bits}));`);
  } else {
    const offset = select.lo === 0 ? 'inside' : `i32x4.sub(inside, i32x4.splat(${word(select.lo)}))`;
    const cell = select.shift === 0 ? offset : `i32x4.shr_u(${offset}, ${select.shift})`;
    lines.push(
      direct
        ? `const row = i32x4.add(i32x4.shl(${cell}, ${bits}), i32x4.splat(<i32>ROWS));`
        : `const cell = ${cell};`,
    );
    if (common !== undefined) {
      const inCell = `v128.and(${offset}, i32x4.splat(${2 ** select.shift - 1}))`;
      lines.push(`const offset = ${common === 0 ? inCell : `i32x4.sub(${inCell}, i32x4.splat(${common}))`};`);
    }
  }
  const address = (lane: number) =>
    direct
      ? `<usize>i32x4.extract_lane(row, ${lane})`
      : `ROWS + (<usize>load<u16>(CELLS + (<usize>i32x4.extract_lane(cell, ${lane}) << 1)) << ${bits})`;
  const argument = common === undefined ? 'inside' : 'offset';
  lines.push(
    `const low = polynomials(${argument}, ${address(0)}, ${address(1)});`,
    `const last = v128.shuffle<i64>(${argument}, ${argument}, 1, 1);`,
    `const high = polynomials(last, ${address(2)}, ${address(3)});`,
    'let y = v128.shuffle<i32>(low, high, 0, 2, 4, 6);',
  );
  if (finishesInIntegers(plan) && plan.guardBits > 0) lines.push(`y = i32x4.shr_s(y, ${plan.guardBits});`);
  const spare = 32 - output.bits;
  if (!resultFits(plan) && plan.finish.overflow === 'wrap' && spare > 0) {
    lines.push(`y = i32x4.shr_${output.signed ? 's' : 'u'}(i32x4.shl(y, ${spare}), ${spare});`);
  }
  if (tails.high && !hasTailRow(plan)) {
    lines.push(
      `y = v128.bitselect(i32x4.splat(${word(tails.high.output)}), y, i32x4.gt_${suffix}(a, i32x4.splat(${word(tails.high.bound - 1)})));`,
    );
  }
  if (tails.low) {
    lines.push(
      `y = v128.bitselect(i32x4.splat(${word(tails.low.output)}), y, i32x4.lt_${suffix}(a, i32x4.splat(${word(tails.low.bound)})));`,
    );
  }
  lines.push(`return ${undone(plan)};`);
  return `/** Four outputs for four inputs. */
@inline
export function lanes(x: v128): v128 {
${indented(lines)}
}`;
}

const hasAnyTail = ({ tails }: NarrowPlan) => tails.low !== undefined || tails.high !== undefined;

function undone({ fold }: NarrowPlan): string {
  if (fold?.sign !== -1) return 'y';
  const negated = 'i32x4.sub(v128.xor(y, sign), sign)';
  return fold.sum === 0 ? negated : `i32x4.add(${negated}, v128.and(sign, i32x4.splat(${word(fold.sum)})))`;
}

/** The int32 with the same bits. */
const word = (value: number) => String(value | 0);

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n');
