import { describe, expect, it } from 'vitest';
import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import { interpret } from '../../src/plan/interpret.js';
import { hasWordFormats } from '../../src/plan/narrow.js';
import { resolveSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { PLANS } from '../conformance/plans.js';
import { loadModule, printed } from './module.js';
import { strictProblems } from './strict.js';

const ARRAYS = {
  'odd, tail as a row': [Int32Array, Int32Array],
  'normalised, scaled': [Int32Array, Int32Array],
  'unsigned 32-bit output': [Int32Array, Uint32Array],
  'tanh UQ0.32': [Uint32Array, Uint32Array],
  'half-even products of 60 bits': [Int32Array, Int32Array],
  'sigmoid Q32.32': [BigInt64Array, BigInt64Array],
  'sigmoid UQ0.64 out': [BigInt64Array, BigUint64Array],
  'reciprocal UQ64.0': [BigUint64Array, BigUint64Array],
} as const;

describe.each(Object.entries(ARRAYS))('the array function: %s', (name, [Source, Target]) => {
  const plan = PLANS[name]();
  const words = hasWordFormats(plan);
  const [lo, hi] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  const inputs = Array.from({ length: 500 }, (_, i) => lo + ((hi - lo) * BigInt(i)) / 499n);
  const outputs = inputs.map((x) => interpret(plan, x));
  const own = (x: bigint) => (words ? Number(x) : x);
  const filled = (values: readonly bigint[], Words: typeof Source | typeof Target) => {
    const array = new Words(values.length);
    values.forEach((x, i) => (array[i] = own(x)));
    return array;
  };

  it('gives what the scalar function gives, of the type that the format has', async () => {
    const { scalar, own: module } = await loadModule(plan);
    const dst = new Target(inputs.length);
    module.array(filled(inputs, Source), dst);
    expect([...dst]).toEqual(outputs.map(own));
    expect([...dst]).toEqual(inputs.map((x) => own(scalar(x))));
    expect(typeof module.scalar(own(0n))).toBe(words ? 'number' : 'bigint');
  });

  it('works in place, and leaves the rest of a longer destination alone', async () => {
    const { own: module } = await loadModule(plan);
    if (Source.name === Target.name) {
      const same = filled(inputs, Source);
      module.array(same, same);
      expect([...same]).toEqual(outputs.map(own));
    }
    const longer = filled([...inputs, 7n, 7n], Target).fill(own(7n) as never);
    module.array(filled(inputs, Source), longer);
    expect([...longer]).toEqual([...outputs, 7n, 7n].map(own));
  });

  it('refuses a destination that is too short, before it writes', async () => {
    const { own: module } = await loadModule(plan);
    const dst = filled([7n, 7n, 7n], Target);
    expect(() => module.array(filled(inputs.slice(0, 4), Source), dst)).toThrow(/dst holds 3 of 4 elements/);
    expect([...dst]).toEqual([7n, 7n, 7n].map(own));
  });

  it('stays right when an engine has compiled it for many elements', async () => {
    const { array } = await loadModule(plan);
    const many = Array.from({ length: 40 }, () => inputs).flat();
    const all = Array.from({ length: 40 }, () => outputs).flat();
    for (let run = 0; run < 5; run++) expect(array(many)).toEqual(all);
  });
});

/** A result, or the name of what was thrown instead. */
function outcome(run: () => bigint): bigint | string {
  try {
    return run();
  } catch (error) {
    return (error as Error).name;
  }
}

describe('a printed module', () => {
  it('says who it is and what its proof showed', async () => {
    const spec = resolveSpec({ function: 'tanh', input: 'Q4.4', output: 'Q1.9', ulp: 8, order: 2 });
    const { plan, certificate } = await synthesize(spec);
    const { facts } = await loadModule(plan, certificate);
    expect(facts).toMatchObject({
      name: 'tanh_q4_4_q1_9',
      function: 'tanh',
      input: 'Q4.4',
      output: 'Q1.9',
      inputFracBits: 4,
      outputFracBits: 9,
      order: 2,
      segments: plan.segments.length,
      maxUlp: certificate.claim.maxUlp,
      worstInput: certificate.claim.worstInput,
      crc32: certificate.crc32,
      planHash: certificate.planHash,
    });
    expect(facts.range).toEqual([plan.range.lo, plan.range.hi]);
  });

  it.each(['odd, tail as a row', 'comparisons, order 0', 'split', 'normalised, added'])(
    'labels every row of its table with the interval: %s',
    async (name) => {
      const plan = PLANS[name]();
      const text = await printed(plan);
      const unit = 2 ** -plan.argumentFracBits;
      const rows = text.split('\n').map((line) => line.split(', // '));
      for (const { lo, hi, origin, coefficients } of plan.segments) {
        const label = `[${Number(lo) * unit}, ${Number(hi) * unit})`;
        const [[numbers]] = rows.filter(([, text]) => text === label);
        // A column may hold more than its coefficient: "1448 - ROUND".
        const columns = numbers.split(', ').map((column) => Number(column.trim().split(' ')[0]));
        expect(columns.slice(0, coefficients.length)).toEqual(coefficients.map(Number));
        if (columns.length > coefficients.length) expect(columns.at(-1)).toBe(Number(origin));
      }
    },
  );

  it('has the same bytes for the same plan', async () => {
    expect(await printed(PLANS.split())).toBe(await printed(PLANS.split()));
  });

  it('is TypeScript that a strict compiler takes, with nothing unused', async () => {
    const files = await Promise.all(
      Object.entries(PLANS).map(async ([name, plan]) => [`/${name}.ts`, await printed(plan())] as const),
    );
    expect(strictProblems(new Map(files))).toEqual([]);
  });

  it('throws where an overflow is an error', async () => {
    const plan = PLANS['odd, output saturates']();
    const loose = { ...plan, finish: { ...plan.finish, overflow: 'error' as const } };
    const { scalar } = await loadModule(loose);
    const top = maxRawBigint(plan.input);
    for (const x of [0n, 1n, -1n, top, -top]) {
      expect(outcome(() => scalar(x))).toBe(outcome(() => interpret(loose, x)));
    }
  });
});
