import { describe, expect, it } from 'vitest';
import { parseFormat } from '../../src/fixedpoint/format.js';
import { findFunction } from '../../src/function/catalogue.js';
import { directionOn, directionOver } from '../../src/verify/monotone.js';

describe('whether a function is monotone on inputs', () => {
  it.each([
    ['tanh', 8, 128, 1],
    ['tanh', -128, 128, 1],
    ['sigmoid', -100, -8, 1],
    ['gaussian', 0.5, 100, -1],
    ['gaussian', -1, 1, undefined],
    ['silu', 0, 100, 1],
    ['silu', -1.25, 0, 1],
    ['silu', -1.5, -1, undefined],
    ['silu', -12, -1.5, -1],
    ['sin', 0, 1.5, 1],
    ['sin', 1.5, 1.625, undefined],
    ['cos', 0.125, 3, -1],
    ['rsqrt', 1, 100, -1],
    ['abs', -1, 1, undefined],
    ['relu', 0, 5, 1],
    ['relu', -5, 0, 1],
  ])('%s from %d to %d: %d', (name, from, to, direction) => {
    const setting = {
      definition: findFunction(name),
      inputFracBits: 16,
      outputFracBits: 16,
      min: -(2 ** 31),
      max: 2 ** 31 - 1,
    };
    expect(directionOn(setting, from * 2 ** 16, to * 2 ** 16)).toBe(direction);
  });
});

describe('the direction of a function over a range', () => {
  it.each([
    ['tanh', -128, 127, 1],
    ['rsqrt', 0, 127, -1],
    ['sin', -1.5, 1.5, 1],
    ['sin', -1.6, 1.5, undefined],
    ['sin', 1.58, 4.7, -1],
    ['cos', 0, 3.14, -1],
    ['cos', -0.01, 3, undefined],
    // A slope of zero at one input in the middle is no turn, nor is a level stretch.
    ['x^3', -4, 4, 1],
    ['hard-sigmoid', -128, 127, 1],
    ['max(-1, min(1, -x))', -128, 127, -1],
    ['max(x, -x)', 0, 4, 1],
    ['max(x, -x)', -1, 4, undefined],
    // An infinite slope at the end of the domain.
    ['asin', -1, 1, 1],
    ['silu', -1.27, 8, 1],
    ['silu', -1.29, 8, undefined],
  ])('%s from %d to %d: %d', (name, from, to, direction) => {
    const format = parseFormat('Q8.16');
    const range = { lo: Math.ceil(from * 2 ** 16), hi: Math.floor(to * 2 ** 16) };
    expect(directionOver(findFunction(name), { input: format, output: format }, range)).toBe(direction);
  });
});
