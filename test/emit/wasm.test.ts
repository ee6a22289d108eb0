import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/emit/target.js';
import { runTypescript } from '../../src/emit/ts-run.js';
import { assemblySource, wasmTarget } from '../../src/emit/wasm.js';
import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import { interpret } from '../../src/plan/interpret.js';
import { hasWordFormats } from '../../src/plan/narrow.js';
import { PLANS } from '../conformance/plans.js';
import { unprovenCertificate } from './module.js';
import { strictProblems } from './strict.js';

type Words = Int32Array | Uint32Array | BigInt64Array | BigUint64Array;

interface Loader {
  readonly allocate: (...lengths: readonly number[]) => Words[];
  readonly [name: string]: unknown;
}

const LOADED = {
  'odd, tail as a row': [Int32Array, Int32Array],
  'unsigned 32-bit output': [Int32Array, Uint32Array],
  'sigmoid Q32.32': [BigInt64Array, BigInt64Array],
  'sigmoid UQ0.64 out': [BigInt64Array, BigUint64Array],
  'reciprocal UQ64.0': [BigUint64Array, BigUint64Array],
} as const;

describe.each(Object.entries(LOADED))('the module beside a compiled kernel: %s', (name, [Source, Target]) => {
  const plan = PLANS[name]();
  const words = hasWordFormats(plan);
  const own = (x: bigint) => (words ? Number(x) : x);
  const [lo, hi] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  // More than are copied at a time.
  const inputs = Array.from({ length: 5000 }, (_, i) => lo + ((hi - lo) * BigInt(i)) / 4999n);
  const outputs = inputs.map((x) => own(interpret(plan, x)));

  it('gives what the plan means, one at a time, by arrays and in its own memory', async () => {
    const files = await wasmTarget.emit(plan, unprovenCertificate(plan));
    const text = textOf(files[2]);
    expect(strictProblems(new Map([['/loader.ts', text]]))).toEqual([]);
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const url = `data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`;
    const module = (await import(/* @vite-ignore */ url)) as Loader;
    const scalar = module[plan.function] as (x: number | bigint) => number | bigint;
    const array = module[`${plan.function}Array`] as (src: Words, dst: Words) => void;
    expect(inputs.map((x) => scalar(own(x)))).toEqual(outputs);

    const src = new Source(inputs.length);
    inputs.forEach((x, i) => (src[i] = own(x)));
    const dst = new Target(inputs.length + 1);
    array(src, dst);
    expect([...dst].slice(0, -1)).toEqual(outputs);
    expect(() => array(src, new Target(3))).toThrow(/dst holds 3 of 5000 elements/);

    const [inside, result] = module.allocate(inputs.length, inputs.length);
    inputs.forEach((x, i) => (inside[i] = own(words ? BigInt.asIntN(32, x) : x)));
    array(inside, result);
    const bits = words ? 32 : 64;
    expect(Array.from<number | bigint, bigint>(result, (y) => BigInt.asIntN(bits, BigInt(y)))).toEqual(
      outputs.map((y) => BigInt.asIntN(bits, BigInt(y))),
    );
  });
});

describe('a kernel for WebAssembly is in the quickest form that is exact', () => {
  const source = (name: string) => {
    const plan = PLANS[name]();
    return assemblySource(plan, unprovenCertificate(plan));
  };

  it.each(['tanh Q8.24', 'sigmoid Q8.24', 'odd, tail as a row', 'tanh Q8.24 as in the artifact'])(
    'four lanes: %s',
    async (name) => expect(await source(name)).toContain('f64x2.mul(y, t'),
  );

  it.each(['rsqrt Q8.24', 'sin Q8.24', 'reciprocal Q16.16', 'sigmoid Q20.44, half-up', 'tanh-like Q40.24'])(
    '64-bit words: %s',
    async (name) => {
      expect(await source(name)).toContain('let y = load<i64>(row);');
      expect(await source(name)).not.toContain('multiply(P, Y, T);');
    },
  );

  it.each(['sin Q32.32', 'reciprocal UQ64.0', 'expm1 Q32.32', 'sigmoid UQ0.64 out'])(
    '256-bit integers: %s',
    async (name) => expect(await source(name)).toContain('multiply(P, Y, T);'),
  );

  it('products of 128 bits in two words are among them', async () => {
    const all = await Promise.all(Object.keys(PLANS).map(source));
    for (const rounding of ['Floor', 'HalfUp', 'HalfEven', 'HalfAway', 'Pseudo']) {
      const form = new RegExp(`= product${rounding}\\((y, t|t, y)`);
      expect({ rounding, found: all.some((text) => form.test(text)) }).toEqual({ rounding, found: true });
    }
  });
});

describe('the text of a TypeScript kernel without its types', () => {
  it.each(['sin Q8.8', 'softplus Q32.32', 'reciprocal Q16.48, half-away', 'half-even products of 60 bits'])(
    'runs: %s',
    async (name) => {
      const plan = PLANS[name]();
      const run = await runTypescript(plan, unprovenCertificate(plan));
      for (const x of [minRawBigint(plan.input), -3n, 0n, 12345n, maxRawBigint(plan.input)]) {
        expect(run(x)).toBe(interpret(plan, x));
      }
    },
  );
});
