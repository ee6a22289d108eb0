import { describe, expect, it } from 'vitest';
import { absoluteUlp, allowedUlp, describeTarget, errorRatio } from '../../src/segment/target.js';

describe('what a target allows', () => {
  it.each([
    { target: { ulp: 2 }, scaled: 100, allowed: 2 },
    { target: { ulp: 2 }, scaled: 0, allowed: 2 },
    { target: { error: 2 ** -6 }, scaled: 0, allowed: 4 },
    { target: { relative: 0.25 }, scaled: -20, allowed: 5 },
    { target: { relative: 0.25 }, scaled: 0, allowed: 0 },
    { target: { ulp: 2, error: 2 ** -6, relative: 0.25 }, scaled: 100, allowed: 2 },
    { target: { ulp: 9, error: 2 ** -6, relative: 0.25 }, scaled: 100, allowed: 4 },
    { target: { ulp: 9, error: 1, relative: 0.25 }, scaled: 4, allowed: 1 },
  ])('$target at $scaled is $allowed ulp of 8 fraction bits', ({ target, scaled, allowed }) => {
    expect(allowedUlp(target, scaled, 8)).toBe(allowed);
  });

  it('is the lesser of both where a result serves a mirrored input too', () => {
    expect(allowedUlp({ relative: 0.1 }, 250, 8, 256)).toBeCloseTo(0.6, 12);
    expect(allowedUlp({ relative: 0.1 }, 6, 8, 256)).toBeCloseTo(0.6, 12);
    expect(allowedUlp({ ulp: 1 }, 250, 8, 256)).toBe(1);
  });

  it('is without bound where nothing is the same at every input', () => {
    expect(absoluteUlp({ relative: 0.1 }, 8)).toBe(Infinity);
  });

  it('is held by no error, whatever it is', () => {
    expect([errorRatio(0, 0), errorRatio(1, 0), errorRatio(1, 2)]).toEqual([0, Infinity, 0.5]);
  });
});

describe('a target in words', () => {
  it('names each of its parts', () => {
    expect(describeTarget({ ulp: 1, error: 0.5, relative: 0.25 })).toBe(
      '1 ulp, error 0.5, relative error 0.25',
    );
    expect(describeTarget({ relative: 0.25 })).toBe('relative error 0.25');
  });
});
