import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scalarLoops, simdLoops, type Loops } from '../../src/plan/loops.js';
import type { QuickFinish, QuickPolynomial } from '../../src/plan/quick.js';

const scalar = scalarLoops();

function compiled(): Loops {
  const loops = simdLoops();
  if (!loops) throw new Error('dist/wasm/prove.wasm is not built: run npm run build');
  return loops;
}

const finite = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const integer = (limit: number) => fc.integer({ min: -limit, max: limit });

/** Integers that a plan with exact products can have. */
const polynomial = fc
  .array(fc.tuple(fc.integer({ min: 20, max: 28 }), integer(2 ** 22), fc.constantFrom(0, 0, 1, 9, 20)), {
    maxLength: 6,
  })
  .chain((steps) =>
    fc.record({
      origin: integer(2 ** 20),
      leading: integer(2 ** 22),
      steps: fc.constant(
        Float64Array.from(
          steps.flatMap(([shift, coefficient, cut]) =>
            cut === 0
              ? [2 ** -shift, 2 ** -(shift + 1), coefficient, 0, 0]
              : [2 ** (cut - shift), 2 ** (shift - 1 - cut), coefficient, 2 ** cut, 2 ** -cut],
          ),
        ),
      ),
    }),
  );
const finish = fc.record({
  addend: integer(2 ** 30),
  scale: fc.constantFrom(1, 2 ** -3, 2 ** -8, 4),
  offset: fc.constantFrom(0, 2 ** -4, 2 ** -9),
  after: integer(2 ** 30),
  min: integer(2 ** 20).map((v) => v - 2 ** 21),
  max: integer(2 ** 20).map((v) => v + 2 ** 21),
});
const length = fc.integer({ min: 1, max: 67 });
/** More results than are compared at a time. */
const MOST_RESULTS = 1100;

describe('compiled loops do what the scalar ones do, bit for bit', () => {
  const simd = compiled();
  const buffers = { args: simd.allocate(128), results: simd.allocate(MOST_RESULTS) };
  const words = simd.allocateWords(MOST_RESULTS);

  it('progression', () => {
    const progression = fc.record({
      start: integer(2 ** 40),
      first: integer(2 ** 51),
      step: integer(2 ** 40),
      scale: fc.integer({ min: -52, max: 0 }).map((shift) => 2 ** shift),
    });
    fc.assert(
      fc.property(length, progression, (count, how) => {
        const expected = scalar.allocate(count);
        const actual = buffers.args.subarray(0, count);
        scalar.progression(expected, how);
        simd.progression(actual, how);
        expect(Array.from(actual, (v) => v + 0)).toEqual(Array.from(expected, (v) => v + 0));
      }),
    );
  });

  it('evaluate', () => {
    fc.assert(
      fc.property(
        length,
        integer(2 ** 20),
        polynomial,
        finish,
        (count, first, quick: QuickPolynomial, end: QuickFinish) => {
          const args = buffers.args.subarray(0, count);
          const actual = buffers.results.subarray(0, count);
          simd.progression(args, { start: first, first: 0, step: 1, scale: 1 });
          const expected = scalar.allocate(count);
          scalar.evaluate(Float64Array.from(args), expected, quick, end);
          simd.evaluate(args, actual, quick, end);
          expect(Array.from(actual, (v) => v + 0)).toEqual(Array.from(expected, (v) => v + 0));
        },
      ),
    );
  });

  it('judge, with ties going to the lowest index', () => {
    const block = fc.record({
      base: integer(2 ** 24),
      inverseHalfWidth: fc.constantFrom(2 ** -5, 2 ** -10),
      coefficients: fc.array(finite(100), { minLength: 6, maxLength: 6 }).map((c) => Float64Array.from(c)),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(integer(60), { minLength: 1, maxLength: 67 }),
          fc.array(integer(60), { minLength: 500, maxLength: MOST_RESULTS, size: 'max' }),
        ),
        block,
        integer(64),
        fc.constantFrom(1, 0, -1),
        (errors, reference, offset, direction) => {
          const actual = buffers.results.subarray(0, errors.length);
          errors.forEach((error, i) => (actual[i] = reference.base + error));
          const thresholds = [0.25, 0.5, 10, 20.5, 40, 41] as const;
          const judged = (loops: Loops, results: Float64Array, words: Int32Array) => {
            const args = [reference, offset, -50, 50, thresholds, direction, words] as const;
            const { counts, ...verdict } = loops.judge(results, ...args);
            return { verdict, counts: Array.from(counts), words: Array.from(words) };
          };
          const expected = judged(scalar, Float64Array.from(actual), new Int32Array(errors.length));
          expect(judged(simd, actual, words.subarray(0, errors.length))).toEqual(expected);
        },
      ),
    );
  });

  it('isLine, wherever one result is another', () => {
    fc.assert(
      fc.property(
        length,
        integer(2 ** 30),
        integer(2 ** 20),
        fc.nat(66),
        integer(1),
        (count, value, rise, place, difference) => {
          const actual = buffers.results.subarray(0, count);
          actual.forEach((_, i) => (actual[i] = value + i * rise));
          actual[place % count] += difference;
          const expected = count === 1 || difference === 0;
          expect([simd.isLine(actual, rise), scalar.isLine(actual, rise)]).toEqual([expected, expected]);
        },
      ),
    );
  });

  it('toWords', () => {
    fc.assert(
      fc.property(fc.array(integer(2 ** 32), { minLength: 1, maxLength: 67 }), (values) => {
        const actual = buffers.results.subarray(0, values.length);
        actual.set(values);
        simd.toWords(actual, words);
        expect(Array.from(words.subarray(0, values.length))).toEqual(values.map((value) => value | 0));
        const others = new Int32Array(values.length);
        scalar.toWords(Float64Array.from(values), others);
        expect(Array.from(others)).toEqual(values.map((value) => value | 0));
      }),
    );
  });

  it('select, which finds what is near a threshold', () => {
    const block = fc.record({
      base: integer(2 ** 24),
      inverseHalfWidth: fc.constantFrom(2 ** -5, 2 ** -10),
      coefficients: fc.array(finite(10), { minLength: 6, maxLength: 6 }).map((c) => Float64Array.from(c)),
    });
    const errors = fc.array(integer(30), { minLength: 1, maxLength: MOST_RESULTS, size: 'max' });
    fc.assert(
      fc.property(errors, block, integer(64), finite(20), finite(20), (errors, reference, offset, a, b) => {
        const actual = buffers.results.subarray(0, errors.length);
        errors.forEach((error, i) => (actual[i] = reference.base + error));
        const found = (loops: Loops, results: Float64Array) =>
          Array.from(loops.select(results, reference, offset, -50, 50, Math.min(a, b), Math.max(a, b)));
        expect(found(simd, actual)).toEqual(found(scalar, Float64Array.from(actual)));
      }),
    );
  });

  it('unfold', () => {
    const line = fc.record({
      sign: fc.constantFrom(1, -1),
      start: integer(2 ** 30),
      step: integer(4),
      min: integer(2 ** 20).map((v) => v - 2 ** 24),
      max: integer(2 ** 20).map((v) => v + 2 ** 24),
    });
    fc.assert(
      fc.property(fc.array(integer(2 ** 31), { minLength: 1, maxLength: 67 }), line, (values, how) => {
        const actual = buffers.results.subarray(0, values.length);
        actual.set(values);
        const expected = Float64Array.from(values);
        simd.unfold(actual, how);
        scalar.unfold(expected, how);
        expect(Array.from(actual, (v) => v + 0)).toEqual(Array.from(expected, (v) => v + 0));
      }),
    );
  });
});
