import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Product } from '../../../src/tensor/backend.js';
import { createJsBackend } from '../../../src/tensor/js/backend.js';
import { createProductSums } from '../../../src/tensor/js/products.js';
import { rowsOf, type Tensor } from '../../../src/tensor/tensor.js';
import { int32s, primitives, type RecordedMatrix } from '../../golden/primitives.js';
import {
  dot,
  eachElement,
  emptyLike,
  matrices,
  roundAndClamp,
  tracked,
  transpose,
  withGradient,
} from '../exact.js';

function tensor({ shape, data }: RecordedMatrix): Tensor<Int32Array> {
  return { rows: shape[0], columns: shape[1], values: int32s(data) };
}

describe('the original program', () => {
  it.each(primitives.fxpMM)('matrix product: $tag', ({ a, b, out, int64Wraps }) => {
    const backend = createJsBackend();
    const result = emptyLike(a.shape[0], b.shape[1]);
    backend.productSum(result, [{ kind: 'matmul', a: tensor(a), b: tensor(b) }], 'test');
    if (int64Wraps) {
      // There the original's int64 wraps around and gives the wrong sign; the exact sum saturates.
      expect(int32s(out).every((value) => value === -(2 ** 31 - 1))).toBe(true);
      expect(result.values.every((value) => value === 2 ** 31 - 1)).toBe(true);
      expect(backend.overflows.byPlace.get('test')).toBe(out.length);
    } else {
      expect(result.values).toEqual(int32s(out));
    }
  });

  it.each(primitives.fxpSFMAdd)('sum of products: $tag', ({ ops, args, out }) => {
    const products = ops.map((kind, i): Product<Int32Array> => ({
      kind,
      a: tensor(args[2 * i]),
      b: tensor(args[2 * i + 1]),
    }));
    const { a, b } = products[0] as { a: Tensor<Int32Array>; b: Tensor<Int32Array> };
    const result = emptyLike(a.rows, ops[0] === 'matmul' ? b.columns : a.columns);
    createJsBackend().productSum(result, products, 'test');
    expect(result.values).toEqual(int32s(out));
  });
});

/** Shapes with and without remainders of every blocked loop, and magnitudes on both sides of exact doubles. */
const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  inner: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 11 }),
  aBits: fc.integer({ min: 4, max: 31 }),
  bBits: fc.integer({ min: 4, max: 31 }),
  fracBits: fc.integer({ min: 1, max: 30 }),
});
const runs = { numRuns: 1500 };

describe('sums of products', () => {
  it('are exact, rounded once and clamped, whatever the shape and magnitude', () => {
    const cases = shapes.chain((s) =>
      fc.record({
        fracBits: fc.constant(s.fracBits),
        a: matrices(s.rows, s.inner, s.aBits),
        b: matrices(s.inner, s.columns, s.bBits),
        x: matrices(s.rows, s.columns, s.aBits),
        y: matrices(s.rows, s.columns, s.bBits),
        bias: matrices(s.rows, 1, s.aBits),
      }),
    );
    fc.assert(
      fc.property(cases, ({ fracBits, a, b, x, y, bias }) => {
        const backend = createJsBackend({ fracBits });
        const result = emptyLike(a.rows, b.columns);
        backend.productSum(
          result,
          [
            { kind: 'column', a: bias, columns: b.columns },
            { kind: 'matmul', a, b },
            { kind: 'multiply', a: x, b: y },
          ],
          'here',
        );
        const expected = eachElement(a.rows, b.columns, (row, column) => {
          const i = row * b.columns + column;
          const sum =
            (BigInt(bias.values[row]) << BigInt(fracBits)) +
            dot(a, row, b, column) +
            BigInt(x.values[i]) * BigInt(y.values[i]);
          return roundAndClamp(sum, fracBits);
        });
        expect([...result.values]).toEqual(expected.values);
        expect(backend.overflows.total).toBe(expected.overflows);
      }),
      runs,
    );
  });

  it('are exact over more terms than one pass of the residue can hold', () => {
    // x·y ends in 2^21 − 2^10, and a double above 2^74 drops that, every time the same way: the last 4000 terms
    // put it off by 2^33. The other terms, −2^60 each, are exact and bring the sum back into range.
    const up = 8000;
    const x = 2 ** 31 - 1;
    const y = 2 ** 31 - 2 ** 21 + 2 ** 10;
    const down = Number((BigInt(up) * BigInt(x) * BigInt(y)) >> 60n);
    const inner = up + down;
    const a = { rows: 1, columns: inner, values: new Int32Array(inner).fill(x, 0, up).fill(-(2 ** 30), up) };
    const b = { rows: inner, columns: 1, values: new Int32Array(inner).fill(y, 0, up).fill(2 ** 30, up) };
    const result = emptyLike(1, 1);
    createJsBackend({ fracBits: 30 }).productSum(result, [{ kind: 'matmul', a, b }], 'test');
    expect(result.values[0]).toBe(roundAndClamp(dot(a, 0, b, 0), 30).value);
    expect(Math.abs(result.values[0])).toBeLessThan(2 ** 31 - 1);
  });

  it('do not depend on what was computed before', () => {
    const sums = createProductSums(24);
    const [small, large] = [100, 2 ** 31 - 1].map((value) => ({
      rows: 3,
      columns: 3,
      values: new Int32Array(9).fill(value),
    }));
    const alone = emptyLike(3, 3);
    createProductSums(24).productSum(alone, [{ kind: 'matmul', a: small, b: large }]);
    for (const a of [large, small]) {
      const result = emptyLike(3, 3);
      sums.productSum(result, [{ kind: 'matmul', a, b: large }]);
      if (a === small) expect(result.values).toEqual(alone.values);
    }
  });
});

