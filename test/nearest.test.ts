import { describe, expect, it } from 'vitest';
import { nearest } from '../src/nearest.js';
import { FUNCTIONS } from '../src/function/catalogue.js';
import { KERNEL_OPTIONS } from '../src/spec/options.js';
import { spellings } from '../src/spec/spelling.js';

const functions = FUNCTIONS.map(({ name }) => name);
const keys = KERNEL_OPTIONS.flatMap(spellings);

describe('the nearest name', () => {
  it.each([
    ['tahn', functions, 'tanh'],
    ['TANH', functions, 'tanh'],
    ['hardSigmoid', functions, 'hard-sigmoid'],
    ['sigmiod', functions, 'sigmoid'],
    ['sig', functions, 'sigmoid'],
    ['recip', functions, 'reciprocal'],
    ['ordre', keys, 'order'],
    ['ulps', keys, 'ulp'],
    ['fnc', keys, 'fn'],
    ['func', keys, 'function'],
    ['formats', keys, 'format'],
    ['StepRounding', keys, 'stepRounding'],
    ['outputt', keys, 'output'],
    ['relativ', keys, 'relative'],
    ['half_even', ['floor', 'half-up', 'half-even'], 'half-even'],
  ])('to %s is found', (text, names, name) => {
    expect(nearest(text, names)).toBe(name);
  });

  it.each([
    ['foo', functions],
    ['bar', functions],
    ['x', functions],
    ['f', functions],
    ['', functions],
    ['quux', functions],
    ['zz', keys],
    ['kernel', functions],
    ['go', ['ts', 'c', 'rust']],
  ])('to %j is none where nothing is near', (text, names) => {
    expect(nearest(text, names)).toBeUndefined();
  });

  it('is the same in whatever order the names stand', () => {
    for (const text of ['tahn', 'sinn', 'log', 'reluu', 'soft', 'hrd-tanh']) {
      expect(nearest(text, functions)).toBe(nearest(text, functions.toReversed()));
    }
  });
});
