import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend, Product } from '../../../src/tensor/backend.js';
import { createJsBackend } from '../../../src/tensor/js/backend.js';
import type { Tensor, TrackedTensor } from '../../../src/tensor/tensor.js';
import { createWasmBackend } from '../../../src/tensor/wasm/backend.js';

type Raw = Backend<Int32Array>;

/** Both backends per number of fraction bits: memories of the engine are few, as each reserves addresses. */
const pairs = new Map<number, readonly [Raw, Raw]>();
function backends(fracBits: number): readonly [Raw, Raw] {
  let pair = pairs.get(fracBits);
  if (pair === undefined) {
    pair = [createJsBackend({ fracBits }), createWasmBackend({ fracBits })];
    pairs.set(fracBits, pair);
  }
  return pair;
}

/** The numbers of one case, drawn from a seed: shapes are too large to have each element shrunk. */
interface Case {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly aBits: number;
  readonly bBits: number;
  readonly fracBits: number;
  readonly seed: number;
}

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 65 }));
const bits = fc.oneof(fc.integer({ min: 2, max: 32 }), fc.constantFrom(31, 32));
const cases: fc.Arbitrary<Case> = fc.record({
  rows: size,
  inner: size,
  columns: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 130 })),
  aBits: bits,
  bBits: bits,
  fracBits: fc.oneof(fc.constant(24), fc.integer({ min: 1, max: 30 })),
  seed: fc.integer(),
});
const runs = { numRuns: 400 };

/** Integers of up to that many bits, many of them at an end of their range or zero. */
function integers(seed: number, bitCount: number): () => number {
  let state = seed | 0;
  const word = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state ^ (state >>> 15)) | 0;
  };
  return () => {
    const kind = word() & 15;
    const value = word() >> (32 - bitCount);
    const limit = 2 ** (bitCount - 1) - 1;
    if (kind === 0) return 0;
    if (kind === 1) return limit;
    if (kind === 2) return -limit;
    if (kind === 3) return -limit - 1;
    return value;
  };
}

/** The operands of a case in the buffers of one backend. Gradients are those of settled tensors. */
function operands(backend: Raw, { rows, inner, columns, aBits, bBits, seed }: Case) {
  let stream = seed;
  function tensor(r: number, c: number, bitCount: number): TrackedTensor<Int32Array> {
    const next = integers((stream = (stream + 77777) | 0), bitCount);
    const values = backend.allocate(r * c);
    const gradient = backend.allocateGradient(r * c);
    for (let i = 0; i < values.length; i++) {
      values[i] = next();
      gradient[i] = Math.max(next(), -(2 ** 31 - 1));
    }
    return { rows: r, columns: c, values, gradient };
  }
  return {
    a: tensor(rows, inner, aBits),
    b: tensor(inner, columns, bBits),
    x: tensor(rows, columns, aBits),
    y: tensor(rows, columns, bBits),
    bias: tensor(rows, 1, aBits),
    factor: integers(seed, bBits)(),
  };
}

type Operands = ReturnType<typeof operands>;
type Result = Tensor<Int32Array>;

const values = (tensor: Result): Int32Array => Int32Array.from(tensor.values);
const gradient = (tensor: TrackedTensor<Int32Array>): Float64Array => Float64Array.from(tensor.gradient);

