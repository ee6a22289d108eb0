import { isNarrow, type NarrowPlan } from '../../src/plan/narrow.js';
import type { KernelPlan } from '../../src/plan/plan.js';

/** Thrown where a plan is not of the form that the C functions here can follow. */
export class UnsupportedPlan extends Error {}

/**
 * C from a plan: `int32_t <name>_scalar(int32_t x)`, in integers, and for a kernel without an exponent also
 * `v32 <name>_vector(v32 x)` for the vectors of vector.h. It covers what the benchmark trains with and no more:
 * int32, lookup or uniform selection, steps that round half up or half even, a finish that rounds half up, and
 * reduction by a sign or by a power of two.
 *
 * @throws UnsupportedPlan
 */
export function planToC(plan: KernelPlan, name: string = plan.function): string {
  if (!isNarrow(plan)) throw new UnsupportedPlan(`${plan.name}: integers beyond doubles`);
  const require = (holds: boolean, what: string): void => {
    if (!holds) throw new UnsupportedPlan(`${plan.name}: ${what}`);
  };
  const { select, reduce, fold, tails, finish, guardBits } = plan;
  require(plan.input.signed && plan.input.bits === 32 && plan.output.bits === 32, 'not int32');
  require(plan.steps.every(
    ({ rounding, shift, clamp }) =>
      (rounding === 'half-up' || rounding === 'half-even') &&
      shift >= 1 &&
      shift <= 32 &&
      clamp === undefined,
  ), 'steps other than half-up and half-even');
  require(finish.rounding === 'half-up' && finish.offset === undefined, `finish rounds ${finish.rounding}`);
  require(plan.bounds.steps.every(({ accumulator }) => accumulator.bits <= 32), 'accumulators above 32 bits');
  require(plan.bounds.offset.bits <= 32 && tails.low === undefined, 'offsets above 32 bits or a low tail');
  require(!tails.high?.slope, 'an affine tail');
  require(Number(plan.bounds.accumulator.hi) + 2 ** guardBits < 2 ** 31, 'a final sum above 32 bits');

  const limit = tails.high?.bound;
  const { lo, shift, map } =
    select.kind === 'compare' ? { lo: 0, shift: 0, map: undefined } : { map: undefined, ...select };
  require(select.kind !== 'compare', 'selection by comparison');
  const segmentOfCell = map ?? plan.segments.map((_, i) => i);
  const rows = segmentOfCell.map((segment) => plan.segments[segment]);
  const degree = plan.steps.length;
  const columns = Array.from({ length: degree + 1 }, (_, k) =>
    rows.map(({ coefficients }) => coefficients[k]),
  );
  const origins = rows.map(({ origin }) => origin);
  if (tails.high !== undefined) {
    // The tail is one more cell, whose polynomial is the constant.
    require((tails.high.bound - lo) % 2 ** shift === 0, 'a tail that begins inside a cell');
    const cell = (tails.high.bound - lo) / 2 ** shift;
    columns.forEach((column, k) => {
      column.length = cell;
      column.push(k === degree ? tails.high!.output * 2 ** guardBits : 0);
    });
    origins.length = cell;
    origins.push(tails.high.bound);
  }
  const tables = [
    ...columns.map((column, k) => table(`${name}_c${k}`, 'int32_t', column)),
    table(`${name}_origin`, 'uint32_t', origins),
  ];

  switch (reduce.kind) {
    case 'none':
      require(fold?.sign === -1 && fold.slope === 0, 'another symmetry than f(−x) = sum − f(x)');
      require(plan.undefined === undefined, 'inputs without a value');
      require(limit !== undefined && lo === 0, 'no tail above, or segments that do not begin at zero');
      return [
        ...tables,
        signScalar(plan, name, limit!, shift, fold!.sum),
        signVector(plan, name, limit!, shift, fold!.sum),
      ].join('\n');
    case 'normalise':
      require(fold === undefined &&
        plan.undefined?.length === 1 &&
        plan.undefined[0].hi === 0, 'defined at zero and below');
      require(reduce.exponent.effect === 'scale' && reduce.exponent.slope === 1, 'another exponent');
      require(limit === undefined && reduce.width === 32, 'a tail, or another width');
      return [...tables, normaliseScalar(plan, name, lo, shift)].join('\n');
    default:
      throw new UnsupportedPlan(`${plan.name}: reduction ${reduce.kind}`);
  }
}

