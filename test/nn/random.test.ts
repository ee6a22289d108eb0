import { describe, expect, it } from 'vitest';
import { initializeParameters } from '../../src/nn/initialize.js';
import { createParameters, parameter } from '../../src/nn/parameters.js';
import { createRandomWords, normalDeviate, randomPermutation, uniformBelow } from '../../src/nn/random.js';
import { createFloatBackend } from '../../src/tensor/float/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';

describe('random words', () => {
  it('never change: a seed that was reported gives the same run in every version', () => {
    const random = createRandomWords(1, 0);
    expect([random(), random(), random()]).toEqual([2677044200, 355546957, 1053930227]);
  });

  it('differ between seeds and between streams', () => {
    const firsts = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [0xffffffff, 0],
    ].map(([seed, stream]) => createRandomWords(seed, stream)());
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe('uniformBelow', () => {
  it('drops the words that would favour small numbers', () => {
    const words = [2 ** 32 - 1, 2 ** 32 - 2, 5];
    expect(uniformBelow(() => words.shift() ?? 0, 3)).toBe((2 ** 32 - 2) % 3);
    const exhausted = [2 ** 32 - 1, 4];
    expect(uniformBelow(() => exhausted.shift() ?? 0, 3)).toBe(4 % 3);
  });
});

describe('normalDeviate', () => {
  it('has mean 0, variance 1, and the tails of a normal distribution up to 3', () => {
    const random = createRandomWords(7, 0);
    const count = 200_000;
    const sample = Float64Array.from({ length: count }, () => normalDeviate(random));
    const mean = sample.reduce((sum, x) => sum + x, 0) / count;
    const variance = sample.reduce((sum, x) => sum + x * x, 0) / count;
    const beyond = (limit: number): number => sample.filter((x) => Math.abs(x) > limit).length / count;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    expect(Math.abs(beyond(1) - 0.3173)).toBeLessThan(0.01);
    expect(Math.abs(beyond(2) - 0.0455)).toBeLessThan(0.005);
    expect(Math.abs(beyond(3) - 0.0027)).toBeLessThan(0.002);
  });

  it('is symmetric to the last bit', () => {
    expect(normalDeviate(() => 0)).toBe(-normalDeviate(() => 2 ** 32 - 1));
  });
});

describe('randomPermutation', () => {
  it('holds every index once', () => {
    const order = randomPermutation(createRandomWords(3, 1), 7291);
    expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 7291 }, (_, i) => i));
  });

  it('gives every order of three with the same probability', () => {
    const random = createRandomWords(5, 0);
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const key = randomPermutation(random, 3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('initial parameters', () => {
  const layout = [{ name: 'p', rows: 50, columns: 40 }];

  it('are N(0, 0.1), and the same in fixed and in floating point but for rounding', () => {
    const fixed = createJsBackend();
    const float = createFloatBackend();
    const raw = createParameters(fixed, layout);
    const real = createParameters(float, layout);
    initializeParameters(fixed, raw, 42);
    initializeParameters(float, real, 42);
    raw.flat.values.forEach((value, i) =>
      expect(Math.abs(value / 2 ** 24 - real.flat.values[i])).toBeLessThanOrEqual(2 ** -25),
    );
    const variance = real.flat.values.reduce((sum, x) => sum + x * x, 0) / 2000;
    expect(Math.abs(variance / 0.01 - 1)).toBeLessThan(0.1);
  });

  it('are moved to another mean where one is given, and no others are', () => {
    const two = [
      { name: 'w', rows: 2, columns: 3 },
      { name: 'b', rows: 4, columns: 1 },
    ];
    const backend = createFloatBackend();
    const plain = createParameters(backend, two);
    const moved = createParameters(backend, two);
    initializeParameters(backend, plain, 7);
    initializeParameters(backend, moved, 7, { b: 1 });
    for (const { name } of two) {
      const shift = name === 'b' ? 1 : 0;
      const before = parameter(plain, name).values;
      parameter(moved, name).values.forEach((value, i) => expect(value).toBeCloseTo(before[i] + shift, 12));
    }
  });
});