/** What each operation leaves behind. */
const OPERATIONS: {
  readonly [name: string]: (backend: Raw, o: Operands, length: number) => ArrayLike<number>;
} = {
  add: (backend, { x, y }, n) => (backend.add(x.values, x.values, y.values, n, 'p'), values(x)),
  subtract: (backend, { x, y }, n) => (backend.subtract(y.values, x.values, y.values, n, 'p'), values(y)),
  multiply: (backend, { x, y }, n) => (backend.multiply(x.values, x.values, y.values, n, 'p'), values(x)),
  addConstant: (backend, { x, y, factor }, n) => (
    backend.addConstant(y.values, x.values, factor, n, 'p'),
    values(y)
  ),
  scale: (backend, { x, y, factor }, n) => (backend.scale(y.values, x.values, factor, n, 'p'), values(y)),
  sum: (backend, { x, y }, n) => (backend.sum(y.values, x.values, n, 'p'), values(y)),
  matmul: (backend, { a, b, x }) => (backend.productSum(x, [{ kind: 'matmul', a, b }], 'p'), values(x)),
  'product sum': (backend, { a, b, x, y, bias }) => {
    const products: Product<Int32Array>[] = [
      { kind: 'column', a: bias, columns: x.columns },
      { kind: 'matmul', a, b },
      { kind: 'multiply', a: x, b: y },
    ];
    backend.productSum(x, products.slice(0, 2), 'p');
    backend.productSum(y, products, 'p');
    return values(y);
  },
  'two elementwise products': (backend, { x, y, bias }) => {
    backend.productSum(
      y,
      [
        { kind: 'multiply', a: x, b: y },
        { kind: 'multiply', a: y, b: x },
        { kind: 'column', a: bias, columns: x.columns },
      ],
      'p',
    );
    return values(y);
  },
  gatherColumns: (backend, { a, b, x }) => {
    const starts = Int32Array.from({ length: b.columns }, (_, j) => (j * 7919) % (a.rows * a.columns));
    const source = backend.allocate(a.rows * a.columns + b.rows);
    source.set(a.values);
    backend.gatherColumns(b, source, starts);
    backend.gatherColumns({ ...x, rows: 1 }, source, starts);
    return [...values(b), ...values(x)];
  },
  settleGradient: (backend, { x, factor }) => {
    for (let i = 0; i < x.gradient.length; i++) x.gradient[i] *= 1 + ((i ^ factor) & 3);
    backend.settleGradient(x, 'p');
    return gradient(x);
  },
  loadGradient: (backend, { x, y }, n) => (backend.loadGradient(y.values, x.gradient, n), values(y)),
  clearGradient: (backend, { x }, n) => (backend.clearGradient(x.gradient, n), gradient(x)),
  accumulate: (backend, { x, y }, n) => {
    backend.accumulate(x.gradient, y.gradient, 1, n);
    backend.accumulate(y.gradient, x.gradient, -1, n);
    return gradient(y);
  },
  accumulateProduct: (backend, { x, y }, n) => (
    backend.accumulateProduct(x.gradient, y.gradient, x.values, n, 'p'),
    gradient(x)
  ),
  accumulateSigmoid: (backend, { x, y }, n) => (
    backend.accumulateSigmoid(x.gradient, y.gradient, y.values, n, 'p'),
    gradient(x)
  ),
  accumulateTanh: (backend, { x, y }, n) => (
    backend.accumulateTanh(x.gradient, y.gradient, y.values, n, 'p'),
    gradient(x)
  ),
  accumulateSquaredError: (backend, { x, y }, n) => (
    backend.accumulateSquaredError(x.gradient, x.values, y.values, n, 'p'),
    gradient(x)
  ),
  accumulateLeft: (backend, { a, b, y }) => (backend.accumulateLeft(a, y, b, 'p'), gradient(a)),
  accumulateRight: (backend, { a, b, y }) => (backend.accumulateRight(b, a, y, 1, 'p'), gradient(b)),
  'accumulateRight in parts': (backend, { a, b, y }) => (
    backend.accumulateRight(b, a, y, a.rows, 'p'),
    gradient(b)
  ),
  accumulateRowSums: (backend, { bias, y }) => (backend.accumulateRowSums(bias, y, 'p'), gradient(bias)),
};

describe.each(Object.entries(OPERATIONS))('%s', (_, operation) => {
  it('gives what the js backend gives, and counts as many overflows', () => {
    let overflowed = 0;
    fc.assert(
      fc.property(cases, (c) => {
        const results = backends(c.fracBits).map((backend) => {
          const before = backend.overflows.total;
          const o = operands(backend, c);
          const result = operation(backend, o, c.rows * c.columns);
          return { result, overflows: backend.overflows.total - before };
        });
        overflowed += results[0].overflows;
        expect(results[1]).toEqual(results[0]);
      }),
      runs,
    );
    const never = ['gatherColumns', 'loadGradient', 'clearGradient', 'accumulate'];
    const name = expect.getState().currentTestName ?? '';
    expect(overflowed > 0 || never.some((other) => name.startsWith(other))).toBe(true);
  });
});

describe('the buffers', () => {
  it('of others are refused', () => {
    const [, backend] = backends(24);
    const own = backend.allocate(4);
    expect(() => backend.add(own, own, new Int32Array(4), 4, 'p')).toThrow(/allocated itself/);
  });

  it('stay what they are when the memory grows', () => {
    const backend = createWasmBackend();
    const first = backend.allocate(4).fill(2 ** 24);
    const others = Array.from({ length: 64 }, () => backend.allocate(10000).fill(7));
    const last = backend.allocate(4).fill(1);
    backend.multiply(last, first, last, 4, 'p');
    first[0] = 3;
    backend.add(last, last, first, 4, 'p');
    expect([...last]).toEqual([4, 2 ** 24 + 1, 2 ** 24 + 1, 2 ** 24 + 1]);
    expect(others.every((other) => other.every((value) => value === 7))).toBe(true);
  });
});
