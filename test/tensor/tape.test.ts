import { describe, expect, it } from 'vitest';
import { createFloatBackend, MATH_KERNEL } from '../../src/tensor/float/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import { createTape, type Tape } from '../../src/tensor/tape.js';
import type { Tensor } from '../../src/tensor/tensor.js';

type Floats = Tensor<Float64Array>;
type Record = (tape: Tape<Float64Array>, a: Floats, b: Floats) => Floats;

/** Each with two operands of 2×3, used so that every element of the result matters. */
const OPERATIONS: { readonly [name: string]: Record } = {
  add: (tape, a, b) => tape.add(a, b, 'x'),
  subtract: (tape, a, b) => tape.subtract(a, b, 'x'),
  multiply: (tape, a, b) => tape.multiply(a, b, 'x'),
  'multiply with itself': (tape, a) => tape.multiply(a, a, 'x'),
  matmul: (tape, a, b) => tape.matmul(tape.slice(a, 0, 0, 2, 2), b, 'x'),
  'sum of products': (tape, a, b) =>
    tape.productSum(
      [
        { kind: 'multiply', a, b },
        { kind: 'matmul', a: tape.slice(b, 0, 1, 2, 2), b: a, parts: 2 },
        { kind: 'column', a: tape.slice(a, 0, 1, 2, 1), columns: 3 },
      ],
      'x',
    ),
  slice: (tape, a) => tape.slice(a, 1, 1, 1, 2),
  rows: (tape, a, b) => {
    const sum = tape.add(a, b, 'x');
    return tape.multiply(tape.rows(sum, 0, 1), tape.rows(sum, 1, 1), 'x');
  },
  sum: (tape, a, b) => tape.multiply(tape.sum(a, 'x'), tape.sum(b, 'x'), 'x'),
  sigmoid: (tape, a) => tape.sigmoid(a, MATH_KERNEL, 'x'),
  tanh: (tape, a) => tape.tanh(a, MATH_KERNEL, 'x'),
  'a value used twice': (tape, a, b) => {
    const product = tape.multiply(a, b, 'x');
    return tape.add(product, tape.tanh(product, MATH_KERNEL, 'x'), 'x');
  },
};

describe.each(Object.entries(OPERATIONS))('%s', (_, record) => {
  it('has the gradient that differences of the loss show', () => {
    const tape = createTape(createFloatBackend());
    const a = tape.variable(2, 3);
    const b = tape.variable(2, 3);
    a.values.set([0.3, -0.7, 1.1, 0.2, -1.3, 0.9]);
    b.values.set([-0.4, 0.8, 0.6, -1.2, 0.1, 0.5]);
    const output = record(tape, a, b);
    const target = tape.constant(output.rows, output.columns);
    target.values.forEach((_value, i) => (target.values[i] = 1 + i));
    tape.squaredError(output, target, 'loss');

    const loss = (): number => {
      tape.forward();
      return (
        output.values.reduce((sum, y, i) => sum + (y - target.values[i]) ** 2, 0) / (2 * output.values.length)
      );
    };
    loss();
    tape.backward();
    for (const { values, gradient } of [a, b]) {
      values.forEach((value, i) => {
        values[i] = value + 1e-5;
        const above = loss();
        values[i] = value - 1e-5;
        const below = loss();
        values[i] = value;
        expect(gradient[i]).toBeCloseTo((above - below) / 2e-5, 8);
      });
    }
  });
});

describe('a tape', () => {
  it('adds up the gradients of leaves from one backward run to the next, and no others', () => {
    const tape = createTape(createJsBackend());
    const a = tape.variable(1, 1);
    a.values[0] = 2 ** 24;
    const double = tape.add(a, a, 'x');
    tape.squaredError(double, tape.constant(1, 1), 'loss');
    tape.forward();
    tape.backward();
    expect([a.gradient[0], double.gradient?.[0]]).toEqual([2 ** 26, 2 ** 25]);
    tape.backward();
    expect([a.gradient[0], double.gradient?.[0]]).toEqual([2 ** 27, 2 ** 25]);
  });

  it('tracks what depends on a variable, and nothing where only values are wanted', () => {
    const backend = createJsBackend();
    const tape = createTape(backend);
    const constant = tape.constant(2, 2);
    const variable = tape.variable(2, 2);
    expect(tape.add(constant, constant, 'x').gradient).toBeUndefined();
    expect(tape.add(constant, variable, 'x').gradient).toHaveLength(4);
    const forwardOnly = createTape(backend, { gradients: false });
    expect(forwardOnly.add(variable, variable, 'x').gradient).toBeUndefined();
  });

  it('counts overflow by place, apart in values and gradients', () => {
    const backend = createJsBackend();
    const tape = createTape(backend);
    const a = tape.variable(1, 2);
    const b = tape.variable(1, 2);
    a.values.set([2 ** 31 - 1, 1]);
    b.values.set([2 ** 31 - 1, 1]);
    const product = tape.multiply(a, b, 'here');
    tape.squaredError(product, tape.constant(1, 2), 'loss');
    tape.forward();
    expect(product.values[0]).toBe(2 ** 31 - 1);
    tape.backward();
    expect([...backend.overflows.byPlace]).toEqual([
      ['here', 1],
      ['here.gradient', 2],
    ]);
    expect(backend.overflows.total).toBe(3);
  });

  it.each<[string, (tape: Tape<Int32Array>, a: Tensor<Int32Array>, b: Tensor<Int32Array>) => void]>([
    ['add', (tape, a, b) => tape.add(a, b, 'sum')],
    ['multiply', (tape, a, b) => tape.multiply(a, b, 'sum')],
    ['matmul', (tape, a) => tape.matmul(a, a, 'sum')],
    [
      'productSum of two shapes',
      (tape, a, b) => {
        tape.productSum(
          [
            { kind: 'multiply', a, b: a },
            { kind: 'multiply', a: b, b },
          ],
          'sum',
        );
      },
    ],
    ['productSum in parts', (tape, a, b) => tape.productSum([{ kind: 'matmul', a, b, parts: 3 }], 'sum')],
    ['productSum of nothing', (tape) => tape.productSum([], 'sum')],
    ['column', (tape, a) => tape.productSum([{ kind: 'column', a, columns: 2 }], 'sum')],
    ['slice', (tape, a) => tape.slice(a, 1, 1, 2, 1)],
    ['rows', (tape, a) => tape.rows(a, 1, 2)],
    ['squaredError', (tape, a, b) => tape.squaredError(a, b, 'sum')],
  ])('refuses shapes that do not fit: %s', (_, record) => {
    const tape = createTape(createJsBackend());
    expect(() => record(tape, tape.variable(2, 3), tape.variable(3, 2))).toThrow(RangeError);
  });
});