function table(name: string, type: string, values: readonly number[]): string {
  const literals = values.map((value) =>
    value === -(2 ** 31) ? 'INT32_MIN' : `${value}${type === 'uint32_t' ? 'u' : ''}`,
  );
  return `static const ${type} ${name}[] = {${literals.join(', ')}};`;
}

function horner(plan: NarrowPlan, name: string): string {
  return plan.steps
    .map(({ shift, rounding }, k) => {
      const half = `(1ll << ${shift - 1})`;
      const addend = rounding === 'half-up' ? half : `${half} - 1 + ((y * t >> ${shift}) & 1)`;
      return `  y = ((y * t + ${addend}) >> ${shift}) + ${name}_c${k + 1}[cell];`;
    })
    .join('\n');
}

function signScalar(plan: NarrowPlan, name: string, limit: number, shift: number, sum: number): string {
  const half = plan.guardBits === 0 ? 0 : 2 ** (plan.guardBits - 1);
  return `static inline int32_t ${name}_scalar(int32_t x) {
  uint32_t a = x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
  a = a < ${limit}u ? a : ${limit}u;
  uint32_t cell = a >> ${shift};
  int64_t t = (int32_t)(a - ${name}_origin[cell]), y = ${name}_c0[cell];
${horner(plan, name)}
  int32_t result = (int32_t)((y + ${half}) >> ${plan.guardBits});
  return x < 0 ? ${sum} - result : result;
}`;
}

function signVector(plan: NarrowPlan, name: string, limit: number, shift: number, sum: number): string {
  const half = plan.guardBits === 0 ? 0 : 2 ** (plan.guardBits - 1);
  const steps = plan.steps
    .map(({ shift: drop, rounding }, k) => {
      const even = rounding === 'half-even' ? 1 : 0;
      return `  y = horner_step(y, t, t_odd, ${drop}, ${even}, gather(${name}_c${k + 1}, cell));`;
    })
    .join('\n');
  return `INLINE v32 ${name}_vector(v32 x) {
  v32 sign = x >> 31;
  u32 a = (u32)((x ^ sign) - sign);
  u32 beyond = (u32)(a >= ${limit}u);
  a = (a & ~beyond) | (beyond & ${limit}u);
  v32 cell = (v32)(a >> ${shift});
  v32 t = (v32)a - gather((const int32_t *)${name}_origin, cell), t_odd = odd(t);
  v32 y = gather(${name}_c0, cell);
${steps}
  y = (y + ${half}) >> ${plan.guardBits};
  return ((y ^ sign) - sign) + (sign & ${sum});
}`;
}

function normaliseScalar(plan: NarrowPlan, name: string, lo: number, shift: number): string {
  const { reduce } = plan;
  if (reduce.kind !== 'normalise' || plan.undefined === undefined) throw new UnsupportedPlan(plan.name);
  const { step, exponent } = reduce;
  if (exponent.effect !== 'scale') throw new UnsupportedPlan(plan.name);
  return `static inline int32_t ${name}_scalar(int32_t x) {
  if (x <= 0) return ${plan.undefined[0].output};
  int k = __builtin_clz((uint32_t)x) / ${step};
  uint32_t a = (uint32_t)x << (k * ${step});
  uint32_t cell = (a - ${lo}u) >> ${shift};
  int64_t t = (int32_t)(a - ${name}_origin[cell]), y = ${name}_c0[cell];
${horner(plan, name)}
  int drop = ${plan.guardBits - exponent.offset} - k;
  y = drop > 0 ? (y + (1ll << (drop - 1))) >> drop : y << -drop;
  return y > INT32_MAX ? INT32_MAX : y < INT32_MIN ? INT32_MIN : (int32_t)y;
}`;
}