describe('gradients of a matrix product', () => {
  const cases = shapes.chain((s) =>
    fc.record({
      fracBits: fc.constant(s.fracBits),
      a: matrices(s.rows, s.inner, s.aBits),
      b: matrices(s.inner, s.columns, s.bBits),
      g: matrices(s.rows, s.columns, s.aBits),
    }),
  );

  it('of the left factor are g·bᵀ, exact, rounded once and clamped', () => {
    fc.assert(
      fc.property(cases, ({ fracBits, a, b, g }) => {
        const backend = createJsBackend({ fracBits });
        const left = tracked(a);
        left.gradient.fill(7);
        backend.accumulateLeft(left, withGradient(g), b, 'here');
        const expected = eachElement(a.rows, a.columns, (row, k) =>
          roundAndClamp(dot(g, row, transpose(b), k), fracBits),
        );
        expect([...left.gradient]).toEqual(expected.values.map((value) => value + 7));
        expect(backend.overflows.total).toBe(expected.overflows);
      }),
      runs,
    );
  });

  it('of the right factor are aᵀ·g, each part of a rounded and clamped on its own', () => {
    const stacked = fc.tuple(cases, fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(stacked, ([{ fracBits, a, b, g }, parts]) => {
        const repeat = (tensor: Tensor<Int32Array>): Tensor<Int32Array> => ({
          rows: tensor.rows * parts,
          columns: tensor.columns,
          values: Int32Array.from({ length: parts * tensor.values.length }, (_, i) => {
            const value = tensor.values[i % tensor.values.length];
            return i < tensor.values.length ? value : value >> 3;
          }),
        });
        const [tallA, tallG] = [repeat(a), repeat(g)];
        const backend = createJsBackend({ fracBits });
        const right = tracked(b);
        backend.accumulateRight(right, tallA, withGradient(tallG), parts, 'here');

        const total = new Float64Array(b.rows * b.columns);
        let overflows = 0;
        for (let part = 0; part < parts; part++) {
          const factor = transpose(rowsOf(tallA, part * a.rows, a.rows));
          const gradient = rowsOf(tallG, part * a.rows, a.rows);
          const expected = eachElement(b.rows, b.columns, (k, column) =>
            roundAndClamp(dot(factor, k, gradient, column), fracBits),
          );
          expected.values.forEach((value, i) => (total[i] += value));
          overflows += expected.overflows;
        }
        expect(right.gradient).toEqual(total);
        expect(backend.overflows.total).toBe(overflows);
      }),
      runs,
    );
  });

  it('follow a gradient that has changed since it was last used', () => {
    // Sums near 2^60 are too large for doubles alone; bounds that are remembered from the small gradient would
    // let them pass, and a few of these would then round the wrong way.
    const backend = createJsBackend({ fracBits: 30 });
    const b = { rows: 1, columns: 2, values: Int32Array.of(2 ** 30 - 3, 2 ** 29 + 5) };
    for (let i = 0; i < 4000; i++) {
      const g = withGradient({ rows: 1, columns: 2, values: Int32Array.of(1, 1) });
      const left = tracked(emptyLike(1, 1));
      backend.accumulateLeft(left, g, b, 'here');
      g.gradient.set([2 ** 29 + i, 2 ** 28 - 7 * i - 1]);
      backend.settleGradient(g, 'here');
      left.gradient.fill(0);
      backend.accumulateLeft(left, g, b, 'here');
      const exact = BigInt(g.gradient[0]) * BigInt(b.values[0]) + BigInt(g.gradient[1]) * BigInt(b.values[1]);
      expect(left.gradient[0]).toBe(roundAndClamp(exact, 30).value);
    }
  });
});
