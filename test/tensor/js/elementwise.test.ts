import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJsBackend } from '../../../src/tensor/js/backend.js';
import { int32s, primitives } from '../../golden/primitives.js';
import { clamp, roundAndClamp, type Exact } from '../exact.js';

const int32 = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer()).map(([shift, v]) => v >> shift),
  fc.constantFrom(0, 1, -1, 2 ** 24, -(2 ** 24), 2 ** 31 - 1, -(2 ** 31 - 1)),
);
const fracBits = fc.integer({ min: 1, max: 30 });
const runs = { numRuns: 5000 };

describe('the original program', () => {
  const a = int32s(primitives.fxpAdd.a);
  const b = int32s(primitives.fxpAdd.b);

  it.each([
    ['add', primitives.fxpAdd],
    ['subtract', primitives.fxpSub],
    ['multiply', primitives.fxpMul_pseudoStochastic],
  ] as const)('%s', (name, recorded) => {
    expect(int32s(recorded.a)).toEqual(a);
    const result = new Int32Array(a.length);
    createJsBackend()[name](result, a, b, a.length, 'test');
    expect(result).toEqual(int32s(recorded.out));
  });

  it.each([
    ['accumulateSigmoid', primitives.sigmoid_bwd],
    ['accumulateTanh', primitives.tanh_bwd],
  ] as const)('%s', (name, { out, grad, a_grad: expected }) => {
    const g = Float64Array.from(int32s(grad));
    const result = new Float64Array(g.length);
    createJsBackend()[name](result, g, int32s(out), g.length, 'test');
    expect(result).toEqual(Float64Array.from(int32s(expected)));
  });
});

/** One element of an operation, as the backend does it and on bigint. */
interface Case {
  readonly name: string;
  run(backend: ReturnType<typeof createJsBackend>, a: number, b: number): number;
  exact(a: bigint, b: bigint, bits: number): readonly Exact[];
}

const one = (bits: number): bigint => 1n << BigInt(bits);
const array = (value: number): Int32Array => Int32Array.of(value);
const gradient = (run: (dst: Float64Array) => void): number => {
  const dst = Float64Array.of(5);
  run(dst);
  return dst[0] - 5;
};
/** The rounded product of a slope and a gradient, and the overflow of both. */
const chain = (slope: Exact, g: bigint, bits: number): readonly Exact[] => [
  slope,
  roundAndClamp(BigInt(slope.value) * g, bits),
];

const CASES: readonly Case[] = [
  {
    name: 'add',
    run: (backend, a, b) => (backend.add(dst, array(a), array(b), 1, 'here'), dst[0]),
    exact: (a, b) => [clamp(a + b)],
  },
  {
    name: 'subtract',
    run: (backend, a, b) => (backend.subtract(dst, array(a), array(b), 1, 'here'), dst[0]),
    exact: (a, b) => [clamp(a - b)],
  },
  {
    name: 'multiply',
    run: (backend, a, b) => (backend.multiply(dst, array(a), array(b), 1, 'here'), dst[0]),
    exact: (a, b, bits) => [roundAndClamp(a * b, bits)],
  },
  {
    name: 'scale',
    run: (backend, a, b) => (backend.scale(dst, array(a), b, 1, 'here'), dst[0]),
    exact: (a, b, bits) => [roundAndClamp(a * b, bits)],
  },
  {
    name: 'addConstant',
    run: (backend, a, b) => (backend.addConstant(dst, array(a), b, 1, 'here'), dst[0]),
    exact: (a, b) => [clamp(a + b)],
  },
  {
    name: 'sum',
    run: (backend, a, b) => (backend.sum(dst, Int32Array.of(a, b), 2, 'here'), dst[0]),
    exact: (a, b) => [clamp(a + b)],
  },
  {
    name: 'accumulateProduct',
    run: (backend, a, b) =>
      gradient((to) => backend.accumulateProduct(to, Float64Array.of(a), array(b), 1, 'here')),
    exact: (a, b, bits) => [roundAndClamp(a * b, bits)],
  },
  {
    name: 'accumulateSigmoid',
    run: (backend, a, b) =>
      gradient((to) => backend.accumulateSigmoid(to, Float64Array.of(b), array(a), 1, 'here')),
    exact: (a, b, bits) => chain(roundAndClamp(a * BigInt(clamp(one(bits) - a).value), bits), b, bits),
  },
  {
    name: 'accumulateTanh',
    run: (backend, a, b) =>
      gradient((to) => backend.accumulateTanh(to, Float64Array.of(b), array(a), 1, 'here')),
    exact: (a, b, bits) =>
      chain(
        roundAndClamp(BigInt(clamp(one(bits) - a).value) * BigInt(clamp(one(bits) + a).value), bits),
        b,
        bits,
      ),
  },
];
const dst = new Int32Array(1);

describe.each(CASES)('$name', ({ run, exact }) => {
  it('is the exact result, rounded and clamped, and counts what it clamps', () => {
    fc.assert(
      fc.property(int32, int32, fracBits, (x, y, bits) => {
        const [a, b] = [x, y].map((value) => Math.max(value, -(2 ** 31 - 1)));
        const backend = createJsBackend({ fracBits: bits });
        const result = run(backend, a, b);
        const expected = exact(BigInt(a), BigInt(b), bits);
        expect(result).toBe(expected.at(-1)?.value);
        expect(backend.overflows.total).toBe(expected.filter(({ overflow }) => overflow).length);
      }),
      runs,
    );
  });
});

describe('gradients', () => {
  it('are clamped when they are settled, not before', () => {
    const backend = createJsBackend();
    const tensor = {
      rows: 1,
      columns: 5,
      values: new Int32Array(5),
      gradient: Float64Array.of(1, -(2 ** 31), 2 ** 40, -(2 ** 31 - 1), 3),
    };
    backend.settleGradient(tensor, 'here');
    expect([...tensor.gradient]).toEqual([1, -(2 ** 31 - 1), 2 ** 31 - 1, -(2 ** 31 - 1), 3]);
    expect(backend.overflows.byPlace.get('here')).toBe(2);
  });

  it('of a column are the clamped sums of the rows', () => {
    const backend = createJsBackend();
    const column = { rows: 2, columns: 1, values: new Int32Array(2), gradient: Float64Array.of(10, 20) };
    const g = {
      rows: 2,
      columns: 3,
      values: new Int32Array(6),
      gradient: Float64Array.of(1, -2, 4, 2 ** 30, 2 ** 30, 1),
    };
    backend.accumulateRowSums(column, g, 'here');
    expect([...column.gradient]).toEqual([13, 20 + 2 ** 31 - 1]);
    expect(backend.overflows.byPlace.get('here')).toBe(1);
  });

  it('of the squared error are those of the original program', () => {
    const { y, labels, targetAmp, y_grad: expected } = primitives.mseLoss;
    const [classes, samples] = y.shape;
    const target = new Int32Array(classes * samples).fill(-targetAmp * 2 ** 24);
    labels.forEach((label, j) => (target[Number(label) * samples + j] = targetAmp * 2 ** 24));
    const result = new Float64Array(target.length);
    createJsBackend().accumulateSquaredError(result, int32s(y.data), target, target.length, 'test');
    expect(result).toEqual(Float64Array.from(int32s(expected)));
  });
});
