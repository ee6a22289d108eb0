import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { directionOn } from '../../src/verify/monotone.js';

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
