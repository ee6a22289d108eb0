import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/tensor/backend.js';
import { GATES } from '../../src/tensor/cell.js';
import { gatedCellStep } from '../../src/tensor/gated-cell.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import { operationTable } from '../../src/tensor/operations.js';
import type { TrackedTensor } from '../../src/tensor/tensor.js';
import { createWasmBackend } from '../../src/tensor/wasm/backend.js';

type Raw = Backend<Int32Array>;
type RawTensor = TrackedTensor<Int32Array>;

const PLACES = { sums: 'sums', gates: { f: 'f', i: 'i', c: 'c̃', o: 'o' }, c: 'c', h: 'h' };
const LIMIT = 2 ** 31 - 1;

/** Shapes, and how far numbers may go beyond what is usual: not at all, narrowly, or anywhere. */
interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly reach: 'usual' | 'edge' | 'anywhere';
  readonly values: readonly number[];
}

const ONE = 2 ** 24;
const EDGES = {
  gate: [0, 1, ONE - 1, ONE, ONE + 1, -1, -ONE, -ONE - 1],
  state: [0, 2 ** 29 - 1, 2 ** 29, -(2 ** 29) + 1, -(2 ** 29), 7 * ONE],
  gradient: [
    0,
    2 ** 21,
    2 ** 21 + 1,
    -(2 ** 21),
    2 ** 25,
    2 ** 25 + 1,
    -(2 ** 25),
    -(2 ** 25) - 1,
    4095,
    -4097,
  ],
};
type Role = keyof typeof EDGES;

/** A number in [0, 1) as a stored number of a role. */
function stored(u: number, role: Role, reach: Case['reach']): number {
  const pick = Math.floor(u * 1e9) % 8;
  if (reach === 'anywhere' && pick < 2) return Math.round((2 * u - 1) * LIMIT);
  if (reach === 'edge' && pick < 5) return EDGES[role][Math.floor(u * 1e6) % EDGES[role].length];
  const most = { gate: ONE, state: 8 * ONE, gradient: ONE / 16 }[role];
  return Math.round(role === 'gate' ? u * most : (2 * u - 1) * most);
}

/** The gradients that a cell leaves behind, and what it counted. */
function gradientsOf(backend: Raw, { rows, columns, reach, values }: Case) {
  let drawn = 0;
  const draw = (role: Role) => stored(values[drawn++ % values.length], role, reach);
  function tensor(height: number, role: Role, width = columns): RawTensor {
    const result = {
      rows: height,
      columns: width,
      values: backend.allocate(height * width),
      gradient: backend.allocateGradient(height * width),
    };
    for (let i = 0; i < height * width; i++) {
      const magnitude = draw(role);
      result.values[i] = role === 'gate' || drawn % 2 === 0 ? magnitude : 0 - magnitude;
      result.gradient[i] = draw('gradient');
    }
    return result;
  }
  const sums = tensor(GATES.length * rows, 'gate');
  const gates = tensor(GATES.length * rows, 'gate');
  const [previous, c, squashed, h] = [
    tensor(rows, 'state'),
    tensor(rows, 'state'),
    tensor(rows, 'gate'),
    tensor(rows, 'gate'),
  ];
  const bias = tensor(GATES.length * rows, 'state', 1);
  const kernel = { name: 'none', planHash: '', array: () => {} } as never;
  const step = gatedCellStep(backend, operationTable(backend), {
    products: [{ kind: 'column', a: bias, columns }],
    sums,
    gates,
    previous,
    c,
    squashed,
    h,
    kernels: { sigmoid: kernel, tanh: kernel },
    places: PLACES,
  });
  const before = backend.overflows.total;
  step.backward();
  return {
    sums: [...sums.gradient],
    previous: [...previous.gradient],
    bias: [...bias.gradient],
    overflows: backend.overflows.total - before,
  };
}

describe('the way back through a gated cell', () => {
  const [js, wasm] = [createJsBackend(), createWasmBackend()];
  const { cellGradient: _, ...composition } = js;
  const cases: fc.Arbitrary<Case> = fc.record({
    rows: fc.integer({ min: 1, max: 5 }),
    columns: fc.integer({ min: 1, max: 21 }),
    reach: fc.constantFrom('usual', 'edge', 'anywhere'),
    values: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 40,
      maxLength: 300,
    }),
  });

  it('is the composition, to the last bit and overflow, for usual, narrowly unusual and any numbers', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const expected = gradientsOf(composition, one);
        expect(gradientsOf(js, one)).toEqual(expected);
        expect(gradientsOf(wasm, one)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('counts overflows where there are any', () => {
    const values = Array.from({ length: 97 }, (_, i) => (i * 0.61803) % 1);
    const { overflows } = gradientsOf(wasm, { rows: 4, columns: 13, reach: 'anywhere', values });
    expect(overflows).toBeGreaterThan(0);
  });
});
